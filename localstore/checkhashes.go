package localstore

import (
	"fmt"

	"go.etcd.io/bbolt"
)

// identities looks from each identity to its content.
func (c *checker) identities() error {
	return c.table(c.hashed, func(tx *bbolt.Tx, r hashRow) {
		body, err := decodeContent(tx.Bucket(bucketContents).Get(u64(r.number)))
		if err != nil || identityRow(body.Identity, contentID(r.number)) != r {
			c.r.add(c.s.meta.path, 0, "Identity %016x has no body %d of its own (%v).", r.hash, r.number, err)
		}
	})
}

// links looks whether every id stands for a thread.
func (c *checker) links() error {
	return c.table(c.linked, func(tx *bbolt.Tx, r hashRow) {
		thread, err := rootOf(tx, ThreadID(r.number))
		if err != nil || thread == 0 || uint64(thread) > tx.Bucket(bucketMessages).Sequence() {
			c.r.add(c.s.meta.path, 0, "Id %016x is in thread %d, which there can't be (%v).", r.hash, r.number, err)
		}
	})
}

// table calls fn with the rows of a table, sorted or in the log.
func (c *checker) table(t *hashTable, fn func(*bbolt.Tx, hashRow)) error {
	var last []byte
	err := c.each(c.s.meta, t.rows, func(tx *bbolt.Tx, k, v []byte) error {
		if len(k) != refKeyLength || len(v) == 0 || len(v)%refLength != 0 {
			return fmt.Errorf("%w: rows of hashes, %d octets", errRecord, len(v))
		}
		if string(v[:refLength]) < string(k[8:]) {
			return fmt.Errorf("%w: rows of hashes below their bound", errRecord)
		}
		for ; len(v) > 0; v = v[refLength:] {
			if row := string(v[:refLength]); row <= string(last) {
				return fmt.Errorf("%w: rows of hashes out of order", errRecord)
			}
			last = append(last[:0], v[:refLength]...)
			fn(tx, hashRowAt(v))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.each(c.s.meta, t.log, func(tx *bbolt.Tx, _, v []byte) error {
		if len(v)%refLength != 0 {
			return fmt.Errorf("%w: a log of hashes, %d octets", errRecord, len(v))
		}
		for ; len(v) > 0; v = v[refLength:] {
			fn(tx, hashRowAt(v))
		}
		return nil
	})
}
