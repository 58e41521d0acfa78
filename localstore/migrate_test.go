package localstore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
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

// TestMigrationBroken: a migration that fails at any of its steps is done at the next start.
func TestMigrationBroken(t *testing.T) {
	broken := errors.New("broken")
	for fails := range 3 {
		dir := schemaStore(t, "schema1")
		n := 0
		s, err := Open(dir, Options{fault: func(step string) error {
			if step == "migrate" {
				if n++; n == fails+1 {
					return broken
				}
			}
			return nil
		}})
		if err == nil {
			_ = s.Close()
			if fails < 2 {
				t.Errorf("step %d did not fail", fails)
			}
			continue
		}
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		s = openTest(t, dir, Options{})
		checkMigrated(t, s, make([][]string, 2))
		if diff := cmp.Diff([]string(nil), leftovers(t, dir)); diff != "" {
			t.Error(diff)
		}
	}
}

func leftovers(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*.new"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}
