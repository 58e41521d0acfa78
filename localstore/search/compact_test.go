package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"restante.app/localstore/corpus"
)

// TestCompact copies an index while it is searched and written to, and wants the file to
// be smaller and everything to be found, before and after it is opened again.
func TestCompact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "search.bolt")
	x, err := Open(path, storeID, Settings{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	c := corpus.New(corpus.Options{Seed: 4})
	id := uint64(0)
	add := func(n int) error {
		var docs []Document
		for range n {
			id++
			docs = append(docs, documentOf(c.Message(int(id)), int(id)))
			docs[len(docs)-1].Body += " needle"
		}
		return x.Update(t.Context(), docs, nil, Mark{UpTo: id})
	}
	for range 8 {
		if err := add(60); err != nil {
			t.Fatal(err)
		}
	}
	if merged, err := x.Merge(t.Context()); err != nil || !merged {
		t.Fatal(merged, err)
	}
	if err := x.Update(t.Context(), nil, []uint64{7}, Mark{UpTo: id}); err != nil {
		t.Fatal(err)
	}
	before, err := x.Stats()
	if err != nil {
		t.Fatal(err)
	}
	q := mustParse(t, "needle", ParseOptions{})
	look := func(most int) error {
		r, err := x.Search(t.Context(), q, Options{Limit: 10_000})
		if err == nil && (len(r.Hits) < 479 || len(r.Hits) > most || !r.Exact) {
			err = fmt.Errorf("%d hits", len(r.Hits))
		}
		return err
	}
	var wg sync.WaitGroup
	var writing, searching error
	wg.Go(func() {
		for range 20 {
			writing = errors.Join(writing, add(1))
		}
	})
	wg.Go(func() {
		for range 50 {
			searching = errors.Join(searching, look(499))
		}
	})
	err = x.compact(t.Context())
	wg.Wait()
	if err := errors.Join(err, writing, searching); err != nil {
		t.Fatal(err)
	}
	after, err := x.Stats()
	if err != nil || after.Octets >= before.Octets*3/4 || after.Documents != 499 || after.Deleted != 1 {
		t.Fatalf("%+v became %+v, %v", before, after, err)
	}
	for range 2 {
		if r, err := x.Search(t.Context(), q, Options{Limit: 10_000}); err != nil || len(r.Hits) != 499 {
			t.Fatal(len(r.Hits), err)
		}
		if m, err := x.Mark(); err != nil || m.UpTo != id {
			t.Fatal(m, err)
		}
		checkFile(t, x)
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		if x, err = Open(path, storeID, Settings{NoSync: true}); err != nil || x.Fresh() != nil {
			t.Fatal(err, x.Fresh())
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestCompactGivenUp wants a copy that is not finished to leave nothing.
func TestCompactGivenUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "search.bolt")
	x := openTest(t, path)
	if err := x.Update(t.Context(), []Document{{ID: 1, Body: "needle"}}, nil, Mark{UpTo: 1}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.compact(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if done, err := x.Compact(t.Context()); done || err != nil {
		t.Errorf("so small a file was copied: %v, %v", done, err)
	}
	if _, err := os.Stat(path + newSuffix); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if got := pages(t, x, mustParse(t, "needle", ParseOptions{}), nil, 3); len(got) != 1 {
		t.Error(got)
	}
	// What a process that died in between leaves.
	other := filepath.Join(t.TempDir(), "search.bolt")
	if err := os.WriteFile(other+newSuffix, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	openTest(t, other)
	if _, err := os.Stat(other + newSuffix); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
