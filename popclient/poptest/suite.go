package poptest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"restante.app/localstore"
	"restante.app/localstore/custody"
	"restante.app/popclient"
)

// Peer is a running server with one mailbox, as the suite sees it.
type Peer interface {
	// Session returns a new session, logged in.
	Session(ctx context.Context) (popclient.Session, error)
	// Mailbox is the name of the mailbox that Held shows.
	Mailbox() string
	// Held returns the messages that the server holds now, in any order, as it
	// would send them but with LF line ends. No session is open then: a server may
	// answer QUIT before it deletes, and Held waits for the end of it.
	Held() ([][]byte, error)
	// Deliver adds a message with LF line ends to the mailbox.
	Deliver(message []byte) error
}

// Renamer is a Peer whose unique ids the suite can set, to see what a client does
// where they are not unique.
type Renamer interface {
	Peer
	// Rename gives the messages of the mailbox these ids, in order.
	Rename(uidls ...string)
}

// Suite is what every dialect must do with every server. start starts a server
// whose mailbox is empty. A case for what the dialect or the server does not have
// says so in the log and returns.
func Suite(t *testing.T, start func(t *testing.T) Peer) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Peer)
	}{
		{"LeaveKeepsEverything", testLeave},
		{"DeleteRemovesEverything", testDelete},
		{"LeaveThenDeleteShowsNothingTwice", testTwice},
		{"EmptyMailbox", testEmpty},
		{"RefusedMailboxKeepsTheSession", testRefused},
		{"FailedCommitDeletesNothing", testFailedCommit},
		{"FailedDeliveryDeletesNothing", testFailedDelivery},
		{"ForgedReceiptDeletesNothing", testForged},
		{"CancelDeletesNothing", testCancel},
		{"ArgumentsCannotSmuggle", testSmuggle},
		{"MailThatArrivesMeanwhileStays", testArrival},
		{"ChosenOnesAlone", testChosen},
		{"DeletedOnesAreGone", testDeleteOne},
		{"NothingNewChangesNothing", testNothingNew},
		{"HeadersShown", testTop},
		{"HeadersAlone", testHeaders},
		{"KnownMailIsDeletedByVouching", testDeleteKnown},
		{"UnknownMailIsNotDeletedByVouching", testDeleteUnknown},
		{"AmbiguousIDs", testAmbiguous},
		{"ReusedIDs", testReused},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, start(t)) })
	}
}

// Letters makes n distinct messages with LF line ends, some of them awkward: From
// at a line's start, dots alone, no body, 8-bit octets, a long line.
func Letters(n int) [][]byte {
	awkward := []string{
		"Hello.\n", "From here on it gets odd.\n>From there too.\n", ".\n..\n.\n", "", "Gr\xfc\xdfe, \xe2\x82\xac\n",
		string(bytes.Repeat([]byte("long "), 3000)) + "\n",
	}
	out := make([][]byte, n)
	for i := range out {
		out[i] = fmt.Appendf(nil, "From: person%d@example.org\nSubject: letter %d\nMessage-ID: <%d@example.org>\n\n%s",
			i, i, i/2, awkward[i%len(awkward)])
	}
	return out
}

func fill(t *testing.T, p Peer, n int) {
	t.Helper()
	for _, m := range Letters(n) {
		if err := p.Deliver(m); err != nil {
			t.Fatal(err)
		}
	}
}

func held(t *testing.T, p Peer) int {
	t.Helper()
	h, err := p.Held()
	if err != nil {
		t.Fatal(err)
	}
	return len(h)
}

// ForAccount is the store as a session of one account sees it.
type ForAccount struct {
	custody.Custodian
	Account string
}

// Begin fills in the account.
func (f ForAccount) Begin(ctx context.Context, run custody.Run) (custody.Intake, error) {
	run.Account = f.Account
	return f.Custodian.Begin(ctx, run)
}

// Vouch fills in the account. A custodian that is no custody.Voucher vouches for nothing.
func (f ForAccount) Vouch(ctx context.Context, run custody.Run, claims []custody.Claim) ([]bool, custody.Receipt, error) {
	v, ok := f.Custodian.(custody.Voucher)
	if !ok {
		return make([]bool, len(claims)), custody.Receipt{}, nil
	}
	run.Account = f.Account
	return v.Vouch(ctx, run, claims)
}

// summarize reads what the store needs to tell a message by its header.
func summarize(head []byte) localstore.Summary {
	m, err := mail.ReadMessage(bytes.NewReader(head))
	if err != nil {
		return localstore.Summary{}
	}
	return localstore.Summary{Subject: m.Header.Get("Subject"), MessageID: strings.Trim(m.Header.Get("Message-ID"), "<>")}
}

// OpenStore opens a store with one account in a new folder. Its consistency is
// checked at the end of the test.
func OpenStore(t testing.TB) (*localstore.Store, ForAccount) {
	t.Helper()
	store, err := localstore.Open(t.TempDir(), localstore.Options{Summarize: summarize})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if r, err := store.Check(context.WithoutCancel(t.Context()), true); err != nil || !r.OK() {
			t.Errorf("the store is damaged: %+v, %v", r, err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	a, err := store.PutAccount(localstore.Account{Name: "test", Host: "localhost", Port: 109, User: "fred", Security: localstore.Plain})
	if err != nil {
		t.Fatal(err)
	}
	return store, ForAccount{store, a.ID}
}

// collect runs one session to its end. It returns the login's error too: POP3 refuses
// that while another session has the mailbox.
func collect(t *testing.T, p Peer, to custody.Custodian, r popclient.Removal) (popclient.Tally, error) {
	t.Helper()
	s, err := p.Session(t.Context())
	if err != nil {
		return popclient.Tally{}, err
	}
	tally, err := s.Collect(t.Context(), p.Mailbox(), to, r)
	if err != nil {
		return tally, errors.Join(err, s.Close())
	}
	return tally, s.Quit(t.Context())
}

// collectAgain is collect after a session that was dropped. Until the server has
// noticed that, it still holds the mailbox and refuses.
func collectAgain(t *testing.T, p Peer, to custody.Custodian, r popclient.Removal) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		_, err := collect(t, p, to, r)
		if err == nil {
			return
		}
		if !popclient.Refused(err) || time.Now().After(deadline) {
			t.Fatalf("the next fetch: %v", err)
		}
		time.Sleep(time.Millisecond) // the server is another process as far as the suite knows
	}
}

func wantTally(t *testing.T, got, want popclient.Tally) {
	t.Helper()
	got.Octets = 0
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("tally (-want +got):\n%s", d)
	}
}

// wantMail compares the bodies in the store with letters, in any order. Header
// fields may have been added on the way (Status, Return-Path, Received).
func wantMail(t *testing.T, store *localstore.Store, letters [][]byte) {
	t.Helper()
	var got, want []string
	for _, m := range messages(t, store) {
		got = append(got, essence(m))
	}
	for _, l := range letters {
		want = append(want, essence(l))
	}
	slices.Sort(got)
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("mail in the store (-want +got):\n%.2000s", d)
	}
}

// messages returns the octets of all messages of a store.
func messages(t *testing.T, store *localstore.Store) (out [][]byte) {
	t.Helper()
	for _, e := range Entries(t, store) {
		m, err := store.OpenMessage(e.ID)
		if err != nil {
			t.Fatal(err)
		}
		octets, err := io.ReadAll(m.Reader())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, octets)
	}
	return out
}

// essence is the subject and the body without line ends' kind, From-stuffing and
// trailing empty lines.
func essence(m []byte) string {
	m = bytes.ReplaceAll(m, []byte("\r\n"), []byte("\n"))
	_, body, _ := bytes.Cut(m, []byte("\n\n"))
	var plain []byte
	for l := range bytes.Lines(body) {
		if s := bytes.TrimLeft(l, ">"); bytes.HasPrefix(s, []byte("From ")) {
			l = s
		}
		plain = append(plain, l...)
	}
	return subjectOf(m) + "\n\n" + string(bytes.TrimRight(plain, "\n"))
}

// subjectOf returns the line of a message's subject, without its line end.
func subjectOf(m []byte) string {
	for l := range bytes.Lines(m) {
		if bytes.HasPrefix(l, []byte("Subject:")) {
			return string(bytes.TrimSpace(l))
		}
	}
	return ""
}
