package localstore

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"restante.app/localstore/custody"
)

// offered is a message as a server hands it out under an id.
func offered(text, uidl string) custody.Delivery {
	return custody.Delivery{Octets: []byte(text), UIDL: uidl, Listed: int64(len(text))}
}

// headerOf returns the header with the line end of its last field.
func headerOf(text string) []byte {
	head, _, _ := bytes.Cut([]byte(text), []byte("\r\n\r\n"))
	return append(head, '\r', '\n')
}

func letter(n int, body string) string {
	return fmt.Sprintf("From: a@example.org\r\nSubject: letter %d\r\nMessage-ID: <%d@example.org>\r\n\r\n%s\r\n", n, n, body)
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

// TestHoldingsOrder: whatever order ids are asked for in, among others and more than once,
// each stands for what came with it.
func TestHoldingsOrder(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	const n = 300
	var ids []string
	var all, other []custody.Delivery
	for i := range n {
		ids = append(ids, idIn3(i))
		all = append(all, offered(letter(i, "one"), ids[i]))
		other = append(other, offered(letter(n+i, "two"), ids[i]))
	}
	fetch(t, s, "acc", "before", other...)
	fetch(t, s, "acc", "inbox", all[:n/2]...)
	fetch(t, s, "acc", "other", other...)
	fetch(t, s, "acc", "inbox", all[n/2:]...)
	want := holdings(t, s, ids...)
	if len(want) != n {
		t.Fatalf("%d of %d", len(want), n)
	}
	for i, id := range ids {
		if e := entry(t, s, want[id].Message); e.UIDL != id || e.Size != int64(len(letter(i, "one"))) {
			t.Errorf("%s: %+v", id, e)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		asked := rapid.SliceOfN(rapid.SampledFrom(append(slices.Clone(ids), "", "new", "newer", strings.Repeat("x", 600))), 0, 100).Draw(t, "ids")
		if at := rapid.IntRange(0, n-1).Draw(t, "from"); rapid.Bool().Draw(t, "in a row") {
			asked = append(asked, ids[at:min(n, at+30)]...)
			if rapid.Bool().Draw(t, "backwards") {
				slices.Reverse(asked)
			}
		}
		got, err := s.Holdings("acc", "inbox", asked)
		if err != nil {
			t.Fatal(err)
		}
		expected := map[string]Holding{}
		for _, id := range asked {
			if h, known := want[id]; known {
				expected[id] = h
			}
		}
		if diff := cmp.Diff(expected, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestIDsOfOneHash: the whole id is compared.
func TestIDsOfOneHash(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	fetch(t, s, "acc", "inbox", offered(letter(1, "one"), "a"))
	err := s.meta.update(func(tx *bbolt.Tx) error {
		h, err := s.ids.in(tx)
		if err != nil {
			return err
		}
		return errors.Join(h.add(idRow(1, []byte("b"), 1)), h.add(idRow(1, []byte("c"), 1)), h.finish())
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := holdings(t, s, "b", "c", "b"); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	fetch(t, s, "acc", "inbox", offered(letter(2, "two"), "b"))
	if got := holdings(t, s, "b", "a"); got["a"].Message != 1 || got["b"].Message != 2 {
		t.Errorf("%+v", got)
	}
	if err := s.Close(); err != nil { // what Check finds is meant here
		t.Fatal(err)
	}
}

func entry(t *testing.T, s *Store, id MessageID) Entry {
	t.Helper()
	all, err := s.Entries([]MessageID{id})
	if err != nil || len(all) != 1 {
		t.Fatalf("%d entries, %v", len(all), err)
	}
	return all[0]
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
		return errors.Join(tx.DeleteBucket(bucketJournal), tx.DeleteBucket(bucketHeads))
	})
	s = openTest(t, dir, Options{})
	fetch(t, s, "acc", "inbox", offered(testMail(1), "a"))
	if h := holdings(t, s, "a"); h["a"].Message == 0 {
		t.Errorf("%+v", h)
	}
	checkClean(t, s)
}
