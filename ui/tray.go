package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// tray is the icon in the desktop's tray: what is unread, and a way to fetch.
type tray struct {
	window  *Window
	app     desktop.App // nil where the toolkit has no tray
	shown   bool
	wanted  bool
	staying bool // the window hides instead of closing
	unread  int
	count   *fyne.MenuItem
	menu    *fyne.Menu
}

func newTray(w *Window) *tray {
	t := &tray{window: w, wanted: w.desk.isOn(traySetting), staying: w.desk.isOn(stayingSetting), unread: -1}
	t.app, _ = w.desk.app.(desktop.App)
	t.count = fyne.NewMenuItem(present.Unread(0), w.raise)
	t.menu = fyne.NewMenu("Restante",
		t.count, fyne.NewMenuItem("Fetch all", w.fetchAll), fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Open Restante", w.raise), fyne.NewMenuItem("Quit", w.quit))
	return t
}

// begin shows the icon where the desktop has a tray and the person wants it. It is called
// before the program runs: later the toolkit can neither show an icon nor take it away.
func (t *tray) begin() {
	host := t.window.opts.Desktop
	if t.app == nil || host == nil || !t.wanted || !host.HasTray() {
		return
	}
	t.shown = true
	t.app.SetSystemTrayMenu(t.menu)
	t.app.SetSystemTrayWindow(t.window.desk.window)
	t.window.desk.window.SetCloseIntercept(t.window.close) // the toolkit has put its own there
	t.draw()
}

// set changes whether the window stays behind the icon, and whether there is one from the
// next start on.
func (t *tray) set(wanted, staying bool) { t.wanted, t.staying = wanted, staying }

// keeps tells whether closing the window leaves the program running.
func (t *tray) keeps() bool { return t.shown && t.wanted && t.staying }

// show is told how many messages are unread.
func (t *tray) show(unread int) {
	if unread == t.unread {
		return
	}
	t.unread = unread
	t.count.Label = present.Unread(unread)
	if t.shown {
		t.menu.Refresh()
		t.draw()
	}
}

// draw puts the number on the icon.
func (t *tray) draw() {
	t.app.SetSystemTrayIcon(theme.Badge(max(0, t.unread)))
}
