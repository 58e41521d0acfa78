package search

import (
	"encoding/binary"
	"slices"

	"go.etcd.io/bbolt"
)

// put is something to be written to a bucket of a segment.
type put struct {
	bucket     int
	key, value []byte
}

// chunkWriter packs pieces of octets into values of a bucket.
type chunkWriter struct {
	bucket int
	number int
	p      []byte
}

// segmentWriter makes a segment, from its terms in order. It holds what is to be
// written until take: no transaction is open meanwhile.
type segmentWriter struct {
	puts   []put
	octets int
	block  blockWriter
	lists  chunkWriter
	posits chunkWriter
	info   segmentInfo
}

func newSegmentWriter() *segmentWriter {
	return &segmentWriter{lists: chunkWriter{bucket: inLists}, posits: chunkWriter{bucket: inPositions}}
}

func (w *segmentWriter) put(bucket int, key, value []byte) {
	w.puts = append(w.puts, put{bucket, key, value})
	w.octets += len(key) + len(value) + 32
}

// add adds a term, after all that are before it.
func (w *segmentWriter) add(term []byte, l *listWriter) {
	skip, docs, pos := l.finish()
	list, all := len(skip)+len(docs), len(skip)+len(docs)+len(pos)
	inline := all <= maxInline && l.df <= blockRows
	b := &w.block
	if b.n > 0 && b.size(len(term)+min(all, maxInline)+entryOctets) > dictionaryOctets {
		key, value := b.finish()
		w.put(inTerms, key, value)
	}
	b.begin(term)
	if inline {
		b.inline(l.df, docs, pos)
		return
	}
	b.p = binary.AppendUvarint(b.p, uint64(l.df)<<1)
	b.p = binary.AppendUvarint(b.p, uint64(all))
	b.p = binary.AppendUvarint(b.p, uint64(list))
	b.p = w.place(&w.lists, b.p, skip, docs)
	b.p = w.place(&w.posits, b.p, pos)
}

// place puts pieces into a chunk, one behind the other, and appends where that is.
func (w *segmentWriter) place(c *chunkWriter, to []byte, pieces ...[]byte) []byte {
	length := 0
	for _, p := range pieces {
		length += len(p)
	}
	if len(c.p) > 0 && len(c.p)+length > chunkOctets {
		w.endChunk(c)
	}
	to = binary.AppendUvarint(to, uint64(c.number))
	to = binary.AppendUvarint(to, uint64(len(c.p)))
	for _, p := range pieces {
		c.p = append(c.p, p...)
	}
	return to
}

func (w *segmentWriter) endChunk(c *chunkWriter) {
	w.put(c.bucket, u32(uint32(c.number)), slices.Clone(c.p))
	c.p = c.p[:0]
	c.number++
}

// end writes what is begun.
func (w *segmentWriter) end() {
	if w.block.n > 0 {
		key, value := w.block.finish()
		w.put(inTerms, key, value)
	}
	for _, c := range []*chunkWriter{&w.lists, &w.posits} {
		if len(c.p) > 0 {
			w.endChunk(c)
		}
	}
}

// write puts what there is into the segment's buckets, which it makes.
func (w *segmentWriter) write(tx *bbolt.Tx, number uint32) error {
	seg, err := tx.Bucket(bucketSegments).CreateBucketIfNotExists(u32(number))
	if err != nil {
		return err
	}
	for i, name := range segmentBuckets {
		b, err := seg.CreateBucketIfNotExists(name)
		if err != nil {
			return err
		}
		var some []put
		for _, p := range w.puts {
			if p.bucket == i {
				some = append(some, p)
			}
		}
		if err := putAll(b, some); err != nil {
			return err
		}
	}
	clear(w.puts)
	w.puts, w.octets = w.puts[:0], 0
	return nil
}

// list notes that the segment is complete, which makes it one that is searched.
func (w *segmentWriter) list(tx *bbolt.Tx, number uint32) error {
	return tx.Bucket(bucketList).Put(u32(number), w.info.encode())
}
