package localstore

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"restante.app/localstore/custody"
)

// idModel is what a mailbox holds, by the simplest of means. A message is its number; its
// id at the server is mostly its own, and sometimes another's.
type idModel struct {
	here    map[int]MessageID // whole
	heads   map[int]MessageID // the header alone
	deleted map[int]bool      // whole, once here
	headed  map[int]bool      // the header alone is here or once was
	ids     map[string]idNote
}

type idNote struct {
	mail    int
	partial bool
	whole   bool // it came whole under this id
}

func modelMail(i int) string { return letter(i, strings.Repeat("x", i+1)) }

// TestModelOfIDs: in any order of headers, wholes, deletions and starts, each id stands
// for what came last with it, nothing is there twice, nothing is gone that was not
// deleted, and the store vouches for nothing but what came whole.
func TestModelOfIDs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		o := Options{growOctets: 64 << 10, Summarize: messageIDOf, hashFresh: 10}
		s, err := Open(dir, o)
		if err != nil {
			rt.Fatal(err)
		}
		m := &idModel{
			here: map[int]MessageID{}, heads: map[int]MessageID{},
			deleted: map[int]bool{}, headed: map[int]bool{}, ids: map[string]idNote{},
		}
		for range rapid.IntRange(1, 7).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"headers", "wholes", "wholes", "delete", "reopen"}).Draw(rt, "step") {
			case "headers":
				m.fetch(rt, t, s, true)
			case "wholes":
				m.fetch(rt, t, s, false)
			case "delete":
				m.delete(rt, s)
			case "reopen":
				closeChecked(t, s)
				if s, err = Open(dir, o); err != nil {
					rt.Fatal(err)
				}
			}
			m.check(rt, t, s)
		}
		closeChecked(t, s)
	})
}

func (m *idModel) fetch(rt *rapid.T, t *testing.T, s *Store, partial bool) {
	in, err := s.Begin(t.Context(), custody.Run{Account: "acc", Mailbox: "inbox"})
	if err != nil {
		rt.Fatal(err)
	}
	for _, i := range rapid.SliceOfN(rapid.IntRange(0, 5), 0, 6).Draw(rt, "mail") {
		uidl := fmt.Sprint("id", rapid.SampledFrom([]int{i, i, i, i + 1}).Draw(rt, "id"))
		d := offered(modelMail(i), uidl)
		if partial {
			d = headOnly(modelMail(i), uidl)
		}
		if err := in.Deliver(t.Context(), d); err != nil {
			rt.Fatal(err)
		}
		m.take(i, uidl, partial)
	}
	r, err := in.Commit(t.Context())
	if err != nil {
		rt.Fatal(err)
	}
	if release, err := r.Release(custody.Manifest{}); partial && r.Fresh()+r.Known() > 0 && (err == nil || release.Valid()) {
		rt.Fatal("headers release mail")
	}
	if err := in.Close(); err != nil {
		rt.Fatal(err)
	}
}

// take does what the store is to do with one delivery.
func (m *idModel) take(i int, uidl string, partial bool) {
	note, noted := m.ids[uidl]
	_, whole := m.here[i]
	_, head := m.heads[i]
	switch {
	case partial && noted && note.mail == i && !note.partial:
		return // known by its id
	case partial:
		if !m.headed[i] {
			m.heads[i], m.headed[i] = 0, true
		}
		m.ids[uidl] = idNote{mail: i, partial: true}
		return
	}
	completes := noted && note.partial && note.mail == i && head
	if completes {
		delete(m.heads, i)
	}
	if !m.deleted[i] || completes {
		if !whole {
			m.here[i] = 0
		}
		delete(m.deleted, i)
	}
	m.ids[uidl] = idNote{mail: i, whole: true}
}

func (m *idModel) delete(rt *rapid.T, s *Store) {
	var ids []MessageID
	some := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 3).Draw(rt, "deleted")
	for _, i := range some {
		if id, ok := m.here[i]; ok {
			ids = append(ids, id)
			delete(m.here, i)
			m.deleted[i] = true
		}
		if id, ok := m.heads[i]; ok {
			ids = append(ids, id)
			delete(m.heads, i)
		}
	}
	if err := s.Delete(rt.Context(), ids, nil); err != nil {
		rt.Fatal(err)
	}
}

// check compares the store with the model and notes the numbers of its messages.
func (m *idModel) check(rt *rapid.T, t *testing.T, s *Store) {
	refs, err := s.Refs(1, false)
	if err != nil {
		rt.Fatal(err)
	}
	here, heads := map[int]MessageID{}, map[int]MessageID{}
	for _, r := range refs {
		e := entry(t, s, r.ID)
		var i int
		if _, err := fmt.Sscanf(e.Summary.MessageID, "%d@", &i); err != nil {
			rt.Fatal(err)
		}
		list, text := here, modelMail(i)
		if e.Partial {
			list, text = heads, string(headOnly(text, "").Octets)
		}
		if _, twice := list[i]; twice || bodyOf(t, s, r.ID) != text {
			rt.Fatalf("message %d is %+v, twice %t", i, e, twice)
		}
		list[i] = r.ID
	}
	same := func(a, b MessageID) bool { return a == b || a == 0 }
	if !maps.EqualFunc(m.here, here, same) || !maps.EqualFunc(m.heads, heads, same) {
		rt.Fatalf("whole %v, wanted %v; headers %v, wanted %v", here, m.here, heads, m.heads)
	}
	m.here, m.heads = here, heads
	for uidl, note := range m.ids {
		h, known := holdings(t, s, uidl)[uidl]
		if !known || note.whole && (h.Partial || h.Message != here[note.mail]) {
			rt.Fatalf("%s is %+v, wanted %+v", uidl, h, note)
		}
		if h.Message != 0 && h.Message != here[note.mail] && h.Message != heads[note.mail] {
			rt.Fatalf("%s is %+v, another message than %d", uidl, h, note.mail)
		}
		held := vouch(t, s, claimOf(modelMail(note.mail), uidl))[0]
		if want := note.whole && here[note.mail] != 0; held != want {
			rt.Fatalf("%s: held %t, wanted %t", uidl, held, want)
		}
	}
}
