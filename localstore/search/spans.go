package search

import (
	"slices"
	"strings"
)

// Span is a part of a text, in octets.
type Span struct{ From, To int }

// maxSpans bounds how much of a text is pointed at.
const maxSpans = 10_000

// Spans returns what a query found of a text, in order, without overlaps: the words and
// phrases that the query asks for. f says which text it is; Any is the body.
func (q *Query) Spans(f Field, text string) []Span {
	var nodes []*textNode
	asked(q.root, func(t *textNode) {
		if t.field == Any || t.field == f {
			nodes = append(nodes, t)
		}
	})
	if len(nodes) == 0 {
		return nil
	}
	// The terms of a text stand at 0, 1, 2 …; those that the longest phrase reaches are
	// kept.
	var spans []Span
	var recent []spot
	reach := uint32(1)
	for _, n := range nodes {
		reach = max(reach, n.words[len(n.words)-1].offset+1)
	}
	var t tokenizer
	t.reset(text, 0)
	for len(spans) < maxSpans && t.scan() {
		if recent = append(recent, spot{string(t.term), t.start, t.end}); len(recent) > int(reach) {
			recent = recent[1:]
		}
		for _, n := range nodes {
			if s, ok := n.endsAt(recent); ok {
				spans = append(spans, s)
			}
		}
	}
	return joined(spans)
}

// spot is a term and where it is.
type spot struct {
	term     string
	from, to int
}

// endsAt tells whether the phrase's last word is the last of some terms.
func (n *textNode) endsAt(recent []spot) (Span, bool) {
	last := int(n.words[len(n.words)-1].offset)
	first := len(recent) - 1 - last
	if first < 0 {
		return Span{}, false
	}
	for _, w := range n.words {
		if !w.matches(recent[first+int(w.offset)].term) {
			return Span{}, false
		}
	}
	end := recent[len(recent)-1].to
	if w := n.words[len(n.words)-1]; w.dense && w.prefix {
		end = min(end, recent[len(recent)-1].from+len(w.term))
	}
	return Span{recent[first].from, end}, true
}

func (w queryWord) matches(term string) bool {
	return term == w.term || w.prefix && strings.HasPrefix(term, w.term)
}

// joined sorts spans and joins those that overlap or touch.
func joined(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return a.From - b.From })
	kept := spans[:0]
	for _, s := range spans {
		if n := len(kept); n > 0 && s.From <= kept[n-1].To {
			kept[n-1].To = max(kept[n-1].To, s.To)
			continue
		}
		kept = append(kept, s)
	}
	return kept
}
