package search

import "slices"

// phraseIter has the rows in which words stand at their places from each other.
type phraseIter struct {
	all   iter // the rows that have all of the words
	words []placed
	a, b  []uint32
	row   uint32 // the last one found
	found bool
}

// placed is a word of a phrase, with where it is to stand.
type placed struct {
	offset uint32
	lists  []*postings // one, or all words that begin so
}

// newPhrase takes each word's lists in the order of the words.
func newPhrase(words []queryWord, lists [][]list, rows uint32) iter {
	p := &phraseIter{}
	parts := make([]iter, len(words))
	for i, w := range words {
		if len(lists[i]) == 0 {
			return emptyIter{}
		}
		pl := placed{offset: w.offset}
		for _, l := range lists[i] {
			pl.lists = append(pl.lists, l.iter())
		}
		p.words = append(p.words, pl)
		// One list is gone through and read by one iterator, many by two.
		if len(pl.lists) == 1 {
			parts[i] = pl.lists[0]
		} else {
			parts[i] = newMany(lists[i], rows)
		}
	}
	cost := make([]int, len(words))
	order := make([]int, len(words))
	for i := range parts {
		order[i], cost[i] = i, parts[i].cost()
	}
	slices.SortStableFunc(order, func(i, j int) int { return cost[i] - cost[j] })
	// The rarest word has the fewest places to compare.
	sorted := make([]placed, len(words))
	for i, n := range order {
		sorted[i] = p.words[n]
	}
	p.words = sorted
	p.all = newAnd(parts)
	return p
}

func (p *phraseIter) cost() int { return p.all.cost() }

func (p *phraseIter) advance(row uint32) uint32 {
	if p.found && p.row >= row {
		return p.row
	}
	for {
		if row = p.all.advance(row); row == none {
			p.row, p.found = none, true
			return none
		}
		if p.at(row) {
			p.row, p.found = row, true
			return row
		}
		row++
	}
}

// at tells whether the words stand in a row as they should.
func (p *phraseIter) at(row uint32) bool {
	p.a = p.words[0].positions(row, p.a[:0])
	for _, w := range p.words[1:] {
		if len(p.a) == 0 {
			return false
		}
		p.b = w.positions(row, p.b[:0])
		p.a = follow(p.a, p.b)
	}
	return len(p.a) > 0
}

// positions appends where the phrase would begin by this word, plus what keeps it from
// falling below 0.
func (w *placed) positions(row uint32, to []uint32) []uint32 {
	some := 0
	for _, l := range w.lists {
		if l.row != notSeen && l.row > row || l.blocks == 0 {
			continue
		}
		if l.advance(row) == row {
			to = l.positions(to)
			some++
		}
	}
	if some > 1 {
		slices.Sort(to)
		to = slices.Compact(to)
	}
	for i := range to {
		to[i] += maxWords - min(w.offset, maxWords)
	}
	return to
}

// follow keeps the numbers of a that are in b. Both go up.
func follow(a, b []uint32) []uint32 {
	kept, i := a[:0], 0
	for _, v := range a {
		for i < len(b) && b[i] < v {
			i++
		}
		if i == len(b) {
			break
		}
		if b[i] == v {
			kept = append(kept, v)
		}
	}
	return kept
}
