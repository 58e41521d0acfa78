package search

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sort"

	"go.etcd.io/bbolt"
)

// segment is a segment in a transaction. It is for one goroutine.
type segment struct {
	segmentInfo
	dead    *bbolt.Bucket
	buckets [5]*bbolt.Bucket

	rows      [docColumns]column // the chunk of the table of documents last read
	rowsChunk uint32
	chunks    [2]struct { // of lists and of positions, last read
		number int
		p      []byte
	}
	bits      []byte // the chunk of deleted rows last read
	bitsChunk uint32
}

func openSegment(tx *bbolt.Tx, info segmentInfo) (*segment, error) {
	s := &segment{segmentInfo: info, dead: tx.Bucket(bucketDead), rowsChunk: none, bitsChunk: none}
	b := tx.Bucket(bucketSegments).Bucket(u32(info.number))
	if b == nil {
		return nil, fmt.Errorf("%w: segment %d is not there", errRecord, info.number)
	}
	for i, name := range segmentBuckets {
		if s.buckets[i] = b.Bucket(name); s.buckets[i] == nil {
			return nil, fmt.Errorf("%w: segment %d lacks a part", errRecord, info.number)
		}
	}
	return s, nil
}

// cell returns a number of a row.
func (s *segment) cell(n uint32, column int) uint64 {
	if chunk := n / rowsInChunk; chunk != s.rowsChunk {
		rows := min(rowsInChunk, int(s.docs)-int(chunk)*rowsInChunk)
		s.rows, s.rowsChunk = openDocs(s.buckets[inDocs].Get(u32(chunk)), rows), chunk
	}
	return s.rows[column].at(int(n % rowsInChunk))
}

func (s *segment) date(n uint32) int64    { return int64(s.cell(n, columnDate)) }
func (s *segment) id(n uint32) uint64     { return s.cell(n, columnID) }
func (s *segment) size(n uint32) int64    { return int64(s.cell(n, columnSize)) }
func (s *segment) length(n uint32) uint32 { return uint32(s.cell(n, columnLength)) }

func (s *segment) row(n uint32) docRow { return docRow{s.date(n), s.id(n), s.size(n), s.length(n)} }

func (s *segment) isDead(n uint32) bool {
	if s.segmentInfo.dead == 0 {
		return false
	}
	if chunk := n / deadBits; chunk != s.bitsChunk {
		s.bits, s.bitsChunk = s.dead.Get(deadKey(s.number, chunk)), chunk
	}
	at := n % deadBits
	return len(s.bits) > 0 && s.bits[at/8]&(1<<(at%8)) != 0
}

func deadKey(segment, chunk uint32) []byte { return append(u32(segment), u32(chunk)...) }

// before returns the first row that is not newer than a document of this date and id.
func (s *segment) before(date int64, id uint64) uint32 {
	return uint32(sort.Search(int(s.docs), func(i int) bool {
		n := uint32(i)
		return !newer(s.date(n), s.id(n), date, id)
	}))
}

// find returns the row of a document.
func (s *segment) find(id uint64) (uint32, bool) {
	if id < s.low || id > s.high {
		return 0, false
	}
	c := s.buckets[inIDs].Cursor()
	k, v := c.Seek(u64(id))
	if k == nil || binary.BigEndian.Uint64(k) != id {
		if k == nil {
			k, v = c.Last()
		} else {
			k, v = c.Prev()
		}
		if k == nil {
			return 0, false
		}
	}
	t := openIDs(v)
	i := t.find(id)
	if i == t.n || t.ids.at(i) != id {
		return 0, false
	}
	return uint32(t.row.at(i)), true
}

// findAll returns the rows of documents of a set, in the order of their ids.
func (s *segment) findAll(set *IDSet) []uint32 {
	var rows []uint32
	c := s.buckets[inIDs].Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		t := openIDs(v)
		at := 0
		set.between(t.ids.at(0), t.ids.at(t.n-1), func(id uint64) {
			for t.ids.at(at) < id {
				at++
			}
			if t.ids.at(at) == id {
				rows = append(rows, uint32(t.row.at(at)))
			}
		})
	}
	return rows
}

// terms goes through the dictionary.
type terms struct {
	s *segment
	c *bbolt.Cursor
	b block
}

// from returns the terms from the first that is not before one, and whether there is any.
func (s *segment) from(term []byte) (*terms, bool) {
	t := &terms{s: s, c: s.buckets[inTerms].Cursor()}
	k, v := t.c.Seek(term)
	if k == nil || !bytes.Equal(k, term) {
		if k == nil {
			k, v = t.c.Last()
		} else if pk, pv := t.c.Prev(); pk != nil {
			k, v = pk, pv
		} else {
			k, v = t.c.First()
		}
		if k == nil {
			return nil, false
		}
	}
	t.b.load(v)
	if t.b.seek(term) {
		return t, true
	}
	more := t.next()
	return t, more
}

func (t *terms) next() bool {
	if t.b.next() {
		return true
	}
	k, v := t.c.Next()
	if k == nil {
		return false
	}
	t.b.load(v)
	return t.b.next()
}

// list returns the list of the term that terms is at.
func (s *segment) list(e *entry) list {
	if e.inline {
		return e.list
	}
	return list{e.df, e.plain, s.piece(inLists, e.docsAt), s.piece(inPositions, e.posAt)}
}

func (s *segment) piece(bucket int, p place) []byte {
	if p.length == 0 {
		return nil
	}
	// Lists of neighbouring terms lie in one chunk.
	last := &s.chunks[bucket-inLists]
	if last.p == nil || last.number != p.chunk {
		last.number, last.p = p.chunk, s.buckets[bucket].Get(u32(uint32(p.chunk)))
	}
	return last.p[p.offset : p.offset+p.length]
}

// lookup returns a term's list. df is 0 if it is in no document.
func (s *segment) lookup(f Field, word string) list {
	term := append([]byte{byte(f)}, word...)
	t, ok := s.from(term)
	if !ok || !bytes.Equal(t.b.term, term) {
		return list{}
	}
	return s.list(&t.b.entry)
}

// expand calls fn with the lists of all terms that begin so, until it returns false.
func (s *segment) expand(f Field, prefix string, fn func(word []byte, l list) bool) {
	start := append([]byte{byte(f)}, prefix...)
	t, ok := s.from(start)
	for ; ok && bytes.HasPrefix(t.b.term, start); ok = t.next() {
		if !fn(t.b.term[1:], s.list(&t.b.entry)) {
			return
		}
	}
}
