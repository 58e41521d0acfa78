package ui

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

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
	// Size of the window at first; the zero value is what it was last, or a good one.
	Size fyne.Size
	// Desktop is the one that the window is on, nil to have nothing to do with it.
	Desktop Desktop
	// OnQuit, if not nil, is told that the program is about to end, on Fyne's goroutine.
	OnQuit func()
	// Restore starts the program anew to put a backup into the place of the mail, which
	// waits for this window to end. nil if that can't be done.
	Restore func(backup string) error
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
	menus    *menus
	deeds    *deeds
	carry    *carry
	search   *searchBar
	tray     *tray
	arrivals *arrivals
	panes    *panes
	variant  theme.Variant
	reads    int // of the overview: 1 if one is under way, 2 if another is due after it
}

// Settings that the window keeps.
const (
	sidebarSetting = "ui.width.mailboxes"
	listSetting    = "ui.height.list"
	themeSetting   = "ui.theme"
	sizeSetting    = "ui.size"
	openSetting    = "ui.mailbox"
)

// New makes the window. It reads the settings that decide how it looks from the
// core before it returns, and everything else in the background once Show is called.
func New(a fyne.App, core Core, o Options) *Window {
	return newWindow(&desk{hands: hands{onUI: onFyne, spawn: spawn, later: later}, app: a, core: core, marks: landmarks{}}, o)
}

// newWindow makes the window on a desk that may be a test's.
func newWindow(d *desk, o Options) *Window {
	w := &Window{desk: d, opts: o, variant: storedVariant(d.core)}
	d.app.Settings().SetTheme(theme.NewDense(w.variant, storedDensity(d.core)))
	d.window = d.app.NewWindow("Restante")
	d.key = w.key
	d.showFile = w.showFile
	w.build()
	w.markVariant(w.variant)
	return w
}

// build makes the panes and lays them out.
func (w *Window) build() {
	d := w.desk
	d.window.SetIcon(theme.AppIcon())
	w.message = newMessagePane(d)
	w.list = newListPane(d, opener{
		message: w.message.show, none: w.message.none, several: w.message.instead, fetch: w.fetch, key: w.key, typed: w.typed, page: w.message.text.PageDown,
		pointer: pointer{offer: w.offerMessages, carried: func(at fyne.Position) { w.carry.carried(at) }, dropped: func() { w.carry.dropped() }, read: w.toText},
	})
	d.home = w.list.list
	w.message.text.OnKey, w.message.text.OnRune = w.key, w.readOn
	if kept, err := d.core.Setting(columnsSetting); err == nil {
		w.list.cols.load(kept)
	}
	w.sidebar = newSidebar(d, w.chosen, w.placeKey, w.journal, w.offerPlace)
	w.fetches = newFetchBar(d)
	w.deeds = newDeeds(d)
	w.search = newSearchBar(d, w.list)
	w.search.mark = w.message.foundBy
	w.tools = newToolbar(w)
	listed := container.NewBorder(w.search.line, w.deeds.object, nil, nil, w.list.object())
	w.deeds.resized, w.search.resize = listed.Refresh, listed.Refresh
	w.panes = newPanes(w, w.sidebar.object(), listed, w.message.object())
	w.list.cols.stacked = w.panes.density == theme.TwoLines
	top := container.New(&tight{}, w.tools.object, w.fetches.object)
	w.fetches.around = container.New(&topped{}, top, w.panes.object)
	d.window.SetPadded(false)
	w.carry = newCarry(w)
	d.window.SetContent(container.NewStack(w.fetches.around, w.carry.layer))
	w.menus = newMenus(w)
	d.window.SetMainMenu(w.menus.main)
	d.keySections = w.menus.keySections
	w.shortcuts()
	size := w.opts.Size
	if size.IsZero() {
		size = storedSize(d.core, fyne.NewSize(1180, 760))
	}
	d.window.Resize(size)
	d.window.SetCloseIntercept(w.close)
	w.tray, w.arrivals = newTray(w), newArrivals(w)
}

// Show shows the window and starts to follow the core.
func (w *Window) Show() {
	w.desk.window.Show()
	w.begin()
}

// ShowTray is Show without the window, if there is an icon in the tray to open it by.
func (w *Window) ShowTray() {
	w.begin()
	if !w.tray.shown {
		w.desk.window.Show()
	}
}

func (w *Window) begin() {
	w.reload()
	w.deeds.cutOff()
	w.desk.unlock()
	w.desk.spawn(warmFonts)
	w.tray.begin()
	w.arrivals.begin()
	go w.follow(w.desk.core.Events())
	if w.opts.LandmarksFile != "" {
		go w.writeLandmarks()
	}
}

// Quit ends the program. It may be called from any goroutine.
func (w *Window) Quit() { w.desk.onUI(w.quit) }

// follow takes the events of the core to Fyne's goroutine, one by one.
func (w *Window) follow(events <-chan fetcher.Event) {
	for e := range events {
		w.desk.onUI(func() { w.handle(e) })
	}
}

// handle is the one place where the window answers to what happens in the core.
func (w *Window) handle(e fetcher.Event) {
	if w.desk.dispatch != nil {
		w.desk.dispatch.event(e)
	}
	switch e := e.(type) {
	case fetcher.Started:
		w.fetches.started(e)
		w.tools.refresh()
	case fetcher.Progressed:
		w.fetches.progressed(e)
	case fetcher.Finished:
		w.fetches.finished(e)
		w.tools.refresh()
		w.message.again()
		w.arrivals.finished(e)
	case fetcher.UpkeepDone:
		w.fetches.upkeep(e)
	case fetcher.AccountsChanged, fetcher.MailboxChanged, fetcher.MailboxesChanged, fetcher.StatusChanged:
		w.reload()
	}
}

// overview is what the sidebar is made of.
type overview struct {
	accounts []localstore.Account
	boxes    []localstore.Mailbox
	statuses map[string]fetcher.Status
	paused   bool
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
	o := overview{accounts, boxes, map[string]fetcher.Status{}, core.Paused()}
	for _, a := range accounts {
		o.statuses[a.ID] = core.Status(a.ID)
	}
	return o, err
}

func (w *Window) showOverview(o overview) {
	w.desk.accounts = o.accounts
	clear(w.fetches.names)
	for _, a := range o.accounts {
		w.fetches.names[a.ID] = a.Name
	}
	standings := map[string]present.Standing{}
	for _, a := range o.accounts {
		standings[a.ID] = present.NewStanding(a, o.statuses[a.ID], o.paused, time.Now())
	}
	w.menus.paused(o.paused)
	w.tray.show(unread(o.boxes))
	places := present.Places(o.accounts, o.boxes, standings)
	w.list.names = present.PlaceNames(places)
	w.sidebar.show(places, standings)
	if len(o.accounts) == 0 && len(o.boxes) == 0 {
		w.list.hint.set(true, 0, false)
		w.list.hint.offer("Set up an account…", w.desk.newAccount)
	}
	w.tools.refresh()
}

// chosen is told that a line of the sidebar was chosen.
func (w *Window) chosen(p present.Place) {
	w.desk.window.SetTitle(present.Title(p))
	w.tools.caption.say(present.Caption(p))
	if !p.Heading {
		if w.list.mailbox != p.Mailbox && w.list.hits != nil {
			w.search.clear()
		}
		w.menus.threaded(p)
		w.list.show(p.Mailbox, p.Flat)
		w.remember(p.Mailbox)
	}
}

// account returns the account that an action is about: that of the chosen line,
// or the only one.
func (w *Window) account() (localstore.Account, bool) {
	id := w.sidebar.account()
	for _, a := range w.desk.accounts {
		if a.ID == id || len(w.desk.accounts) == 1 {
			return a, true
		}
	}
	return localstore.Account{}, false
}

// withAccount does something with the chosen account. Where what is chosen belongs to none
// of several it asks which; where there is none it sets one up.
func (w *Window) withAccount(title, answer string, do func(localstore.Account)) {
	a, ok := w.account()
	switch {
	case ok:
		do(a)
	case len(w.desk.accounts) == 0:
		w.desk.newAccount()
	case !w.desk.asking():
		w.desk.chooseAccount(title, answer, do)
	}
}

// fetch asks how, then fetches for the chosen account, or for all of them where what is
// chosen belongs to none.
func (w *Window) fetch() {
	switch a, ok := w.account(); {
	case !ok:
		w.fetchAll()
	case !w.fetches.running(a.ID):
		w.fetchFrom(a)
	}
}

func (w *Window) fetchFrom(a localstore.Account) {
	d := w.desk
	work(d, "Looking for the password", func() (bool, error) { return d.core.HasPassword(a.ID), nil }, func(known bool) {
		switch {
		case d.asking():
		case known, len(a.OAuth.Command) > 0:
			d.askFetch(a, false)
		case a.OAuth.AuthURL != "":
			d.signIn(a, func() { d.askFetch(a, false) })
		default:
			d.askFetch(a, true)
		}
	})
}

func (w *Window) editAccount() { w.withAccount("Edit which account?", "Edit", w.desk.editAccount) }

// onServer shows what is at the server of the chosen account.
func (w *Window) onServer() { w.withAccount("On which server?", "Show", w.desk.onServer) }

// journal shows the fetches, of the account if one is named.
func (w *Window) journal(account string) { w.desk.openJournal(w.desk.accounts, account) }

// keep returns what keeps the size of a pane once it was dragged.
func (w *Window) keep(setting string) func(float32) {
	return func(at float32) {
		w.desk.put(setting, strconv.AppendFloat(nil, float64(at), 'f', 0, 32))
	}
}

func storedLength(core Core, key string, otherwise float32) float32 {
	kept, err := core.Setting(key)
	if err != nil {
		return otherwise
	}
	f, err := strconv.ParseFloat(string(kept), 32)
	if err != nil || !(f >= 40 && f <= 4000) { // NaN too
		return otherwise
	}
	return float32(f)
}
