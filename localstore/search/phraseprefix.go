package search

import "slices"

// begunIter has the rows of a phrase some of whose words are only begun. Very many words
// may begin so. It takes candidates, the rows that have all the rest, some at a time and
// each time more, and goes through the lists of those words once for all of them.
type begunIter struct {
	c     *compiler
	field Field
	all   iter        // the candidates
	whole *phraseIter // the words that are not begun only; nil without such
	words []queryWord // the others
	batch int
	from  uint32 // where the next candidates begin
	rows  []uint32
	at    []begin  // where the phrase may begin in them
	first []uint32 // the first of at that is each candidate's or comes behind it, and the end
	found []uint32 // rows of these candidates that were not passed yet
	next  []uint32 // of the rows from the first candidate on: the candidate that is there or behind
	list  postings
	pos   []uint32
}

// begin is where a phrase may begin: in which candidate, and at which position plus bias.
type begin struct{ candidate, pos uint32 }

const (
	firstBatch = 256
	batchGrows = 4
	mostBatch  = 1 << 18
)

// begun makes the iterator. whole is what newPhrase made of the other words, if any.
func (c *compiler) begun(f Field, words []queryWord, whole iter) iter {
	b := &begunIter{c: c, field: f, words: words, batch: firstBatch}
	parts := make([]iter, 0, len(words)+1)
	for _, w := range words {
		parts = append(parts, c.word(f, w))
	}
	if whole != nil {
		p, ok := whole.(*phraseIter)
		if !ok {
			return emptyIter{}
		}
		b.whole = p
		parts = append(parts, p)
	}
	b.all = newAnd(parts)
	return b
}

func (b *begunIter) cost() int { return b.all.cost() }

func (b *begunIter) advance(row uint32) uint32 {
	for {
		n, _ := slices.BinarySearch(b.found, row)
		if b.found = b.found[n:]; len(b.found) > 0 {
			return b.found[0]
		}
		if b.from = max(b.from, row); b.from == none || b.c.stopped() {
			return none
		}
		b.candidates()
		b.look()
	}
}

// candidates takes the next ones.
func (b *begunIter) candidates() {
	b.rows, b.at = b.rows[:0], b.at[:0]
	for len(b.rows) < b.batch {
		row := b.all.advance(b.from)
		if row == none {
			b.from = none
			break
		}
		if b.whole != nil {
			for _, pos := range b.whole.begins() {
				b.at = append(b.at, begin{uint32(len(b.rows)), pos})
			}
		}
		b.rows = append(b.rows, row)
		b.from = row + 1
	}
	b.batch = min(b.batch*batchGrows, mostBatch)
}

// look finds the phrase in the candidates.
func (b *begunIter) look() {
	b.found = b.found[:0]
	if len(b.rows) == 0 {
		return
	}
	for i, w := range b.words {
		b.keep(w, i == 0 && b.whole == nil)
		if len(b.at) == 0 {
			return
		}
	}
	for _, s := range b.at {
		b.found = append(b.found, b.rows[s.candidate])
	}
	b.found = slices.Compact(b.found)
}

// keep keeps the places where a begun word follows, or takes them from it if it is the
// first.
func (b *begunIter) keep(w queryWord, first bool) {
	var kept []begin
	b.index()
	n, last := 0, b.rows[len(b.rows)-1]
	b.c.s.expand(b.field, w.term, func(_ []byte, l list) bool {
		b.list.open(l)
		for row := b.list.advance(b.rows[0]); row <= last; {
			i := b.next[row-b.rows[0]]
			if b.rows[i] == row {
				if some := b.at[b.first[i]:b.first[i+1]]; first || len(some) > 0 {
					kept = b.follows(kept, some, begin{i, w.offset}, first)
				}
				if i++; int(i) == len(b.rows) {
					break
				}
			}
			row = b.list.advance(b.rows[i])
		}
		n++
		return n%4096 != 0 || !b.c.stopped()
	})
	slices.SortFunc(kept, compareBegins)
	b.at = slices.Compact(kept)
}

// follows appends where the phrase may begin by a word of this offset, in the candidate
// that the list is at: anywhere, or only where some say.
func (b *begunIter) follows(kept, some []begin, at begin, anywhere bool) []begin {
	b.pos = b.list.positions(b.pos[:0])
	for _, pos := range b.pos {
		s := begin{at.candidate, beginning(pos, at.pos)}
		if anywhere || slices.Contains(some, s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// index makes first and next.
func (b *begunIter) index() {
	b.first, b.next = b.first[:0], b.next[:0]
	for n := range b.at {
		for len(b.first) <= int(b.at[n].candidate) {
			b.first = append(b.first, uint32(n))
		}
	}
	for len(b.first) <= len(b.rows) {
		b.first = append(b.first, uint32(len(b.at)))
	}
	for i, row := range b.rows {
		for len(b.next) <= int(row-b.rows[0]) {
			b.next = append(b.next, uint32(i))
		}
	}
}

func compareBegins(a, b begin) int {
	if a.candidate != b.candidate {
		return int(a.candidate) - int(b.candidate)
	}
	return int(a.pos) - int(b.pos)
}
