package search

import "encoding/binary"

// listWriter makes a list.
type listWriter struct {
	plain           bool
	skip, docs, pos []byte
	df              int
	last            uint32

	// of the block
	gaps, freqs, deltas []uint32
}

func (w *listWriter) reset(plain bool) {
	*w = listWriter{
		plain: plain, skip: w.skip[:0], docs: w.docs[:0], pos: w.pos[:0], last: notSeen,
		gaps: w.gaps[:0], freqs: w.freqs[:0], deltas: w.deltas[:0],
	}
}

// add adds a document. Rows go up. deltas are its positions as postings.differences gives
// them, none for a plain list.
func (w *listWriter) add(row uint32, deltas []uint32) {
	if len(w.gaps) == blockRows {
		w.endBlock()
	}
	w.gaps = append(w.gaps, row-w.last-1)
	if !w.plain {
		w.freqs = append(w.freqs, uint32(len(deltas)))
		w.deltas = append(w.deltas, deltas...)
	}
	w.last = row
	w.df++
}

// endBlock writes the block that is begun.
func (w *listWriter) endBlock() {
	if len(w.gaps) < packFrom {
		w.few()
	} else {
		w.many()
	}
	w.skip = binary.BigEndian.AppendUint32(w.skip, w.last)
	w.skip = binary.BigEndian.AppendUint32(w.skip, uint32(len(w.docs)))
	if !w.plain {
		w.skip = binary.BigEndian.AppendUint32(w.skip, uint32(len(w.pos)))
	}
	w.gaps, w.freqs, w.deltas = w.gaps[:0], w.freqs[:0], w.deltas[:0]
}

func (w *listWriter) few() {
	for i, gap := range w.gaps {
		switch {
		case w.plain:
			w.docs = binary.AppendUvarint(w.docs, uint64(gap))
		case w.freqs[i] == 1:
			w.docs = binary.AppendUvarint(w.docs, uint64(gap)<<1|1)
		default:
			w.docs = binary.AppendUvarint(w.docs, uint64(gap)<<1)
			w.docs = binary.AppendUvarint(w.docs, uint64(w.freqs[i]-2))
		}
	}
	for _, d := range w.deltas {
		w.pos = binary.AppendUvarint(w.pos, uint64(d))
	}
}

func (w *listWriter) many() {
	w.docs = appendPacked(w.docs, w.gaps)
	if w.plain {
		return
	}
	once := len(w.docs)
	w.docs = append(w.docs, make([]byte, (len(w.gaps)+7)/8)...)
	for i, f := range w.freqs {
		if f == 1 {
			w.docs[once+i/8] |= 1 << (i % 8)
		} else {
			w.docs = binary.AppendUvarint(w.docs, uint64(f-2))
		}
	}
	for d := w.deltas; len(d) > 0; {
		n := min(len(d), packMost)
		w.pos = appendPacked(w.pos, d[:n])
		d = d[n:]
	}
}

// finish returns the list, in the order of its pieces in the file.
func (w *listWriter) finish() (skip, docs, pos []byte) {
	if len(w.gaps) > 0 {
		w.endBlock()
	}
	if w.df > blockRows {
		return w.skip, w.docs, w.pos
	}
	return nil, w.docs, w.pos
}
