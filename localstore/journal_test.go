package localstore

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

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
