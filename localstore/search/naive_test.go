package search

import (
	"slices"
	"strings"
)

// naive answers queries by reading every document, word by word.
type naive struct {
	docs   map[uint64]Document
	filter Filter
}

// token is a word of a text, with its place.
type token struct {
	term string
	pos  int
}

func tokens(s string) []token {
	var all []token
	var t tokenizer
	t.reset(s, 0)
	for t.scan() {
		all = append(all, token{string(t.term), t.pos})
	}
	return all
}

func (n *naive) find(q *Query) []Hit {
	var hits []Hit
	for _, d := range n.docs {
		if n.matches(q.root, d) {
			hits = append(hits, Hit{ID: d.ID, Date: d.Date})
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		if a.Date != b.Date {
			return int(b.Date - a.Date)
		}
		return int(b.ID) - int(a.ID)
	})
	return hits
}

func (n *naive) matches(part node, d Document) bool {
	switch part := part.(type) {
	case andNode:
		return !slices.ContainsFunc(part, func(p node) bool { return !n.matches(p, d) })
	case orNode:
		return slices.ContainsFunc(part, func(p node) bool { return n.matches(p, d) })
	case *notNode:
		return !n.matches(part.not, d)
	case *kindNode:
		return d.Attachment
	case *dateNode:
		return d.Date >= part.from && d.Date < part.to
	case *sizeNode:
		return d.Size > part.above && d.Size < part.below
	case *flagNode:
		set, err := n.filter.Filter(part.op, part.value)
		return err == nil && set.Has(d.ID)
	case *textNode:
		for _, f := range fieldsOf(&d) {
			for _, text := range f.text {
				if (part.field == Any || part.field == f.field) && phraseIn(part.words, tokens(text)) {
					return true
				}
			}
		}
	}
	return false
}

func phraseIn(words []queryWord, in []token) bool {
	for _, start := range in {
		all := true
		for _, w := range words {
			all = all && slices.ContainsFunc(in, func(t token) bool {
				return t.pos == start.pos+int(w.offset) && (t.term == w.term || w.prefix && strings.HasPrefix(t.term, w.term))
			})
		}
		if all {
			return true
		}
	}
	return false
}
