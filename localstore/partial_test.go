package localstore

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"restante.app/localstore/custody"
)

// messageIDOf is a Summarize that knows the Message-ID alone.
func messageIDOf(head []byte) Summary {
	_, rest, _ := bytes.Cut(head, []byte("Message-ID: <"))
	id, _, _ := bytes.Cut(rest, []byte(">"))
	return Summary{MessageID: string(id)}
}

// TestMessageWithoutBody: its header is the same message as its whole. It must not make
// room for itself.
func TestMessageWithoutBody(t *testing.T) {
	text := "From: a@example.org\r\nSubject: all there is\r\n\r\n"
	for _, c := range []struct {
		name string
		then []custody.Delivery
	}{
		{"same id", []custody.Delivery{offered(text, "a")}},
		{"no id", []custody.Delivery{{Octets: []byte(text), Listed: -1}}},
		{"another id", []custody.Delivery{offered(text, "b"), offered(text, "a")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openTest(t, t.TempDir(), Options{})
			fetchHead(t, s, headOnly(text, "a"))
			id := holdings(t, s, "a")["a"].Message
			for _, d := range c.then {
				fetch(t, s, "acc", "inbox", d)
			}
			if h := holdings(t, s, "a")["a"]; id == 0 || h.Message != id || h.Partial {
				t.Errorf("%+v, was message %d", h, id)
			}
			if e := entry(t, s, id); e.Partial || bodyOf(t, s, id) != text {
				t.Errorf("%+v", e)
			}
			// Its header again, with another size and under another id.
			again := headOnly(text, "a")
			again.Listed++
			fetchHead(t, s, again)
			fetchHead(t, s, headOnly(text, "z"))
			if h := holdings(t, s, "a", "z"); h["a"].Partial || h["z"].Partial || h["z"].Message != id {
				t.Errorf("%+v", h)
			}
			checkClean(t, s)
		})
	}
}

// TestIDUsedAgain: the server gives the id of a header that is here to another message of
// the same size. Both stay.
func TestIDUsedAgain(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{Summarize: messageIDOf})
	fetchHead(t, s, headOnly(letter(1, "one"), "a"))
	head := holdings(t, s, "a")["a"].Message
	if r := fetch(t, s, "acc", "inbox", offered(letter(2, "two"), "a")); r.Fresh() != 1 {
		t.Errorf("%d fresh", r.Fresh())
	}
	h := holdings(t, s, "a")["a"]
	if h.Message == head || h.Partial || bodyOf(t, s, h.Message) != letter(2, "two") {
		t.Errorf("%+v", h)
	}
	if !entry(t, s, head).Partial {
		t.Error("the header that was there is whole")
	}
	checkClean(t, s)
}

// TestHeaderWithIDUsedAgain: as before, the whole first.
func TestHeaderWithIDUsedAgain(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{Summarize: messageIDOf})
	fetch(t, s, "acc", "inbox", offered(letter(1, "one"), "a"))
	whole := holdings(t, s, "a")["a"].Message
	if r := fetchHead(t, s, headOnly(letter(2, "two"), "a")); r.Fresh() != 1 {
		t.Errorf("%d fresh", r.Fresh())
	}
	if h := holdings(t, s, "a")["a"]; !h.Partial || h.Message == whole || vouch(t, s, claimOf(letter(1, "one"), "a"))[0] {
		t.Errorf("%+v", h)
	}
	checkClean(t, s)
}

// TestSizeChanged: the server lists another size for the whole of a header that is here.
func TestSizeChanged(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{Summarize: messageIDOf})
	text := letter(1, "one")
	fetchHead(t, s, headOnly(text, "a"))
	head := holdings(t, s, "a")["a"].Message
	whole := offered(text, "a")
	whole.Listed += 30
	fetch(t, s, "acc", "inbox", whole)
	if h := holdings(t, s, "a")["a"]; h.Message != head || h.Partial || h.Listed != whole.Listed {
		t.Errorf("%+v", h)
	}
	checkClean(t, s)
}

// TestRestOfDeleted: the whole was here under another id and its owner deleted it. Its
// header came again, and then its owner wants the rest.
func TestRestOfDeleted(t *testing.T) {
	for _, shared := range []bool{false, true} {
		s := openTest(t, t.TempDir(), Options{})
		text := letter(1, "the rest")
		fetch(t, s, "acc", "inbox", offered(text, "a"))
		if shared {
			fetch(t, s, "acc", "other", offered(text, "a"))
		}
		if err := s.Delete(t.Context(), []MessageID{holdings(t, s, "a")["a"].Message}, nil); err != nil {
			t.Fatal(err)
		}
		if r := fetch(t, s, "acc", "inbox", offered(text, "b")); r.Known() != 1 {
			t.Errorf("what was deleted comes back without being asked for: %d known", r.Known())
		}
		fetchHead(t, s, headOnly(text, "c"))
		head := holdings(t, s, "c")["c"].Message
		if r := fetch(t, s, "acc", "inbox", offered(text, "c")); r.Fresh() != 1 {
			t.Errorf("%d fresh", r.Fresh())
		}
		if h := holdings(t, s, "c")["c"]; head == 0 || h.Message != head || h.Partial || bodyOf(t, s, head) != text {
			t.Errorf("%+v, was message %d", h, head)
		}
		// From now on it is this one that is known.
		fetch(t, s, "acc", "inbox", offered(text, "d"))
		if h := holdings(t, s, "d")["d"]; h.Message != head {
			t.Errorf("%+v", h)
		}
		// So it is under the ids that it had before it was deleted, until it is so again.
		if h := holdings(t, s, "a", "b"); h["a"].Message != head || h["b"].Message != head || !vouch(t, s, claimOf(text, "a"))[0] {
			t.Errorf("the ids of before: %+v, is message %d", h, head)
		}
		checkClean(t, s)
		if err := s.Delete(t.Context(), []MessageID{head}, nil); err != nil {
			t.Fatal(err)
		}
		if h := holdings(t, s, "a", "c"); h["a"].Message != 0 || h["c"].Message != 0 || vouch(t, s, claimOf(text, "a"))[0] {
			t.Errorf("deleted again: %+v", h)
		}
		checkClean(t, s)
	}
}

// TestHeaderOfWhatCameAgain: the id of a header stands for its whole, though that was deleted
// since and has come again twice, by imports.
func TestHeaderOfWhatCameAgain(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	text := letter(1, "the rest")
	fetchHead(t, s, headOnly(text, "a"))
	fetchHead(t, s, headOnly(text, "b"))
	fetch(t, s, "acc", "inbox", offered(text, "a"))
	for range 2 {
		if err := s.Delete(t.Context(), []MessageID{holdings(t, s, "a")["a"].Message}, nil); err != nil {
			t.Fatal(err)
		}
		if h := holdings(t, s, "a", "b"); h["a"].Message != 0 || h["b"].Message != 0 {
			t.Errorf("deleted: %+v", h)
		}
		in, err := s.BeginImport(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Deliver(t.Context(), delivery(text), 0); err != nil {
			t.Fatal(err)
		}
		if fresh, _, err := in.Commit(t.Context()); err != nil || fresh != 1 {
			t.Fatal(fresh, err)
		}
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
		if h := holdings(t, s, "a", "b"); h["a"].Message == 0 || h["b"].Message != h["a"].Message || bodyOf(t, s, h["a"].Message) != text {
			t.Errorf("imported: %+v", h)
		}
		checkClean(t, s)
	}
}

// TestHeaderOfKnown: the header makes room for a whole that is known from elsewhere, and
// stands for it under another id.
func TestHeaderOfKnown(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	text := letter(1, "the rest")
	fetch(t, s, "acc", "inbox", custody.Delivery{Octets: []byte(text), Listed: -1})
	fetchHead(t, s, headOnly(text, "a"))
	fetch(t, s, "acc", "inbox", offered(text, "a"))
	fetchHead(t, s, headOnly(text, "b"))
	if h := holdings(t, s, "a", "b"); h["a"].Message != 1 || h["b"].Message != 1 || h["b"].Partial {
		t.Errorf("%+v", h)
	}
	checkClean(t, s)
}

// TestTwinHeaders: two messages with one header and other bodies, of which the header
// alone came at first. Neither hides the other, and the store never vouches for one whose
// body did not come.
func TestTwinHeaders(t *testing.T) {
	one, two := letter(1, "the first body"), letter(1, "another body..")
	longer := letter(1, "a body of another size")
	s := openTest(t, t.TempDir(), Options{})
	fetchHead(t, s, headOnly(one, "a"))
	fetch(t, s, "acc", "inbox", offered(one, "a"))
	fetchHead(t, s, headOnly(two, "b"))
	fetchHead(t, s, headOnly(longer, "c"))
	if len(one) != len(two) || vouch(t, s, claimOf(two, "b"))[0] || vouch(t, s, claimOf(longer, "c"))[0] {
		t.Error("vouched for a message of which only the header came")
	}
	if !vouch(t, s, claimOf(one, "a"))[0] {
		t.Error("the one that is here whole is not held")
	}
	h := holdings(t, s, "a", "b", "c")
	if !h["c"].Partial || h["c"].Message == 0 || h["c"].Message == h["a"].Message {
		t.Errorf("a header with another size stands for another message: %+v", h)
	}
	if r := fetch(t, s, "acc", "inbox", offered(two, "b"), offered(longer, "c")); r.Fresh() != 2 {
		t.Errorf("%d fresh", r.Fresh())
	}
	for uidl, text := range map[string]string{"a": one, "b": two, "c": longer} {
		if h := holdings(t, s, uidl)[uidl]; h.Partial || bodyOf(t, s, h.Message) != text || !vouch(t, s, claimOf(text, uidl))[0] {
			t.Errorf("%s: %+v", uidl, h)
		}
	}
	checkClean(t, s)
}

// TestTwinHeadersAtOnce: as before, both headers here before either whole.
func TestTwinHeadersAtOnce(t *testing.T) {
	one, two := letter(1, "the first body"), letter(1, "another body..")
	s := openTest(t, t.TempDir(), Options{})
	fetchHead(t, s, headOnly(one, "a"))
	fetchHead(t, s, headOnly(two, "b"))
	fetch(t, s, "acc", "inbox", offered(one, "a"))
	if h := holdings(t, s, "b")["b"]; !h.Partial || h.Message == 0 {
		t.Errorf("it would pass for deleted: %+v", h)
	}
	if vouch(t, s, claimOf(two, "b"))[0] {
		t.Error("vouched for a message of which only the header came")
	}
	fetch(t, s, "acc", "inbox", offered(two, "b"))
	if a, b := holdings(t, s, "a")["a"], holdings(t, s, "b")["b"]; a.Message == b.Message || bodyOf(t, s, b.Message) != two {
		t.Errorf("%+v, %+v", a, b)
	}
	checkClean(t, s)
}

// TestLongHeader: a header of several chunks, of which some were committed before its
// end, makes room in the batch that ends it.
func TestLongHeader(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir, Options{batchOctets: 64 << 20, batchDelay: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	header := "Message-ID: <1@example.org>\r\n" + strings.Repeat("X-Field: a line of a long header\r\n", 100_000) + "\r\n"
	text := header + "body\r\n"
	begun := readFunc(func([]byte) (int, error) {
		fetch(t, s, "acc", "other", delivery(testMail(1)))
		return 0, io.EOF
	})
	head := custody.Delivery{
		UIDL: "a", Listed: int64(len(text)), Partial: true, Octets: []byte(header[:100]),
		Rest: io.MultiReader(strings.NewReader(header[100:3<<20]), begun, strings.NewReader(header[3<<20:])),
	}
	whole := offered(text, "a")
	whole.Octets, whole.Rest = []byte(text[:100]), strings.NewReader(text[100:])
	in := begin(t, s, "inbox")
	if err := errors.Join(in.Deliver(t.Context(), head), in.Deliver(t.Context(), whole)); err != nil {
		t.Fatal(err)
	}
	if r, err := in.Commit(t.Context()); err != nil || r.Fresh() != 2 {
		t.Fatal(r.Fresh(), err)
	}
	closeChecked(t, s)
	s = openTest(t, dir, Options{})
	if h := holdings(t, s, "a")["a"]; h.Partial || bodyOf(t, s, h.Message) != text {
		t.Errorf("%+v", h)
	}
	if r := checkClean(t, s); r.Messages != 2 || r.Bodies != 2 {
		t.Errorf("%d messages, %d bodies", r.Messages, r.Bodies)
	}
}

// TestPendingInUse: a note that a body is to be removed, which is wrong, removes nothing.
func TestPendingInUse(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir, Options{})
	fetch(t, s, "acc", "inbox", delivery(testMail(1)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	changeBolt(t, metaPath(dir), func(tx *bbolt.Tx) error { return tx.Bucket(bucketPending).Put(u64(1), u32(1)) })
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if bodyOf(t, s, 1) != testMail(1) {
		t.Error("the body is gone")
	}
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

func headOnly(text, uidl string) custody.Delivery {
	d := offered(text, uidl)
	d.Octets, d.Partial = append(headerOf(text), '\r', '\n'), true
	return d
}
