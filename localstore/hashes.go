package localstore

import (
	"encoding/binary"
	"fmt"
	"sort"

	"go.etcd.io/bbolt"
)

// Hashes come in no order. In a tree of their own each new one would change a page of
// its own, so that the cost of a fetch would grow with the store until it is all pages.
// So what is new goes to a log, and from there, a 256th of all hashes at a time, into rows
// in chunks as in refs: neighbours, that share their pages. Both are read together.

const (
	hashRanges = 256     // by the first octet of the hash
	hashFresh  = 1 << 16 // rows beyond which some leave the log
)

// hashRow is a hash and what it stands for.
type hashRow struct{ hash, number uint64 }

func (r hashRow) ref() Ref {
	return Ref{Date: int64(r.hash ^ 1<<63), ID: MessageID(r.number)}
}

func (r hashRow) part() int { return int(r.hash >> 56) }

// hashTable finds numbers by hashes. What it holds in memory is of the last transaction
// that used it. It is used in writing transactions, of which there is one at a time, or
// by one goroutine; others have a hashView.
type hashTable struct {
	rows, log []byte // buckets
	mark      []byte // the key in bucketStore
	limit     int    // rows beyond which some leave the log

	loaded bool
	state  uint64                // the log's sequence
	fresh  [hashRanges][]hashRow // what is in the log and not in the rows
	count  int                   // of fresh
	upTo   [hashRanges]uint64    // the last record of the log that is in the rows
}

func newIdentityTable(limit int) *hashTable {
	return &hashTable{rows: bucketIdentities, log: bucketNewIdentities, mark: bucketIdentities, limit: limit}
}

func newLinkTable(limit int) *hashTable {
	return &hashTable{rows: bucketLinks, log: bucketNewLinks, mark: bucketLinks, limit: limit}
}

func newIDTable(limit int) *hashTable {
	return &hashTable{rows: bucketIDHashes, log: bucketNewIDHashes, mark: bucketIDHashes, limit: limit}
}

// hashes is a hashTable within a transaction.
type hashes struct {
	t     *hashTable
	tx    *bbolt.Tx
	rows  *bbolt.Cursor
	added []hashRow
	first uint64 // the number of the record of the log that they begin
}

// in opens the table for a transaction. It reads the log if that is not what it was: the
// log's sequence goes up with every change, and what was rolled back leaves it behind.
func (t *hashTable) in(tx *bbolt.Tx) (*hashes, error) {
	if !t.loaded || t.state != tx.Bucket(t.log).Sequence() {
		if err := t.load(tx); err != nil {
			return nil, err
		}
	}
	return &hashes{t: t, tx: tx, rows: tx.Bucket(t.rows).Cursor()}, nil
}

// unloaded returns the table with nothing in memory.
func (t *hashTable) unloaded() *hashTable {
	return &hashTable{rows: t.rows, log: t.log, mark: t.mark, limit: t.limit}
}

func (t *hashTable) load(tx *bbolt.Tx) error {
	*t = *t.unloaded()
	if v := tx.Bucket(bucketStore).Get(t.mark); v != nil {
		if len(v) != 8*hashRanges {
			return fmt.Errorf("%w: the marks of %s, %d octets", errRecord, t.rows, len(v))
		}
		for i := range t.upTo {
			t.upTo[i] = binary.BigEndian.Uint64(v[8*i:])
		}
	}
	log := tx.Bucket(t.log)
	err := log.ForEach(func(k, v []byte) error {
		if len(k) != 8 || len(v)%refLength != 0 {
			return fmt.Errorf("%w: %s, a key of %d octets", errRecord, t.log, len(k))
		}
		n := binary.BigEndian.Uint64(k)
		for ; len(v) > 0; v = v[refLength:] {
			r := hashRowAt(v)
			if n > t.upTo[r.part()] {
				t.keep(r)
			}
		}
		return nil
	})
	t.loaded, t.state = err == nil, log.Sequence()
	return err
}

func (t *hashTable) keep(r hashRow) {
	t.fresh[r.part()] = append(t.fresh[r.part()], r)
	t.count++
}

func hashRowAt(p []byte) hashRow {
	return hashRow{binary.BigEndian.Uint64(p), binary.BigEndian.Uint64(p[8:])}
}

// each calls fn with the numbers of a hash, in the order of their first appearance for
// those that go up, while fn wants more.
func (h *hashes) each(hash uint64, fn func(number uint64) (more bool, err error)) error {
	more, err := eachHashRow(h.rows, hash, fn)
	if err != nil || !more {
		return err
	}
	for _, r := range h.t.fresh[hash>>56] {
		if r.hash != hash {
			continue
		}
		if more, err := fn(r.number); err != nil || !more {
			return err
		}
	}
	return nil
}

// one returns the number that a hash stands for, 0 for none.
func (h *hashes) one(hash uint64) (number uint64, err error) {
	err = h.each(hash, func(n uint64) (bool, error) {
		number = n
		return false, nil
	})
	return number, err
}

// has tells whether a row is there.
func (h *hashes) has(want hashRow) (there bool, err error) {
	err = h.each(want.hash, func(n uint64) (bool, error) {
		there = n == want.number
		return !there, nil
	})
	return there, err
}

// eachHashRow calls fn with the numbers that the rows have for a hash, while fn wants more.
func eachHashRow(c *bbolt.Cursor, hash uint64, fn func(number uint64) (more bool, err error)) (more bool, err error) {
	var want [refKeyLength]byte
	binary.BigEndian.PutUint64(want[8:], hash)
	k, v := c.Seek(want[:])
	if string(k) != string(want[:]) { // the chunk before may have it
		if k == nil {
			k, v = c.Last()
		} else if k, v = c.Prev(); k == nil {
			k, v = c.First()
		}
	}
	for ; k != nil; k, v = c.Next() {
		if len(k) != refKeyLength || len(v)%refLength != 0 {
			return false, fmt.Errorf("%w: rows of hashes, %d octets", errRecord, len(v))
		}
		at := sort.Search(len(v)/refLength, func(i int) bool { return binary.BigEndian.Uint64(v[i*refLength:]) >= hash })
		for v = v[at*refLength:]; len(v) > 0; v = v[refLength:] {
			r := hashRowAt(v)
			if r.hash != hash {
				return true, nil
			}
			if more, err := fn(r.number); err != nil || !more {
				return false, err
			}
		}
	}
	return true, nil
}

// add adds a row, which finish puts on the disk.
func (h *hashes) add(r hashRow) error {
	if len(h.added) == 0 {
		var err error
		if h.first, err = h.tx.Bucket(h.t.log).NextSequence(); err != nil {
			return err
		}
		h.t.state = h.first
	}
	h.added = append(h.added, r)
	h.t.keep(r)
	return nil
}

// finish writes what was added to the log, and moves some of it on.
func (h *hashes) finish() error {
	if len(h.added) == 0 {
		return nil
	}
	log := h.tx.Bucket(h.t.log)
	log.FillPercent = 1
	for number := h.first; ; {
		n := min(len(h.added), refsPerChunk)
		record := make([]byte, 0, n*refLength)
		for _, r := range h.added[:n] {
			record = binary.BigEndian.AppendUint64(record, r.hash)
			record = binary.BigEndian.AppendUint64(record, r.number)
		}
		if err := log.Put(u64(number), record); err != nil {
			return err
		}
		if h.added = h.added[n:]; len(h.added) == 0 {
			break
		}
		var err error
		if number, err = log.NextSequence(); err != nil {
			return err
		}
	}
	h.t.state = log.Sequence()
	return h.settle(h.t.limit)
}

// settle moves rows out of the log, until no more than limit are left there: those of the
// range that was left there the longest first.
func (h *hashes) settle(limit int) error {
	t, moved := h.t, false
	for t.count > limit {
		part := 0
		for i, n := range t.upTo {
			if n < t.upTo[part] {
				part = i
			}
		}
		refs := make([]Ref, len(t.fresh[part]))
		for i, r := range t.fresh[part] {
			refs[i] = r.ref()
		}
		if err := insertRefs(h.tx.Bucket(t.rows), 0, refs); err != nil {
			return err
		}
		t.count -= len(refs)
		t.fresh[part], t.upTo[part], moved = nil, t.state, true
	}
	if !moved {
		return nil
	}
	h.rows = h.tx.Bucket(t.rows).Cursor()
	return h.putMarks()
}

// settleAll moves everything to the rows.
func (h *hashes) settleAll() error {
	if h.t.count == 0 {
		return nil
	}
	var err error
	if h.t.state, err = h.tx.Bucket(h.t.log).NextSequence(); err != nil {
		return err
	}
	return h.settle(0)
}

// putMarks notes what is in the rows, and removes what is in them whole from the log.
func (h *hashes) putMarks() error {
	t := h.t
	marks, least := make([]byte, 0, 8*hashRanges), t.upTo[0]
	for _, n := range t.upTo {
		marks, least = binary.BigEndian.AppendUint64(marks, n), min(least, n)
	}
	if err := h.tx.Bucket(bucketStore).Put(t.mark, marks); err != nil {
		return err
	}
	log := h.tx.Bucket(t.log)
	c := log.Cursor()
	for k, _ := c.First(); len(k) == 8 && binary.BigEndian.Uint64(k) <= least; k, _ = c.First() {
		if err := log.Delete(k); err != nil {
			return err
		}
	}
	return nil
}
