package ui

import (
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/ui/present"
)

// Desktop is what the window needs of the desktop it is on. Its methods may block, and may
// be called from any goroutine.
type Desktop interface {
	// Notify shows a notification. open is called if the person clicks it.
	Notify(title, body string, open func()) error
	// HasTray tells, within a second, whether icons are shown in a tray.
	HasTray() bool
	// ShowFile opens a file by the program that the desktop has for such files.
	ShowFile(path string) error
	StartsAtLogin() (bool, error)
	StartAtLogin(on bool) error
}

// showFile opens a file by the program that the desktop has for it. It may block.
func (w *Window) showFile(path string) error {
	if w.opts.Desktop == nil {
		return errors.New("this start of Restante has nothing to do with the desktop")
	}
	return w.opts.Desktop.ShowFile(path)
}

// Settings of how the program sits on the desktop. Each is on unless it is "off", but for
// the last, which is off unless it is "on".
const (
	notifySetting  = "ui.notify"
	traySetting    = "ui.tray"
	stayingSetting = "ui.tray.stay"
)

// isOn tells whether a setting is on.
func (d *desk) isOn(key string) bool {
	kept, err := d.core.Setting(key)
	if err != nil {
		return false
	}
	if key == stayingSetting {
		return string(kept) == "on"
	}
	return string(kept) != "off"
}

func onOff(on bool) []byte {
	if on {
		return []byte("on")
	}
	return []byte("off")
}

// desktopSheet is the dialog of notifications, the tray and the start at login.
type desktopSheet struct {
	desk                         *desk
	host                         Desktop
	notify, tray, staying, login *tick
	sheet                        *sheet
}

// standing is how the program sits on the desktop.
type standing struct{ notify, tray, staying, login, hasTray bool }

// openDesktop reads how things stand, and then asks how they shall.
func (w *Window) openDesktop() {
	d, host := w.desk, w.opts.Desktop
	if host == nil {
		d.tell("Desktop", "This start of Restante has nothing to do with the desktop.")
		return
	}
	work(d, "Looking at the desktop", func() (s standing, err error) {
		s = standing{notify: d.isOn(notifySetting), tray: d.isOn(traySetting), staying: d.isOn(stayingSetting), hasTray: host.HasTray()}
		s.login, err = host.StartsAtLogin()
		return s, err
	}, func(s standing) {
		if !d.asking() {
			w.showDesktop(s)
		}
	})
}

func (w *Window) showDesktop(is standing) *desktopSheet {
	d := w.desk
	s := &desktopSheet{
		desk: d, host: w.opts.Desktop,
		notify: d.newTick("Tell me of new mail while I am elsewhere"), tray: d.newTick("Icon in the tray, with what is unread (from the next start on)"),
		staying: d.newTick("Closing the window leaves Restante in the tray"), login: d.newTick("Start Restante when I log in"),
	}
	s.notify.Checked, s.tray.Checked, s.staying.Checked, s.login.Checked = is.notify, is.tray, is.staying, is.login
	words := widget.NewLabel("")
	words.Wrapping = fyne.TextWrapWord
	if !is.hasTray {
		words.SetText("This desktop shows no tray, so closing the window ends Restante.")
	}
	s.tray.OnChanged = func(on bool) { s.follow(on && is.hasTray) }
	if !is.hasTray {
		s.tray.Disable()
	}
	s.follow(is.tray && is.hasTray)
	save := d.newAnswer("Save", func() { s.save(w, is) })
	save.Importance = widget.HighImportance
	s.sheet = d.newSheet("Desktop", fyne.NewSize(sheetWidth, 0), container.NewVBox(s.notify, s.tray, s.staying, s.login, words),
		d.newAnswer("Cancel", func() { s.sheet.close() }), save)
	for name, o := range map[string]fyne.CanvasObject{"notify": s.notify, "tray": s.tray, "staying": s.staying, "login": s.login, "save": save} {
		d.marks["desktop-"+name] = o
	}
	s.sheet.closed = func() { d.marks.drop("desktop-") }
	s.sheet.open(save)
	return s
}

// follow lets the window stay in a tray only where there is one.
func (s *desktopSheet) follow(tray bool) {
	if tray {
		s.staying.Enable()
		return
	}
	s.staying.Disable()
}

// save keeps what was chosen.
func (s *desktopSheet) save(w *Window, was standing) {
	d := s.desk
	login := s.login.Checked
	for key, t := range map[string]*tick{notifySetting: s.notify, traySetting: s.tray, stayingSetting: s.staying} {
		d.put(key, onOff(t.Checked))
	}
	w.arrivals.on = s.notify.Checked
	w.tray.set(s.tray.Checked, s.staying.Checked)
	if login != was.login {
		work(d, "Restante could not be set to start at login", func() (struct{}, error) { return struct{}{}, s.host.StartAtLogin(login) }, func(struct{}) {})
	}
	s.sheet.close()
}

// arrivals tells the desktop of new mail while the window is not in front.
type arrivals struct {
	window *Window
	on     bool
	front  bool
	mark   localstore.MessageID // the newest message when it last looked
	ready  bool                 // mark is known
}

func newArrivals(w *Window) *arrivals {
	a := &arrivals{window: w, on: w.desk.isOn(notifySetting)}
	life := w.desk.app.Lifecycle()
	life.SetOnEnteredForeground(func() { a.front = true })
	life.SetOnExitedForeground(func() { a.front = false })
	return a
}

// begin learns what is not new.
func (a *arrivals) begin() {
	a.look(func([]localstore.Entry) {})
}

// finished is told that a fetch has ended.
func (a *arrivals) finished(e fetcher.Finished) {
	if e.Tally.Collected == 0 || a.window.opts.Desktop == nil {
		return
	}
	a.look(func(fresh []localstore.Entry) {
		if !a.on || a.front || len(fresh) == 0 {
			return
		}
		title, body := present.Arrivals(fresh, e.Tally.Collected)
		d, host, first := a.window.desk, a.window.opts.Desktop, fresh[0].ID
		d.spawn(func() {
			err := host.Notify(title, body, func() { d.onUI(func() { a.window.OpenMessage(first) }) })
			if err != nil {
				d.onUI(func() { d.app.SendNotification(fyne.NewNotification(title, body)) })
			}
		})
	})
}

// mostArrivals bounds how many new messages are looked at to tell of them.
const mostArrivals = 50

// look reads what came since it last did.
func (a *arrivals) look(then func([]localstore.Entry)) {
	d, mark, ready := a.window.desk, a.mark, a.ready
	limit := mostArrivals
	if !ready {
		limit = 1
	}
	work(d, "Looking for new mail", func() ([]localstore.Entry, error) {
		return d.core.Newest(mark, limit)
	}, func(fresh []localstore.Entry) {
		if len(fresh) > 0 {
			a.mark = max(a.mark, fresh[0].ID)
		}
		a.ready = true
		if ready {
			then(fresh)
		}
	})
}
