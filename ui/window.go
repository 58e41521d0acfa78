package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// Options are what the program's command line decides about the window.
type Options struct {
	// Version is shown in About.
	Version string
	// LandmarksFile, if not "", is kept up to date with where the controls are, for
	// scripts that click them; see Landmark.
	LandmarksFile string
	// Size of the window at first; the zero value is a good one.
	Size fyne.Size
}

// Window is the program's window.
type Window struct {
	desk     *desk
	opts     Options
	sidebar  *sidebar
	list     *listPane
	message  *messagePane
	fetches  *fetchBar
	tools    *toolbar
	outer    *container.Split // mailboxes | the rest
	inner    *container.Split // list | message
	accounts []localstore.Account
	reads    int // of the overview: 1 if one is under way, 2 if another is due after it
}

// Settings that the window keeps.
const (
	outerSetting = "ui.split.outer"
	innerSetting = "ui.split.inner"
	themeSetting = "ui.theme"
)

// New makes the window. It reads the settings that decide how it looks from the
// core before it returns, and everything else in the background once Show is called.
func New(a fyne.App, core Core, o Options) *Window {
	w := &Window{desk: &desk{app: a, core: core, onUI: onFyne, spawn: spawn, marks: landmarks{}}, opts: o}
	a.Settings().SetTheme(theme.New(storedVariant(core)))
	w.desk.window = a.NewWindow("Restante")
	w.build()
	return w
}

// build makes the panes and lays them out.
func (w *Window) build() {
	d := w.desk
	d.window.SetIcon(theme.AppIcon())
	w.message = newMessagePane(d)
	w.list = newListPane(d, opener{message: w.message.show, none: w.message.none, key: w.key, typed: w.typed, page: w.message.text.PageDown})
	if kept, err := d.core.Setting(columnsSetting); err == nil {
		w.list.cols.load(kept)
	}
	w.sidebar = newSidebar(d, w.chosen, w.key)
	w.fetches = newFetchBar(d)
	w.tools = newToolbar(w)
	w.inner = container.NewVSplit(w.list.object(), w.message.object())
	w.inner.Offset = storedOffset(d.core, innerSetting, 0.42)
	w.outer = container.NewHSplit(w.sidebar.object(), w.inner)
	w.outer.Offset = storedOffset(d.core, outerSetting, 0.18)
	top := container.NewVBox(w.tools.object, newRule(), w.fetches.object)
	d.window.SetContent(container.NewBorder(top, nil, nil, nil, w.outer))
	d.window.SetMainMenu(w.menu())
	w.shortcuts()
	size := w.opts.Size
	if size.IsZero() {
		size = fyne.NewSize(1180, 760)
	}
	d.window.Resize(size)
	d.window.SetOnClosed(w.keepOffsets)
}

// Show shows the window and starts to follow the core.
func (w *Window) Show() {
	w.desk.window.Show()
	w.reload()
	go w.follow(w.desk.core.Events())
	if w.opts.LandmarksFile != "" {
		go w.writeLandmarks()
	}
}

// follow takes the events of the core to Fyne's goroutine, one by one.
func (w *Window) follow(events <-chan fetcher.Event) {
	for e := range events {
		w.desk.onUI(func() { w.handle(e) })
	}
}

// handle is the one place where the window answers to what happens in the core.
func (w *Window) handle(e fetcher.Event) {
	switch e := e.(type) {
	case fetcher.Started:
		w.fetches.started(e)
		w.tools.refresh()
	case fetcher.Progressed:
		w.fetches.progressed(e)
	case fetcher.Finished:
		w.fetches.finished(e)
		w.tools.refresh()
	case fetcher.AccountsChanged:
		w.reload()
	case fetcher.MailboxChanged:
		w.reload()
	}
}

// overview is what the sidebar is made of.
type overview struct {
	accounts []localstore.Account
	boxes    []localstore.Mailbox
}

// reload reads accounts and mailboxes anew. However often it is asked for, one read
// is under way at a time, and one more follows it.
func (w *Window) reload() {
	if w.reads > 0 {
		w.reads = 2
		return
	}
	w.reads = 1
	w.desk.spawn(func() {
		o, err := readOverview(w.desk.core)
		w.desk.onUI(func() {
			again := w.reads == 2
			w.reads = 0
			if err != nil {
				w.desk.fault("Reading the mailboxes", err)
				return
			}
			w.showOverview(o)
			if again {
				w.reload()
			}
		})
	})
}

func readOverview(core Core) (overview, error) {
	accounts, err := core.Accounts()
	if err != nil {
		return overview{}, err
	}
	boxes, err := core.Mailboxes()
	return overview{accounts, boxes}, err
}

func (w *Window) showOverview(o overview) {
	w.accounts = o.accounts
	clear(w.fetches.names)
	for _, a := range o.accounts {
		w.fetches.names[a.ID] = a.Name
	}
	w.sidebar.show(present.Places(o.accounts, o.boxes))
	if len(o.accounts) == 0 && len(o.boxes) == 0 {
		w.list.hint.set(true, 0, false)
		w.list.hint.offer("Set up an account", w.newAccount)
	}
	w.tools.refresh()
}

// chosen is told that a line of the sidebar was chosen.
func (w *Window) chosen(p present.Place) {
	w.desk.window.SetTitle(present.Title(p))
	if !p.Heading {
		w.list.show(p.Mailbox)
	}
}

// account returns the account that an action is about: that of the chosen line,
// or the only one.
func (w *Window) account() (localstore.Account, bool) {
	id := w.sidebar.account()
	for _, a := range w.accounts {
		if a.ID == id || len(w.accounts) == 1 {
			return a, true
		}
	}
	return localstore.Account{}, false
}

// fetch asks how, then fetches for the chosen account.
func (w *Window) fetch() {
	if a, ok := w.account(); ok {
		w.desk.askFetch(a, !w.desk.core.HasPassword(a.ID))
		return
	}
	w.desk.editAccount(localstore.Account{})
}

func (w *Window) newAccount() { w.desk.editAccount(localstore.Account{}) }

func (w *Window) editAccount() {
	if a, ok := w.account(); ok {
		w.desk.editAccount(a)
		return
	}
	w.newAccount()
}

// keepOffsets keeps where the panes were divided.
func (w *Window) keepOffsets() {
	for key, s := range map[string]*container.Split{outerSetting: w.outer, innerSetting: w.inner} {
		// The window is closing: there is nobody left to tell of a failure.
		_ = w.desk.core.PutSetting(key, strconv.AppendFloat(nil, s.Offset, 'f', 4, 64))
	}
}

func storedOffset(core Core, key string, otherwise float64) float64 {
	kept, err := core.Setting(key)
	if err != nil {
		return otherwise
	}
	f, err := strconv.ParseFloat(string(kept), 64)
	if err != nil || !(f >= 0.05 && f <= 0.95) { // NaN too
		return otherwise
	}
	return f
}

// toolbar is the line of buttons at the top.
type toolbar struct {
	window  *Window
	object  *fyne.Container
	fetch   *widget.Button
	add     *widget.Button
	unread  *widget.Button
	variant *widget.Button
}

func newToolbar(w *Window) *toolbar {
	t := &toolbar{window: w}
	t.fetch = widget.NewButtonWithIcon("Fetch", theme.Icon(theme.IconNameFetch), w.fetch)
	t.fetch.Importance = widget.HighImportance
	t.add = widget.NewButtonWithIcon("New account", theme.Icon(theme.IconNamePostOffice), w.newAccount)
	t.unread = widget.NewButtonWithIcon("Mark unread", theme.Icon(theme.IconNameMailbox), func() { w.message.markSeen(false) })
	t.variant = widget.NewButtonWithIcon("", theme.Icon(theme.IconNameMoon), w.nextVariant)
	for _, b := range []*widget.Button{t.add, t.unread, t.variant} {
		b.Importance = widget.LowImportance
	}
	left := container.NewHBox(t.fetch, t.add, t.unread)
	m := w.desk.marks
	m["fetch"], m["account-add"], m["mark-unread"], m["theme"] = t.fetch, t.add, t.unread, t.variant
	bar := container.NewBorder(nil, nil, container.NewPadded(left), container.NewPadded(t.variant))
	t.object = container.NewStack(newGround(theme.ColorNameSidebarBackground), bar)
	return t
}

// refresh brings the buttons up to date.
func (t *toolbar) refresh() {
	t.fetch.Enable()
	if a, ok := t.window.account(); ok {
		if l := t.window.fetches.lines[a.ID]; l != nil && l.running {
			t.fetch.Disable()
		}
	}
}
