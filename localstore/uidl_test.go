package localstore

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"restante.app/localstore/custody"
)

// offered is a message as a server hands it out under an id.
func offered(text, uidl string) custody.Delivery {
	return custody.Delivery{Octets: []byte(text), UIDL: uidl, Listed: int64(len(text))}
}

func headOnly(text, uidl string) custody.Delivery {
	d := offered(text, uidl)
	d.Octets, d.Partial = append(headerOf(text), '\r', '\n'), true
	return d
}

// headerOf returns the header with the line end of its last field.
func headerOf(text string) []byte {
	head, _, _ := bytes.Cut([]byte(text), []byte("\r\n\r\n"))
	return append(head, '\r', '\n')
}

func letter(n int, body string) string {
	return fmt.Sprintf("From: a@example.org\r\nSubject: letter %d\r\nMessage-ID: <%d@example.org>\r\n\r\n%s\r\n", n, n, body)
}

// fetchHead takes a header alone, whose receipt releases nothing.
func fetchHead(t *testing.T, s *Store, d custody.Delivery) custody.Receipt {
	t.Helper()
	in := begin(t, s, "inbox")
	if err := in.Deliver(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	r, err := in.Commit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func holdings(t *testing.T, s *Store, uidls ...string) map[string]Holding {
	t.Helper()
	h, err := s.Holdings("acc", "inbox", uidls)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHoldings(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s := openTest(t, t.TempDir(), Options{Now: func() time.Time { return now }})
	if h := holdings(t, s, "a"); len(h) != 0 {
		t.Errorf("%+v in an empty store", h)
	}
	one, two := letter(1, "one"), letter(2, "two")
	fetch(t, s, "acc", "inbox", offered(one, "a"), offered(two, "b/../\x01"), delivery(testMail(3)))
	fetch(t, s, "acc", "other", offered(one, "c"))
	h := holdings(t, s, "a", "b/../\x01", "c", "", "d")
	if len(h) != 2 || h["a"].Message == 0 || h["a"].Listed != int64(len(one)) || !h["a"].Collected.Equal(now) || h["a"].Partial {
		t.Errorf("%+v", h)
	}
	// A second id for the same content, and an id that another message has now.
	fetch(t, s, "acc", "inbox", offered(one, "e"), offered(letter(4, "four"), "a"))
	after := holdings(t, s, "a", "e")
	if after["e"].Message != h["a"].Message || after["a"].Message == h["a"].Message || after["a"].Message == 0 {
		t.Errorf("before %+v, after %+v", h, after)
	}
	checkClean(t, s)
}

func vouch(t *testing.T, s *Store, claims ...custody.Claim) []bool {
	t.Helper()
	held, receipt, err := s.Vouch(t.Context(), custody.Run{Account: "acc", Mailbox: "inbox"}, claims)
	if err != nil {
		t.Fatal(err)
	}
	var tape custody.Tape
	any := false
	for i, c := range claims {
		if held[i] {
			any = true
			tape.Message()
			_, _ = tape.Write(c.Header)
		}
	}
	release, err := receipt.Release(tape.Manifest())
	if any && (err != nil || !release.Valid()) {
		t.Errorf("the receipt does not cover what is held: %v", err)
	}
	tape.Message()
	if release, err := receipt.Release(tape.Manifest()); err == nil || release.Valid() {
		t.Error("the receipt covers more than is held")
	}
	return held
}

func TestVouch(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	one, two, big := letter(1, "one"), letter(2, "two"), letter(3, string(bytes.Repeat([]byte("long line\r\n"), 300_000)))
	long := custody.Delivery{UIDL: "big", Listed: int64(len(big)), Octets: []byte(big[:custody.MaxInline]), Rest: bytes.NewReader([]byte(big[custody.MaxInline:]))}
	fetch(t, s, "acc", "inbox", offered(one, "a"), offered(two, "b"), long)
	fetchHead(t, s, headOnly(letter(4, "four"), "p"))
	claim := func(text, uidl string) custody.Claim {
		return custody.Claim{UIDL: uidl, Listed: int64(len(text)), Header: append(headerOf(text), '\r', '\n')}
	}
	other := claim(one, "a")
	other.Header = bytes.Replace(other.Header, []byte("letter 1"), []byte("letter 9"), 1)
	size := claim(one, "a")
	size.Listed++
	for _, c := range []struct {
		why   string
		claim custody.Claim
		want  bool
	}{
		{"as it came", claim(one, "a"), true},
		{"long", claim(big, "big"), true},
		{"no id", claim(one, ""), false},
		{"unknown id", claim(one, "z"), false},
		{"another's id", claim(two, "a"), false},
		{"another header", other, false},
		{"another size", size, false},
		{"no header", custody.Claim{UIDL: "a", Listed: int64(len(one))}, false},
		{"the header alone is here", claim(letter(4, "four"), "p"), false},
	} {
		if got := vouch(t, s, c.claim)[0]; got != c.want {
			t.Errorf("%s: %t", c.why, got)
		}
	}
	if got := vouch(t, s, claim(one, "a"), claim(one, "z"), claim(two, "b")); !got[0] || got[1] || !got[2] {
		t.Errorf("%v", got)
	}
	if err := s.Delete([]MessageID{holdings(t, s, "a")["a"].Message}); err != nil {
		t.Fatal(err)
	}
	if vouch(t, s, claim(one, "a"))[0] {
		t.Error("vouched for what was deleted here")
	}
	checkClean(t, s)
}

func TestPartialBecomesWhole(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{Summarize: func(head []byte) Summary { return Summary{Subject: string(head[:20])} }})
	text := letter(1, "the rest")
	in := begin(t, s, "inbox")
	var tape custody.Tape
	head := headOnly(text, "a")
	tape.Message()
	_, _ = tape.Write(head.Octets)
	if err := in.Deliver(t.Context(), head); err != nil {
		t.Fatal(err)
	}
	receipt, err := in.Commit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if release, err := receipt.Release(tape.Manifest()); !errors.Is(err, custody.ErrNoCustody) || release.Valid() {
		t.Errorf("a header alone releases: %v", err)
	}
	id := holdings(t, s, "a")["a"].Message
	if err := s.SetFlags([]MessageID{id}, Seen|Starred, 0); err != nil {
		t.Fatal(err)
	}
	if e := entry(t, s, id); !e.Partial || e.UIDL != "a" || e.Listed != int64(len(text)) {
		t.Errorf("%+v", e)
	}
	if r := fetch(t, s, "acc", "inbox", offered(text, "a")); r.Fresh() != 1 {
		t.Errorf("%d fresh", r.Fresh())
	}
	e := entry(t, s, id)
	if e.Partial || e.Size != int64(len(text)) || !e.Flags.Has(Seen|Starred) {
		t.Errorf("%+v", e)
	}
	if r := fetchHead(t, s, headOnly(text, "a")); r.Known() != 1 {
		t.Errorf("the header of what is whole: %d known", r.Known())
	}
	// The server gives the same message another id.
	fetchHead(t, s, headOnly(text, "b"))
	if h := holdings(t, s, "b")["b"]; h.Partial || h.Message != id {
		t.Errorf("under another id: %+v", h)
	}
	boxes, err := s.Mailboxes()
	if err != nil || boxes[0].Total != 1 || boxes[0].Unread != 0 {
		t.Errorf("%+v, %v", boxes, err)
	}
	if h := holdings(t, s, "a")["a"]; h.Partial || h.Message != id {
		t.Errorf("%+v", h)
	}
	checkClean(t, s)
}

// TestPartialOfKnown: the whole is known already, from elsewhere; the header goes.
func TestPartialOfKnown(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	text := letter(1, "the rest")
	fetch(t, s, "acc", "inbox", custody.Delivery{Octets: []byte(text), Listed: -1})
	fetchHead(t, s, headOnly(text, "a"))
	fetch(t, s, "acc", "inbox", offered(text, "a"))
	boxes, err := s.Mailboxes()
	if err != nil || boxes[0].Total != 1 {
		t.Errorf("%+v, %v", boxes, err)
	}
	checkClean(t, s)
}

func entry(t *testing.T, s *Store, id MessageID) Entry {
	t.Helper()
	all, err := s.Entries([]MessageID{id})
	if err != nil || len(all) != 1 {
		t.Fatalf("%d entries, %v", len(all), err)
	}
	return all[0]
}

func TestDelete(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir, Options{shardOctets: 64 << 10, batchOctets: 16 << 10})
	var all []custody.Delivery
	for i := range 500 {
		all = append(all, offered(testMail(i), fmt.Sprint(i)))
	}
	fetch(t, s, "acc", "inbox", all...)
	fetch(t, s, "acc", "other", offered(testMail(7), "x"))
	refs, err := s.Refs(1, false)
	if err != nil {
		t.Fatal(err)
	}
	var ids []MessageID
	for i, r := range refs {
		if i%3 != 0 {
			ids = append(ids, r.ID)
		}
	}
	if err := s.SetFlags(ids[:100], Seen, 0); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(append(ids, ids[0], 1<<40)); err != nil {
		t.Fatal(err)
	}
	left, err := s.Refs(1, false)
	if err != nil || len(left) != len(refs)-len(ids) {
		t.Fatalf("%d rows, %v", len(left), err)
	}
	if _, err := s.OpenMessage(ids[0]); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
	r := checkClean(t, s)
	if want := len(left) + 1; r.Messages != want {
		t.Errorf("%d messages, want %d", r.Messages, want)
	}
	// What was deleted here stays known.
	if got := fetch(t, s, "acc", "inbox", all...); got.Fresh() != 0 || got.Known() != len(all) {
		t.Errorf("%d fresh, %d known", got.Fresh(), got.Known())
	}
	if err := s.meta.view(func(tx *bbolt.Tx) error {
		if n := tx.Bucket(bucketPending).Inspect().KeyN; n != 0 {
			t.Errorf("%d bodies wait to be removed", n)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestDeleteThenCrash: what is left between the two steps of a deletion goes at the
// next start.
func TestDeleteThenCrash(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir, Options{})
	fetch(t, s, "acc", "inbox", offered(testMail(1), "a"), offered(testMail(2), "b"))
	id := holdings(t, s, "a")["a"].Message
	err := s.update(func(tx *bbolt.Tx) error { // the first step alone
		r := remover{tx: tx, boxes: map[MailboxID]counts{}}
		if err := r.remove(id); err != nil {
			return err
		}
		return addCounts(tx, 1, r.boxes[1])
	})
	if err != nil {
		t.Fatal(err)
	}
	checkClean(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openTest(t, dir, Options{})
	checkClean(t, s)
	if err := s.meta.view(func(tx *bbolt.Tx) error {
		if n := tx.Bucket(bucketPending).Inspect().KeyN; n != 0 {
			t.Errorf("%d bodies wait to be removed", n)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestCheckDuringDelete: bodies that go while the store is checked are no problem.
func TestCheckDuringDelete(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{shardOctets: 32 << 10, batchOctets: 16 << 10})
	const n = 600
	var all []custody.Delivery
	var ids []MessageID
	for i := range n {
		all, ids = append(all, offered(testMail(i), fmt.Sprint(i))), append(ids, MessageID(i+1))
	}
	fetch(t, s, "acc", "inbox", all...)
	var deleting sync.WaitGroup
	deleting.Go(func() {
		for some := range slices.Chunk(ids, 50) {
			if err := s.Delete(some); err != nil {
				t.Error(err)
			}
		}
	})
	for left := n; left > 0; {
		left = checkClean(t, s).Messages
	}
	deleting.Wait()
}

func TestJournal(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range 5 {
		r := FetchRecord{Account: fmt.Sprint("acc", i%2), Started: start.Add(time.Duration(i) * time.Minute), Mode: "RETR", Collected: i}
		if err := s.AppendJournal(r); err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.Journal("", 3)
	if err != nil || len(all) != 3 || all[0].Collected != 4 || all[2].Collected != 2 || !all[0].Started.Equal(start.Add(4*time.Minute)) {
		t.Errorf("%+v, %v", all, err)
	}
	odd, err := s.Journal("acc1", 10)
	if err != nil || len(odd) != 2 || odd[0].Collected != 3 {
		t.Errorf("%+v, %v", odd, err)
	}
}

// TestJournalIsBounded: the oldest lines go, and a long text is cut.
func TestJournalIsBounded(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	const old = maxJournal + 20
	err := s.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketJournal)
		record, err := encoding.Marshal(FetchRecord{Account: "acc", Collected: 7})
		for n := range uint64(old) {
			err = errors.Join(err, b.Put(u64(n+1), record))
		}
		return errors.Join(err, b.SetSequence(old))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AppendJournal(FetchRecord{Account: "acc", Failure: strings.Repeat("é", maxJournalText), Collected: 8}); err != nil {
		t.Fatal(err)
	}
	all, err := s.Journal("acc", old)
	if err != nil || len(all) != maxJournal || all[0].Collected != 8 || len(all[0].Failure) != maxJournalText || all[1].Collected != 7 {
		t.Errorf("%d lines, %v", len(all), err)
	}
	for _, limit := range []int{0, -1} {
		if none, err := s.Journal("", limit); err != nil || len(none) != 0 {
			t.Errorf("at most %d: %d lines, %v", limit, len(none), err)
		}
	}
}

// TestProfileFromBefore: the buckets that came later are made at the next start.
func TestProfileFromBefore(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir, Options{})
	fetch(t, s, "acc", "inbox", delivery(testMail(1)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	changeBolt(t, metaPath(dir), func(tx *bbolt.Tx) error {
		return errors.Join(tx.DeleteBucket(bucketUIDLs), tx.DeleteBucket(bucketJournal), tx.DeleteBucket(bucketHeads))
	})
	s = openTest(t, dir, Options{})
	fetch(t, s, "acc", "inbox", offered(testMail(1), "a"))
	if h := holdings(t, s, "a"); h["a"].Message == 0 {
		t.Errorf("%+v", h)
	}
	checkClean(t, s)
}
