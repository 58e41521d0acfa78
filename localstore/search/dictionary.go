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
//	octet: how many octets are shared << 4 | how many follow; where that is 15, as
//	uvarint, in this order, what is above 15; then those that follow
//	uvarint documents << 1 | inline
//	uvarint octets of the list and its positions; not where one document is inline
//	the list and its positions if inline, else uvarint octets of the list and two places:
//	uvarint chunk, uvarint offset each
const (
	restartEvery = 16
	entryOctets  = 48 // that an entry has at most beside its term and an inline list
	// dictionaryOctets is the most that a block has: bbolt puts two into a run of pages,
	// which so many fill.
	dictionaryOctets = (14*4096 - 16 - 2*(16+1+maxTerm)) / 2
	maxShort         = 15
)

// plainField tells whether the lists of a field are plain.
func plainField(f Field) bool { return f == fieldKind || f == fieldPrefix }

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
	rest := len(term) - shared
	w.p = append(w.p, byte(min(shared, maxShort)<<4|min(rest, maxShort)))
	for _, n := range [2]int{shared, rest} {
		if n >= maxShort {
			w.p = binary.AppendUvarint(w.p, uint64(n-maxShort))
		}
	}
	w.p = append(w.p, term[shared:]...)
	w.last = append(w.last[:0], term...)
	w.n++
}

// inline writes a list of one block, behind its term.
func (w *blockWriter) inline(df int, docs, pos []byte) {
	w.p = binary.AppendUvarint(w.p, uint64(df)<<1|1)
	if df > 1 {
		w.p = binary.AppendUvarint(w.p, uint64(len(docs)+len(pos)))
	}
	w.p = append(append(w.p, docs...), pos...)
}

// size returns how many octets the block would have with so many more.
func (w *blockWriter) size(more int) int { return len(w.p) + 4*len(w.restarts) + 8 + more }

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
	list          // if it stands in the block
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

// lengths reads how much of a term is shared and how much follows.
func (b *block) lengths() (shared, rest int) {
	c := b.p[0]
	b.p = b.p[1:]
	if shared = int(c >> 4); shared == maxShort {
		shared += b.number()
	}
	if rest = int(c & maxShort); rest == maxShort {
		rest += b.number()
	}
	return shared, rest
}

// next reads the next entry. It is false at the end of the block.
func (b *block) next() bool {
	if len(b.p) == 0 {
		return false
	}
	shared, rest := b.lengths()
	b.term = append(b.term[:shared], b.p[:rest]...)
	b.p = b.p[rest:]
	n := b.number()
	b.df, b.inline = n>>1, n&1 == 1
	b.plain = plainField(Field(b.term[0]))
	if b.df == 1 && b.inline {
		b.one()
		return true
	}
	all := b.number()
	if b.inline {
		b.docs, b.pos = b.p[:all], nil
		if !b.plain {
			n := docsOctets(b.docs, b.df)
			b.docs, b.pos = b.docs[:n], b.docs[n:]
		}
		b.p = b.p[all:]
		return true
	}
	docs := b.number()
	b.docsAt = place{b.number(), b.number(), docs}
	b.posAt = place{b.number(), b.number(), all - docs}
	return true
}

// one finds the end of a list of one document, and that of its positions.
func (b *block) one() {
	start, freq := b.p, 0
	if first := b.number(); !b.plain {
		if freq = 1; first&1 == 0 {
			freq = b.number() + 2
		}
	}
	b.docs = start[:len(start)-len(b.p)]
	start = b.p
	for range freq {
		b.number()
	}
	b.pos = start[:len(start)-len(b.p)]
}

// docsOctets returns how many octets the documents of a list of one block have.
func docsOctets(p []byte, df int) int {
	rest := p
	often := func() {
		_, n := uvarint(rest)
		rest = rest[n:]
	}
	if df < packFrom {
		for range df {
			once := rest[0]&1 == 1
			if often(); !once {
				often()
			}
		}
		return len(p) - len(rest)
	}
	_, rest = openPacked(p, df)
	once := rest[:(df+7)/8]
	rest = rest[len(once):]
	for i := range df {
		if once[i/8]&(1<<(i%8)) == 0 {
			often()
		}
	}
	return len(p) - len(rest)
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
		_, length := r.lengths()
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
