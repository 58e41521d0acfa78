package localstore

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"

	"restante.app/localstore/custody"
)

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
	if err := s.Delete(t.Context(), append(ids, ids[0], 1<<40), nil); err != nil {
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
		r := s.newRemover(tx)
		if err := r.remove(id); err != nil {
			return err
		}
		return s.finishRemoval(r)
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

// TestDeleteFails: the disk fails between the two steps of a deletion. The messages are
// gone, and at the next start their bodies are.
func TestDeleteFails(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir, Options{fault: func(step string) error {
		if step == "remove" {
			return syscall.EIO
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	fetch(t, s, "acc", "inbox", offered(testMail(1), "a"), offered(testMail(2), "b"))
	if err := s.Delete(t.Context(), []MessageID{1}, nil); !errors.Is(err, ErrDisk) {
		t.Errorf("Delete: %v", err)
	}
	if err := s.Delete(t.Context(), []MessageID{2}, nil); !errors.Is(err, ErrSuspect) {
		t.Errorf("Delete on a suspect store: %v", err)
	}
	closeChecked(t, s)
	s = openTest(t, dir, Options{})
	r := checkClean(t, s)
	if h := holdings(t, s, "a", "b"); r.Bodies != 1 || r.Messages != 1 || h["a"].Message != 0 || h["b"].Message != 2 {
		t.Errorf("%+v, %+v", r, h)
	}
	f, err := s.shards.get(1)
	if err != nil {
		t.Fatal(err)
	}
	err = f.view(func(tx *bbolt.Tx) error {
		if k, v := tx.Bucket(bucketBodies).Get(bodyKey(1, tail)), tx.Bucket(bucketBodies).Get(bodyKey(2, tail)); k != nil || v == nil {
			t.Errorf("the deleted body: %d octets, the other: %d", len(k), len(v))
		}
		return nil
	})
	if err != nil {
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
			if err := s.Delete(t.Context(), some, nil); err != nil {
				t.Error(err)
			}
		}
	})
	for left := n; left > 0; {
		left = checkClean(t, s).Messages
	}
	deleting.Wait()
}
