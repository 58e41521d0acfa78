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
	fetch   *tool
	variant *tool
	caption *note
}

func newToolbar(w *Window) *toolbar {
	t := &toolbar{window: w, caption: newNote("", fyne.TextAlignTrailing)}
	t.caption.Truncation = fyne.TextTruncateEllipsis
	add := func(mark, label string, icon fyne.ThemeIconName, do func()) *tool {
		b := newTool(label, theme.Icon(icon), func() {
			do()
			w.desk.rest()
		}, w.key)
		w.desk.marks[mark] = b
		return b
	}
	t.fetch = add("fetch", "Fetch", theme.IconNameFetch, w.fetch)
	t.fetch.Importance = widget.HighImportance
	t.variant = add("theme", "", theme.IconNameMoon, w.nextVariant)
	left := container.NewPadded(container.NewHBox(
		t.fetch,
		add("fetch-all", "Fetch all", theme.IconNameFetchAll, w.fetchAll),
		add("on-server", "On the server", theme.IconNameDispatcher, w.onServer),
		add("delete", "Delete", theme.IconNameDelete, w.deleteChosen),
		add("mark-unread", "Mark unread", theme.IconNameMailbox, func() { w.markChosen(false) }),
		add("journal", "Journal", theme.IconNameJournal, func() { w.journal("") }),
		add("account-add", "New account", theme.IconNamePostOffice, w.desk.newAccount),
	))
	right := container.NewHBox(container.NewPadded(w.search.object()), container.NewPadded(t.variant))
	bar := container.NewBorder(nil, newRule(), left, right, container.New(middle{}, t.caption))
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
