package ui

import (
	"fmt"
	"strconv"

	"fyne.io/fyne/v2"

	"restante.app/localstore"
)

// close is what the window's own button does: it leaves the program in the tray if that
// is wanted, else it ends it.
func (w *Window) close() {
	if w.tray.keeps() {
		w.rememberSize()
		w.desk.window.Hide()
		return
	}
	w.quit()
}

func (w *Window) quit() {
	w.rememberSize()
	if w.opts.OnQuit != nil {
		w.opts.OnQuit()
	}
	w.desk.app.Quit()
}

// raise brings the window to the front.
func (w *Window) raise() {
	w.desk.window.Show()
	w.desk.window.RequestFocus()
}

// rememberSize keeps the window's size, at once: the program may be about to end. Where
// on the screen it stands is for the window manager to remember; the toolkit does not tell.
func (w *Window) rememberSize() {
	s := w.desk.window.Canvas().Size()
	if err := w.desk.core.PutSetting(sizeSetting, fmt.Appendf(nil, "%.0fx%.0f", s.Width, s.Height)); err != nil {
		fyne.LogError("The window's size was not kept", err)
	}
}

// storedSize is the size that the window had last.
func storedSize(core Core, otherwise fyne.Size) fyne.Size {
	kept, err := core.Setting(sizeSetting)
	if err != nil {
		return otherwise
	}
	var s fyne.Size
	if n, err := fmt.Sscanf(string(kept), "%fx%f", &s.Width, &s.Height); n != 2 || err != nil {
		return otherwise
	}
	if !(s.Width >= 400 && s.Width <= 16000 && s.Height >= 300 && s.Height <= 16000) { // NaN too
		return otherwise
	}
	return s
}

// remember keeps which mailbox is open.
func (w *Window) remember(m localstore.MailboxID) {
	if m == w.sidebar.last {
		return
	}
	w.sidebar.last = m
	w.desk.put(openSetting, strconv.AppendUint(nil, uint64(m), 10))
}

func storedMailbox(core Core) localstore.MailboxID {
	kept, err := core.Setting(openSetting)
	if err != nil {
		return 0
	}
	id, err := strconv.ParseUint(string(kept), 10, 64)
	if err != nil {
		return 0
	}
	return localstore.MailboxID(id)
}

func unread(boxes []localstore.Mailbox) (n int) {
	for _, b := range boxes {
		n += b.Unread
	}
	return n
}

// OpenMessage brings the window to the front with a message in it. It belongs to Fyne's
// goroutine.
func (w *Window) OpenMessage(id localstore.MessageID) {
	w.raise()
	work(w.desk, "Opening the message", func() ([]localstore.Entry, error) {
		return w.desk.core.Entries([]localstore.MessageID{id})
	}, func(found []localstore.Entry) {
		if len(found) == 0 {
			return // it was deleted meanwhile
		}
		w.list.then.wanted = id
		if at := w.sidebar.at(found[0].Mailbox); at >= 0 && at != w.sidebar.list.SelectedRow() {
			w.sidebar.list.Select(at)
			return
		}
		w.list.load()
	})
}
