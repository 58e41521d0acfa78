package pop2_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante.app/localstore/custody"
	"restante.app/popclient"
	"restante.app/popclient/pop2"
	"restante.app/popclient/poptest"
)

// withLetters starts a server whose INBOX holds n letters, and logs in.
func withLetters(t *testing.T, n int) (*pop2.Client, *ipop2d) {
	t.Helper()
	addr, s := startServer(t, true)
	for _, m := range poptest.Letters(n) {
		s.deliver(spool, m)
	}
	c, err := login(t.Context(), addr, pop2.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	})
	return c, s
}

// TestChosen takes one message, deletes two and leaves one alone.
func TestChosen(t *testing.T) {
	c, s := withLetters(t, 4)
	store, to := poptest.OpenStore(t)
	offers, err := c.Offers(t.Context(), "inbox")
	if err != nil || len(offers) != 4 {
		t.Fatalf("%d offers, %v", len(offers), err)
	}
	for i, o := range offers {
		if o.Number != i+1 || o.Size <= 0 || o.UIDL != "" || !o.Ambiguous {
			t.Errorf("offer %+v", o)
		}
	}
	tally, err := c.CollectChosen(t.Context(), "inbox", to, []popclient.Selection{
		{Offer: offers[3], Choice: popclient.TakeDelete}, {Offer: offers[2], Choice: popclient.Pass},
		{Offer: offers[1], Choice: popclient.Take}, {Offer: offers[0], Choice: popclient.DeleteKnown},
	})
	if err != nil {
		t.Fatal(err)
	}
	tally.Octets = 0
	if d := cmp.Diff(popclient.Tally{Collected: 3, Removed: 2, Left: 1}, tally); d != "" {
		t.Errorf("tally (-want +got):\n%s", d)
	}
	if !c.Over() {
		t.Error("the session is not over")
	}
	if err := c.Quit(t.Context()); err != nil {
		t.Errorf("Quit after the end: %v", err)
	}
	if d := cmp.Diff(poptest.Letters(4)[1:3], s.held(spool)); d != "" {
		t.Errorf("the server holds (-want +got):\n%s", d)
	}
	if n := len(poptest.Entries(t, store)); n != 3 {
		t.Errorf("%d messages in the store", n)
	}
}

// TestBadChoices are refused before anything is collected or deleted.
func TestBadChoices(t *testing.T) {
	c, s := withLetters(t, 2)
	_, to := poptest.OpenStore(t)
	offers, err := c.Offers(t.Context(), "inbox")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Top(t.Context(), offers[0], 0); !errors.Is(err, popclient.ErrUnsupported) {
		t.Errorf("Top: %v", err)
	}
	take := popclient.Selection{Offer: offers[0], Choice: popclient.TakeDelete}
	moved := take
	moved.Offer.Size++
	for _, bad := range []struct {
		name   string
		chosen []popclient.Selection
		want   error
	}{
		{"header alone", []popclient.Selection{take, {Offer: offers[1], Choice: popclient.TakeHeader}}, popclient.ErrUnsupported},
		{"twice", []popclient.Selection{take, take}, popclient.ErrArgument},
		{"number 0", []popclient.Selection{take, {Choice: popclient.Take}}, popclient.ErrArgument},
		{"number 3", []popclient.Selection{take, {Offer: popclient.Offer{Number: 3}}}, popclient.ErrArgument},
		{"no such choice", []popclient.Selection{take, {Offer: offers[1], Choice: 99}}, popclient.ErrArgument},
		{"another size than listed", []popclient.Selection{moved}, popclient.ErrProtocol},
	} {
		tally, err := c.CollectChosen(t.Context(), "inbox", to, bad.chosen)
		if !errors.Is(err, bad.want) || tally != (popclient.Tally{}) || c.Over() {
			t.Errorf("%s: %+v, %v, want %v", bad.name, tally, err, bad.want)
		}
	}
	if err := c.Quit(t.Context()); err != nil {
		t.Error(err)
	}
	if n := len(s.held(spool)); n != 2 {
		t.Errorf("the server holds %d", n)
	}
}

// TestStatusChanges: ipop2d shows another Status line at each reading; the message
// is the same one.
func TestStatusChanges(t *testing.T) {
	addr, s := startServer(t, true)
	s.deliver(spool, poptest.Letters(1)[0])
	store, to := poptest.OpenStore(t)
	for i, want := range []popclient.Tally{{Collected: 1, Left: 1}, {Known: 1, Left: 1}} {
		c, err := login(t.Context(), addr, pop2.Options{})
		if err != nil {
			t.Fatal(err)
		}
		tally, err := c.Collect(t.Context(), "INBOX", to, popclient.Leave)
		if err != nil {
			t.Fatal(err)
		}
		if tally.Octets = 0; tally != want {
			t.Errorf("fetch %d: %+v, want %+v", i, tally, want)
		}
		if err := c.Quit(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if n := len(poptest.Entries(t, store)); n != 1 {
		t.Errorf("%d messages in the store", n)
	}
}

// TestLarge has a message that does not fit in a delivery's memory, for each removal.
func TestLarge(t *testing.T) {
	large := append([]byte("From: a@example.org\nSubject: large\n\n"), bytes.Repeat([]byte("0123456789abcde\n"), 3*custody.MaxInline/16)...)
	for _, r := range []popclient.Removal{popclient.Leave, popclient.Delete} {
		c, s := withLetters(t, 1)
		s.deliver(spool, large)
		if err := c.Close(); err != nil { // the session began before it came
			t.Fatal(err)
		}
		t.Run(r.String(), func(t *testing.T) { collectLarge(t, s, r, len(large)) })
	}
}

func collectLarge(t *testing.T, s *ipop2d, r popclient.Removal, size int) {
	c, err := login(t.Context(), s.addr, pop2.Options{})
	if err != nil {
		t.Fatal(err)
	}
	store, to := poptest.OpenStore(t)
	tally, err := c.Collect(t.Context(), "inbox", to, r)
	if err != nil || tally.Collected != 2 {
		t.Fatalf("%+v, %v", tally, err)
	}
	if err := c.Quit(t.Context()); err != nil {
		t.Error(err)
	}
	found := false
	for _, e := range poptest.Entries(t, store) {
		found = found || e.Size > int64(size)
	}
	if !found {
		t.Error("the large message is not whole")
	}
	if n := len(s.held(spool)); n != 2-tally.Removed || (r == popclient.Delete) != (n == 0) {
		t.Errorf("the server holds %d, %+v", n, tally)
	}
}

var errDisk = errors.New("no space left")

// secondFails is a store whose second commit fails.
type secondFails struct {
	poptest.ForAccount
	n *int
}

type failing struct{ custody.Intake }

func (failing) Commit(context.Context) (custody.Receipt, error) { return custody.Receipt{}, errDisk }

func (f secondFails) Begin(ctx context.Context, run custody.Run) (custody.Intake, error) {
	in, err := f.ForAccount.Begin(ctx, run)
	if *f.n++; *f.n == 2 && err == nil {
		return failing{in}, nil
	}
	return in, err
}

// TestStoreFailsLater: the first message is deleted for good, the second is not
// received (NACK), the rest is not touched.
func TestStoreFailsLater(t *testing.T) {
	c, s := withLetters(t, 3)
	_, to := poptest.OpenStore(t)
	tally, err := c.Collect(t.Context(), "inbox", secondFails{to, new(int)}, popclient.Delete)
	if !errors.Is(err, errDisk) || !errors.Is(err, popclient.ErrStore) {
		t.Errorf("error %v", err)
	}
	if tally.Removed != 1 || !c.Over() {
		t.Errorf("%+v, over %t", tally, c.Over())
	}
	if d := cmp.Diff(poptest.Letters(3)[1:], s.held(spool)); d != "" {
		t.Errorf("the server holds (-want +got):\n%s", d)
	}
}

// TestLoginArguments are refused before anything is sent.
func TestLoginArguments(t *testing.T) {
	for _, bad := range [][2]string{
		{"", "x"}, {"fred", ""}, {"fred smith", "x"}, {"fred\tsmith", "x"}, {"fred\r\nQUIT", "x"},
		{"fred", "x\r\nQUIT"}, {"fred", "x\ny"}, {"fred", "x\x00y"}, {"fr\x00ed", "x"},
	} {
		c, _ := withLetters(t, 0)
		err := c.Login(t.Context(), bad[0], bad[1])
		if !errors.Is(err, popclient.ErrArgument) || strings.Contains(err.Error(), "QUIT") {
			t.Errorf("%q: %v", bad, err)
		}
		if err := c.Quit(t.Context()); err != nil {
			t.Errorf("%q: the session is gone: %v", bad, err)
		}
	}
}

// TestPasswordOnTheLine: a backslash quotes the next character there, spaces stay,
// and the transcript has stars.
func TestPasswordOnTheLine(t *testing.T) {
	near, far := net.Pipe()
	heard := make(chan string, 1)
	go func() {
		b := make([]byte, 100)
		n, _ := far.Read(b) // what was heard is compared below
		heard <- string(b[:n])
		_ = far.Close() // so does the test's end
	}()
	trace := &popclient.Transcript{}
	c := pop2.New(near, pop2.Options{Trace: trace})
	if err := c.Login(t.Context(), "fred", `a \b`); !errors.Is(err, popclient.ErrLost) {
		t.Errorf("error %v", err)
	}
	if got, want := <-heard, "HELO fred a \\\\b\r\n"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
	if got, want := trace.String(), "C: HELO fred ********\n"; got != want {
		t.Errorf("transcript %q, want %q", got, want)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}
