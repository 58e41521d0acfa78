package poptest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"restante.app/localstore/custody"
	"restante.app/popclient"
)

const some = 12 // messages in a case

func testLeave(t *testing.T, p Peer) {
	fill(t, p, some)
	store, to := OpenStore(t)
	tally, err := collect(t, p, to, popclient.Leave)
	if err != nil {
		t.Fatal(err)
	}
	wantTally(t, tally, popclient.Tally{Collected: some, Left: some})
	if n := held(t, p); n != some {
		t.Errorf("the server holds %d, want %d", n, some)
	}
	wantMail(t, store, Letters(some))
}

func testDelete(t *testing.T, p Peer) {
	fill(t, p, some)
	store, to := OpenStore(t)
	tally, err := collect(t, p, to, popclient.Delete)
	if err != nil {
		t.Fatal(err)
	}
	wantTally(t, tally, popclient.Tally{Collected: some, Removed: some})
	if n := held(t, p); n != 0 {
		t.Errorf("the server holds %d, want none", n)
	}
	wantMail(t, store, Letters(some))
}

func testTwice(t *testing.T, p Peer) {
	fill(t, p, some)
	store, to := OpenStore(t)
	if _, err := collect(t, p, to, popclient.Leave); err != nil {
		t.Fatal(err)
	}
	tally, err := collect(t, p, to, popclient.Leave)
	if err != nil {
		t.Fatal(err)
	}
	wantTally(t, tally, popclient.Tally{Known: some, Left: some})
	if tally, err = collect(t, p, to, popclient.Delete); err != nil {
		t.Fatal(err)
	}
	wantTally(t, tally, popclient.Tally{Known: some, Removed: some})
	wantMail(t, store, Letters(some))
}

func testEmpty(t *testing.T, p Peer) {
	store, to := OpenStore(t)
	for _, r := range []popclient.Removal{popclient.Leave, popclient.Delete} {
		tally, err := collect(t, p, to, r)
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, tally, popclient.Tally{})
	}
	wantMail(t, store, nil)
}

func testRefused(t *testing.T, p Peer) {
	fill(t, p, 2)
	store, to := OpenStore(t)
	s, err := p.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	switch tally, err := s.Collect(t.Context(), "no-such-mailbox", to, popclient.Delete); {
	case err == nil && tally == (popclient.Tally{}):
		t.Log("this server has an empty mailbox of any name, as RFC 937 has it")
	case !popclient.Refused(err):
		t.Fatalf("want a refusal, got %v and %+v", err, tally)
	}
	if _, err := s.Collect(t.Context(), p.Mailbox(), to, popclient.Leave); err != nil {
		t.Fatal(err)
	}
	if err := s.Quit(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantMail(t, store, Letters(2))
}

// broken is a store that fails where its fields say, or lies.
type broken struct {
	custody.Custodian
	atDelivery, atCommit error
	forge                func(custody.Receipt) custody.Receipt
}

type brokenIntake struct {
	custody.Intake
	b broken
}

func (b broken) Begin(ctx context.Context, run custody.Run) (custody.Intake, error) {
	in, err := b.Custodian.Begin(ctx, run)
	return brokenIntake{in, b}, err
}

func (i brokenIntake) Deliver(ctx context.Context, d custody.Delivery) error {
	if i.b.atDelivery != nil {
		return i.b.atDelivery
	}
	return i.Intake.Deliver(ctx, d)
}

func (i brokenIntake) Commit(ctx context.Context) (custody.Receipt, error) {
	if i.b.atCommit != nil {
		return custody.Receipt{}, errors.Join(i.b.atCommit, i.Close())
	}
	r, err := i.Intake.Commit(ctx)
	if i.b.forge != nil {
		r = i.b.forge(r)
	}
	return r, err
}

var errDisk = errors.New("the disk is on fire")

func wantNothingDeleted(t *testing.T, p Peer, b broken, cause error) {
	t.Helper()
	fill(t, p, some)
	store, to := OpenStore(t)
	b.Custodian = to
	tally, err := collect(t, p, b, popclient.Delete)
	if !errors.Is(err, cause) {
		t.Errorf("error %v, want %v", err, cause)
	}
	if !errors.Is(err, popclient.ErrStore) {
		t.Errorf("error %v, want it to be popclient.ErrStore", err)
	}
	if tally.Removed != 0 {
		t.Errorf("tally says removed: %+v", tally)
	}
	if n := held(t, p); n != some {
		t.Fatalf("the server holds %d, want %d", n, some)
	}
	collectAgain(t, p, to, popclient.Delete)
	wantMail(t, store, Letters(some))
}

func testFailedCommit(t *testing.T, p Peer) {
	wantNothingDeleted(t, p, broken{atCommit: errDisk}, errDisk)
}

func testFailedDelivery(t *testing.T, p Peer) {
	wantNothingDeleted(t, p, broken{atDelivery: errDisk}, errDisk)
}

func testForged(t *testing.T, p Peer) {
	zero := func(custody.Receipt) custody.Receipt { return custody.Receipt{} }
	wantNothingDeleted(t, p, broken{forge: zero}, custody.ErrNoCustody)
}

func testCancel(t *testing.T, p Peer) {
	fill(t, p, some)
	store, to := OpenStore(t)
	s, err := p.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stop := stopAt{ForAccount: to, cancel: cancel, seen: new(int)}
	if _, err := s.Collect(ctx, p.Mailbox(), stop, popclient.Delete); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if n := held(t, p); n != some {
		t.Fatalf("the server holds %d, want %d", n, some)
	}
	collectAgain(t, p, to, popclient.Delete)
	wantMail(t, store, Letters(some))
}

// stopAt cancels the fetch at its third message, in whichever intake that comes.
type stopAt struct {
	ForAccount
	cancel context.CancelFunc
	seen   *int
}

type stopIntake struct {
	custody.Intake
	at stopAt
}

func (s stopAt) Begin(ctx context.Context, run custody.Run) (custody.Intake, error) {
	in, err := s.ForAccount.Begin(ctx, run)
	return stopIntake{in, s}, err
}

func (s stopIntake) Deliver(ctx context.Context, d custody.Delivery) error {
	if *s.at.seen++; *s.at.seen == 3 {
		s.at.cancel()
	}
	return s.Intake.Deliver(ctx, d)
}

func testSmuggle(t *testing.T, p Peer) {
	fill(t, p, 1)
	_, to := OpenStore(t)
	for _, name := range []string{p.Mailbox() + "\r\nQUIT", "in\nbox", "in\x00box", "in\rbox", ""} {
		s, err := p.Session(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Collect(t.Context(), name, to, popclient.Delete); !errors.Is(err, popclient.ErrArgument) {
			t.Errorf("mailbox %q: error %v, want %v", name, err, popclient.ErrArgument)
		}
		if err := s.Quit(t.Context()); err != nil {
			t.Errorf("mailbox %q: the session is gone: %v", name, err)
		}
	}
	if n := held(t, p); n != 1 {
		t.Errorf("the server holds %d, want 1", n)
	}
}

// arrive delivers a letter while a transaction is under way.
type arrive struct {
	ForAccount
	once func() error
}

func (a arrive) Begin(ctx context.Context, run custody.Run) (custody.Intake, error) {
	if err := a.once(); err != nil {
		return nil, err
	}
	return a.ForAccount.Begin(ctx, run)
}

func testArrival(t *testing.T, p Peer) {
	fill(t, p, some)
	store, to := OpenStore(t)
	late := []byte("From: late@example.org\nSubject: late\n\nJust in time.\n")
	once := sync.OnceValue(func() error { return p.Deliver(late) })
	tally, err := collect(t, p, arrive{to, once}, popclient.Delete)
	if err != nil {
		t.Fatal(err)
	}
	wantTally(t, tally, popclient.Tally{Collected: some, Removed: some})
	if n := held(t, p); n != 1 {
		t.Errorf("the server holds %d, want the one that came late", n)
	}
	wantMail(t, store, Letters(some))
}
