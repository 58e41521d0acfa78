package search

import (
	"math/bits"
	"slices"
)

// iter goes through rows of a segment, upwards: from the newest document to the oldest.
// Before the first call of next or advance it is before the first row.
type iter interface {
	// advance goes to the first row not before one, and returns it, none if there is
	// none. It never goes back.
	advance(row uint32) uint32
	// cost is about how many rows there are.
	cost() int
}

// emptyIter has no rows.
type emptyIter struct{}

func (emptyIter) advance(uint32) uint32 { return none }
func (emptyIter) cost() int             { return 0 }

// rangeIter has the rows from one to another, that not included.
type rangeIter struct{ from, to uint32 }

func (r rangeIter) advance(row uint32) uint32 {
	if row = max(row, r.from); row < r.to {
		return row
	}
	return none
}
func (r rangeIter) cost() int { return int(r.to) - int(min(r.from, r.to)) }

// rowsIter has the rows of a list.
type rowsIter struct {
	rows []uint32
	all  int
}

func newRows(rows []uint32) *rowsIter { return &rowsIter{rows, len(rows)} }

func (r *rowsIter) advance(row uint32) uint32 {
	n, _ := slices.BinarySearch(r.rows, row)
	if r.rows = r.rows[n:]; len(r.rows) == 0 {
		return none
	}
	return r.rows[0]
}
func (r *rowsIter) cost() int { return r.all }

// testIter has the rows that a function says yes to.
type testIter struct {
	rows uint32
	test func(row uint32) bool
	stop func() bool
}

func (t testIter) advance(row uint32) uint32 {
	for ; row < t.rows; row++ {
		if t.test(row) {
			return row
		}
		if row%4096 == 0 && t.stop() {
			return none
		}
	}
	return none
}
func (t testIter) cost() int { return int(t.rows) }

// andIter has the rows that all of its parts have. The rarest leads.
type andIter struct{ parts []iter }

func newAnd(parts []iter) iter {
	if len(parts) == 1 {
		return parts[0]
	}
	slices.SortStableFunc(parts, func(a, b iter) int { return a.cost() - b.cost() })
	return &andIter{parts}
}

func (a *andIter) advance(row uint32) uint32 {
	for {
		row = a.parts[0].advance(row)
		if row == none {
			return none
		}
		to := row
		for _, p := range a.parts[1:] {
			if to = p.advance(row); to != row {
				break
			}
		}
		if to == row || to == none {
			return to
		}
		row = to
	}
}
func (a *andIter) cost() int { return a.parts[0].cost() }

// orIter has the rows that any of its few parts has.
type orIter struct {
	parts []iter
	rows  []uint32 // where each is
	begun bool
}

func newOr(parts []iter) iter {
	if len(parts) == 1 {
		return parts[0]
	}
	return &orIter{parts: parts, rows: make([]uint32, len(parts))}
}

func (o *orIter) advance(row uint32) uint32 {
	least := none
	for i, p := range o.parts {
		if !o.begun || o.rows[i] < row {
			o.rows[i] = p.advance(row)
		}
		least = min(least, o.rows[i])
	}
	o.begun = true
	return least
}

func (o *orIter) cost() int {
	n := 0
	for _, p := range o.parts {
		n += p.cost()
	}
	return n
}

// butIter has the rows of one that another has not.
type butIter struct {
	iter
	not  iter
	at   uint32
	some bool
}

func (b *butIter) advance(row uint32) uint32 {
	for {
		if row = b.iter.advance(row); row == none {
			return none
		}
		if !b.some || b.at < row {
			b.at, b.some = b.not.advance(row), true
		}
		if b.at != row {
			return row
		}
		row++
	}
}

// manyIter has the rows that any of many lists has: the words that begin alike. It
// gathers them a window at a time; each window is twice as large as the one before, so
// that what is found at once costs little, and what is rare costs few rounds.
type manyIter struct {
	parts  []*postings
	sum    int
	bits   []uint64
	from   uint32 // the first row of the window
	size   uint32 // its rows
	rows   uint32 // of the segment
	filled bool
}

const firstWindow = 1024

func newMany(lists []list, rows uint32) iter {
	if len(lists) == 0 {
		return emptyIter{}
	}
	m := &manyIter{parts: make([]*postings, len(lists)), rows: rows}
	for i, l := range lists {
		m.parts[i] = l.iter()
		m.sum += l.df
	}
	return m
}

func (m *manyIter) cost() int { return m.sum }

func (m *manyIter) advance(row uint32) uint32 {
	for row < m.rows {
		if !m.filled || row >= m.from+m.size {
			m.fill(row)
		}
		at := row - m.from
		for w := at / 64; w < uint32(len(m.bits)); w++ {
			word := m.bits[w]
			if w == at/64 {
				word &= ^uint64(0) << (at % 64)
			}
			if word != 0 {
				return m.from + w*64 + uint32(bits.TrailingZeros64(word))
			}
		}
		row = m.from + m.size
	}
	return none
}

func (m *manyIter) fill(row uint32) {
	if m.size = min(m.size*2, 1<<20); !m.filled {
		m.size = firstWindow
	}
	m.filled, m.from = true, row
	n := int(m.size / 64)
	m.bits = slices.Grow(m.bits[:0], n)[:n]
	clear(m.bits)
	alive := m.parts[:0]
	for _, p := range m.parts {
		r := p.advance(row)
		for ; r < row+m.size; r = p.next() {
			m.bits[(r-row)/64] |= 1 << ((r - row) % 64)
		}
		if r != none {
			alive = append(alive, p)
		}
	}
	m.parts = alive
}
