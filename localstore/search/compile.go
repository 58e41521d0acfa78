package search

import (
	"context"
	"unicode/utf8"
)

// compiler makes iterators of a query for one segment.
type compiler struct {
	ctx  context.Context
	s    *segment
	sets map[*flagNode]*IDSet // what the caller's Filter said
}

func (c *compiler) node(n node) iter {
	switch n := n.(type) {
	case andNode:
		return c.both(n)
	case orNode:
		parts := make([]iter, 0, len(n))
		for _, part := range n {
			parts = append(parts, c.node(part))
		}
		return newOr(parts)
	case *notNode:
		return &butIter{iter: c.every(), not: c.node(n.not)}
	case *textNode:
		return c.text(n)
	case *kindNode:
		return c.s.lookup(fieldKind, attachmentTerm).orEmpty()
	case *dateNode:
		// Rows go from the newest to the oldest.
		return rangeIter{c.s.before(n.to, 0), c.s.before(n.from, 0)}
	case *sizeNode:
		return testIter{c.s.docs, func(row uint32) bool { size := c.s.size(row); return size > n.above && size < n.below }, c.stopped}
	case *flagNode:
		return c.set(c.sets[n])
	}
	return emptyIter{}
}

func (c *compiler) stopped() bool { return c.ctx.Err() != nil }
func (c *compiler) every() iter   { return rangeIter{0, c.s.docs} }

func (l list) orEmpty() iter {
	if l.df == 0 {
		return emptyIter{}
	}
	return l.iter()
}

// both takes what has to be there first, and what must not be there off it.
func (c *compiler) both(n andNode) iter {
	var parts []iter
	for _, part := range n {
		if _, ok := part.(*notNode); !ok {
			parts = append(parts, c.node(part))
		}
	}
	all := c.every()
	if len(parts) > 0 {
		all = newAnd(parts)
	}
	for _, part := range n {
		if not, ok := part.(*notNode); ok {
			all = &butIter{iter: all, not: c.node(not.not)}
		}
	}
	return all
}

func (c *compiler) text(n *textNode) iter {
	if len(n.words) == 1 {
		return c.word(n.field, n.words[0])
	}
	var whole, begun []queryWord
	var lists []list
	for _, w := range n.words {
		if w.prefix {
			begun = append(begun, w)
		} else {
			whole, lists = append(whole, w), append(lists, c.s.lookup(n.field, w.term))
		}
	}
	var all iter
	if len(whole) > 0 {
		all = newPhrase(whole, lists)
	}
	if len(begun) > 0 {
		all = c.begun(n.field, begun, all)
	}
	return all
}

// lists returns the lists of all words that begin so.
func (c *compiler) lists(f Field, w queryWord) []list {
	var all []list
	c.s.expand(f, w.term, func(_ []byte, l list) bool {
		all = append(all, l)
		return len(all)%4096 != 0 || !c.stopped()
	})
	return all
}

func (c *compiler) word(f Field, w queryWord) iter {
	most := maxPrefix
	if w.dense {
		most = 1
	}
	switch {
	case !w.prefix:
		return c.s.lookup(f, w.term).orEmpty()
	case f == Any && utf8.RuneCountInString(w.term) <= most:
		return c.s.lookup(fieldPrefix, w.term).orEmpty()
	}
	return newMany(c.lists(f, w), c.s.docs)
}

// set makes an iterator of ids. Few are looked up; many are asked about row by row.
func (c *compiler) set(s *IDSet) iter {
	if s == nil || s.n == 0 {
		return emptyIter{}
	}
	if s.n > int(c.s.docs)/16 {
		return testIter{c.s.docs, func(row uint32) bool { return s.Has(c.s.id(row)) }, c.stopped}
	}
	return newRows(sortRows(c.s.findAll(s)))
}
