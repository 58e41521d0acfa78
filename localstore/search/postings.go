package search

import (
	"encoding/binary"
	"math"
	"sort"
)

// A posting list says in which documents of a segment a term is, by their rows: a
// document's row is its place by date, the newest first. Rows go up by differences,
// and next to each difference stands whether the term is there once:
//
//	uvarint (row - row before) << 1 | once, then, if not once, uvarint how often
//
// Lists longer than a block begin with a table, one entry a block, by which whole
// blocks are skipped: u32 last row, u32 end of the block, u32 end of its positions.
// Positions are in a place of their own, for each document by differences.
const (
	blockRows   = 128
	skipEntry   = 12
	none        = uint32(math.MaxUint32) // the row after the last
	notSeen     = none                   // the row before the first
	maxInline   = 128                    // octets of a list that stands in the dictionary
	chunkOctets = 60 << 10               // of lists that share a value
)

// list is a term's postings in a segment. docs and pos point into the file.
type list struct {
	df        int // documents
	docs, pos []byte
}

// postings goes through a list. It is an iter.
type postings struct {
	row, freq uint32
	left      int    // documents of the block after this one
	at        []byte // the rest of the block
	block     int
	blocks    int
	skip      []byte // the table
	body      []byte // the blocks
	pos       []byte
	posAt     int    // where the positions not yet passed begin
	posSkip   uint32 // positions before those of this document
	df        int
}

func (l list) iter() *postings {
	p := &postings{df: l.df, pos: l.pos, blocks: 1, body: l.docs, block: -1, row: notSeen}
	if l.df > blockRows {
		p.blocks = (l.df + blockRows - 1) / blockRows
		p.skip, p.body = l.docs[:p.blocks*skipEntry], l.docs[p.blocks*skipEntry:]
	}
	p.enter(0)
	return p
}

func (p *postings) entry(block, field int) int {
	return int(binary.BigEndian.Uint32(p.skip[block*skipEntry+4*field:]))
}

// enter goes to the start of a block, before its first document.
func (p *postings) enter(block int) {
	p.block, p.freq, p.posSkip = block, 0, 0
	start, end, last := 0, len(p.body), notSeen
	p.posAt = 0
	if p.skip != nil {
		end = p.entry(block, 1)
		if block > 0 {
			start, p.posAt, last = p.entry(block-1, 1), p.entry(block-1, 2), uint32(p.entry(block-1, 0))
		}
	}
	p.at = p.body[start:end]
	p.left = min(blockRows, p.df-block*blockRows)
	p.row = last
}

func (p *postings) cost() int { return p.df }

// next goes to the next document and returns its row, none after the last.
func (p *postings) next() uint32 {
	if p.left == 0 {
		if p.block+1 >= p.blocks {
			p.row, p.freq = none, 0
			p.blocks = 0
			return none
		}
		p.enter(p.block + 1)
	}
	p.left--
	p.posSkip += p.freq
	v, n := uint64(p.at[0]), 1
	if v >= 0x80 {
		v, n = uvarint(p.at)
	}
	p.at = p.at[n:]
	// Before the first document, row is the highest number there is, so that the
	// difference plus one wraps to the row.
	p.row += uint32(v >> 1)
	p.freq = 1
	if v&1 == 0 {
		v, n = uvarint(p.at)
		p.at, p.freq = p.at[n:], uint32(v)
	}
	return p.row
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
	for {
		if r := p.next(); r >= row {
			return r
		}
	}
}

// rawPositions returns the octets of this document's positions. Each can be asked for
// once.
func (p *postings) rawPositions() []byte {
	at := p.posAt
	for ; p.posSkip > 0; p.posSkip-- {
		for p.pos[at] >= 0x80 {
			at++
		}
		at++
	}
	start := at
	for range p.freq {
		for p.pos[at] >= 0x80 {
			at++
		}
		at++
	}
	p.posAt, p.freq = at, 0
	return p.pos[start:at]
}

// positions appends this document's positions. Each document can be asked for once.
func (p *postings) positions(to []uint32) []uint32 {
	raw, pos := p.rawPositions(), uint32(0)
	for len(raw) > 0 {
		v, n := uvarint(raw)
		pos += uint32(v)
		to = append(to, pos)
		raw = raw[n:]
	}
	return to
}

// listWriter makes a list.
type listWriter struct {
	skip, docs, pos []byte
	df, inBlock     int
	last            uint32
}

func (w *listWriter) reset() {
	w.skip, w.docs, w.pos, w.df, w.inBlock, w.last = w.skip[:0], w.docs[:0], w.pos[:0], 0, 0, notSeen
}

// add adds a document. Rows go up. pos are its positions as rawPositions gives them.
func (w *listWriter) add(row, freq uint32, pos []byte) {
	if w.inBlock == blockRows {
		w.endBlock()
	}
	v := uint64(row-w.last) << 1
	if freq == 1 {
		w.docs = binary.AppendUvarint(w.docs, v|1)
	} else {
		w.docs = binary.AppendUvarint(binary.AppendUvarint(w.docs, v), uint64(freq))
	}
	w.pos = append(w.pos, pos...)
	w.last = row
	w.df++
	w.inBlock++
}

func (w *listWriter) endBlock() {
	w.skip = binary.BigEndian.AppendUint32(w.skip, w.last)
	w.skip = binary.BigEndian.AppendUint32(w.skip, uint32(len(w.docs)))
	w.skip = binary.BigEndian.AppendUint32(w.skip, uint32(len(w.pos)))
	w.inBlock = 0
}

// finish returns the list, in the order of its pieces in the file.
func (w *listWriter) finish() (skip, docs, pos []byte) {
	if w.df > blockRows {
		w.endBlock()
		return w.skip, w.docs, w.pos
	}
	return nil, w.docs, w.pos
}
