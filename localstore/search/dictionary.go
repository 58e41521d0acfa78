package search

import (
	"bytes"
	"encoding/binary"
	"sort"
)

// The dictionary of a segment is its terms in order, in blocks. A term is a field's
// octet and the word. An entry leaves out what its term shares with the one before, but
// for every 16th, whose offsets stand at the block's end for a binary search:
//
//	uvarint shared, uvarint length, so many octets, uvarint documents,
//	uvarint octets of the list, uvarint octets of its positions,
//	then both, or, where they are long, two places: uvarint chunk, uvarint offset each
const (
	dictionaryOctets = 28 << 10 // of a block
	restartEvery     = 16
)

// blockWriter makes a block of the dictionary.
type blockWriter struct {
	p        []byte
	first    []byte
	last     []byte
	restarts []uint32
	n        int
}

func (w *blockWriter) begin(term []byte) {
	shared := 0
	if w.n%restartEvery == 0 {
		w.restarts = append(w.restarts, uint32(len(w.p)))
	} else {
		for shared < min(len(term), len(w.last)) && term[shared] == w.last[shared] {
			shared++
		}
	}
	if w.n == 0 {
		w.first = append([]byte(nil), term...)
	}
	w.p = binary.AppendUvarint(w.p, uint64(shared))
	w.p = binary.AppendUvarint(w.p, uint64(len(term)-shared))
	w.p = append(w.p, term[shared:]...)
	w.last = append(w.last[:0], term...)
	w.n++
}

// finish returns the block's key and value, and empties the writer.
func (w *blockWriter) finish() (key, value []byte) {
	for _, r := range w.restarts {
		w.p = binary.BigEndian.AppendUint32(w.p, r)
	}
	w.p = binary.BigEndian.AppendUint32(w.p, uint32(len(w.restarts)))
	key, value = w.first, append([]byte(nil), w.p...)
	*w = blockWriter{p: w.p[:0], last: w.last[:0], restarts: w.restarts[:0]}
	return key, value
}

// place is where a list or its positions are: here, or in a chunk.
type place struct{ chunk, offset, length int }

// entry is an entry of the dictionary.
type entry struct {
	df            int
	docs, pos     []byte // if they stand in the block
	inline        bool
	docsAt, posAt place
}

// block is a block of the dictionary being read.
type block struct {
	p        []byte // the rest of its entries
	all      []byte // all of them
	restarts []byte
	term     []byte // of the entry last read
	entry
}

func (b *block) load(value []byte) {
	n := int(binary.BigEndian.Uint32(value[len(value)-4:]))
	end := len(value) - 4 - 4*n
	b.all, b.restarts = value[:end], value[end:len(value)-4]
	b.p, b.term = b.all, b.term[:0]
}

// next reads the next entry. It is false at the end of the block.
func (b *block) next() bool {
	if len(b.p) == 0 {
		return false
	}
	shared := b.number()
	suffix := b.number()
	b.term = append(b.term[:shared], b.p[:suffix]...)
	b.p = b.p[suffix:]
	b.df = b.number()
	docs, pos := b.number(), b.number()
	if b.inline = docs+pos <= maxInline; b.inline {
		b.docs, b.pos = b.p[:docs], b.p[docs:docs+pos]
		b.p = b.p[docs+pos:]
		return true
	}
	b.docsAt = place{b.number(), b.number(), docs}
	b.posAt = place{b.number(), b.number(), pos}
	return true
}

func (b *block) number() int {
	if c := b.p[0]; c < 0x80 {
		b.p = b.p[1:]
		return int(c)
	}
	v, n := uvarint(b.p)
	b.p = b.p[n:]
	return int(v)
}

// seek goes to the first entry whose term is not before the one given. It is false if
// all are.
func (b *block) seek(term []byte) bool {
	n := len(b.restarts) / 4
	at := func(i int) int { return int(binary.BigEndian.Uint32(b.restarts[4*i:])) }
	// The first restart that is past it; it lies in the run before that.
	k := sort.Search(n, func(i int) bool {
		r := block{p: b.all[at(i):]}
		r.number()
		length := r.number()
		return bytes.Compare(r.p[:length], term) > 0
	})
	b.p, b.term = b.all[at(max(k-1, 0)):], b.term[:0]
	for b.next() {
		if bytes.Compare(b.term, term) >= 0 {
			return true
		}
	}
	return false
}
