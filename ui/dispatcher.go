package ui

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/popclient"
	"restante.app/ui/present"
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
