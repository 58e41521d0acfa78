package localstore

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

var searchOptions = Options{
	Summarize: subjectOf, IndexLazily: true, growOctets: 64 << 10,
	Text: func(m *io.SectionReader) Text {
		p, _ := io.ReadAll(m)
		return Text{Body: string(p)}
	},
}

// indexedStore returns a closed store whose mail is indexed.
func indexedStore(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "profile")
	s, err := Open(dir, searchOptions)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		fetch(t, s, "acc", "inbox", delivery(testMail(i)))
	}
	findBody(t, s, 30)
	if r, err := s.Check(t.Context(), true); err != nil || !r.OK() || r.Files != 3 {
		t.Fatalf("%+v, %v", r, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func findBody(t *testing.T, s *Store, want int) {
	t.Helper()
	r, err := s.Search(t.Context(), "body", SearchOptions{})
	if err != nil || len(r.Hits) != want || r.Pending != 0 {
		t.Errorf("%d hits, %d pending, %v; want %d", len(r.Hits), r.Pending, err, want)
	}
}

// What is wrong with the index alone is said, and made anew by a repair, which touches
// nothing else.
func TestCheckSearch(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, dir string){
		"a page": func(t *testing.T, dir string) {
			change(t, searchPath(dir), func(p []byte) []byte {
				for at := 4 * 4096; at+4096 <= len(p); at += 4096 {
					for i := range 64 {
						p[at+i] ^= 0x5a
					}
				}
				return p
			})
		},
		"a message is not in it": func(t *testing.T, dir string) {
			changeBolt(t, searchPath(dir), func(tx *bbolt.Tx) error {
				list := tx.Bucket([]byte("list"))
				k, v := list.Cursor().First()
				v = append([]byte(nil), v...)
				v[8]++ // one more that is deleted
				return list.Put(append([]byte(nil), k...), v)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := indexedStore(t)
			damage(t, dir)
			meta := snapshot(t, bodiesPath(dir))
			s, err := Open(dir, searchOptions)
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.Check(t.Context(), false)
			if err != nil {
				t.Fatal(err)
			}
			found := len(r.Problems) == 1 && strings.Contains(r.Problems[0].What, "search index is damaged")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if !found && name != "a page" { // one that is found damaged when it is opened is made anew at once
				t.Errorf("%v", r.Problems)
			}
			done, err := Repair(t.Context(), dir, searchOptions, nil)
			if err != nil || found == done.Sound || done.Messages != 30 || snapshot(t, bodiesPath(dir)) != meta {
				t.Errorf("%+v, %v", done, err)
			}
			s, err = Open(dir, searchOptions)
			if err != nil {
				t.Fatal(err)
			}
			findBody(t, s, 30)
			if r, err := s.Check(t.Context(), false); err != nil || !r.OK() {
				t.Errorf("%v, %v", r.Problems, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// The index is compacted with the rest, and finds the same then.
func TestCompactSearch(t *testing.T) {
	dir := indexedStore(t)
	s, err := Open(dir, searchOptions)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Compact(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	refs, err := s.Refs(1, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), []MessageID{refs[0].ID, refs[1].ID}, nil); err != nil {
		t.Fatal(err)
	}
	findBody(t, s, 28)
	if _, err := s.Compact(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	findBody(t, s, 28)
	if r, err := s.Check(t.Context(), true); err != nil || !r.OK() {
		t.Errorf("%v, %v", r.Problems, err)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
}
