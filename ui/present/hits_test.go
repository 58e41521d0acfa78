package present

import (
	"slices"
	"testing"
	"time"

	"restante.app/localstore"
	"restante.app/localstore/search"
)

func TestHitsInARow(t *testing.T) {
	e := localstore.Entry{Summary: localstore.Summary{FromName: "Ines Löwe", FromAddress: "ines@harbour.example", Subject: "The harbour's map, harbouring"}}
	marked := func(text string, spans []search.Span) (out []string) {
		for _, s := range spans {
			out = append(out, text[s.From:s.To])
		}
		return out
	}
	tests := []struct {
		query         string
		typing        bool
		from          string
		hits, subject []string
	}{
		{query: "map", from: "Ines Löwe", subject: []string{"map"}},
		{query: "LOWE", from: "Ines Löwe", hits: []string{"Löwe"}},
		{query: "from:ines map", from: "Ines Löwe", hits: []string{"Ines"}, subject: []string{"map"}},
		{query: "from:map", from: "Ines Löwe"},
		{query: "harb", typing: true, from: "Ines Löwe <ines@harbour.example>", hits: []string{"harbour"}, subject: []string{"harbour", "harbouring"}},
		{query: "-map", from: "Ines Löwe"},
		{query: "before:nonsense", from: "Ines Löwe"},
	}
	for _, tt := range tests {
		r := NewMarker(tt.query, tt.typing).Row(e, time.Unix(0, 0))
		hits, subject := marked(r.From, r.FromHits), marked(r.Subject, r.SubjectHits)
		if r.From != tt.from || !slices.Equal(hits, tt.hits) || !slices.Equal(subject, tt.subject) {
			t.Errorf("%s: %q with %q, %q with %q", tt.query, r.From, hits, r.Subject, subject)
		}
	}
	if r := (Marker{}).Row(e, time.Unix(0, 0)); len(r.FromHits)+len(r.SubjectHits) > 0 {
		t.Error("without a query something is marked")
	}
}
