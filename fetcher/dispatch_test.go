package fetcher

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante.app/localstore"
	"restante.app/popclient"
)

func TestFindChosen(t *testing.T) {
	a := popclient.Offer{Number: 1, Size: 10, UIDL: "a"}
	b := popclient.Offer{Number: 2, Size: 20, UIDL: "b"}
	moved := popclient.Offer{Number: 1, Size: 20, UIDL: "b"}
	grown := popclient.Offer{Number: 2, Size: 21, UIDL: "b"}
	bare := popclient.Offer{Number: 2, Size: 20, Ambiguous: true}
	chose := func(o popclient.Offer) []popclient.Selection {
		return []popclient.Selection{{Offer: o, Choice: popclient.TakeDelete}}
	}
	for _, c := range []struct {
		why    string
		chosen []popclient.Selection
		before []popclient.Offer
		now    []popclient.Offer
		want   plan
	}{
		{"as it was", chose(b), []popclient.Offer{a, b}, []popclient.Offer{a, b}, plan{chosen: chose(b)}},
		{"another number", chose(b), []popclient.Offer{a, b}, []popclient.Offer{moved}, plan{chosen: chose(moved)}},
		{"gone", chose(b), []popclient.Offer{a, b}, []popclient.Offer{a}, plan{gone: 1}},
		{"the id is another's now", chose(b), []popclient.Offer{a, b}, []popclient.Offer{a, grown}, plan{gone: 1}},
		{"without an id, as it was", chose(bare), []popclient.Offer{a, bare}, []popclient.Offer{a, bare}, plan{chosen: chose(bare)}},
		{"without an id, new mail", chose(bare), []popclient.Offer{a, bare}, []popclient.Offer{a, bare, {Number: 3}}, plan{gone: 1}},
		{"without an id, another size elsewhere", chose(bare), []popclient.Offer{a, bare}, []popclient.Offer{{Number: 1, Size: 11, UIDL: "a"}, bare}, plan{gone: 1}},
		{"without an id, no list was shown", chose(bare), nil, []popclient.Offer{a, bare}, plan{gone: 1}},
		{"twice", append(chose(b), chose(b)...), nil, []popclient.Offer{a, b}, plan{chosen: chose(b), gone: 1}},
		{"not now", []popclient.Selection{{Offer: b}}, nil, []popclient.Offer{a, b}, plan{}},
	} {
		t.Run(c.why, func(t *testing.T) {
			if d := cmp.Diff(c.want, findChosen(c.chosen, c.before, c.now), cmp.AllowUnexported(plan{})); d != "" {
				t.Error(d)
			}
		})
	}
}

func listing(t *testing.T, d *desk) []ListedMessage {
	t.Helper()
	l, err := d.Offers(t.Context(), d.account.ID, "sesame")
	if err != nil || len(l) != 1 || l[0].Mailbox != inbox {
		t.Fatalf("%+v, %v", l, err)
	}
	return l[0].Items
}

func TestOffers(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("a", "a", 0), letter("b", "b", 5000), letter("c", "c", 0)}}
	d := newDesk(t, s, func(a *localstore.Account) { a.SizeLimit = 1000 })
	d.fetch(popclient.Leave, popclient.Tally{Collected: 3, Headers: 1, Left: 3})
	for _, e := range d.entries() {
		if e.UIDL == "c" {
			if err := d.Delete([]localstore.MessageID{e.ID}); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.do(func() { s.mail = append(s.mail, letter("d", "d", 0), letter("", "e", 0)) })
	type row struct {
		Subject                         string
		Here, Known, Partial, Ambiguous bool
	}
	want := []row{
		{"a", true, true, false, false}, {"b", true, true, true, false}, {"c", false, true, false, false},
		{"d", false, false, false, false}, {"e", false, false, false, true},
	}
	for i, tops := range []int{3, 4} { // the header without an id is asked for again
		var got []row
		for _, m := range listing(t, d) {
			got = append(got, row{m.Summary.Subject, m.Here != 0, m.Known, m.Partial, m.Offer.Ambiguous})
		}
		if diff := cmp.Diff(want, got); diff != "" || s.tops != tops {
			t.Errorf("look %d, %d TOPs: %s", i, s.tops, diff)
		}
	}
	if s.retrs != 3 || s.deles != 0 {
		t.Errorf("a look changed something: %d, %d", s.retrs, s.deles)
	}
}

func TestOffersReadsTheNewestHeadersAlone(t *testing.T) {
	s := &fakeServer{}
	for i := range maxHeaders + 50 {
		s.mail = append(s.mail, letter(fmt.Sprint(i), fmt.Sprint("n", i), 0))
	}
	d := newDesk(t, s, nil)
	items := listing(t, d)
	if s.tops != maxHeaders || items[49].Summary.Subject != "" || items[50].Summary.Subject != "n50" {
		t.Errorf("%d TOPs, %q, %q", s.tops, items[49].Summary.Subject, items[50].Summary.Subject)
	}
}

func TestOffersExcludesFetches(t *testing.T) {
	s := &fakeServer{block: make(chan struct{})}
	d := newDesk(t, s, nil)
	if err := d.Fetch(d.account.ID, popclient.Leave, "sesame"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Offers(t.Context(), d.account.ID, "sesame"); !errors.Is(err, ErrBusy) {
		t.Errorf("while a fetch runs: %v", err)
	}
	d.Cancel(d.account.ID)
	finished(t, d.Core)
	ctx, cancel := context.WithCancel(t.Context())
	looked := make(chan error)
	go func() {
		_, err := d.Offers(ctx, d.account.ID, "sesame")
		looked <- err
	}()
	cancel()
	if err := <-looked; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestDispatch(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("a", "a", 0), letter("b", "b", 0), letter("c", "c", 0), letter("d", "d", 0)}}
	d := newDesk(t, s, nil)
	items := listing(t, d)
	chosen := []popclient.Selection{
		{Offer: items[1].Offer, Choice: popclient.TakeDelete},
		{Offer: items[2].Offer, Choice: popclient.Take},
		{Offer: items[3].Offer, Choice: popclient.TakeDelete},
	}
	s.do(func() { s.mail = s.mail[1:3] }) // another program was faster: numbers have changed, one is gone
	if err := d.Dispatch(d.account.ID, inbox, chosen, ""); err != nil {
		t.Fatal(err)
	}
	f := finished(t, d.Core)
	if f.Mode != ModeChosen || !errors.Is(f.Err, ErrGone) || f.Tally != (popclient.Tally{Collected: 2, Removed: 1, Left: 1}) {
		t.Errorf("%+v", f)
	}
	d.has("b", "c")
	d.there("c")
}

// TestDispatchOfPOP1 is told that there is nothing to choose from.
func TestDispatchOfPOP1(t *testing.T) {
	c := openCore(t)
	a := save(t, c, at(t, "127.0.0.1:1"))
	if err := c.FetchWhole(1, "x"); err == nil {
		t.Error("the rest of a message that is not there")
	}
	if _, err := c.Offers(t.Context(), a.ID, ""); !errors.Is(err, ErrPasswordNeeded) {
		t.Errorf("without a password: %v", err)
	}
}
