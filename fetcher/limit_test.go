package fetcher

import (
	"errors"
	"strings"
	"testing"
	"time"

	"restante.app/localstore"
	"restante.app/popclient"
)

func TestSizeLimit(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("a", "a", 0), letter("b", "large", 5000)}}
	d := newDesk(t, s, func(a *localstore.Account) { a.SizeLimit, a.Delete = 1000, true })
	d.fetch(popclient.Delete, popclient.Tally{Collected: 2, Headers: 1, Removed: 1, Left: 1})
	d.has("a", "large")
	d.there("b")
	d.fetch(popclient.Delete, popclient.Tally{Known: 1, Left: 1})
	d.there("b")
	var id, small localstore.MessageID
	for _, e := range d.entries() {
		if e.Partial {
			id = e.ID
		} else {
			small = e.ID
		}
	}
	if err := d.FetchWhole(small, ""); !errors.Is(err, ErrWhole) {
		t.Errorf("the rest of a whole message: %v", err)
	}
	if err := d.FetchWhole(id, ""); err != nil {
		t.Fatal(err)
	}
	if f := finished(t, d.Core); f.Err != nil || f.Mode != ModeWhole || f.Tally.Removed != 1 {
		t.Fatalf("%+v", f)
	}
	d.has("a", "large")
	d.there()
	for _, e := range d.entries() {
		if e.Partial {
			t.Errorf("still partial: %+v", e)
		}
	}
}

// TestSizeLimitWithoutTop collects whole what can't be had in part.
func TestSizeLimitWithoutTop(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("a", "a", 0), letter("b", "large", 5000)}, noTop: true}
	d := newDesk(t, s, func(a *localstore.Account) { a.SizeLimit = 1000 })
	d.fetch(popclient.Leave, popclient.Tally{Collected: 2, Left: 2})
	d.fetch(popclient.Leave, popclient.Tally{Known: 2, Left: 2})
	d.has("a", "large")
}

// TestWholeThatIsGone asks for the rest of what the server has deleted.
func TestWholeThatIsGone(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("b", "large", 5000)}}
	d := newDesk(t, s, func(a *localstore.Account) { a.SizeLimit = 1000 })
	d.fetch(popclient.Leave, popclient.Tally{Collected: 1, Headers: 1, Left: 1})
	s.do(func() { s.mail = nil })
	if err := d.FetchWhole(d.entries()[0].ID, ""); err != nil {
		t.Fatal(err)
	}
	if f := finished(t, d.Core); !errors.Is(f.Err, ErrGone) || !strings.Contains(f.Advice.Next, "list") {
		t.Errorf("%+v", f)
	}
	d.has("large")
}

func TestDeleteWithMine(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("a", "a", 0), letter("b", "b", 0)}}
	d := newDesk(t, s, nil)
	d.fetch(popclient.Leave, popclient.Tally{Collected: 2, Left: 2})
	for _, e := range d.entries() {
		if e.UIDL == "a" {
			if err := d.Delete([]localstore.MessageID{e.ID}); err != nil {
				t.Fatal(err)
			}
		}
	}
	d.has("b")
	d.fetch(popclient.Leave, popclient.Tally{Known: 2, Left: 2})
	d.has("b")
	d.change(func(a *localstore.Account) { a.DeleteWithMine = true })
	f := fetch(t, d.Core, d.account.ID, popclient.Leave, "")
	if f.Err != nil || f.Tally.Removed != 1 || f.Tally.Left != 1 {
		t.Errorf("%+v", f)
	}
	d.there("b")
	d.has("b")
}

func TestDeleteAfterDays(t *testing.T) {
	timed(t, func(t *testing.T, c *clocked) {
		c.server.mail = []fakeMail{letter("a", "a", 0)}
		a := c.account(t, func(a *localstore.Account) {
			a.Protocol, a.EveryMinutes, a.DeleteAfterDays = protocolPOP3, 0, 3
		})
		for day, want := range []popclient.Tally{
			{Collected: 1, Left: 1}, {Known: 1, Left: 1}, {Known: 1, Left: 1}, {Removed: 1}, {},
		} {
			if f := fetch(t, c.Core, a.ID, popclient.Leave, ""); f.Tally != want || f.Err != nil {
				t.Errorf("day %d: %+v", day, f)
			}
			time.Sleep(24 * time.Hour)
		}
	})
}
