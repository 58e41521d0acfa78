package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"restante.app/ui/theme"
)

// variants are the choices of the View menu, by what is kept of them.
var variants = []struct {
	key, label string
	variant    theme.Variant
}{
	{"system", "Follow the system", theme.FollowSystem},
	{"light", "Light", theme.Light},
	{"dark", "Dark", theme.Dark},
}

func storedVariant(core Core) theme.Variant {
	kept, err := core.Setting(themeSetting)
	if err != nil {
		return theme.FollowSystem
	}
	for _, v := range variants {
		if v.key == string(kept) {
			return v.variant
		}
	}
	return theme.FollowSystem
}

// setVariant changes the theme and keeps the choice.
func (w *Window) setVariant(key string) {
	for _, v := range variants {
		if v.key == key {
			w.desk.app.Settings().SetTheme(theme.New(v.variant))
			w.desk.put(themeSetting, []byte(key))
			w.desk.window.Content().Refresh()
			w.markVariant(v.variant)
		}
	}
}

// markVariant shows which variant was chosen, in the menu, and how to get to the
// other one, in the toolbar.
func (w *Window) markVariant(chosen theme.Variant) {
	for i, v := range variants {
		w.themes[i].Checked = v.variant == chosen
	}
	w.desk.window.MainMenu().Refresh()
	w.tools.dark(w.isDark())
}

// isDark tells whether the window is dark now, whoever decided that.
func (w *Window) isDark() bool {
	s := w.desk.app.Settings()
	paper := s.Theme().Color(theme.ColorNamePaneBackground, s.ThemeVariant())
	red, _, _, _ := paper.RGBA()
	return red < 0x8000
}

// nextVariant goes from light to dark and back.
func (w *Window) nextVariant() {
	if w.isDark() {
		w.setVariant("light")
		return
	}
	w.setVariant("dark")
}

func (w *Window) menu() *fyne.MainMenu {
	item := func(label string, do func(), keys fyne.Shortcut) *fyne.MenuItem {
		m := fyne.NewMenuItem(label, do)
		m.Shortcut = keys
		return m
	}
	ctrl := func(k fyne.KeyName) fyne.Shortcut {
		return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}
	}
	file := fyne.NewMenu("File",
		item("Fetch…", w.fetch, &desktop.CustomShortcut{KeyName: fyne.KeyF5}),
		fyne.NewMenuItemSeparator(),
		item("New account…", w.newAccount, ctrl(fyne.KeyN)),
		item("Edit account…", w.editAccount, ctrl(fyne.KeyE)),
		item("Transcript of the last session", w.transcript, ctrl(fyne.KeyT)),
	)
	message := fyne.NewMenu("Message",
		item("Next", func() { w.step(1) }, nil), item("Previous", func() { w.step(-1) }, nil),
		fyne.NewMenuItemSeparator(),
		item("Mark read", func() { w.message.markSeen(true) }, nil),
		item("Mark unread", func() { w.message.markSeen(false) }, ctrl(fyne.KeyU)),
	)
	view := fyne.NewMenu("View",
		item("Text", func() { w.message.setMode(asText) }, ctrl(fyne.Key1)),
		item("Source", func() { w.message.setMode(asSource) }, ctrl(fyne.Key2)),
		item("Headers", func() { w.message.setMode(asHeaders) }, ctrl(fyne.Key3)),
		fyne.NewMenuItemSeparator(),
	)
	w.themes = nil
	for _, v := range variants {
		w.themes = append(w.themes, fyne.NewMenuItem(v.label, func() { w.setVariant(v.key) }))
	}
	view.Items = append(view.Items, w.themes...)
	help := fyne.NewMenu("Help", fyne.NewMenuItem("About Restante", w.about))
	return fyne.NewMainMenu(file, message, view, help)
}

// shortcuts makes the keys of the menu work wherever the focus is.
func (w *Window) shortcuts() {
	for _, m := range w.desk.window.MainMenu().Items {
		for _, i := range m.Items {
			if i.Shortcut != nil {
				w.desk.window.Canvas().AddShortcut(i.Shortcut, func(fyne.Shortcut) {
					if !w.desk.asking() {
						i.Action()
					}
				})
			}
		}
	}
	w.desk.window.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { w.key(e.Name) })
}

// key answers to keys that no pane has a use for.
func (w *Window) key(name fyne.KeyName) {
	switch name {
	case fyne.KeyF5:
		if !w.desk.asking() {
			w.fetch()
		}
	case fyne.KeyEscape:
		w.desk.escape()
		w.desk.rest()
	case fyne.KeyReturn, fyne.KeyEnter:
		w.toText()
	case fyne.KeyTab:
		w.nextPane()
	}
}

// toText gives the keyboard to the message, if one is shown.
func (w *Window) toText() {
	if w.message.view != nil {
		w.desk.focus(w.message.text)
	}
}

// nextPane goes from pane to pane: mailboxes, list, message; with Shift the other
// way round. Beyond them it goes the toolkit's way, through buttons too.
func (w *Window) nextPane() {
	back := false
	if d, ok := w.desk.app.Driver().(desktop.Driver); ok {
		back = d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0
	}
	c := w.desk.window.Canvas()
	switch inList := c.Focused() == fyne.Focusable(w.list.list); {
	case inList && back:
		w.desk.focus(w.sidebar.list)
	case inList && w.message.view != nil:
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
		w.message.markSeen(false)
	case 's':
		w.message.setMode(asSource)
	case 't':
		w.message.setMode(asText)
	case 'h':
		w.message.setMode(asHeaders)
	}
}

func (w *Window) step(by int) { w.list.list.Select(w.list.list.SelectedRow() + by) }

func (w *Window) transcript() {
	a, ok := w.account()
	if !ok {
		w.desk.showTranscript("")
		return
	}
	w.desk.transcriptOf(a.ID)
}

func (w *Window) about() {
	w.desk.tell("Restante "+w.opts.Version,
		"Mail that waits at the post office until its owner collects it.\n\n"+
			"Collects by the Post Office Protocol of RFC 918 (1984), keeps every message on this disk "+
			"and lets the post office delete only what is safely here.\n\nMIT licence.")
}
