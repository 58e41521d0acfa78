package present

import (
	"errors"
	"testing"

	"restante.app/localstore"
)

func TestHits(t *testing.T) {
	for want, r := range map[string]localstore.SearchResults{
		"Nothing found.":   {Exact: true},
		"1 message found.": {Total: 1, Exact: true, Hits: make([]localstore.SearchHit, 1)},
		"About 5,000 messages found, the first 2 are shown.":     {Total: 5000, Hits: make([]localstore.SearchHit, 2)},
		"Nothing found. 7 messages still being indexed.":         {Exact: true, Pending: 7},
		"Nothing found. The index can't be completed: no space.": {Exact: true, Pending: 7, Problem: errors.New("no space")},
	} {
		if got := Hits(r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestSearchWord(t *testing.T) {
	for query, want := range map[string]string{
		"": "", "tide": "tide", "from:ann tide gauge*": "gauge", `x "the tide"`: "the tide", "-long a OR bc": "bc", "(tide)": "tide",
	} {
		if got := SearchWord(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}
