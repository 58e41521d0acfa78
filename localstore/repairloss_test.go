package localstore

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// Each way in which a store can be broken as a whole.
func TestRepairLosses(t *testing.T) {
	m := makeRepairStore(t)
	for name, c := range map[string]struct {
		damage func(t *testing.T, dir string)
		all    bool // every message is to be there
	}{
		"meta.bolt is missing":   {func(t *testing.T, dir string) { remove(t, dir, "meta.bolt") }, true},
		"meta.bolt is empty":     {func(t *testing.T, dir string) { truncate(t, dir, "meta.bolt", 0) }, true},
		"meta.bolt is cut short": {func(t *testing.T, dir string) { truncate(t, dir, "meta.bolt", 40<<10) }, true},
		"both first pages of meta.bolt": {func(t *testing.T, dir string) {
			change(t, metaPath(dir), func(p []byte) []byte { clear(p[:8192]); return p })
		}, true},
		"the first page of meta.bolt":  {func(t *testing.T, dir string) { firstPage(t, metaPath(dir), 0) }, true},
		"the second page of meta.bolt": {func(t *testing.T, dir string) { firstPage(t, metaPath(dir), 1) }, true},
		"the first page of a shard":    {func(t *testing.T, dir string) { firstPage(t, shardPath(dir, 1), 0) }, true},
		"the second page of a shard":   {func(t *testing.T, dir string) { firstPage(t, shardPath(dir, 1), 1) }, true},
		"meta.bolt of before": {func(t *testing.T, dir string) {
			changeBolt(t, metaPath(dir), func(tx *bbolt.Tx) error { return tx.Bucket(bucketStore).Put(keyBatch, u64(0)) })
		}, true},
		"a part of meta.bolt":  {func(t *testing.T, dir string) { dropBucket(t, dir, bucketMessages) }, true},
		"the contents":         {func(t *testing.T, dir string) { dropBucket(t, dir, bucketContents) }, true},
		"the mailboxes":        {func(t *testing.T, dir string) { dropBucket(t, dir, bucketMailboxes) }, true},
		"the notes":            {func(t *testing.T, dir string) { dropBucket(t, dir, bucketSeen) }, true},
		"the lists":            {func(t *testing.T, dir string) { dropBucket(t, dir, bucketRefs) }, true},
		"a shard is missing":   {func(t *testing.T, dir string) { remove(t, dir, "bodies/0001.bolt") }, false},
		"a shard is empty":     {func(t *testing.T, dir string) { truncate(t, dir, "bodies/0001.bolt", 0) }, false},
		"a shard is cut short": {func(t *testing.T, dir string) { truncate(t, dir, "bodies/0001.bolt", 50<<10) }, false},
		"a shard under two names": {func(t *testing.T, dir string) {
			copyFile(t, filepath.Join(dir, "bodies/0001.bolt"), filepath.Join(dir, "bodies/0002.bolt"))
		}, false},
		"nothing but garbage": {func(t *testing.T, dir string) {
			change(t, metaPath(dir), func(p []byte) []byte { return bytes.Repeat([]byte("text "), len(p)/5) })
			change(t, shardPath(dir, 1), func(p []byte) []byte { return bytes.Repeat([]byte("text "), len(p)/5) })
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "profile")
			m.write(t, dir)
			c.damage(t, dir)
			left := intact(t, dir, m)
			r, octets := repairAndLook(t, dir)
			for subject, text := range m.octets {
				there := octets[subject] == text
				if m.deleted[subject] || there {
					continue
				}
				if c.all || left[subject] {
					t.Errorf("%q is not there: %+v", subject, r.Notes)
				}
			}
			if r.Sound || r.Replaced == "" && name != "meta.bolt is missing" {
				t.Errorf("%+v", r)
			}
		})
	}
}

// firstPage breaks one of the two pages that say which transaction was the last.
func firstPage(t *testing.T, path string, page int) {
	t.Helper()
	change(t, path, func(p []byte) []byte { clear(p[page*4096 : page*4096+100]); return p })
}

func dropBucket(t *testing.T, dir string, name []byte) {
	t.Helper()
	changeBolt(t, metaPath(dir), func(tx *bbolt.Tx) error { return tx.DeleteBucket(name) })
}

// What Check finds is what Repair mends, and marks, places and accounts stay.
func TestRepairKeeps(t *testing.T) {
	m := makeRepairStore(t)
	dir := filepath.Join(t.TempDir(), "profile")
	m.write(t, dir)
	before := outline(t, dir)
	changeBolt(t, metaPath(dir), func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketRefs, bucketCounts, bucketMembers, bucketThreads, bucketIdentities, bucketNewIdentities, bucketSources} {
			if err := tx.DeleteBucket(name); err != nil {
				return err
			}
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		return nil
	})
	r, err := Repair(t.Context(), dir, repairOptions, nil)
	if err != nil || r.Sound || r.Recovered+r.Relisted+len(r.Harmed)+len(r.Notes) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if after := outline(t, dir); after != before {
		t.Errorf("what was\n%s\nis\n%s", before, after)
	}
}

// outline writes down what the owner of a store sees of it.
func outline(t *testing.T, dir string) string {
	t.Helper()
	s, err := Open(dir, repairOptions)
	if err != nil {
		t.Fatal(err)
	}
	defer closeChecked(t, s)
	var b strings.Builder
	accounts, err := s.Accounts()
	fmt.Fprintln(&b, accounts, err)
	boxes, err := s.Mailboxes()
	fmt.Fprintln(&b, boxes, err)
	for _, box := range boxes {
		refs, err := s.Refs(box.ID, true)
		fmt.Fprintln(&b, refs, err)
		for _, r := range refs {
			thread, err := s.ThreadOf(r.ID)
			fmt.Fprintln(&b, thread, err)
			e, err := s.Entries([]MessageID{r.ID})
			fmt.Fprintln(&b, e, err)
		}
	}
	return b.String()
}

// A repair that can't be done says why, and changes nothing.
func TestRepairRefuses(t *testing.T) {
	m := makeRepairStore(t)
	broken := func(t *testing.T) string {
		dir := filepath.Join(t.TempDir(), "profile")
		m.write(t, dir)
		truncate(t, dir, "meta.bolt", 40<<10)
		return dir
	}
	t.Run("no room", func(t *testing.T) {
		dir := broken(t)
		before := snapshot(t, dir)
		o := repairOptions
		o.freeSpace = func(string) (int64, error) { return 1 << 20, nil }
		_, err := Repair(t.Context(), dir, o, nil)
		if !errors.Is(err, ErrNoSpace) || !strings.Contains(err.Error(), "MB are free") || snapshot(t, dir) != before {
			t.Errorf("%v", err)
		}
	})
	t.Run("in use", func(t *testing.T) {
		dir := broken(t)
		unlock, err := lockFolder(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		before := snapshot(t, dir)
		if _, err := Repair(t.Context(), dir, repairOptions, nil); !errors.Is(err, ErrLocked) || snapshot(t, dir) != before {
			t.Errorf("%v", err)
		}
		if err := unlock(); err != nil {
			t.Fatal(err)
		}
		repairAndLook(t, dir)
	})
	t.Run("no store", func(t *testing.T) {
		dir := t.TempDir()
		if _, err := Repair(t.Context(), dir, repairOptions, nil); !errors.Is(err, ErrInvalid) || snapshot(t, dir) != "" {
			t.Errorf("%v", err)
		}
	})
	t.Run("read-only", func(t *testing.T) {
		if os.Getuid() == 0 {
			t.Log("root may write everywhere: the folder is a file instead")
			dir := broken(t)
			if err := os.WriteFile(repairPath(dir), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Repair(t.Context(), dir, repairOptions, nil); err == nil {
				t.Error("no error")
			}
			return
		}
		dir := broken(t)
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(dir, 0o700)
		if _, err := Repair(t.Context(), dir, repairOptions, nil); !errors.Is(err, ErrReadOnly) {
			t.Errorf("%v", err)
		}
	})
}

// A failure at any step leaves the store as it was, or lets the next open finish.
func TestRepairFails(t *testing.T) {
	m := makeRepairStore(t)
	for _, step := range []int{0, 1, 4, 7, 12, 13} {
		dir := filepath.Join(t.TempDir(), "profile")
		m.write(t, dir)
		truncate(t, dir, "meta.bolt", 40<<10)
		before := snapshot(t, dir)
		o, n := repairOptions, 0
		o.fault = func(at string) error {
			if at != "repair" && at != "swap" {
				return nil
			}
			if n++; n == step+1 {
				return errors.New("the test")
			}
			return nil
		}
		_, err := Repair(t.Context(), dir, o, nil)
		if err == nil {
			t.Fatalf("step %d: no error", step)
		}
		if snapshot(t, dir) != before {
			s, err := Open(dir, repairOptions)
			if err != nil {
				t.Fatalf("step %d: %v", step, err)
			}
			closeChecked(t, s)
			continue
		}
		repairAndLook(t, dir)
	}
}
