// Package icons carries the drawings of the window, made for this project: the
// program's own icon, and those of the toolbar and the mailbox list.
//
// The small ones are black on a 24 by 24 grid, for a toolkit that recolours them.
// restante.png is restante.svg drawn at 512 by 512 pixels.
package icons

import _ "embed" // the drawings

// The drawings, SVG but for AppPNG. They are shared: do not change the octets.
var (
	//go:embed restante.svg
	App []byte
	//go:embed restante.png
	AppPNG []byte

	//go:embed fetch.svg
	Fetch []byte
	//go:embed fetch-and-delete.svg
	FetchAndDelete []byte
	//go:embed cancel.svg
	Cancel []byte
	//go:embed mailbox.svg
	Mailbox []byte
	//go:embed post-office.svg
	PostOffice []byte
	//go:embed attachment.svg
	Attachment []byte
	//go:embed sun.svg
	Sun []byte
	//go:embed moon.svg
	Moon []byte
	//go:embed lock.svg
	Lock []byte
	//go:embed lock-open.svg
	LockOpen []byte
	//go:embed lock-doubt.svg
	LockDoubt []byte
	//go:embed pause.svg
	Pause []byte
	//go:embed resume.svg
	Resume []byte
	//go:embed delete.svg
	Delete []byte
	//go:embed dispatcher.svg
	Dispatcher []byte
	//go:embed journal.svg
	Journal []byte
	//go:embed clock.svg
	Clock []byte
	//go:embed fetch-all.svg
	FetchAll []byte
	//go:embed archive.svg
	Archive []byte
	//go:embed folder.svg
	Folder []byte
	//go:embed star.svg
	Star []byte
	//go:embed search.svg
	Search []byte
	//go:embed undo.svg
	Undo []byte
	//go:embed thread-closed.svg
	ThreadClosed []byte
	//go:embed thread-open.svg
	ThreadOpen []byte
)
