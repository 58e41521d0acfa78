package search

import (
	"encoding/binary"
	"math"
	"sort"
)

// A posting list says in which documents of a segment a term is, by their rows: a
// document's row is its place by date, the newest first. It is made of blocks of 128
// documents. Rows go up by differences less one, from -1; a block of few has
//
//	uvarint difference << 1 | once, then, if not once, uvarint (how often - 2)
//
// for each document, and one of more has the differences packed, then a bit for each
// document that is 1 if the term is there once, then uvarint (how often - 2) of the
// others. Lists of more than one block begin with a table, one entry a block, by which
// whole blocks are skipped: u32 last row, u32 end of the block, u32 end of its positions.
//
// Positions are in a place of their own: the differences of all documents of a block,
// from 0 in each document, as uvarints if they are few, else packed by 128. Plain lists
// have no positions, do not say how often, and have no end of positions in the table.
const (
	blockRows = packMost
	none      = uint32(math.MaxUint32) // the row after the last
	notSeen   = none                   // the row before the first
	maxInline = 128                    // octets of a list that stands in the dictionary

	// chunkOctets is what lists that share a value have: two fill a run of pages.
	chunkOctets = (30*4096 - 16 - 2*(16+4)) / 2
)

// list is a term's postings in a segment. docs and pos point into the file.
type list struct {
	df        int // documents
	plain     bool
	docs, pos []byte
}

// postings goes through a list. It is an iter.
type postings struct {
	list
	row    uint32 // of the document that it is at
	block  int
	blocks int    // 0 behind the last document
	skip   []byte // the table
	body   []byte // the blocks
	n, i   int    // documents of the block, and those up to this one

	at     []byte // the rest of a block of few
	freq   uint32 // of this document, in a block of few
	before uint32 // positions of those before it

	u *unpacked // a block of many
}

// unpacked is a block of many documents.
type unpacked struct {
	rows   [blockRows]uint32
	counts []byte // how often, packed
	ends   []uint32
	pos    []byte
	group  int // of the differences
	rest   []byte
	deltas [packMost]uint32
}

func (l list) skipEntry() int {
	if l.plain {
		return 8
	}
	return 12
}

func (l list) iter() *postings {
	p := &postings{}
	p.open(l)
	return p
}

// open goes to the start of a list.
func (p *postings) open(l list) {
	*p = postings{list: l, blocks: 1, body: l.docs, row: notSeen, u: p.u}
	if l.df > blockRows {
		p.blocks = (l.df + blockRows - 1) / blockRows
		table := p.blocks * l.skipEntry()
		p.skip, p.body = l.docs[:table], l.docs[table:]
	}
	p.enter(0)
}

func (p *postings) entry(block, field int) int {
	return int(binary.BigEndian.Uint32(p.skip[block*p.skipEntry()+4*field:]))
}

// enter goes to the start of a block, before its first document.
func (p *postings) enter(block int) {
	p.block, p.i, p.freq, p.before = block, 0, 0, 0
	start, end, last := 0, len(p.body), notSeen
	if p.skip != nil {
		end = p.entry(block, 1)
		if block > 0 {
			start, last = p.entry(block-1, 1), uint32(p.entry(block-1, 0))
		}
	}
	p.n = min(blockRows, p.df-block*blockRows)
	p.at, p.row = p.body[start:end], last
	if p.n < packFrom {
		return
	}
	if p.u == nil {
		p.u = &unpacked{}
	}
	k, rest := openPacked(p.at, p.n)
	k.unpack(p.u.rows[:])
	for i, gap := range p.u.rows[:p.n] {
		last += gap + 1 // from notSeen it wraps to 0
		p.u.rows[i] = last
	}
	p.u.counts, p.u.ends = rest, p.u.ends[:0]
}

// blockPositions returns the octets of the block's positions.
func (p *postings) blockPositions() []byte {
	start, end := 0, len(p.pos)
	if p.skip != nil {
		end = p.entry(p.block, 2)
		if p.block > 0 {
			start = p.entry(p.block-1, 2)
		}
	}
	return p.pos[start:end]
}

func (p *postings) cost() int { return p.df }

// next goes to the next document and returns its row, none after the last.
func (p *postings) next() uint32 {
	if p.i == p.n {
		if p.block+1 >= p.blocks {
			p.row, p.freq, p.blocks = none, 0, 0
			return none
		}
		p.enter(p.block + 1)
	}
	if p.n >= packFrom {
		p.row = p.u.rows[p.i]
		p.i++
		return p.row
	}
	p.i++
	p.before += p.freq
	p.freq = 1
	v := p.number()
	if !p.plain {
		if v&1 == 0 {
			p.freq = p.number() + 2
		}
		v >>= 1
	}
	p.row += v + 1 // before the first document it wraps to 0
	return p.row
}

func (p *postings) number() uint32 {
	if v := p.at[0]; v < 0x80 {
		p.at = p.at[1:]
		return uint32(v)
	}
	v, n := uvarint(p.at)
	p.at = p.at[n:]
	return uint32(v)
}

func uvarint(p []byte) (uint64, int) {
	v, n := binary.Uvarint(p)
	if n <= 0 {
		panic(errRecord) // caught by guard
	}
	return v, n
}

// advance goes to the first document not before row, and returns its row.
func (p *postings) advance(row uint32) uint32 {
	if p.blocks == 0 {
		return none
	}
	if p.row != notSeen && p.row >= row {
		return p.row
	}
	if p.skip != nil && uint32(p.entry(p.block, 0)) < row {
		rest := p.blocks - p.block - 1
		// Most steps are short: look near by first.
		to := 1
		for to < rest && uint32(p.entry(p.block+to, 0)) < row {
			to *= 2
		}
		from := p.block + to/2
		to = min(p.block+to, p.blocks-1)
		k := from + sort.Search(to-from, func(i int) bool { return uint32(p.entry(from+i, 0)) >= row })
		if k > p.block {
			p.enter(k)
		}
	}
	if p.n >= packFrom {
		for i := p.i; i < p.n; i++ {
			if r := p.u.rows[i]; r >= row {
				p.row, p.i = r, i+1
				return r
			}
		}
		p.i = p.n
	}
	for {
		if r := p.next(); r >= row {
			return r
		}
	}
}

// often returns how often the term is in this document.
func (p *postings) often() uint32 {
	if p.n < packFrom || p.plain {
		return max(p.freq, 1)
	}
	start, end := p.span()
	return end - start
}

// span returns which of the block's positions are this document's.
func (p *postings) span() (start, end uint32) {
	if p.n < packFrom {
		return p.before, p.before + p.freq
	}
	u := p.u
	if len(u.ends) == 0 {
		once, more := u.counts[:(p.n+7)/8], u.counts[(p.n+7)/8:]
		sum := uint32(0)
		for i := range p.n {
			sum++
			if once[i/8]&(1<<(i%8)) == 0 {
				v, n := uvarint(more)
				more = more[n:]
				sum += uint32(v) + 1
			}
			u.ends = append(u.ends, sum)
		}
		u.pos, u.group = p.blockPositions(), -1
		u.rest = u.pos
	}
	if p.i > 1 {
		start = u.ends[p.i-2]
	}
	return start, u.ends[p.i-1]
}

// differences appends this document's positions, each but the first by the difference to
// the one before.
func (p *postings) differences(to []uint32) []uint32 {
	start, end := p.span()
	if p.n < packFrom {
		raw := p.blockPositions()
		for i := range end {
			v, n := uvarint(raw)
			if raw = raw[n:]; i >= start {
				to = append(to, uint32(v))
			}
		}
		return to
	}
	u := p.u
	for all := u.ends[p.n-1]; start < end; {
		u.enter(int(start/packMost), all)
		some := u.deltas[start%packMost : min(end-start/packMost*packMost, packMost)]
		to = append(to, some...)
		start += uint32(len(some))
	}
	return to
}

// enter unpacks a group of the differences, of which there are so many in all.
func (u *unpacked) enter(group int, all uint32) {
	if group < u.group {
		u.group, u.rest = -1, u.pos
	}
	for u.group < group {
		u.group++
		k, rest := openPacked(u.rest, min(packMost, int(all)-u.group*packMost))
		if u.rest = rest; u.group == group {
			k.unpack(u.deltas[:])
		}
	}
}

// positions appends this document's positions.
func (p *postings) positions(to []uint32) []uint32 {
	from := len(to)
	to = p.differences(to)
	pos := uint32(0)
	for i := from; i < len(to); i++ {
		pos += to[i]
		to[i] = pos
	}
	return to
}
