package ui

import (
	"runtime"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"

	"restante.app/fetcher/mailfile"
	"restante.app/localstore"
	"restante.app/ui/present"
)

// menus are the main menu and those of its lines that change.
type menus struct {
	main     *fyne.MainMenu
	shapes   []*fyne.MenuItem // as densities, and one more
	themes   []*fyne.MenuItem // as variants
	reads    []*fyne.MenuItem // as reads
	pausing  *fyne.MenuItem
	threads  *fyne.MenuItem // whether the mailbox is shown by threads
	keys     []key
	commands []command            // all lines, for the palette
	named    []present.KeySection // what the lines say of keys, a section for each menu
}

// key is a shortcut of the window.
type key struct {
	shortcut *desktop.CustomShortcut
	do       func()
}

// entry is a line of a menu. A line without a name is a rule.
type entry struct {
	label string
	do    func()
	keys  *desktop.CustomShortcut // nil for none
	says  string                  // a key that the panes answer to, "" for none
}

// spelled are the keys of a line in words, "" for none.
func (e entry) spelled() string {
	switch {
	case e.keys == nil:
		return e.says
	case e.keys.Modifier&fyne.KeyModifierShift != 0:
		return present.Keys("Shift+" + string(e.keys.KeyName))
	}
	return present.Keys(string(e.keys.KeyName))
}

func ctrlShift(k fyne.KeyName) *desktop.CustomShortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}
}

func ctrl(k fyne.KeyName) *desktop.CustomShortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}
}

func newMenus(w *Window) *menus {
	m := &menus{}
	d := w.desk
	file := m.menu("File", []entry{
		{"Fetch…", w.fetch, nil, "F5"}, {"Fetch all", w.fetchAll, nil, "Shift+F5"}, {"On the server…", w.onServer, ctrl(fyne.KeyO), ""},
		{"Pause all", w.pause, nil, ""}, {},
		{"New account…", d.newAccount, ctrl(fyne.KeyN), ""}, {"Edit account…", w.editAccount, ctrl(fyne.KeyE), ""}, {"Passwords…", d.passwords, nil, ""}, {"Desktop…", w.openDesktop, nil, ""}, {},
		{"Import a file…", w.importFile, nil, ""}, {"Import a folder…", w.importFolder, nil, ""}, {"Export the mailbox…", func() { w.exportMailbox(mailfile.MboxRD) }, nil, ""},
		{"Export it as a Maildir…", func() { w.exportMailbox(mailfile.MaildirOut) }, nil, ""}, {"Export the chosen messages…", func() { w.exportChosen(mailfile.EML) }, nil, ""}, {},
		{"Backups…", w.backups, nil, ""}, {"Check the mail…", w.checkMail, nil, ""}, {},
		{"Journal…", func() { w.journal("") }, ctrl(fyne.KeyJ), ""}, {"Transcript of the last session", w.transcript, ctrl(fyne.KeyT), ""},
	})
	m.pausing = file.Items[3]
	message := m.menu("Message", []entry{
		{"Next", func() { w.step(1) }, nil, "J"}, {"Previous", func() { w.step(-1) }, nil, "K"},
		{"Next unread", func() { w.stepUnread(1) }, nil, "N"}, {"Previous unread", func() { w.stepUnread(-1) }, nil, "P"}, {"Select all", w.list.list.PickAll, nil, "Ctrl+A"}, {},
		{"Mark read", func() { w.markChosen(true) }, nil, "R"}, {"Mark unread", func() { w.markChosen(false) }, ctrl(fyne.KeyU), ""}, {},
		{"Search…", w.search.open, ctrlShift(fyne.KeyF), ""}, {"Star", w.starChosen, nil, "*"}, {},
		{"Move…", func() { w.moveChosen(false) }, nil, "M"}, {"Copy…", func() { w.moveChosen(true) }, nil, "C"}, {"Archive", w.archiveChosen, nil, "A"},
		{"Delete", w.deleteChosen, nil, "Delete"}, {"Restore from the trash", w.restoreChosen, nil, ""}, {},
		{"Find in the message…", w.findInMessage, ctrl(fyne.KeyF), ""}, {"Load images", func() { w.message.loadImages(false) }, nil, ""},
		{"Save as .eml…", w.message.saveMessage, ctrl(fyne.KeyS), ""},
		{"Export to PDF…", w.message.savePDF, nil, ""}, {"Print…", w.message.print, ctrl(fyne.KeyP), ""}, {},
		{"Undo", w.deeds.back, nil, present.Keys("Z")}, {"Do again", w.deeds.again, nil, present.Keys("Y")},
	})
	mailbox := m.menu("Mailbox", []entry{
		{"New mailbox…", w.newMailbox, nil, ""}, {"Rename…", w.renameMailbox, nil, ""}, {"Delete…", w.deleteMailbox, nil, ""}, {},
		{"Mark all read", w.markAllRead, nil, ""}, {"Empty the trash…", w.emptyTrash, nil, ""}, {},
		{"All unread mail", func() { w.search.look("is:unread") }, nil, ""}, {"All starred mail", func() { w.search.look("is:starred") }, nil, ""},
	})
	view := m.menu("View", m.viewEntries(w))
	m.threads = view.Items[len(view.Items)-4]
	for _, c := range reads {
		m.reads = append(m.reads, m.choice("", c.label, func() {
			w.message.reading.set(c.key)
			m.markRead(c.key)
		}))
	}
	for _, v := range variants {
		m.themes = append(m.themes, m.choice("Colours: ", v.label, func() { w.setVariant(v.key) }))
	}
	m.shapes = m.shapeItems(w)
	last := len(m.shapes) - 1
	view.Items = append(view.Items, within("Sort by", m.sortItems(w)), within("Rows", m.shapes[:last]), m.shapes[last], within("Text encoding", m.charsetItems(w)), within("Mark read", m.reads), within("Colours", m.themes))
	help := m.menu("Help", []entry{{paletteLabel, w.openPalette, ctrl(fyne.KeyK), ""}, {"Keys…", d.showKeys, nil, "F1"}, {"About Restante", w.about, nil, ""}})
	m.main = fyne.NewMainMenu(file, mailbox, message, view, help)
	for i, c := range reads {
		m.reads[i].Checked = c.key == w.message.reading.after
	}
	m.tickShape(w.panes)
	return m
}

// sortItems are the columns that the messages can be sorted by; again, it is the other way
// round.
func (m *menus) sortItems(w *Window) (out []*fyne.MenuItem) {
	for i, col := range messageColumns {
		if w.list.cols.sorts(i) {
			out = append(out, m.choice("Sort by: ", col.name, func() { w.list.header.sort(i) }))
		}
	}
	return out
}

// shapeItems are the choices of how the window is laid out: the densities, and last whether
// the message is beside the list.
func (m *menus) shapeItems(w *Window) (out []*fyne.MenuItem) {
	for _, c := range densities {
		out = append(out, m.choice("Rows: ", c.label, func() { w.setDensity(c.key) }))
	}
	return append(out, m.choice("", "Message beside the list", func() { w.setBeside(!w.panes.beside) }))
}

// tickShape marks the choices that were made.
func (m *menus) tickShape(s *panes) {
	for i, c := range densities {
		m.shapes[i].Checked = c.density == s.density
	}
	m.shapes[len(densities)].Checked = s.beside
}

// shaped shows in the menu how the window is laid out.
func (m *menus) shaped(s *panes) {
	m.tickShape(s)
	m.main.Refresh()
}

// paletteLabel names what finds all the others.
const paletteLabel = "Do something…"

// choice makes one of some lines of which one is ticked. of says in the palette what it is
// a choice of.
func (m *menus) choice(of, label string, do func()) *fyne.MenuItem {
	m.commands = append(m.commands, command{present.Command{Label: of + label, Where: "View"}, do})
	return fyne.NewMenuItem(label, do)
}

// within makes a line that opens a menu of its own.
func within(label string, items []*fyne.MenuItem) *fyne.MenuItem {
	i := fyne.NewMenuItem(label, nil)
	i.ChildMenu = fyne.NewMenu("", items...)
	return i
}

// viewEntries are the lines of how a message is shown.
func (m *menus) viewEntries(w *Window) []entry {
	text := w.message.text
	for _, k := range []fyne.KeyName{fyne.KeyPlus, fyne.KeyEqual} { // Ctrl and +, with or without Shift
		m.keys = append(m.keys,
			key{&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}, text.ZoomIn})
	}
	m.keys = append(m.keys, key{ctrl(fyne.KeyEqual), text.ZoomIn})
	return []entry{
		{"HTML", func() { w.message.choose(asHTML) }, ctrl(fyne.Key1), ""}, {"Text", func() { w.message.choose(asText) }, ctrl(fyne.Key2), ""},
		{"Source", func() { w.message.choose(asSource) }, ctrl(fyne.Key3), ""}, {"Headers", func() { w.message.choose(asHeaders) }, ctrl(fyne.Key4), ""},
		{"Next of these", w.message.nextMode, nil, "V"}, {},
		{"Larger", text.ZoomIn, ctrl(fyne.KeyPlus), ""}, {"Smaller", text.ZoomOut, ctrl(fyne.KeyMinus), ""}, {"Usual size", text.ZoomReset, ctrl(fyne.Key0), ""},
		{"Fold quotations, or unfold them", w.message.foldAll, nil, ""}, {},
		{"Group by thread", w.groupByThread, nil, "G"}, {"Open all threads", w.list.unfoldAll, nil, ""}, {"Close all threads", w.list.foldAll, nil, ""}, {},
	}
}

// menu makes a menu, with the keys of its lines at their right. The toolkit draws
// keys at a fifth of the contrast of the text, which nobody reads in a dark menu; so
// they are part of the label but where the desktop draws the menus itself.
func (m *menus) menu(name string, entries []entry) *fyne.Menu {
	menu := fyne.NewMenu(name, items(entries, runtime.GOOS == "darwin")...)
	section := present.KeySection{Where: "Menu " + name}
	for _, e := range entries {
		if e.label == "" {
			continue
		}
		if e.keys != nil {
			m.keys = append(m.keys, key{e.keys, e.do})
		}
		if says := e.spelled(); says != "" {
			section.Lines = append(section.Lines, present.KeyLine{Keys: says, Does: e.label})
		}
		m.commands = append(m.commands, command{present.Command{Label: e.label, Where: name, Keys: e.spelled()}, e.do})
	}
	if len(section.Lines) > 0 {
		m.named = append(m.named, section)
	}
	return menu
}

// items are the lines of a menu, which the desktop draws itself or does not.
func items(entries []entry, byDesktop bool) (out []*fyne.MenuItem) {
	widest := float32(0)
	for _, e := range entries {
		widest = max(widest, labelWidth(e.label))
	}
	for _, e := range entries {
		i := fyne.NewMenuItemSeparator()
		if e.label != "" {
			i = fyne.NewMenuItem(e.label, e.do)
		}
		switch {
		case e.label == "":
		case byDesktop && e.keys != nil:
			i.Shortcut = e.keys
		case !byDesktop && e.spelled() != "":
			i.Label = padded(e.label, widest) + e.spelled()
		}
		out = append(out, i)
	}
	return out
}

func labelWidth(s string) float32 {
	return fyne.MeasureText(s, fynetheme.TextSize(), fyne.TextStyle{}).Width
}

// padded adds blanks to a label until what follows stands under one another.
func padded(label string, widest float32) string {
	const room = 28
	blank := labelWidth(" ")
	return label + strings.Repeat(" ", max(1, int((widest+room-labelWidth(label))/blank+0.5)))
}

// paused names what the line that pauses does next.
func (m *menus) paused(is bool) {
	if label := present.PauseLabel(is); m.pausing.Label != label {
		m.pausing.Label = label
		m.main.Refresh()
	}
}

// threaded tells in the menu whether a mailbox is shown by threads.
func (m *menus) threaded(p present.Place) {
	if is := !p.Flat; m.threads.Checked != is {
		m.threads.Checked = is
		m.main.Refresh()
	}
}

func (m *menus) markRead(chosen string) {
	for i, c := range reads {
		m.reads[i].Checked = c.key == chosen
	}
	m.main.Refresh()
}

// shortcuts makes the keys of the menu work wherever the focus is.
func (w *Window) shortcuts() {
	for _, k := range w.menus.keys {
		w.desk.window.Canvas().AddShortcut(k.shortcut, func(fyne.Shortcut) {
			if !w.desk.asking() {
				k.do()
			}
		})
	}
	// The toolkit has names of its own for these two.
	for s, do := range map[fyne.Shortcut]func(){&fyne.ShortcutUndo{}: w.deeds.back, &fyne.ShortcutRedo{}: w.deeds.again} {
		w.desk.window.Canvas().AddShortcut(s, func(fyne.Shortcut) {
			if !w.desk.asking() {
				do()
			}
		})
	}
	w.desk.window.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { w.key(e.Name) })
}

func (w *Window) transcript() {
	if len(w.desk.accounts) == 0 {
		w.desk.showTranscript("")
		return
	}
	w.withAccount("Whose transcript?", "Show", func(a localstore.Account) { w.desk.transcriptOf(a.ID) })
}

func (w *Window) about() {
	w.desk.tell("Restante "+w.opts.Version,
		"Mail that waits at the post office until its owner collects it.\n\n"+
			"Collects by the Post Office Protocol: POP3, POP2 and the POP of RFC 918 (1984). It keeps every message "+
			"on this disk and lets the post office delete only what is safely here.\n\nMIT licence.")
}
