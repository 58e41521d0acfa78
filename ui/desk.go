package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/present"
)

// desk is what all panes share.
type desk struct {
	hands
	app    fyne.App
	window fyne.Window
	core   Core
	marks  landmarks
	// showFile opens a file by the desktop's program for it. It may block.
	showFile func(path string) error
	// sheets are the dialogs that are open, the uppermost last.
	sheets []*sheet
	// home has the keyboard when nothing else asks for it: the message list.
	home fyne.Focusable
	// dispatch is the dispatcher that is open, nil for none.
	dispatch *dispatcher
	// key is offered the keys that a control beside the panes has no use for.
	key func(fyne.KeyName)
	// keySections are all keys of the window.
	keySections func() []present.KeySection
	// accounts are those of the last overview.
	accounts []localstore.Account
}

// hands run what is not done at once. Tests put queues in their place.
type hands struct {
	// onUI runs a function on Fyne's goroutine, soon. It is the one way back there.
	onUI func(func())
	// spawn runs a function elsewhere.
	spawn func(func())
	// later runs a function on Fyne's goroutine after a while, unless it is stopped.
	later func(time.Duration, func()) (stop func())
}

// onFyne is the program's only call of fyne.Do; tests put a queue in its place.
func onFyne(f func()) { fyne.Do(f) }

func spawn(f func()) { go f() }

func later(after time.Duration, f func()) (stop func()) {
	stopped := false // belongs to Fyne's goroutine, as whoever stops it
	t := time.AfterFunc(after, func() {
		onFyne(func() {
			if !stopped {
				f()
			}
		})
	})
	return func() {
		stopped = true
		t.Stop()
	}
}

// work runs job away from Fyne's goroutine and then done on it. If job fails the
// person is told and done is not called.
func work[T any](d *desk, what string, job func() (T, error), done func(T)) {
	d.spawn(func() {
		v, err := job()
		d.onUI(func() {
			if err != nil {
				d.fault(what, err)
				return
			}
			done(v)
		})
	})
}

// fault tells the person that something could not be done. It may be called from
// Fyne's goroutine only.
func (d *desk) fault(what string, err error) {
	d.tell("That did not work", mimeview.Clean(what+": "+err.Error(), 500))
}

// asking tells whether a dialog is open, so that a key does not open another.
func (d *desk) asking() bool { return d.window.Canvas().Overlays().Top() != nil }

// focus gives a widget the keyboard.
func (d *desk) focus(f fyne.Focusable) { d.window.Canvas().Focus(f) }

// pass offers a shortcut to the window, from a widget that the toolkit gave it to.
func (d *desk) pass(s fyne.Shortcut) {
	if c, ok := d.window.Canvas().(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// rest gives the keyboard back to the message list, after a button or a dialog. A button
// that was pressed by a key keeps it while it can be pressed again.
func (d *desk) rest() {
	if d.asking() || d.home == nil {
		return
	}
	if t, ok := d.window.Canvas().Focused().(*tool); ok && t.Visible() && !t.Disabled() {
		return
	}
	d.focus(d.home)
}

// put keeps a setting, in the background.
func (d *desk) put(key string, value []byte) {
	work(d, "Keeping a setting", func() (struct{}, error) { return struct{}{}, d.core.PutSetting(key, value) }, func(struct{}) {})
}
