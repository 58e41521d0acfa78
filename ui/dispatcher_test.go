package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/ui/present"
	"restante.app/ui/uitest"
)

// atServer is a core with so many messages at its server, of which every second one
// is here.
func atServer(n int) *uitest.Core {
	core := uitest.New(3)
	l := fetcher.Listing{Mailbox: "inbox"}
	for i := range n {
		l.Items = append(l.Items, fetcher.ListedMessage{
			Offer: popclient.Offer{Number: i + 1, Size: 1000}, Known: i%2 == 0, Here: localstore.MessageID(1 - i%2),
		})
	}
	core.Listing = []fetcher.Listing{l}
	return core
}

func openServer(t *testing.T, core *uitest.Core) (*bench, *dispatcher) {
	t.Helper()
	b := newBench(t, core)
	b.onServer()
	b.settle()
	if b.desk.dispatch == nil {
		t.Fatal("the dispatcher did not open")
	}
	return b, b.desk.dispatch
}

func TestTwentyThousandAtTheServer(t *testing.T) {
	b, x := openServer(t, atServer(20_000))
	if got := x.foot.note.Text; got != "inbox: 20,000 messages at the server, 20 MB; 10,000 not here yet." {
		t.Error(got)
	}
	x.table.list.TypedShortcut(&fyne.ShortcutSelectAll{})
	if got := x.foot.sum.segment.Text; got != "20,000 messages chosen, 20 MB" {
		t.Error(got)
	}
	x.act(popclient.Take)
	b.settle()
	if n := len(b.core.Chosen); n != 20_000 {
		t.Errorf("%d were dispatched", n)
	}
}

func TestDeletingThereAsksAndTakesWhatIsHereAlone(t *testing.T) {
	b, x := openServer(t, atServer(4))
	list := x.table.list
	list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	if !x.foot.actions[popclient.DeleteKnown].Disabled() { // the newest one, which is not here
		t.Error("what is not here can be deleted there")
	}
	list.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	list.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	b.press(fyne.KeyReturn) // answers no
	if len(b.core.Chosen) != 0 {
		t.Fatal("deleted by Enter alone")
	}
	list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	yes, ok := b.desk.marks["confirm-yes"].(*answer)
	if !ok {
		t.Fatal("it does not ask")
	}
	test.Tap(yes)
	b.settle()
	if len(b.core.Chosen) != 2 || b.core.Chosen[0].Choice != popclient.DeleteKnown {
		t.Errorf("dispatched: %+v", b.core.Chosen)
	}
}

func TestTheDispatcherFollowsItsFetch(t *testing.T) {
	b, x := openServer(t, atServer(4))
	x.table.list.Select(0)
	b.handle(fetcher.Started{Account: "a"})
	if !x.foot.running || !x.foot.actions[popclient.Take].Disabled() || !x.foot.stop.Visible() {
		t.Error("it does not show that a fetch runs")
	}
	test.Tap(x.foot.stop)
	if b.core.Cancels != 1 {
		t.Errorf("%d cancels", b.core.Cancels)
	}
	b.handle(fetcher.Progressed{Account: "a", Progress: popclient.Progress{Mailbox: "inbox", Octets: 5, Promised: 10}})
	if x.foot.bar.Value != 0.5 {
		t.Errorf("the bar is at %v", x.foot.bar.Value)
	}
	b.core.Listing[0].Items = b.core.Listing[0].Items[:1]
	b.handle(fetcher.Finished{Account: "a", Tally: popclient.Tally{Removed: 3}, Mode: "chosen"})
	b.settle()
	if x.foot.running || x.table.list.Length() != 1 {
		t.Errorf("running: %t, %d rows", x.foot.running, x.table.list.Length())
	}
	x.table.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if b.desk.asking() || b.desk.dispatch != nil {
		t.Error("Escape does not close it")
	}
}

func TestWhyNothingIsListed(t *testing.T) {
	core := atServer(0)
	core.OfferErr = popclient.ErrUnsupported
	_, x := openServer(t, core)
	if x.foot.note.Text == "" || x.foot.running {
		t.Errorf("it says %q", x.foot.note.Text)
	}
	core.OfferErr = popclient.ErrAuth
	x.list()
	b := x.desk
	if b.dispatch != x {
		t.Fatal("it closed")
	}
}

func TestSortingAtTheServer(t *testing.T) {
	core := atServer(3)
	core.Listing[0].Items[1].Offer.Size = 5
	_, x := openServer(t, core)
	x.table.cols.Sort, x.table.cols.Descending = present.BySize, false
	x.table.show(x.table.items)
	if x.table.order[0] != 1 {
		t.Errorf("by size: %v", x.table.order)
	}
}

func TestJournal(t *testing.T) {
	core := uitest.New(1)
	core.Account = append(core.Account, localstore.Account{ID: "b", Name: "Other"})
	core.Records = []localstore.FetchRecord{
		{Account: "a", Mode: "RETR", Collected: 2, Left: 2}, {Account: "b", Failure: "It broke.", Next: "Mend it."}, {Account: "gone"},
	}
	b := newBench(t, core)
	j := b.desk.openJournal(b.desk.accounts, "")
	b.settle()
	if j.list.Length() != 3 || j.name("gone") != "(removed account)" {
		t.Fatalf("%d lines", j.list.Length())
	}
	j.filter.SetSelected("Other")
	b.settle()
	if j.list.Length() != 1 || !strings.Contains(j.detail.Text, "It broke. Mend it.") {
		t.Errorf("%d lines, %q", j.list.Length(), j.detail.Text)
	}
	b.press(fyne.KeyEscape)
	if b.desk.asking() {
		t.Error("Escape does not close it")
	}
}
