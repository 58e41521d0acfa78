package localstore

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"restante.app/localstore/search"
)

func wholeText(r *io.SectionReader) Text {
	p, err := io.ReadAll(r)
	if err != nil {
		return Text{}
	}
	return Text{Body: string(p)}
}

func found(t *testing.T, s *Store, query string) []MessageID {
	t.Helper()
	r, err := s.Search(t.Context(), query, SearchOptions{Limit: 1000})
	if err != nil || r.Problem != nil || r.Pending != 0 {
		t.Fatalf("%q: %d pending, %v, %v", query, r.Pending, r.Problem, err)
	}
	var ids []MessageID
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	slices.Sort(ids)
	return ids
}

// TestSearchLacksNothing fetches and deletes, loses the index, fails it halfway, puts an
// older one back and opens the store anew, and finds exactly what is there.
func TestSearchLacksNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "profile")
	rng := rand.New(rand.NewPCG(5, 2))
	failing := false
	o := Options{growOctets: 64 << 10, Text: wholeText, IndexLazily: true, fault: func(step string) error {
		if step == "search" && failing {
			return errors.New("the index fails")
		}
		return nil
	}}
	s := openTest(t, dir, o)
	var there []MessageID
	next := MessageID(0)
	for round := range 40 {
		switch rng.IntN(8) {
		case 0, 1, 2:
			for range 1 + rng.IntN(4) {
				fetch(t, s, "acc", "inbox", delivery(testMail(int(next))+fmt.Sprintf("\r\nneedle number%d\r\n", next+1)))
				next++
				there = append(there, next)
			}
		case 3:
			if len(there) > 0 {
				n := rng.IntN(len(there))
				if err := s.Delete(t.Context(), there[n:n+1], nil); err != nil {
					t.Fatal(err)
				}
				there = slices.Delete(there, n, n+1)
			}
		case 4:
			failing = true
			r, err := s.Search(t.Context(), "needle", SearchOptions{})
			if err != nil || (r.Problem == nil) != (r.Pending == 0) {
				t.Fatalf("round %d: %+v, %v", round, r, err)
			}
			failing = false
		case 5, 6:
			closeChecked(t, s)
			path := searchPath(dir)
			switch rng.IntN(4) {
			case 0:
				if err := removeIfThere(path); err != nil {
					t.Fatal(err)
				}
			case 1:
				if p, err := os.ReadFile(path + ".old"); err == nil {
					if err := os.WriteFile(path, p, 0o600); err != nil {
						t.Fatal(err)
					}
				}
			case 2:
				if p, err := os.ReadFile(path); err == nil {
					if err := os.WriteFile(path+".old", p, 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			s = openTest(t, dir, o)
		}
		if rng.IntN(2) == 0 {
			continue
		}
		if got := found(t, s, "needle"); !slices.Equal(got, there) {
			t.Fatalf("round %d: %v, want %v", round, got, there)
		}
		if len(there) > 0 {
			id := there[rng.IntN(len(there))]
			if got := found(t, s, fmt.Sprintf("number%d", id)); !slices.Equal(got, []MessageID{id}) {
				t.Fatalf("round %d: message %d: %v", round, id, got)
			}
		}
	}
}

// TestSearchInBackground wants what was fetched to be indexed without a search, and a
// search that does not wait to say what it lacks.
func TestSearchInBackground(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "profile"), Options{growOctets: 64 << 10, Text: wholeText})
	fetch(t, s, "acc", "inbox", delivery(testMail(1)))
	for n := -1; n != 0; {
		err := s.index.using(func(x *search.Index) (err error) {
			n, err = s.index.pending(x)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	r, err := s.Search(t.Context(), "", SearchOptions{Wait: time.Nanosecond})
	if err != nil || len(r.Hits)+r.Pending != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := s.Search(t.Context(), "(", SearchOptions{}); !errors.As(err, new(*search.QueryError)) {
		t.Errorf("%v", err)
	}
}

// TestSearchOfHostileMail wants the summary to be found of what has no text.
func TestSearchOfHostileMail(t *testing.T) {
	o := Options{
		growOctets: 64 << 10, IndexLazily: true,
		Summarize: func([]byte) Summary { return Summary{Subject: "a summary"} },
		Text:      func(*io.SectionReader) Text { panic("hostile") },
	}
	s := openTest(t, filepath.Join(t.TempDir(), "profile"), o)
	fetch(t, s, "acc", "inbox", delivery(testMail(1)))
	if got := found(t, s, "subject:summary"); len(got) != 1 {
		t.Errorf("%v", got)
	}
	none := openTest(t, filepath.Join(t.TempDir(), "other"), Options{growOctets: 64 << 10})
	if _, err := none.Search(t.Context(), "x", SearchOptions{}); !errors.Is(err, ErrInvalid) {
		t.Errorf("without search: %v", err)
	}
}

// TestSearchByFlags wants what is:… finds to follow the flags at once, each by itself.
func TestSearchByFlags(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "profile"), Options{growOctets: 64 << 10, Text: wholeText, IndexLazily: true})
	rng := rand.New(rand.NewPCG(5, 3))
	want := map[MessageID]Flags{}
	for n := range 20 {
		fetch(t, s, "acc", "inbox", delivery(testMail(n)))
		want[MessageID(n+1)] = 0
	}
	for range 30 {
		id, set, unset := MessageID(1+rng.IntN(20)), Flags(rng.IntN(16)), Flags(rng.IntN(16))
		set &^= unset
		if err := s.SetFlags([]MessageID{id}, set, unset); err != nil {
			t.Fatal(err)
		}
		want[id] = want[id]&^unset | set
		for name, flag := range flagsByName {
			var ids []MessageID
			for id, flags := range want {
				if flags.Has(flag) {
					ids = append(ids, id)
				}
			}
			slices.Sort(ids)
			if got := found(t, s, "is:"+name); !slices.Equal(got, ids) {
				t.Fatalf("is:%s finds %v, want %v", name, got, ids)
			}
			if got := found(t, s, "is:unread"); flag == Seen && len(got) != 20-len(ids) {
				t.Fatalf("is:unread finds %v", got)
			}
		}
	}
}
