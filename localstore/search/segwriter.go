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

// documents writes the table of documents and that of their ids.
func (w *segmentWriter) documents(rows []docRow) {
	ids := make([]uint32, len(rows))
	for i := range rows {
		ids[i] = uint32(i)
		w.info.terms += uint64(rows[i].length)
	}
	w.info.docs = uint32(len(rows))
	w.info.newest, w.info.oldest = rows[0].date, rows[len(rows)-1].date
	for n := 0; n*rowsInChunk < len(rows); n++ {
		some := rows[n*rowsInChunk : min(len(rows), (n+1)*rowsInChunk)]
		p := make([]byte, 0, len(some)*rowOctets)
		for i := range some {
			p = some[i].append(p)
		}
		w.put(inDocs, u32(uint32(n)), p)
	}
	slices.SortFunc(ids, func(a, b uint32) int {
		if rows[a].id < rows[b].id {
			return -1
		}
		return 1
	})
	w.info.low, w.info.high = rows[ids[0]].id, rows[ids[len(ids)-1]].id
	for some := range slices.Chunk(ids, idsInChunk) {
		p := make([]byte, 0, len(some)*idOctets)
		for _, row := range some {
			p = binary.BigEndian.AppendUint64(p, rows[row].id)
			p = binary.BigEndian.AppendUint32(p, row)
		}
		w.put(inIDs, u64(rows[some[0]].id), p)
	}
}

// add adds a term, after all that are before it.
func (w *segmentWriter) add(term []byte, l *listWriter) {
	skip, docs, pos := l.finish()
	w.block.begin(term)
	b := &w.block
	b.p = binary.AppendUvarint(b.p, uint64(l.df))
	b.p = binary.AppendUvarint(b.p, uint64(len(skip)+len(docs)))
	b.p = binary.AppendUvarint(b.p, uint64(len(pos)))
	if len(skip)+len(docs)+len(pos) <= maxInline {
		b.p = append(append(append(b.p, skip...), docs...), pos...)
	} else {
		b.p = w.place(&w.lists, b.p, skip, docs)
		b.p = w.place(&w.posits, b.p, pos)
	}
	if len(b.p) >= dictionaryOctets {
		key, value := b.finish()
		w.put(inTerms, key, value)
	}
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
		b.FillPercent = 1
		for _, p := range w.puts {
			if p.bucket != i {
				continue
			}
			if err := b.Put(p.key, p.value); err != nil {
				return err
			}
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
