package localstore

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"restante.app/localstore/search"
)

// TestFlagLog: after any commits and rollbacks, before and amid others, what is known of the
// flags is what is in the store; and what was known before does not change.
func TestFlagLog(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := openTest(t, t.TempDir(), Options{growOctets: 64 << 10})
		fetch(t, s, "acc", "inbox", delivery(testMail(1)), delivery(testMail(2)), delivery(testMail(3)))
		undone := errors.New("undone")
		change := func(tx *bbolt.Tx) error {
			ids := rapid.SliceOfN(rapid.SampledFrom([]MessageID{1, 2, 3}), 0, 3).Draw(rt, "ids")
			_, err := s.markSome(tx, ids, Flags(rapid.IntRange(0, 15).Draw(rt, "set")), Flags(rapid.IntRange(0, 15).Draw(rt, "unset")))
			return err
		}
		var kept map[string]*search.IDSet
		var was map[string][]uint64
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			amid, back := rapid.Bool().Draw(rt, "amid"), rapid.Bool().Draw(rt, "back")
			err := s.update(func(tx *bbolt.Tx) error {
				err := change(tx)
				if amid { // a search begins while this goes on
					checkFlagged(rt, s)
				}
				if err == nil {
					err = change(tx)
				}
				if err == nil && back {
					err = undone
				}
				return err
			})
			if err != nil && !errors.Is(err, undone) {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(was, idsOf(kept)); kept != nil && diff != "" {
				rt.Fatalf("what a search has changed under it: %s", diff)
			}
			if rapid.Bool().Draw(rt, "search") {
				kept = checkFlagged(rt, s)
				was = idsOf(kept)
			}
		}
		checkFlagged(rt, s)
	})
}

// checkFlagged compares what is known of the flags with what is in the store.
func checkFlagged(t rapid.TB, s *Store) (known map[string]*search.IDSet) {
	err := s.meta.view(func(tx *bbolt.Tx) error {
		want, err := readFlagged(tx)
		if err != nil {
			return err
		}
		if known, err = s.flags.flagged(tx); err != nil {
			return err
		}
		if diff := cmp.Diff(idsOf(want), idsOf(known)); diff != "" {
			t.Fatalf("flags: %s", diff)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return known
}

func idsOf(sets map[string]*search.IDSet) map[string][]uint64 {
	all := map[string][]uint64{}
	for name, set := range sets {
		for id := range uint64(10) {
			if set.Has(id) {
				all[name] = append(all[name], id)
			}
		}
		if len(all[name]) != set.Len() {
			all[name] = slices.Insert(all[name], 0, ^uint64(0))
		}
	}
	return all
}

// TestFlagLogIsBounded: more changes than are noted make the flags be read again.
func TestFlagLogIsBounded(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{growOctets: 64 << 10})
	fetch(t, s, "acc", "inbox", delivery(testMail(1)), delivery(testMail(2)))
	checkFlagged(t, s)
	err := s.update(func(tx *bbolt.Tx) error {
		for i := range mostNoted + 10 {
			if _, err := s.markSome(tx, []MessageID{1}, Answered*Flags(i%2), Answered*Flags(1-i%2)); err != nil {
				return err
			}
		}
		_, err := s.markSome(tx, []MessageID{1, 2}, Starred, 0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.flags.noted != 0 || s.flags.read {
		t.Errorf("%d changes are noted", s.flags.noted)
	}
	checkFlagged(t, s)
	if err := s.SetFlags([]MessageID{2}, 0, Starred); err != nil {
		t.Fatal(err)
	}
	checkFlagged(t, s)
}
