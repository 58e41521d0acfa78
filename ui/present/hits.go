package present

import (
	"time"

	"restante.app/localstore"
	"restante.app/localstore/search"
)

// Marker points at what a search has found in the rows of its results. The zero value
// points at nothing.
type Marker struct{ query *search.Query }

// NewMarker makes the marker of a query; typing says that its last word may go on. A
// query with a mistake marks nothing.
func NewMarker(query string, typing bool) Marker {
	q, err := search.Parse(query, search.ParseOptions{Typing: typing})
	if err != nil {
		return Marker{}
	}
	return Marker{q}
}

// Empty tells that it points at nothing, whatever the text.
func (m Marker) Empty() bool { return m.query == nil }

// Body points at what was found in a message's text.
func (m Marker) Body(text string) []search.Span {
	if m.query == nil {
		return nil
	}
	return m.query.Spans(search.Any, text)
}

// Row makes the row of a message with its hits. Where the sender's address was found and
// the name was not, the row shows both.
func (m Marker) Row(e localstore.Entry, now time.Time) Row {
	r := NewRow(e, now)
	if m.query == nil {
		return r
	}
	r.FromHits, r.SubjectHits = m.query.Spans(search.From, r.From), m.query.Spans(search.Subject, r.Subject)
	if address := e.Summary.FromAddress; len(r.FromHits) == 0 && e.Summary.FromName != "" && address != "" {
		both := r.From + " <" + address + ">"
		if hits := m.query.Spans(search.From, both); len(hits) > 0 {
			r.From, r.FromHits = both, hits
		}
	}
	return r
}
