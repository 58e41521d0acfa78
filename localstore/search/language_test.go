package search

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestDenseSubstrings wants text of scripts without spaces to be found by whatever two or
// more neighbouring characters of it, and nothing else to be.
func TestDenseSubstrings(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		x, err := Open(filepath.Join(dir, fmt.Sprint(runs)), storeID, Settings{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := x.Close(); err != nil {
				t.Error(err)
			}
		}()
		letters := rapid.StringOfN(rapid.SampledFrom([]rune("東京都にカ한국ไ a.")), 2, 12, -1)
		var docs []Document
		for id := range rapid.IntRange(1, 20).Draw(t, "documents") {
			docs = append(docs, Document{ID: uint64(id + 1), Body: letters.Draw(t, "body")})
		}
		bodies := slices.Clone(docs)
		if err := x.Update(t.Context(), docs, nil, Mark{}); err != nil {
			t.Fatal(err)
		}
		look := rapid.StringOfN(rapid.SampledFrom([]rune("東京都にカ한국ไ")), 2, 4, -1).Draw(t, "query")
		q, err := Parse(look, ParseOptions{Typing: rapid.Bool().Draw(t, "typing")})
		if err != nil {
			t.Fatal(err)
		}
		r, err := x.Search(t.Context(), q, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, want := []uint64{}, []uint64{}
		for _, h := range r.Hits {
			got = append(got, h.ID)
		}
		slices.Sort(got)
		for _, d := range bodies {
			if strings.Contains(d.Body, look) {
				want = append(want, d.ID)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%q finds %v, want %v of %v", look, got, want, bodies)
		}
	})
}

// TestFoldedAlike wants mail to be found however case and accents are typed.
func TestFoldedAlike(t *testing.T) {
	x := openTest(t, filepath.Join(t.TempDir(), "search.bolt"))
	docs := []Document{
		{ID: 1, Body: "Café Müller"}, {ID: 2, Body: "cafe mu\u0308ller"}, {ID: 3, Body: "CAFE MULLER"}, {ID: 4, Body: "ｃａｆｅ muller"},
		{ID: 5, Body: "Łódź, Ørsted"}, {ID: 6, Body: "cofa muler"}, {ID: 7, Body: "Ελλάδα ΕΛΛΑΔΑ"}, {ID: 8, Body: "ёлка"},
	}
	if err := x.Update(t.Context(), docs, nil, Mark{}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"cafe": "1 2 3 4", "CAFÉ": "1 2 3 4", "cafe\u0301 müller": "1 2 3 4", `"café mull*"`: "1 2 3 4", "müll*": "1 2 3 4",
		"lodz": "5", "orsted": "5", "ŁÓDŹ": "5", "ελλαδα": "7", "ελλά*": "7", "елка": "8", "ЁЛКА": "8", "cafes": "",
	} {
		var got []string
		for _, h := range pages(t, x, mustParse(t, query, ParseOptions{}), nil, 3) {
			got = append(got, fmt.Sprint(h.ID))
		}
		slices.Sort(got)
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q finds %s, want %s", query, s, want)
		}
	}
}

// TestRelevance wants what a person would put first to be first.
func TestRelevance(t *testing.T) {
	x := openTest(t, filepath.Join(t.TempDir(), "search.bolt"))
	long := strings.Repeat("of the meeting that was about other things ", 60)
	docs := []Document{
		{ID: 1, Date: 1, Subject: "Invoice for May", Body: "See below."},
		{ID: 2, Date: 2, From: "Invoice Office", Body: "Hello."},
		{ID: 3, Date: 3, Body: "the invoice, an invoice and one more invoice"},
		{ID: 4, Date: 4, Body: "the invoice of the meeting"},
		{ID: 5, Date: 5, Body: long + "invoice"},
		{ID: 6, Date: 6, Body: "nothing of it"},
		{ID: 7, Date: 7, Body: "the meeting of kestrels"},
	}
	for id := uint64(8); id < 60; id++ {
		docs = append(docs, Document{ID: id, Date: int64(id), Body: "a meeting of the office"})
	}
	if err := x.Update(t.Context(), docs, nil, Mark{}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string][]uint64{
		"invoice":             {1, 2, 3, 4, 5},
		"kestrels OR meeting": {7},
	} {
		r, err := x.Search(t.Context(), mustParse(t, query, ParseOptions{}), Options{Order: ByRelevance})
		if err != nil {
			t.Fatal(err)
		}
		var got []uint64
		for _, h := range r.Hits {
			got = append(got, h.ID)
		}
		if len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
			t.Errorf("%q: %v, want %v first", query, got, want)
		}
	}
}
