package search

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2024, 5, 31, 12, 0, 0, 0, time.FixedZone("", 7200))

func TestParseErrors(t *testing.T) {
	for query, want := range map[string]string{
		"(post":                        "without its )",
		"post)":                        "without its (",
		"post OR":                      "both of its sides",
		"OR post":                      "both of its sides",
		"post NOT":                     "nothing after",
		"from: ann":                    "right behind from:",
		"from:":                        "right behind from:",
		"is:open":                      "is:unread",
		"has:legs":                     "has:attachment",
		"before:soon":                  "no date",
		"after:2024-13-01":             "no date",
		"larger:much":                  "no size",
		"larger:-5":                    "no size",
		"larger:(5)":                   "takes one value",
		"!!!":                          "no letter or digit",
		strings.Repeat("(", 100) + "a": "too many brackets",
		strings.Repeat("a ", 1000):     "more than 200 words",
		strings.Repeat("a", 5000):      "more than 4096 octets",
		strings.Repeat("NOT ", 100):    "too many brackets",
	} {
		_, err := Parse(query, ParseOptions{Now: noon})
		var e *QueryError
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) || e.Next == "" || e.At < 0 || e.At > len(query) {
			t.Errorf("%.40q: %v, want %q", query, err, want)
		}
	}
}

// TestTyping wants no error for what is not complete yet.
func TestTyping(t *testing.T) {
	x := openTest(t, filepath.Join(t.TempDir(), "search.bolt"))
	docs := []Document{{ID: 1, Subject: "The post office", From: "Ann <ann@example.org>"}, {ID: 2, Subject: "Nothing", From: "Bob"}}
	if err := x.Update(t.Context(), docs, nil, Mark{}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{
		"po": 1, "p": 1, "post of": 1, "post of ": 0, `"post off`: 1, `"the post`: 1, "(post": 1, "from:": 2, "from:an": 1,
		"ann@exam": 1, "-po": 1, "post OR": 1, "post OR nothi": 2, "before:20": 2, "is:": 2, "is:unr": 2, "post -": 1, "NOT": 2, "subject:(pos": 1, "": 2, "no": 1, "*": 2,
	} {
		q, err := Parse(query, ParseOptions{Typing: true, Now: noon})
		if err != nil {
			t.Errorf("%q: %v", query, err)
			continue
		}
		if r, err := x.Search(t.Context(), q, Options{}); err != nil || len(r.Hits) != want {
			t.Errorf("%q finds %d, want %d, %v", query, len(r.Hits), want, err)
		}
	}
}

func TestDaysAndSizes(t *testing.T) {
	for s, want := range map[string]string{
		"today": "2024-05-31", "yesterday": "2024-05-30", "2024": "2024-01-01", "2023-02": "2023-02-01", "2023/2/3": "2023-02-03",
		"7d": "2024-05-24", "1w": "2024-05-24", "3m": "2024-03-02", "2y": "2022-05-31",
	} {
		// Three months before 31 May there is no 31 February.
		got, err := parseDay(s, noon)
		if err != nil || got.Format("2006-01-02 15:04 -0700") != want+" 00:00 +0200" {
			t.Errorf("%q: %v, %v, want %s", s, got, err, want)
		}
	}
	for s, want := range map[string]int64{"5": 5, "5k": 5000, "1.5mb": 1_500_000, "2g": 2_000_000_000} {
		if got, err := parseSize(s); err != nil || got != want {
			t.Errorf("%q: %d, %v", s, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`post "the office" -not (a OR b) from:ann is:unread before:2024-01-01 larger:5M`, `"open`, "((((", "from:(a OR -b)", "OR OR", "-(-(-a))", "東京 OR T*", "in:\"x y\" tag:z", "a*b*", "-- -",
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	x, err := Open(filepath.Join(f.TempDir(), "search.bolt"), storeID, Settings{NoSync: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := x.Close(); err != nil {
			f.Error(err)
		}
	})
	n := &naive{docs: map[uint64]Document{}, filter: everyOther{}}
	texts := []string{"the post office", "東京都 T", "a b c OR", "Ann x y z"}
	var docs []Document
	for i, s := range texts {
		d := Document{ID: uint64(i + 1), Date: int64(i) * 86400, Size: int64(i * 1000), Subject: s, From: texts[(i+1)%4], Body: strings.Join(texts, "\n"), Attachment: i%2 == 0}
		n.docs[d.ID] = d
		docs = append(docs, d)
	}
	if err := x.Update(context.Background(), docs, nil, Mark{}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string, typing bool) {
		Complete(s, len(s)/2, nil)
		q, err := Parse(s, ParseOptions{Typing: typing, Now: noon})
		var e *QueryError
		if err != nil {
			if !errors.As(err, &e) || e.Next == "" || e.At > len(s) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		q.Spans(Any, texts[1])
		r, err := x.Search(context.Background(), q, Options{Filter: everyOther{}})
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if want := n.find(q); len(want) != len(r.Hits) {
			t.Fatalf("%q: %d found, %d are there", s, len(r.Hits), len(want))
		}
	})
}

// everyOther is a Filter that says yes to odd ids.
type everyOther struct{}

func (everyOther) Filter(string, string) (*IDSet, error) {
	s := &IDSet{}
	s.Add(1)
	s.Add(3)
	return s, nil
}
