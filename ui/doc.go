// Package ui is the window of the workstation: mailboxes, list and message, the
// toolbar with the fetches that run, and the dialogs.
//
// One struct is one pane. A pane gets what it needs in its constructor: the Core,
// the desk (window, dispatcher, background work), and a few functions of its
// neighbours. What happens in the core comes as one stream of events, which
// Window.handle takes on Fyne's goroutine. Nothing here waits on that goroutine:
// whatever reads the store or the network goes through desk.work.
package ui
