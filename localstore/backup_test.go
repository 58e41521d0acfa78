package localstore

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

// allBodies reads every message of a store.
func allBodies(t *testing.T, s *Store) map[MessageID]string {
	t.Helper()
	all := map[MessageID]string{}
	for id := range places(t, s) {
		all[id] = bodyOf(t, s, id)
	}
	return all
}

func someMail(from, n int) (ids []MessageID, mail []string) {
	for i := from; i < from+n; i++ {
		ids, mail = append(ids, MessageID(i+1)), append(mail, testMail(i))
	}
	return ids, mail
}

func fetchMail(t *testing.T, s *Store, from, n int) {
	t.Helper()
	_, mail := someMail(from, n)
	for _, text := range mail {
		fetch(t, s, "acc", "inbox", delivery(text))
	}
}

// TestBackupWhileFetching: a backup has all that was there when it began, is sound, and
// can be put in the place of the store and of nothing.
func TestBackupWhileFetching(t *testing.T) {
	top := t.TempDir()
	dir, backup := filepath.Join(top, "profile"), filepath.Join(top, "backup")
	s := openTest(t, dir, Options{growOctets: 64 << 10, shardOctets: 300 << 10})
	fetch(t, s, "acc", "inbox", long(1<<20+5000, 1), delivery(testMail(1)), delivery(testMail(2)))
	if err := s.Delete(t.Context(), []MessageID{2}, nil); err != nil {
		t.Fatal(err)
	}
	before := allBodies(t, s)
	var busy sync.WaitGroup
	busy.Go(func() {
		for i := 10; i < 40; i++ {
			fetchMail(t, s, i, 1)
			if err := s.Delete(t.Context(), []MessageID{MessageID(i)}, nil); err != nil {
				t.Error(err)
			}
		}
	})
	told := int64(0)
	r, err := s.Backup(t.Context(), backup, func(done, total int64) { told = max(told, done); _ = total })
	busy.Wait()
	if err != nil || !r.Deep || told == 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := s.Backup(t.Context(), backup, nil); !errors.Is(err, ErrInvalid) {
		t.Errorf("there is one already: %v", err)
	}
	if _, _, err := Restore(t.Context(), backup, dir, Options{}); !errors.Is(err, ErrLocked) {
		t.Errorf("the store is in use: %v", err)
	}
	closeChecked(t, s)
	for _, to := range []string{dir, filepath.Join(top, "fresh")} {
		r, replaced, err := Restore(t.Context(), backup, to, Options{})
		if err != nil || (replaced != "") != (to == dir) {
			t.Fatalf("%+v, %q, %v", r, replaced, err)
		}
		s := openTest(t, to, Options{})
		have := allBodies(t, s)
		for id, text := range before {
			if have[id] != text && id > 40 {
				t.Errorf("message %d is not as it was", id)
			}
		}
		if have[1] != before[1] {
			t.Error("the long message is not as it was")
		}
		fetchMail(t, s, 100, 1)
		closeChecked(t, s)
		if replaced != "" {
			closeChecked(t, openTest(t, replaced, Options{}))
		}
	}
}

// TestBackupOfDamaged: a store with a damaged message gives no backup, and leaves none.
func TestBackupOfDamaged(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "profile")
	s := openTest(t, dir, Options{growOctets: 64 << 10})
	d := long(1<<20+5000, 1)
	fetch(t, s, "acc", "inbox", d)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	flipBody(t, dir)
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = s.Backup(t.Context(), filepath.Join(top, "backup"), nil)
	var e *Error
	if !errors.Is(err, ErrDamaged) || !errors.As(err, &e) || !strings.Contains(e.What, "not a sound copy") {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = s.Backup(ctx, filepath.Join(top, "backup"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if left, err := filepath.Glob(filepath.Join(top, "backup*")); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
}

// flipBody changes an octet of a chunk.
func flipBody(t *testing.T, dir string) {
	t.Helper()
	changeBolt(t, shardPath(dir, 1), func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketBodies)
		k, v := b.Cursor().First()
		flipped := append([]byte(nil), v...)
		flipped[len(flipped)/2] ^= 0x10
		return b.Put(append([]byte(nil), k...), flipped)
	})
}

// TestRestoreBroken: a restore that dies at any of its steps leaves the old store or the
// new one, and the next start has one of them whole.
func TestRestoreBroken(t *testing.T) {
	top := t.TempDir()
	old, other := filepath.Join(top, "old"), filepath.Join(top, "other")
	for i, dir := range []string{old, other} {
		s := openTest(t, dir, Options{growOctets: 64 << 10})
		fetchMail(t, s, i, 1)
		closeChecked(t, s)
	}
	broken := errors.New("broken")
	for fails, want := range []string{testMail(0), testMail(1)} {
		dir := filepath.Join(top, "try"+want[6:8])
		copyStore(t, old, dir)
		n := 0
		_, _, err := Restore(t.Context(), other, dir, Options{fault: func(step string) error {
			if n++; n > fails && step == "restore" {
				return broken
			}
			return nil
		}})
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		s := openTest(t, dir, Options{})
		if diff := cmp.Diff(map[MessageID]string{1: want}, allBodies(t, s)); diff != "" {
			t.Error(diff)
		}
		closeChecked(t, s)
	}
}

// TestRestoreResumes: from any state that a crash can leave among the files, the same store
// comes out.
func TestRestoreResumes(t *testing.T) {
	for _, oldThere := range []bool{true, false} {
		for stop := range 5 {
			dir := t.TempDir()
			if oldThere {
				s := openTest(t, dir, Options{growOctets: 64 << 10})
				fetchMail(t, s, 0, 1)
				closeChecked(t, s)
			}
			s, err := Open(restorePath(dir), Options{growOctets: 64 << 10})
			if err != nil {
				t.Fatal(err)
			}
			fetchMail(t, s, 1, 1)
			closeChecked(t, s)
			if err := writeDurably(filepath.Join(restorePath(dir), replacesName), "replaced-x"); err != nil {
				t.Fatal(err)
			}
			aside := filepath.Join(dir, "replaced-x")
			steps := [][2]string{{bodiesPath(restorePath(dir)), bodiesPath(dir)}, {metaPath(restorePath(dir)), metaPath(dir)}}
			if oldThere {
				steps = append([][2]string{
					{metaPath(dir), filepath.Join(aside, metaName)}, {bodiesPath(dir), filepath.Join(aside, bodiesName)},
				}, steps...)
			}
			for _, step := range steps[:min(stop, len(steps))] {
				if err := errors.Join(os.MkdirAll(filepath.Dir(step[1]), 0o700), os.Rename(step[0], step[1])); err != nil {
					t.Fatal(err)
				}
			}
			s = openTest(t, dir, Options{})
			if diff := cmp.Diff(map[MessageID]string{1: testMail(1)}, allBodies(t, s)); diff != "" {
				t.Errorf("old %t, stopped at %d: %s", oldThere, stop, diff)
			}
			closeChecked(t, s)
		}
	}
}

// TestCompact: a file that was mostly deleted shrinks, everything else is as before, and
// the store can be used meanwhile.
func TestCompact(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir, Options{growOctets: 64 << 10})
	for i := range 8 {
		fetch(t, s, "acc", "inbox", long(1<<20+5000, uint64(i)))
	}
	fetchMail(t, s, 0, 20)
	if err := s.Delete(t.Context(), []MessageID{1, 2, 3, 4, 5, 6, 7}, nil); err != nil {
		t.Fatal(err)
	}
	before := allBodies(t, s)
	if c, err := s.Compact(t.Context(), false); err != nil || c.Files != 0 {
		t.Errorf("too little is free: %+v, %v", c, err)
	}
	stop := make(chan struct{})
	var busy sync.WaitGroup
	busy.Go(func() {
		for id := MessageID(9); ; id = 9 + (id-8)%15 {
			select {
			case <-stop:
				return
			default:
			}
			if err := s.SetFlags([]MessageID{id}, Seen, 0); err != nil {
				t.Error(err)
				return
			}
			if m, err := s.OpenMessage(id); err != nil || m.Damage() != nil {
				t.Error(err)
				return
			}
		}
	})
	c, err := s.Compact(t.Context(), true)
	close(stop)
	busy.Wait()
	if err != nil || c.Files == 0 || c.After > c.Before/2 {
		t.Errorf("%+v, %v", c, err)
	}
	if !maps.Equal(before, allBodies(t, s)) {
		t.Error("messages have changed")
	}
	fetchMail(t, s, 50, 3)
	if left := leftovers(t, filepath.Join(dir, bodiesName)); len(left) > 0 {
		t.Error(left)
	}
	checkClean(t, s)
}

// TestCompactFails: a copy that can't be made leaves the file.
func TestCompactFails(t *testing.T) {
	dir := t.TempDir()
	broken := errors.New("broken")
	s := openTest(t, dir, Options{growOctets: 64 << 10, fault: func(step string) error {
		if step == "compact" {
			return broken
		}
		return nil
	}})
	fetchMail(t, s, 0, 2)
	if _, err := s.Compact(t.Context(), true); !errors.Is(err, broken) {
		t.Error(err)
	}
	fetchMail(t, s, 5, 2)
	if left := leftovers(t, dir); len(left) > 0 {
		t.Error(left)
	}
}
