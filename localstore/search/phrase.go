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
	list   *postings
}

// newPhrase takes a list for each word.
func newPhrase(words []queryWord, lists []list) iter {
	p := &phraseIter{}
	parts := make([]iter, len(words))
	for i, w := range words {
		if lists[i].df == 0 {
			return emptyIter{}
		}
		pl := placed{w.offset, lists[i].iter()}
		p.words, parts[i] = append(p.words, pl), pl.list
	}
	// The rarest word has the fewest places to compare.
	slices.SortStableFunc(p.words, func(a, b placed) int { return a.list.df - b.list.df })
	p.all = newAnd(parts)
	return p
}

func (p *phraseIter) cost() int { return p.all.cost() }

func (p *phraseIter) advance(row uint32) uint32 {
	if p.found && p.row >= row {
		return p.row
	}
	for {
		if row = p.all.advance(row); row == none || len(p.begins()) > 0 {
			p.row, p.found = row, true
			return row
		}
		row++
	}
}

// begins returns where the phrase begins in the row that all words are at, plus bias.
func (p *phraseIter) begins() []uint32 {
	p.a = p.words[0].positions(p.a[:0])
	for _, w := range p.words[1:] {
		if len(p.a) == 0 {
			break
		}
		p.b = w.positions(p.b[:0])
		p.a = follow(p.a, p.b)
	}
	return p.a
}

// bias keeps the start of a phrase from falling below 0.
const bias = maxWords

// positions appends where the phrase would begin by this word, plus bias.
func (w *placed) positions(to []uint32) []uint32 {
	to = w.list.positions(to)
	for i := range to {
		to[i] = beginning(to[i], w.offset)
	}
	return to
}

func beginning(pos, offset uint32) uint32 { return pos + bias - min(offset, bias) }

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
