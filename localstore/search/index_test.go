package search

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"restante.app/localstore/corpus"
)

var storeID = []byte("0123456789abcdef")

func openTest(t testing.TB, path string) *Index {
	t.Helper()
	x, err := Open(path, storeID, Settings{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		checkFile(t, x)
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// checkFile runs bbolt's own check.
func checkFile(t testing.TB, x *Index) {
	t.Helper()
	err := x.db.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Error(err)
		}
		return nil
	})
	if err != nil && x.db.IsReadOnly() {
		t.Error(err)
	}
}

func mustParse(t testing.TB, s string, o ParseOptions) *Query {
	t.Helper()
	q, err := Parse(s, o)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return q
}

// sets is a Filter of given answers.
type sets map[string]*IDSet

func (s sets) Filter(op, value string) (*IDSet, error) {
	if set := s[op+":"+value]; set != nil {
		return set, nil
	}
	return nil, &QueryError{What: "No such thing.", Next: "Try another."}
}

// pages reads all results, some at a time.
func pages(t testing.TB, x *Index, q *Query, f Filter, limit int) []Hit {
	t.Helper()
	var all []Hit
	o := Options{Limit: limit, Filter: f}
	for {
		r, err := x.Search(context.Background(), q, o)
		if err != nil {
			t.Fatal(err)
		}
		if r.Exact != (len(r.Hits) == r.Total) || r.Total < len(r.Hits) {
			t.Fatalf("%d hits, total %d, exact %v", len(r.Hits), r.Total, r.Exact)
		}
		all = append(all, r.Hits...)
		if r.Exact {
			return all
		}
		o.After = &all[len(all)-1]
	}
}

// TestAgainstNaive changes an index at random and compares what it finds with what a
// reader of every document would.
func TestAgainstNaive(t *testing.T) {
	vocabulary := []string{"post", "poste", "office", "mail", "Straße", "strasse", "Élève", "eleve", "a", "an", "and", "2024", "東京都", "京都", "大阪に行く", "ann@example.org", "example", "x"}
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		path := filepath.Join(dir, fmt.Sprint(runs, ".bolt"))
		x, err := Open(path, storeID, Settings{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := x.Close(); err != nil {
				t.Error(err)
			}
		}()
		text := rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 6).Draw(t, "words"), rapid.SampledFrom([]string{" ", ", ", "-", ""}).Draw(t, "between"))
		})
		n := &naive{docs: map[uint64]Document{}}
		starred := &IDSet{}
		n.filter = sets{"is:starred": starred}
		id := uint64(0)
		for range rapid.IntRange(1, 14).Draw(t, "updates") {
			var docs []Document
			for range rapid.IntRange(0, 5).Draw(t, "documents") {
				id++
				if rapid.IntRange(0, 3).Draw(t, "star") == 0 {
					starred.Add(id)
				}
				docs = append(docs, Document{
					ID: id, Date: rapid.Int64Range(0, 20).Draw(t, "date") * 86400, Size: rapid.Int64Range(0, 3000).Draw(t, "size"),
					From: text.Draw(t, "from"), To: text.Draw(t, "to"), Subject: text.Draw(t, "subject"), Body: text.Draw(t, "body"),
					Files: rapid.SliceOfN(text, 0, 2).Draw(t, "files"), Attachment: rapid.Bool().Draw(t, "attachment"),
				})
			}
			if id > 0 && rapid.IntRange(0, 3).Draw(t, "replace") == 0 {
				old := rapid.Uint64Range(1, id).Draw(t, "old")
				if !slices.ContainsFunc(docs, func(d Document) bool { return d.ID == old }) {
					docs = append(docs, Document{ID: old, Date: 86400, Subject: text.Draw(t, "other")})
				}
			}
			var gone []uint64
			if id > 0 {
				gone = rapid.SliceOfN(rapid.Uint64Range(1, id), 0, 2).Draw(t, "gone")
			}
			for _, g := range gone {
				delete(n.docs, g)
			}
			for _, d := range docs {
				n.docs[d.ID] = d
			}
			if err := x.Update(context.Background(), slices.Clone(docs), gone, Mark{UpTo: id}); err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "merge") {
				if _, err := x.Merge(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
		}
		for range 6 {
			s := drawQuery(t, vocabulary, 0)
			q, err := Parse(s, ParseOptions{Typing: rapid.Bool().Draw(t, "typing")})
			if err != nil {
				t.Fatalf("%q: %v", s, err)
			}
			want := n.find(q)
			var got []Hit
			o := Options{Limit: rapid.IntRange(1, 5).Draw(t, "limit"), Filter: n.filter}
			for {
				r, err := x.Search(context.Background(), q, o)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, r.Hits...)
				if r.Exact {
					break
				}
				o.After = &got[len(got)-1]
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("%q: %s", s, d)
			}
			ranked, err := x.Search(context.Background(), q, Options{Order: ByRelevance, Filter: n.filter, Limit: 1000})
			if err != nil || len(ranked.Hits) != len(want) {
				t.Fatalf("%q: %d by relevance, %d by date, %v", s, len(ranked.Hits), len(want), err)
			}
		}
		if m, err := x.Mark(); err != nil || m.UpTo != id {
			t.Fatal(m, err)
		}
	})
}

// drawQuery makes a query that has no errors in it.
func drawQuery(t *rapid.T, vocabulary []string, depth int) string {
	word := rapid.SampledFrom(vocabulary).Draw(t, "word")
	switch rapid.IntRange(0, 13).Draw(t, "kind") {
	case 0, 1, 2:
		return word
	case 3:
		return string([]rune(word)[:1]) + "*"
	case 4:
		return string([]rune(word)[:min(3, len([]rune(word)))]) + "*"
	case 5:
		return `"` + word + " " + rapid.SampledFrom(vocabulary).Draw(t, "second") + `"`
	case 6:
		return `"` + word + " " + string([]rune(rapid.SampledFrom(vocabulary).Draw(t, "second"))[:1]) + `*"`
	case 7:
		return rapid.SampledFrom([]string{"from:", "to:", "subject:", "filename:"}).Draw(t, "field") + word
	case 8:
		return rapid.SampledFrom([]string{"has:attachment", "is:starred", "before:1970-01-10", "after:1970-01-05", "larger:1k", "smaller:2k"}).Draw(t, "operator")
	}
	if depth > 2 {
		return word
	}
	a, b := drawQuery(t, vocabulary, depth+1), drawQuery(t, vocabulary, depth+1)
	switch rapid.IntRange(0, 3).Draw(t, "join") {
	case 0:
		return a + " " + b
	case 1:
		return "(" + a + " OR " + b + ")"
	case 2:
		return a + " -(" + b + ")"
	}
	return "-(" + a + ")"
}

func documentOf(m corpus.Message, id int) Document {
	return Document{
		ID: uint64(id), Date: m.Date.Unix(), Size: int64(len(m.Octets)), From: m.FromName + " " + m.FromAddress, To: m.To,
		Subject: m.Subject, Files: m.Files, Body: m.Text, Attachment: len(m.Files) > 0,
	}
}

// TestLargeSegments has lists of many blocks, chunks of the tables, and merges.
func TestLargeSegments(t *testing.T) {
	x := openTest(t, filepath.Join(t.TempDir(), "search.bolt"))
	c := corpus.New(corpus.Options{Seed: 3, Attachments: true})
	n := &naive{docs: map[uint64]Document{}}
	var docs []Document
	for i := range 2250 {
		d := documentOf(c.Message(i), i+1)
		d.Body = d.Body[:min(len(d.Body), 700)]
		n.docs[d.ID] = d
		if docs = append(docs, d); len(docs) == 250 {
			if err := x.Update(t.Context(), docs, nil, Mark{UpTo: d.ID}); err != nil {
				t.Fatal(err)
			}
			docs = nil
		}
	}
	compare := func() {
		t.Helper()
		for _, s := range []string{"the", "the of", `"of the"`, "t*", "der*", "from:example.org", "has:attachment", "the -of", "der OR die", "one", "", "-the", `"the m*"`, "subject:the", "larger:5k", "前*", "after:2000-01-20 the"} {
			q := mustParse(t, s, ParseOptions{})
			if d := cmp.Diff(n.find(q), pages(t, x, q, nil, 400)); d != "" {
				t.Errorf("%q: %s", s, d)
			}
		}
	}
	compare()
	var gone []uint64
	for id := uint64(1); id <= 2250; id += 7 {
		gone = append(gone, id)
		delete(n.docs, id)
	}
	if err := x.Update(t.Context(), nil, gone, Mark{UpTo: 2250}); err != nil {
		t.Fatal(err)
	}
	merges := 0
	for {
		more, err := x.Merge(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			break
		}
		merges++
	}
	if st, err := x.Stats(); err != nil || merges == 0 || st.Documents != len(n.docs) {
		t.Fatalf("%d merges, %+v, %v", merges, st, err)
	}
	compare()
}

// TestMergeGivenUp wants a merge that is cancelled, or whose process dies, to leave
// nothing behind and everything found.
func TestMergeGivenUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "search.bolt")
	x, err := Open(path, storeID, Settings{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	for id := uint64(1); id <= 8; id++ {
		if err := x.Update(t.Context(), []Document{{ID: id, Date: int64(id), Body: "needle"}}, nil, Mark{UpTo: id}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Merge(ctx); err == nil {
		t.Fatal("a merge went on when it was cancelled")
	}
	// What a process that died in a merge leaves.
	err = x.update(func(tx *bbolt.Tx) error {
		n, err := nextSegment(tx)
		if err != nil {
			return err
		}
		_, err = tx.Bucket(bucketSegments).CreateBucket(u32(n))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(path, storeID, Settings{NoSync: true})
	if err != nil || again.Fresh() != nil {
		t.Fatal(err, again.Fresh())
	}
	defer func() {
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}()
	segments := 0
	err = again.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketSegments).ForEachBucket(func([]byte) error { segments++; return nil })
	})
	q := mustParse(t, "needle", ParseOptions{})
	if got := pages(t, again, q, nil, 3); err != nil || segments != 8 || len(got) != 8 {
		t.Fatalf("%d segments, %d found, %v", segments, len(got), err)
	}
	if merged, err := again.Merge(t.Context()); err != nil || !merged || len(pages(t, again, q, nil, 3)) != 8 {
		t.Fatal(merged, err)
	}
}

// TestOtherVersions wants an index of another layout to be begun anew, and to say so.
func TestOtherVersions(t *testing.T) {
	for _, key := range [][]byte{keyLayout, keyAnalysis, keyStore} {
		path := filepath.Join(t.TempDir(), "search.bolt")
		x, err := Open(path, storeID, Settings{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := x.Update(t.Context(), []Document{{ID: 1, Body: "needle"}}, nil, Mark{UpTo: 1}); err != nil {
			t.Fatal(err)
		}
		if err := x.update(func(tx *bbolt.Tx) error { return tx.Bucket(bucketIndex).Put(key, u32(99)) }); err != nil {
			t.Fatal(err)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		again := openTest(t, path)
		if m, err := again.Mark(); err != nil || m != (Mark{}) || again.Fresh() == nil {
			t.Errorf("%s: mark %+v, begun anew because of %v, %v", key, m, again.Fresh(), err)
		}
	}
}
