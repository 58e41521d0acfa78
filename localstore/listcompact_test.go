package localstore

import (
	"testing"

	"go.etcd.io/bbolt"
)

// TestListAfterCompaction: the transactions of a compacted file are counted anew, and a
// list is not taken for that of an older one with the same number.
func TestListAfterCompaction(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{growOctets: 64 << 10, Summarize: threadOfText})
	last := func() (id int) {
		if err := s.meta.view(func(tx *bbolt.Tx) error { id = tx.ID(); return nil }); err != nil {
			t.Fatal(err)
		}
		return id
	}
	n := 0
	more := func() {
		n++
		fetch(t, s, "acc", "inbox", threadMail(n, 0))
	}
	for range 30 {
		more()
	}
	l := s.List(1)
	if rows, err := l.Len(); err != nil || rows != n {
		t.Fatal(rows, err)
	}
	of := last()
	if _, err := s.Compact(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if last() >= of {
		t.Fatalf("transaction %d after %d", last(), of)
	}
	for last() < of {
		more()
	}
	if rows, err := l.Len(); err != nil || rows != n || last() != of {
		t.Errorf("%d rows of %d, at %d instead of %d: %v", rows, n, last(), of, err)
	}
}
