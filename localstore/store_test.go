package localstore

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"restante.app/localstore/custody"
)

// openTest opens a store that is checked, by bbolt and by Check, when the test ends.
func openTest(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	if o.hashFresh == 0 {
		o.hashFresh = 20 // so that rows move on in every test
	}
	s, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeChecked(t, s) })
	return s
}

// closeChecked closes the store and fails the test if anything in it is wrong.
func closeChecked(t testing.TB, s *Store) {
	t.Helper()
	if s.ctx.Err() == nil {
		checkClean(t, s)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	for _, path := range storeFiles(t, s.dir) {
		boltCheck(t, path)
	}
}

func boltCheck(t testing.TB, path string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second, PreLoadFreelist: true})
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	defer db.Close()
	err = db.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	})
	if err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

func checkClean(t testing.TB, s *Store) Report {
	t.Helper()
	// The context of a test has ended when its cleanup runs.
	r, err := s.Check(context.WithoutCancel(t.Context()), true)
	if err != nil {
		t.Errorf("Check: %v", err)
	}
	for _, p := range r.Problems {
		t.Errorf("Check: %v", p)
	}
	return r
}

func delivery(s string) custody.Delivery {
	return custody.Delivery{Octets: []byte(s), Format: "bare"}
}

func testMail(i int) string {
	return fmt.Sprintf("From: a%d@example.org\r\nSubject: number %d\r\n\r\nbody %d\r\n%s", i, i, i, strings.Repeat("some more text here\r\n", i%50))
}

// fetch delivers and commits, and checks the receipt against a tape of its own.
func fetch(t testing.TB, s *Store, account, mailbox string, ds ...custody.Delivery) custody.Receipt {
	t.Helper()
	in, err := s.Begin(t.Context(), custody.Run{Account: account, Mailbox: mailbox})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var tape custody.Tape
	for _, d := range ds {
		tape.Message()
		tape.Write(d.Prefix)
		tape.Write(d.Octets)
		if d.Rest != nil {
			d.Rest = io.TeeReader(d.Rest, &tape)
		}
		if suffix := d.Suffix; suffix != nil {
			d.Suffix = func() []byte { p := suffix(); return p }
		}
		if err := in.Deliver(t.Context(), d); err != nil {
			t.Fatalf("Deliver: %v", err)
		}
		if d.Suffix != nil {
			tape.Write(d.Suffix())
		}
	}
	r, err := in.Commit(t.Context())
	if err != nil {
		t.Fatalf("Commit: %v", err)
	}
	release, err := r.Release(tape.Manifest())
	if err != nil || !release.Valid() {
		t.Fatalf("the receipt does not cover the run: %v", err)
	}
	return r
}

func bodyOf(t testing.TB, s *Store, id MessageID) string {
	t.Helper()
	m, err := s.OpenMessage(id)
	if err != nil {
		t.Fatal(err)
	}
	if m.Damage() != nil {
		t.Errorf("message %d: %v", id, m.Damage())
	}
	p, err := io.ReadAll(m.Reader())
	if err != nil {
		t.Fatal(err)
	}
	return string(p)
}

func TestFetchTwice(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir, Options{Summarize: func(head []byte) Summary {
		subject, _, _ := bytes.Cut(head[bytes.Index(head, []byte("Subject: "))+9:], []byte("\r"))
		return Summary{Subject: string(subject), Date: time.Unix(int64(len(subject))*1000, 0)}
	}})
	var ds []custody.Delivery
	for i := range 1200 {
		ds = append(ds, delivery(testMail(i)))
	}
	ds = append(ds, ds[3]) // twice in one run
	if r := fetch(t, s, "acc", "inbox", ds...); r.Fresh() != 1200 || r.Known() != 1 {
		t.Fatalf("fresh %d, known %d", r.Fresh(), r.Known())
	}
	if r := fetch(t, s, "acc", "inbox", ds...); r.Fresh() != 0 || r.Known() != 1201 {
		t.Fatalf("again: fresh %d, known %d", r.Fresh(), r.Known())
	}
	if r := fetch(t, s, "acc", "other", ds[:10]...); r.Fresh() != 10 {
		t.Fatalf("another mailbox: fresh %d", r.Fresh())
	}
	boxes, err := s.Mailboxes()
	if err != nil {
		t.Fatal(err)
	}
	want := []Mailbox{
		{ID: 1, Account: "acc", Source: "inbox", Name: "inbox", Total: 1200, Unread: 1200},
		{ID: 2, Account: "acc", Source: "other", Name: "other", Total: 10, Unread: 10},
	}
	if diff := cmp.Diff(want, boxes); diff != "" {
		t.Fatal(diff)
	}
	refs, err := s.Refs(1, true)
	if err != nil || len(refs) != 1200 {
		t.Fatalf("%d refs, %v", len(refs), err)
	}
	if !slices.IsSortedFunc(refs, func(a, b Ref) int { return compareRefs(b, a) }) {
		t.Fatal("not newest first")
	}
	for i := range 1200 {
		if got := bodyOf(t, s, MessageID(i+1)); got != testMail(i) {
			t.Fatalf("message %d: %q", i, got)
		}
	}
}

// TestOneBodyInTwoGuises has two accounts bring the same mail with other line ends: it is
// kept once, and both messages have its size.
func TestOneBodyInTwoGuises(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	for _, text := range []string{testMail(3), testMail(1) + strings.Repeat("a long text\r\n", 200_000)} {
		first := fetch(t, s, "one", "inbox", delivery(text))
		second := fetch(t, s, "two", "inbox", delivery(strings.ReplaceAll(text, "\r\n", "\n")))
		if first.Fresh() != 1 || second.Fresh() != 1 {
			t.Fatalf("%d and %d are fresh", first.Fresh(), second.Fresh())
		}
	}
	entries, err := s.Entries([]MessageID{1, 2, 3, 4})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range entries {
		if body := bodyOf(t, s, e.ID); e.Size != int64(len(body)) || !strings.Contains(body, "\r\n") {
			t.Errorf("message %d is said to have %d octets and has %d", i+1, e.Size, len(body))
		}
	}
}
