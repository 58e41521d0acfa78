package ui

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/popclient"
	"restante.app/ui/present"
	"restante.app/ui/rowlist"
	"restante.app/ui/theme"
)

// dispatcher shows what is at the server of an account, to be fetched or deleted one
// by one.
type dispatcher struct {
	desk     *desk
	account  localstore.Account
	password string
	listings []fetcher.Listing
	at       int // the listing shown
	table    *listedTable
	foot     *dispatchFoot
	cancel   context.CancelFunc // of a listing under way
	sheet    *sheet
}

// onServer opens the dispatcher for an account.
func (d *desk) onServer(a localstore.Account) {
	d.withPassword(a, func(password string) {
		if !d.asking() {
			d.openDispatcher(a, password).list()
		}
	})
}

func (d *desk) openDispatcher(a localstore.Account, password string) *dispatcher {
	x := &dispatcher{desk: d, account: a, password: password, cancel: func() {}}
	x.table = newListedTable(d, x.picked, x.key)
	x.foot = newDispatchFoot(d, x)
	size := d.window.Canvas().Size()
	done := d.newAnswer("Close", func() { x.sheet.close() })
	body := container.NewBorder(x.foot.top, x.foot.bottom, nil, nil, x.table.object)
	x.sheet = d.newSheet("On the server: "+a.Name, fyne.NewSize(min(960, size.Width-40), min(640, size.Height-50)), body, done)
	d.marks["dispatch-close"] = done
	d.dispatch = x
	x.sheet.closed = func() {
		x.cancel()
		d.dispatch = nil
		d.marks.drop("dispatch-")
	}
	x.sheet.open(x.table.list)
	return x
}

// list asks the server what is there.
func (x *dispatcher) list() {
	x.cancel()
	ctx, cancel := context.WithCancel(context.Background())
	x.cancel = cancel
	x.foot.asking(func() {
		cancel()
		x.foot.said("Not asked to the end. Press “List again” to see what is there.", false)
	})
	d := x.desk
	d.spawn(func() {
		listings, err := d.core.Offers(ctx, x.account.ID, x.password)
		d.onUI(func() {
			switch {
			case ctx.Err() != nil:
			case errors.Is(err, fetcher.ErrPasswordNeeded), errors.Is(err, popclient.ErrAuth):
				x.again(err)
			case err != nil:
				advice := fetcher.Advise(err)
				x.foot.said(advice.What+" "+advice.Next, true)
			default:
				x.take(listings)
			}
		})
	})
}

// again asks for a password that was refused or is not known.
func (x *dispatcher) again(err error) {
	x.foot.said(fetcher.Advise(err).What, true)
	x.desk.askSecret("Password of "+x.account.Name, "The password of "+x.account.User+" at "+x.account.Host+".", "List", "password", func(p string, s *sheet) {
		s.close()
		x.password = p
		x.list()
	})
}

// take shows what is at the server; the mailbox that was shown stays shown.
func (x *dispatcher) take(listings []fetcher.Listing) {
	x.listings = listings
	if x.at >= len(listings) {
		x.at = 0
	}
	x.foot.mailboxes(listings, x.at)
	x.show(x.at)
	x.desk.focus(x.table.list)
}

func (x *dispatcher) show(at int) {
	x.at = at
	if at >= len(x.listings) {
		x.table.show(nil)
		x.foot.said("There is no mailbox at the server.", false)
		return
	}
	x.table.show(x.listings[at].Items)
	x.foot.said(present.Waiting(x.listings[at]), false)
	x.picked(x.table.list.PickedCount())
}

func (x *dispatcher) pick() present.Pick { return present.NewPick(x.table.chosen()) }

func (x *dispatcher) picked(int) { x.foot.picked(x.pick()) }

// key answers to keys in the list.
func (x *dispatcher) key(name fyne.KeyName) {
	switch name {
	case fyne.KeyEscape:
		x.sheet.close()
	case fyne.KeyF5:
		x.list()
	case fyne.KeyReturn, fyne.KeyEnter:
		x.act(popclient.Take)
	case fyne.KeyDelete:
		x.act(popclient.DeleteKnown)
	case fyne.KeyTab:
		x.desk.window.Canvas().FocusNext()
	}
}

// act does something with what is chosen, after a question if it can't be undone.
func (x *dispatcher) act(c popclient.Choice) {
	p := x.pick()
	chosen := p.Choose(c)
	if len(chosen) == 0 || x.foot.running {
		return
	}
	do := func() { x.dispatch(chosen) }
	if warning := p.Warning(c); warning != "" {
		x.desk.ask("Delete at the server?", warning, map[bool]string{true: "Fetch and delete", false: "Delete"}[c == popclient.TakeDelete], true, do)
		return
	}
	do()
}

func (x *dispatcher) dispatch(chosen []popclient.Selection) {
	d, mailbox := x.desk, x.listings[x.at].Mailbox
	x.foot.started()
	d.spawn(func() {
		if err := d.core.Dispatch(x.account.ID, mailbox, chosen, x.password); err != nil {
			d.onUI(func() { x.foot.said(mimeview.Clean("It did not start: "+err.Error(), 400), true) })
		}
	})
}

// event follows the fetch that an action became.
func (x *dispatcher) event(e fetcher.Event) {
	switch e := e.(type) {
	case fetcher.Started:
		if e.Account == x.account.ID {
			x.foot.started()
		}
	case fetcher.Progressed:
		if e.Account == x.account.ID {
			x.foot.progress(e)
		}
	case fetcher.Finished:
		if e.Account == x.account.ID {
			x.foot.ended(present.NewOutcome(x.account.Name, e))
			if e.Err == nil {
				x.list()
			}
		}
	}
}

// The columns of what is at a server, in the order of present.ByFrom and so on.
var listedColumns = []column{
	present.ByFrom:    {name: "From", width: 190, least: 60},
	present.BySubject: {name: "Subject", least: 80},
	present.ByState:   {name: "On this disk", width: 88, least: 80},
	present.ByDate:    {name: "Date", width: 92, least: 92},
	present.BySize:    {name: "Size", width: 64, least: 60, trailing: true},
}

// listedTable is the list of what is at the server.
type listedTable struct {
	list   *rowlist.List
	object fyne.CanvasObject
	cols   *columns
	items  []fetcher.ListedMessage
	order  []int // places in items, as shown
	picked func(int)
	key    func(fyne.KeyName)
}

func newListedTable(d *desk, picked func(int), key func(fyne.KeyName)) *listedTable {
	t := &listedTable{cols: columnsOf(listedColumns, present.BySubject, present.ByDate), picked: picked, key: key}
	t.list = rowlist.New(t, d.focus)
	t.list.Many(picked)
	d.marks["dispatch-list"] = t.list
	head := newHeader(t.cols, t.list.Refresh, func(sorted bool) {
		if sorted {
			t.show(t.items)
		}
		t.list.Refresh()
	})
	t.object = container.NewStack(newGround(theme.ColorNameListBackground), container.NewBorder(head, nil, nil, nil, t.list))
	return t
}

func (t *listedTable) show(items []fetcher.ListedMessage) {
	t.items = items
	t.order = present.SortListed(items, t.cols.Sort, t.cols.Descending)
	t.list.SetLength(len(items), -1)
	t.picked(0)
}

func (t *listedTable) chosen() []fetcher.ListedMessage {
	var out []fetcher.ListedMessage
	for _, i := range t.list.Picked() {
		out = append(out, t.items[t.order[i]])
	}
	return out
}

// NewRow is part of rowlist.Source.
func (t *listedTable) NewRow() fyne.CanvasObject { return newCellsRow(t.cols) }

// ShowRow is part of rowlist.Source.
func (t *listedTable) ShowRow(i int, row fyne.CanvasObject, _ rowlist.State) {
	if r, ok := row.(*cellsRow); ok && i < len(t.order) {
		l := present.NewListed(t.items[t.order[i]], time.Now())
		r.show([]string{present.ByFrom: l.From, present.BySubject: l.Subject, present.ByDate: l.Date, present.BySize: l.Size, present.ByState: l.State}, l.New, present.ByState)
	}
}

// Selected is part of rowlist.Source.
func (t *listedTable) Selected(int) { t.picked(1) }

// Key is part of rowlist.Source.
func (t *listedTable) Key(name fyne.KeyName) { t.key(name) }

// Rune is part of rowlist.Source: a blank chooses a row beside the others.
func (t *listedTable) Rune(r rune) {
	if r == ' ' {
		t.list.Toggle(t.list.SelectedRow())
	}
}

// dispatchFoot is what stands around the list: the mailbox, how much is chosen, what
// can be done with it, and what comes of that.
type dispatchFoot struct {
	top, bottom *fyne.Container
	mailbox     *option
	note        *widget.Label
	sum         *note
	bar         *widget.ProgressBar
	stop        *answer
	halt        func() // what stop does
	actions     map[popclient.Choice]*answer
	running     bool
	of          *dispatcher
}

func newDispatchFoot(d *desk, x *dispatcher) *dispatchFoot {
	f := &dispatchFoot{
		of: x, mailbox: d.newOption(nil, ""), note: wrapped(""), sum: newNote("", fyne.TextAlignLeading),
		bar: widget.NewProgressBar(), actions: map[popclient.Choice]*answer{}, halt: func() {},
	}
	f.stop = d.newAnswer("Cancel", func() { f.halt() })
	f.mailbox.Hide()
	buttons := container.NewHBox()
	for _, a := range []struct {
		choice popclient.Choice
		label  string
		mark   string
	}{
		{popclient.Take, "Fetch", "fetch"}, {popclient.TakeDelete, "Fetch and delete…", "fetch-delete"},
		{popclient.TakeHeader, "Headers only", "headers"}, {popclient.DeleteKnown, "Delete…", "delete"},
	} {
		b := d.newAnswer(a.label, func() { x.act(a.choice) })
		b.Disable()
		f.actions[a.choice] = b
		d.marks["dispatch-"+a.mark] = b
		buttons.Add(b)
	}
	again := d.newAnswer("List again", x.list)
	again.Importance = widget.LowImportance
	transcript := d.transcriptButton(func() { d.transcriptOf(x.account.ID) })
	d.marks["dispatch-again"], d.marks["dispatch-note"], d.marks["dispatch-stop"] = again, f.note, f.stop
	work := container.NewHBox(container.NewCenter(container.NewGridWrap(fyne.NewSize(160, 18), f.bar)), f.stop)
	f.top = container.NewBorder(nil, nil, f.mailbox, container.NewHBox(work, transcript, again), f.note)
	f.bottom = container.NewBorder(newRule(), nil, nil, buttons, f.sum)
	return f
}

// busy shows or hides how far something is.
func (f *dispatchFoot) busy(is bool) {
	f.running = is
	setShown(f.bar, is)
	setShown(f.stop, is)
	f.picked(f.of.pick())
}

func (f *dispatchFoot) asking(stop func()) {
	f.halt = stop
	f.busy(true)
	f.bar.Hide()
	f.say("Asking the server what is there…", false)
}

func (f *dispatchFoot) say(text string, fault bool) {
	f.note.Importance = widget.MediumImportance
	if fault {
		f.note.Importance = widget.DangerImportance
	}
	f.note.SetText(mimeview.Clean(text, 600))
	f.top.Refresh()
}

// said shows how something ended.
func (f *dispatchFoot) said(text string, fault bool) {
	f.busy(false)
	f.say(text, fault)
}

func (f *dispatchFoot) started() {
	f.halt = func() { f.of.desk.core.Cancel(f.of.account.ID) }
	f.busy(true)
	f.bar.SetValue(0)
	f.say("Connecting…", false)
}

func (f *dispatchFoot) progress(e fetcher.Progressed) {
	f.bar.SetValue(present.Fraction(e.Progress))
	f.say(present.Progress(e.Progress, popclient.Leave), false)
}

func (f *dispatchFoot) ended(o present.Outcome) { f.said(o.Title+" "+o.Next, o.Fault) }

func (f *dispatchFoot) mailboxes(listings []fetcher.Listing, at int) {
	f.mailbox.OnChanged = nil
	f.mailbox.Options = nil
	for _, l := range listings {
		f.mailbox.Options = append(f.mailbox.Options, mimeview.Clean(l.Mailbox, 60))
	}
	if at < len(listings) {
		f.mailbox.SetSelectedIndex(at)
	}
	f.mailbox.OnChanged = func(string) { f.of.show(f.mailbox.SelectedIndex()) }
	setShown(f.mailbox, len(listings) > 1)
}

// picked says how much is chosen and enables what can be done with it.
func (f *dispatchFoot) picked(p present.Pick) {
	f.sum.say(p.Sum())
	for c, b := range f.actions {
		if n := len(p.Choose(c)); n > 0 && !f.running {
			b.Enable()
		} else {
			b.Disable()
		}
	}
}
