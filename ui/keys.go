package ui

import (
	"slices"

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
		w.leave()
	case fyne.KeyReturn, fyne.KeyEnter:
		w.toText()
	case fyne.KeyTab:
		w.nextControl()
	case fyne.KeyF6:
		w.nextPane()
	case fyne.KeyF1:
		if !w.desk.asking() {
			w.desk.showKeys()
		}
	}
}

// leave is what Escape does beside a dialog: it closes what was opened last.
func (w *Window) leave() {
	m := w.message
	switch {
	case w.desk.asking():
		w.desk.escape()
	case w.carry.stop():
	case m.letter() != nil && m.find.object.Visible():
		m.find.close()
	case len(m.letters) > 1:
		m.back()
	default:
		w.desk.focus(w.desk.home)
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

// nextPane goes from pane to pane: mailboxes, list, text of the message; with Shift the
// other way round.
func (w *Window) nextPane() {
	panes := []fyne.Focusable{w.sidebar.list, w.list.list}
	if w.message.letter() != nil {
		panes = append(panes, w.message.text)
	}
	by := 1
	if w.shifted() {
		by = len(panes) - 1
	}
	at := slices.Index(panes, w.desk.window.Canvas().Focused())
	if at < 0 {
		at, by = 0, 1 // from a button to the list
	}
	w.desk.focus(panes[(at+by)%len(panes)])
}

// nextControl goes to the next control in the order in which they are seen: from the
// list through the message's head, attachments and bars to its text; with Shift the
// other way round.
func (w *Window) nextControl() {
	c := w.desk.window.Canvas()
	if w.shifted() {
		c.FocusPrevious()
		return
	}
	c.FocusNext()
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
	case 'n', 'N':
		w.stepUnread(1)
	case 'p', 'P':
		w.stepUnread(-1)
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
	case 'g', 'G':
		w.groupByThread()
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
