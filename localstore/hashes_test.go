package localstore

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"restante.app/localstore/custody"
)

var errRolledBack = errors.New("rolled back")

// TestHashTable: whatever is added, rolled back, moved on and read anew, a hash has the
// numbers that were committed, in their order.
func TestHashTable(t *testing.T) {
	dir, files := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		files++
		db := openPlain(t, filepath.Join(dir, fmt.Sprint(files)))
		defer closePlain(t, db)
		table := newLinkTable(rapid.IntRange(1, 200).Draw(t, "limit"))
		hash := rapid.OneOf(rapid.Uint64Range(0, 40), rapid.Custom(func(t *rapid.T) uint64 {
			return rapid.Uint64Range(0, 40).Draw(t, "high")<<56 | rapid.Uint64Range(0, 3).Draw(t, "low")
		}), rapid.Just(^uint64(0)))
		want, number, view := map[uint64][]uint64{}, uint64(0), newHashView(newLinkTable(0))
		for range rapid.IntRange(1, 20).Draw(t, "transactions") {
			rolledBack := rapid.IntRange(0, 3).Draw(t, "rolled back") == 0
			var added []hashRow
			for _, h := range rapid.SliceOfN(hash, 0, 150).Draw(t, "hashes") {
				number++
				added = append(added, hashRow{h, number})
			}
			if rapid.IntRange(0, 4).Draw(t, "another process") == 0 {
				table = newLinkTable(table.limit)
			}
			err := db.Update(func(tx *bbolt.Tx) error {
				return addAll(t, tx, table, added, want, rolledBack, rapid.IntRange(0, 9).Draw(t, "settle") == 0)
			})
			if err != nil && !errors.Is(err, errRolledBack) {
				t.Fatal(err)
			}
			if !rolledBack {
				for _, r := range added {
					want[r.hash] = append(want[r.hash], r.number)
				}
			}
			checkTable(t, db, newLinkTable(0), want)
			if rapid.Bool().Draw(t, "read") {
				checkTable(t, db, view, want)
			}
		}
	})
}

// TestHashView: readers find what was there when their transactions began, whatever is
// added and moved on meanwhile.
func TestHashView(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		db := openPlain(rt, filepath.Join(t.TempDir(), "meta"))
		defer closePlain(rt, db)
		const perStep, steps = 40, 20
		table, view := newLinkTable(rapid.IntRange(1, 200).Draw(rt, "limit")), newHashView(newLinkTable(0))
		hash := func(n uint64) uint64 { return n * 0x9E3779B97F4A7C15 }
		var readers sync.WaitGroup
		for step := range uint64(steps) {
			err := db.Update(func(tx *bbolt.Tx) error {
				h, err := table.in(tx)
				for n := step * perStep; n < (step+1)*perStep; n++ {
					err = errors.Join(err, h.add(hashRow{hash(n + 1), n + 1}))
				}
				return errors.Join(err, h.finish())
			})
			if err != nil {
				rt.Fatal(err)
			}
			tx, err := db.Begin(false)
			if err != nil {
				rt.Fatal(err)
			}
			readers.Go(func() {
				h, err := view.in(tx)
				for n := uint64(1); n <= steps*perStep && err == nil; n++ {
					want := n
					if n > (step+1)*perStep {
						want = 0
					}
					var got uint64
					if got, err = h.one(hash(n)); got != want {
						rt.Errorf("after step %d, %d is %d", step, n, got)
					}
				}
				if err := errors.Join(err, tx.Rollback()); err != nil {
					rt.Error(err)
				}
			})
		}
		readers.Wait()
	})
}

// addAll adds rows, and looks for each once it is added.
func addAll(t *rapid.T, tx *bbolt.Tx, table *hashTable, added []hashRow, want map[uint64][]uint64, rolledBack, settle bool) error {
	h, err := table.in(tx)
	if err != nil {
		return err
	}
	for _, r := range added {
		if err := h.add(r); err != nil {
			return err
		}
		if there, err := h.has(r); err != nil || !there {
			t.Errorf("%v is not there: %v", r, err)
		}
		first := r.number
		if known := want[r.hash]; len(known) > 0 {
			first = known[0]
		} else if i := slices.IndexFunc(added, func(a hashRow) bool { return a.hash == r.hash }); i >= 0 {
			first = added[i].number
		}
		if n, err := h.one(r.hash); err != nil || n != first {
			t.Errorf("%x is %d instead of %d: %v", r.hash, n, first, err)
		}
	}
	if err := h.finish(); err != nil {
		return err
	}
	if settle {
		if err := h.settleAll(); err != nil {
			return err
		}
	}
	if rolledBack {
		return errRolledBack
	}
	return nil
}

func checkTable(t *rapid.T, db *bbolt.DB, table interface {
	in(tx *bbolt.Tx) (*hashes, error)
}, want map[uint64][]uint64) {
	err := db.View(func(tx *bbolt.Tx) error {
		h, err := table.in(tx)
		if err != nil {
			return err
		}
		for hash := range want {
			var got []uint64
			err := h.each(hash, func(n uint64) (bool, error) {
				got = append(got, n)
				return true, nil
			})
			if diff := cmp.Diff(want[hash], got); diff != "" || err != nil {
				t.Errorf("%x: %v %s", hash, err, diff)
			}
		}
		if n, err := h.one(1 << 40); err != nil || n != 0 {
			t.Errorf("what was never added is %d, %v", n, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// openPlain makes a meta.bolt without a store.
func openPlain(t *rapid.T, path string) *bbolt.DB {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, FreelistType: bbolt.FreelistMapType})
	if err == nil {
		err = db.Update(fillMeta)
	}
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func closePlain(t *rapid.T, db *bbolt.DB) {
	err := db.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Error(err)
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Error(err)
	}
}

// TestHashTableTrims: the log stays small, and what leaves it is in the rows.
func TestHashTableTrims(t *testing.T) {
	const limit = 300
	s := openTest(t, t.TempDir(), Options{hashFresh: limit, Summarize: threadOfText})
	for i := range 60 {
		all := make([]custody.Delivery, 50)
		for j := range all {
			all[j] = threadMail(1+i*50+j, 0)
		}
		fetch(t, s, "acc", "inbox", all...)
	}
	err := s.meta.view(func(tx *bbolt.Tx) error {
		for _, table := range []*hashTable{newIdentityTable(limit), newLinkTable(limit)} {
			if err := table.load(tx); err != nil {
				return err
			}
			logged, rows := 0, 0
			if err := tx.Bucket(table.log).ForEach(func(_, v []byte) error { logged += len(v) / refLength; return nil }); err != nil {
				return err
			}
			if err := tx.Bucket(table.rows).ForEach(func(_, v []byte) error { rows += len(v) / refLength; return nil }); err != nil {
				return err
			}
			if table.count > limit || logged > 3*limit || table.count+rows != 3000 {
				t.Errorf("%s: %d fresh, %d in the log, %d rows", table.rows, table.count, logged, rows)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
