package localstore

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"go.etcd.io/bbolt"

	"restante.app/localstore/custody"
)

// schemaStore unpacks a store that an earlier version of this package made: threads of
// two mailboxes, a header alone, flags, a message deleted.
func schemaStore(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	d, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	from := filepath.Join("testdata", version)
	err = filepath.WalkDir(from, func(path string, e os.DirEntry, err error) error {
		name, relErr := filepath.Rel(from, path)
		if err = errors.Join(err, relErr); err != nil {
			return err
		}
		to := filepath.Join(dir, strings.TrimSuffix(name, ".zst"))
		if e.IsDir() {
			return os.MkdirAll(to, 0o700)
		}
		packed, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		p, err := d.DecodeAll(packed, nil)
		if err != nil {
			return err
		}
		const page = 4096
		p = append(p, make([]byte, (page-len(p)%page)%page)...)
		return errors.Join(os.WriteFile(to, p, 0o600), os.Truncate(to, int64(len(p)+8*page)))
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestMigrationFrom1: everything is there after it, the threads too, and a copy of what
// was changed opens as what it was.
func TestMigrationFrom1(t *testing.T) {
	dir := schemaStore(t, "schema1")
	before, err := os.ReadFile(metaPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	s := openTest(t, dir, Options{Summarize: threadOfText})
	want := [][]string{{"number 8", "number 3"}, {"number 1", "number 2", "number 4"}}
	checkMigrated(t, s, want)
	kept, err := os.ReadFile(metaPath(dir) + ".schema1")
	if err != nil || len(kept) == 0 || len(kept) > len(before) {
		t.Fatalf("the copy: %d octets, %v", len(kept), err)
	}
	if r := fetch(t, s, "acc", "inbox", threadMail(10, 4)); r.Fresh() != 1 {
		t.Error(r.Fresh())
	}
	if th, err := s.ThreadOf(4); err != nil {
		t.Error(err)
	} else if all, err := s.Thread(th); err != nil || len(all) != 4 { // one is in both mailboxes
		t.Errorf("%+v, %v", all, err)
	}
}

func checkMigrated(t *testing.T, s *Store, want [][]string) {
	t.Helper()
	boxes, err := s.Mailboxes()
	if err != nil || len(boxes) != 2 || boxes[0].Total != 5 || boxes[0].Unread != 3 || boxes[1].Total != 3 {
		t.Fatalf("%+v, %v", boxes, err)
	}
	rows, err := s.Threads(1).Len()
	if err != nil || rows != len(want) {
		t.Errorf("%d threads, %v; wanted %v", rows, err, want)
	}
	if e := entry(t, s, 1); e.Flags != Seen|Starred || e.Summary.Subject != "number 1" {
		t.Errorf("%+v", e)
	}
	if h := holdings(t, s, "id8")["id8"]; !h.Partial || h.Message == 0 {
		t.Errorf("%+v", h)
	}
}

// threadsIn2 are the threads of the mailboxes of schema2, newest first.
var threadsIn2 = map[MailboxID][][]string{1: {
	{"no id"}, {"m40", "m40"}, {"m21", "m50", "m30", "m20"}, {"number 3", "number 8"},
	{"number 1", "number 2", "number 4", "number 1", "number 1"},
}}

// TestMigrationFrom2: threads stay, late messages find them, and what is known stays known.
func TestMigrationFrom2(t *testing.T) {
	dir := schemaStore(t, "schema2")
	s := openTest(t, dir, Options{Summarize: threadOfText})
	checkMigratedFrom2(t, s)
	if _, err := os.Stat(metaPath(dir) + ".schema2"); err != nil {
		t.Error(err)
	}
	known := fetch(t, s, "acc", "inbox", threadMail(20, 4), threadMail(50, 31, 20, 30), delivery("Subject: no id\r\n\r\nof none\r\n"))
	if known.Fresh() != 0 {
		t.Error(known.Fresh())
	}
	fetch(t, s, "acc", "inbox", threadMail(60, 50), threadMail(61, 60, 40)) // joins two threads of before
	th, err := s.ThreadOf(14)
	if err != nil {
		t.Fatal(err)
	}
	if other, err := s.ThreadOf(12); err != nil || other != th {
		t.Errorf("thread %d and %d, %v", th, other, err)
	}
	if _, err := s.Copy(t.Context(), []MessageID{13, 15}, 3, nil); err != nil {
		t.Error(err)
	}
	if _, err := s.Move(t.Context(), []MessageID{13, 15}, 2, nil); err != nil {
		t.Error(err)
	}
	if err := s.Delete(t.Context(), []MessageID{13, 11}, nil); err != nil {
		t.Error(err)
	}
}

func checkMigratedFrom2(t *testing.T, s *Store) {
	t.Helper()
	boxes, err := s.Mailboxes()
	if err != nil || len(boxes) != 3 || boxes[0].Total != 10 || boxes[0].Unread != 8 || boxes[1].Total != 3 || boxes[2].Total != 3 {
		t.Fatalf("%+v, %v", boxes, err)
	}
	if diff := cmp.Diff(threadsIn2, map[MailboxID][][]string{1: threadsOf(t, s, 1)}); diff != "" {
		t.Error(diff)
	}
}

// idIn3 is an id in no order of the mailboxes of schema3.
func idIn3(n int) string {
	sum := sha256.Sum256(fmt.Append(nil, n))
	return fmt.Sprintf("%x", sum[:8])
}

// TestMigrationFrom3: what the ids stand for stays, in the order in which it came, and what
// is listed again is known.
func TestMigrationFrom3(t *testing.T) {
	dir := schemaStore(t, "schema3")
	s := openTest(t, dir, Options{Summarize: threadOfText})
	checkMigratedFrom3(t, s)
	if _, err := os.Stat(metaPath(dir) + ".schema3"); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{idIn3(0), idIn3(1), idIn3(2)}, idsInOrder(t, s, 1)[:3]); diff != "" {
		t.Error(diff)
	}
	again, fresh := threadMail(4, 0), threadMail(200, 4)
	again.UIDL, again.Listed, fresh.UIDL = idIn3(3), 77, "new"
	if r := fetch(t, s, "acc", "inbox", again, fresh); r.Fresh() != 1 || r.Known() != 1 {
		t.Errorf("%d fresh, %d known", r.Fresh(), r.Known())
	}
	if h := holdings(t, s, idIn3(3))[idIn3(3)]; h.Message != 4 || h.Listed != 77 {
		t.Errorf("%+v", h)
	}
	if all := idsInOrder(t, s, 1); len(all) != 65 || all[64] != "new" {
		t.Errorf("%d ids, %q last", len(all), all[len(all)-1])
	}
}

func checkMigratedFrom3(t *testing.T, s *Store) {
	t.Helper()
	var ids []string
	for n := range 60 {
		ids = append(ids, idIn3(n))
	}
	long := strings.Repeat("~", 512)
	h := holdings(t, s, append(ids, "head", "whole", "again", long)...)
	if len(h) != 64 {
		t.Errorf("%d ids", len(h))
	}
	for n, id := range ids {
		want := MessageID(n + 1)
		switch n {
		case 7: // another message's since
			want = h[idIn3(7)].Message
			if e := entry(t, s, want); e.UIDL != idIn3(7) || e.Size != int64(len(letter(3, "new"))) {
				t.Errorf("%+v", e)
			}
		case 11, 12: // deleted
			want = 0
		}
		at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		if got := h[id]; got.Message != want || !got.Collected.Equal(at) || got.Listed <= 0 || got.Partial {
			t.Errorf("id %d: %+v", n, got)
		}
	}
	if !h["head"].Partial || h["whole"].Partial || h["whole"].Message == 0 || h["again"].Message != h["whole"].Message || h[long].Message == 0 {
		t.Errorf("%+v, %+v, %+v, %+v", h["head"], h["whole"], h["again"], h[long])
	}
	other, err := s.Holdings("acc2", "inbox", ids)
	if err != nil || len(other) != 10 || other[ids[3]].Message == h[ids[3]].Message || other[ids[3]].Listed != -1 {
		t.Errorf("%d, %+v, %v", len(other), other[ids[3]], err)
	}
	text := letter(2, "the rest")
	run := custody.Run{Account: "acc", Mailbox: "inbox"}
	held, _, err := s.Vouch(t.Context(), run, []custody.Claim{claimOf(text, "whole"), claimOf(text, "again")})
	if diff := cmp.Diff([]bool{true, false}, held); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// idsInOrder returns the ids of a mailbox as they lie.
func idsInOrder(t *testing.T, s *Store, box MailboxID) (all []string) {
	t.Helper()
	err := s.meta.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketIDs).ForEach(func(k, v []byte) error {
			_, uidl, err := decodeUIDL(v)
			if string(k[:8]) == string(u64(uint64(box))) {
				all = append(all, string(uidl))
			}
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestMigrationBroken: a migration that fails at any of its steps is done at the next start.
func TestMigrationBroken(t *testing.T) {
	for from, c := range map[string]struct {
		steps int
		check func(*testing.T, *Store)
	}{
		"schema1": {5, func(t *testing.T, s *Store) { checkMigrated(t, s, make([][]string, 2)) }},
		"schema2": {5, checkMigratedFrom2},
		"schema3": {9, checkMigratedFrom3},
	} {
		failed := 0
		for fails := 1; ; fails++ {
			dir := schemaStore(t, from)
			if !breakMigration(t, dir, fails) {
				break
			}
			failed++
			s := openTest(t, dir, Options{})
			c.check(t, s)
			if diff := cmp.Diff([]string(nil), leftovers(t, dir)); diff != "" {
				t.Error(diff)
			}
		}
		if failed != c.steps {
			t.Errorf("%s: %d steps failed", from, failed)
		}
	}
}

// breakMigration opens a store with a fault at a step of its migration. It returns false
// if there are not that many steps.
func breakMigration(t *testing.T, dir string, at int) bool {
	t.Helper()
	broken, n := errors.New("broken"), 0
	s, err := Open(dir, Options{stride: 20, fault: func(step string) error {
		if step == "migrate" {
			if n++; n == at {
				return broken
			}
		}
		return nil
	}})
	if err == nil {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		return false
	}
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	return true
}

func leftovers(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*.new"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}
