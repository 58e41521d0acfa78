package localstore

import (
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"
)

// deeds looks whether what can be undone can be read.
func (c *checker) deeds() error {
	err := c.each(c.s.meta, bucketDeeds, func(_ *bbolt.Tx, k, v []byte) error {
		_, err := decodeRecord[deedRecord](v)
		if err == nil && len(k) != 8 {
			err = fmt.Errorf("%w: the number of an operation", errRecord)
		}
		return err
	})
	if err != nil {
		return err
	}
	path := c.s.meta.path
	return c.each(c.s.meta, bucketDeedNotes, func(tx *bbolt.Tx, k, v []byte) error {
		if len(k) != noteKeyLength {
			return fmt.Errorf("%w: the number of a note", errRecord)
		}
		if _, err := decodeChanges(v); err != nil {
			return err
		}
		number := binary.BigEndian.Uint64(k)
		r, ok, err := readDeed(tx, number)
		if err == nil && ok && binary.BigEndian.Uint32(k[8:]) > r.Notes {
			c.r.add(path, 0, "What can be undone of operation %d is more than it did.", number)
		}
		return err
	})
}
