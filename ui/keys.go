package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// key answers to keys that no pane has a use for.
func (w *Window) key(name fyne.KeyName) {
	switch name {
	case fyne.KeyF5:
		switch {
		case w.desk.asking():
		case w.shifted():
			w.fetchAll()
		default:
			w.fetch()
		}
	case fyne.KeyDelete:
		w.deleteChosen()
	case fyne.KeyEscape:
		if !w.desk.asking() && len(w.message.letters) > 1 {
			w.message.back()
			return
		}
		w.desk.escape()
		w.desk.rest()
	case fyne.KeyReturn, fyne.KeyEnter:
		w.toText()
	case fyne.KeyTab:
		w.nextPane()
	}
}

// shifted tells whether Shift is held.
func (w *Window) shifted() bool {
	d, ok := w.desk.app.Driver().(desktop.Driver)
	return ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0
}

// toText gives the keyboard to the message, if one is shown.
func (w *Window) toText() {
	if w.message.letter() != nil {
		w.desk.focus(w.message.text)
	}
}

// nextPane goes from pane to pane: mailboxes, list, message; with Shift the other
// way round. Beyond them it goes the toolkit's way, through buttons too.
func (w *Window) nextPane() {
	back := w.shifted()
	c := w.desk.window.Canvas()
	switch inList := c.Focused() == fyne.Focusable(w.list.list); {
	case inList && back:
		w.desk.focus(w.sidebar.list)
	case inList && w.message.letter() != nil:
		w.toText()
	case !inList && !back:
		w.desk.focus(w.list.list)
	case back:
		c.FocusPrevious()
	default:
		c.FocusNext()
	}
}

// readOn answers to letters typed in the message as if they were typed in the list.
func (w *Window) readOn(r rune) {
	if r != ' ' { // has scrolled the text already
		w.list.Rune(r)
	}
}

// typed answers to letters typed in the list.
func (w *Window) typed(r rune) {
	switch r {
	case 'u', 'U':
		w.markChosen(false)
	case '/':
		w.search.open()
	case '*':
		w.starChosen()
	case 'm', 'M':
		w.moveChosen(false)
	case 'c', 'C':
		w.moveChosen(true)
	case 'a', 'A':
		w.archiveChosen()
	case 'r':
		w.markChosen(true)
	case 's':
		w.message.choose(asSource)
	case 't':
		w.message.choose(asText)
	case 'h':
		w.message.choose(asHeaders)
	case 'v':
		w.message.nextMode()
	}
}

func (w *Window) step(by int) { w.list.list.Select(w.list.list.SelectedRow() + by) }

// findInMessage opens the bar to find words in the message, if one is shown.
func (w *Window) findInMessage() {
	if w.message.letter() != nil {
		w.message.find.open()
		w.message.content.Refresh()
	}
}
