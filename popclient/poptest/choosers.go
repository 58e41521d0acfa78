package poptest

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante.app/localstore"
	"restante.app/popclient"
)

// choose starts a session and lists the mailbox. The Chooser is nil where the
// dialect takes a mailbox whole.
func choose(t *testing.T, p Peer, want int) (popclient.Chooser, []popclient.Offer) {
	t.Helper()
	s, err := p.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, ok := s.(popclient.Chooser)
	if !ok {
		t.Log("this dialect takes a mailbox whole: nothing to choose")
		if err := s.Quit(t.Context()); err != nil {
			t.Error(err)
		}
		return nil, nil
	}
	offers, err := c.Offers(t.Context(), p.Mailbox())
	if err != nil {
		t.Fatal(errors.Join(err, s.Close()))
	}
	if len(offers) != want {
		t.Fatalf("%d offers, want %d", len(offers), want)
	}
	for _, o := range offers {
		if o.Ambiguous != (o.UIDL == "") && !isRenamer(p) {
			t.Errorf("offer %+v", o)
		}
	}
	return c, offers
}

func isRenamer(p Peer) bool {
	_, ok := p.(Renamer)
	return ok
}

// all makes one choice for all offers.
func all(offers []popclient.Offer, c popclient.Choice) []popclient.Selection {
	var chosen []popclient.Selection
	for _, o := range offers {
		chosen = append(chosen, popclient.Selection{Offer: o, Choice: c})
	}
	return chosen
}

// settle collects a selection, ends the session and checks that it ended by itself
// exactly if something was to be deleted.
func settle(t *testing.T, p Peer, c popclient.Chooser, to ForAccount, chosen []popclient.Selection) popclient.Tally {
	t.Helper()
	tally, err := c.CollectChosen(t.Context(), p.Mailbox(), to, chosen)
	if err != nil {
		t.Fatal(errors.Join(err, c.Close()))
	}
	deletes := slices.ContainsFunc(chosen, func(s popclient.Selection) bool {
		return s.Choice == popclient.TakeDelete || s.Choice == popclient.DeleteKnown
	})
	if c.Over() != deletes {
		t.Errorf("over %t, but something was to be deleted: %t", c.Over(), deletes)
	}
	if err := c.Quit(t.Context()); err != nil {
		t.Error(err)
	}
	return tally
}

// wantChosen compares tallies without what is left, which counts more or less of
// what was not chosen.
func wantChosen(t *testing.T, got, want popclient.Tally) {
	t.Helper()
	got.Left = want.Left
	wantTally(t, got, want)
}

// subjects returns the sorted subjects of the messages in a store.
func subjects(t *testing.T, store *localstore.Store) (out []string) {
	for _, m := range messages(t, store) {
		out = append(out, subjectOf(m))
	}
	slices.Sort(out)
	return out
}

// heldSubjects returns the sorted subjects of what the server holds.
func heldSubjects(t *testing.T, p Peer) (out []string) {
	h, err := p.Held()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range h {
		out = append(out, subjectOf(m))
	}
	slices.Sort(out)
	return out
}

// testChosen takes one message, deletes two, and leaves one alone.
func testChosen(t *testing.T, p Peer) {
	fill(t, p, 4)
	before := heldSubjects(t, p)
	store, to := OpenStore(t)
	c, offers := choose(t, p, 4)
	if c == nil {
		return
	}
	tally := settle(t, p, c, to, []popclient.Selection{
		{Offer: offers[3], Choice: popclient.TakeDelete}, {Offer: offers[2], Choice: popclient.Pass},
		{Offer: offers[1], Choice: popclient.Take}, {Offer: offers[0], Choice: popclient.TakeDelete},
	})
	wantChosen(t, tally, popclient.Tally{Collected: 3, Removed: 2})
	here, there := subjects(t, store), heldSubjects(t, p)
	if len(here) != 3 || len(there) != 2 {
		t.Fatalf("%d here and %d there, want 3 and 2", len(here), len(there))
	}
	union := slices.Compact(slices.Sorted(slices.Values(slices.Concat(here, there))))
	if d := cmp.Diff(before, union); d != "" {
		t.Errorf("what is here or there (-want +got):\n%s", d)
	}
}

// testDeleteOne deletes one message; the next session does not see it.
func testDeleteOne(t *testing.T, p Peer) {
	fill(t, p, 3)
	store, to := OpenStore(t)
	c, offers := choose(t, p, 3)
	if c == nil {
		return
	}
	wantChosen(t, settle(t, p, c, to, all(offers[1:2], popclient.TakeDelete)), popclient.Tally{Collected: 1, Removed: 1})
	gone := subjects(t, store)
	if left := heldSubjects(t, p); len(left) != 2 || len(gone) != 1 || slices.Contains(left, gone[0]) {
		t.Errorf("the server holds %q after the deletion of %q", left, gone)
	}
	if c, _ = choose(t, p, 2); c != nil {
		wantChosen(t, settle(t, p, c, to, nil), popclient.Tally{})
	}
}

// testNothingNew passes all offers.
func testNothingNew(t *testing.T, p Peer) {
	fill(t, p, some)
	_, to := OpenStore(t)
	c, offers := choose(t, p, some)
	if c == nil {
		return
	}
	wantChosen(t, settle(t, p, c, to, all(offers, popclient.Pass)), popclient.Tally{})
	if n := held(t, p); n != some {
		t.Errorf("the server holds %d, want %d", n, some)
	}
}

// testTop reads headers without collecting anything.
func testTop(t *testing.T, p Peer) {
	fill(t, p, 3)
	c, offers := choose(t, p, 3)
	if c == nil {
		return
	}
	var seen []string
	for _, o := range offers {
		h, err := c.Top(t.Context(), o, 0)
		if errors.Is(err, popclient.ErrUnsupported) {
			t.Log("this server can't send a header alone")
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, subjectOf(h))
	}
	if err := c.Quit(t.Context()); err != nil {
		t.Error(err)
	}
	slices.Sort(seen)
	if d := cmp.Diff(heldSubjects(t, p), seen); seen != nil && d != "" {
		t.Errorf("headers (-want +got):\n%s", d)
	}
}

// testHeaders collects headers alone, then the whole of one of the messages.
func testHeaders(t *testing.T, p Peer) {
	fill(t, p, 3)
	store, to := OpenStore(t)
	c, offers := choose(t, p, 3)
	if c == nil {
		return
	}
	tally, err := c.CollectChosen(t.Context(), p.Mailbox(), to, all(offers, popclient.TakeHeader))
	if err := c.Quit(t.Context()); err != nil {
		t.Error(err)
	}
	if errors.Is(err, popclient.ErrUnsupported) {
		t.Log("this server can't send a header alone")
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	wantChosen(t, tally, popclient.Tally{Collected: 3, Headers: 3})
	if n := held(t, p); n != 3 {
		t.Errorf("the server holds %d, want 3", n)
	}
	if n := partial(t, store); n != 3 {
		t.Errorf("%d partial messages, want 3", n)
	}
	c, again := choose(t, p, 3)
	settle(t, p, c, to, all(again[:1], popclient.Take))
	wantPartial, want := 2, 3
	if again[0].UIDL == "" { // nothing leads from the whole to its header
		wantPartial, want = 3, 4
	}
	if n, have := partial(t, store), len(Entries(t, store)); n != wantPartial || have != want {
		t.Errorf("%d of %d are partial, want %d of %d", n, have, wantPartial, want)
	}
}

func partial(t *testing.T, store *localstore.Store) (n int) {
	for _, e := range Entries(t, store) {
		if e.Partial {
			n++
		}
	}
	return n
}

// testDeleteKnown deletes what an earlier session collected and left.
func testDeleteKnown(t *testing.T, p Peer) {
	fill(t, p, some)
	store, to := OpenStore(t)
	before, err := collect(t, p, to, popclient.Leave)
	if err != nil {
		t.Fatal(err)
	}
	c, offers := choose(t, p, some)
	if c == nil {
		return
	}
	tally := settle(t, p, c, to, all(offers, popclient.DeleteKnown))
	t.Logf("%d octets for what was known, of %d", tally.Octets, before.Octets)
	wantChosen(t, tally, popclient.Tally{Known: some, Removed: some})
	if n := held(t, p); n != 0 {
		t.Errorf("the server holds %d, want none", n)
	}
	wantMail(t, store, Letters(some))
}

// testDeleteUnknown asks for mail to be deleted as known that never was collected:
// it must be collected first.
func testDeleteUnknown(t *testing.T, p Peer) {
	fill(t, p, some)
	store, to := OpenStore(t)
	c, offers := choose(t, p, some)
	if c == nil {
		return
	}
	wantChosen(t, settle(t, p, c, to, all(offers, popclient.DeleteKnown)), popclient.Tally{Collected: some, Removed: some})
	wantMail(t, store, Letters(some))
}

// renamer returns the peer if its ids can be set.
func renamer(t *testing.T, p Peer) Renamer {
	t.Helper()
	r, ok := p.(Renamer)
	if ok {
		return r
	}
	t.Log("this server's ids can't be set")
	s, err := p.Session(t.Context()) // so that the server has begun when it is stopped
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Quit(t.Context()); err != nil {
		t.Error(err)
	}
	return nil
}

// testAmbiguous has ids that two messages share, and empty ones. Nothing may be
// deleted by such an id, only by having been collected in the same session.
func testAmbiguous(t *testing.T, p Peer) {
	r := renamer(t, p)
	if r == nil {
		return
	}
	fill(t, p, 5)
	r.Rename("same", "same", "", "own", "")
	store, to := OpenStore(t)
	c, offers := choose(t, p, 5)
	if c == nil {
		return
	}
	for i, o := range offers {
		if want := i != 3; o.Ambiguous != want {
			t.Errorf("offer %+v, want ambiguous %t", o, want)
		}
	}
	settle(t, p, c, to, all(offers[:1], popclient.Take)) // under the id "same" there is something now
	c, offers = choose(t, p, 5)
	wantChosen(t, settle(t, p, c, to, all(offers, popclient.DeleteKnown)), popclient.Tally{Collected: 4, Known: 1, Removed: 5})
	wantMail(t, store, Letters(5))
	for _, e := range Entries(t, store) {
		if e.UIDL != "" && e.UIDL != "own" {
			t.Errorf("a message has the id %q", e.UIDL)
		}
	}
}

// testReused has a server that gives the ids of collected mail to new mail.
func testReused(t *testing.T, p Peer) {
	r := renamer(t, p)
	if r == nil {
		return
	}
	fill(t, p, 2)
	r.Rename("1", "2")
	store, to := OpenStore(t)
	if _, err := collect(t, p, to, popclient.Delete); err != nil {
		t.Fatal(err)
	}
	for _, m := range Letters(4)[2:] {
		if err := p.Deliver(m); err != nil {
			t.Fatal(err)
		}
	}
	r.Rename("1", "2")
	c, offers := choose(t, p, 2)
	if c == nil {
		return
	}
	wantChosen(t, settle(t, p, c, to, all(offers, popclient.DeleteKnown)), popclient.Tally{Collected: 2, Removed: 2})
	wantMail(t, store, Letters(4))
}
