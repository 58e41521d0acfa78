package localstore

import (
	"bytes"
	"testing"

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
		if err := s.Delete([]MessageID{holdings(t, s, "a")["a"].Message}); err != nil {
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
