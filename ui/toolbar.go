package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/theme"
)

// toolbar is the line of buttons at the top, with the name of what is shown.
type toolbar struct {
	window  *Window
	object  *fyne.Container
	fetch   *widget.Button
	variant *widget.Button
	caption *note
}

func newToolbar(w *Window) *toolbar {
	t := &toolbar{window: w, caption: newNote("", fyne.TextAlignTrailing)}
	t.fetch = widget.NewButtonWithIcon("Fetch", theme.Icon(theme.IconNameFetch), w.fetch)
	t.fetch.Importance = widget.HighImportance
	add := widget.NewButtonWithIcon("New account", theme.Icon(theme.IconNamePostOffice), w.newAccount)
	unread := widget.NewButtonWithIcon("Mark unread", theme.Icon(theme.IconNameMailbox), func() {
		w.message.markSeen(false)
		w.desk.rest()
	})
	t.variant = widget.NewButtonWithIcon("", theme.Icon(theme.IconNameMoon), func() {
		w.nextVariant()
		w.desk.rest()
	})
	for _, b := range []*widget.Button{add, unread, t.variant} {
		b.Importance = widget.LowImportance
	}
	m := w.desk.marks
	m["fetch"], m["account-add"], m["mark-unread"], m["theme"] = t.fetch, add, unread, t.variant
	left := container.NewPadded(container.NewHBox(t.fetch, add, unread))
	bar := container.NewBorder(nil, newRule(), left, container.NewPadded(t.variant), container.New(middle{}, t.caption))
	t.object = container.NewStack(newGround(theme.ColorNameSidebarBackground), bar)
	return t
}

// refresh brings the buttons up to date.
func (t *toolbar) refresh() {
	if a, ok := t.window.account(); ok && t.window.fetches.running(a.ID) {
		t.fetch.Disable()
		return
	}
	t.fetch.Enable()
}

// dark shows the way back from a dark or a light window.
func (t *toolbar) dark(now bool) {
	name := theme.IconNameMoon
	if now {
		name = theme.IconNameSun
	}
	t.variant.SetIcon(theme.Icon(name))
}
