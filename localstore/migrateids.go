package localstore

import (
	"cmp"
	"fmt"

	"go.etcd.io/bbolt"
)

// idStride is how many records a migration of the servers' ids looks at in one transaction.
const idStride = 20_000

// moveIDs moves the servers' ids, which were the keys of their records before version 4.
// Those of the messages that are here come first, in the order in which they came. What a
// crash leaves is done once more, and what is moved already is passed over.
func (s *Store) moveIDs() error {
	there := false
	err := s.meta.view(func(tx *bbolt.Tx) error {
		there = tx.Bucket(bucketUIDLs) != nil
		return nil
	})
	if err != nil || !there {
		return err
	}
	if err := s.moveSomeIDs(bucketMessages, (*idIndex).moveIDOf); err != nil {
		return err
	}
	if err := s.moveSomeIDs(bucketUIDLs, (*idIndex).moveID); err != nil {
		return err
	}
	return s.meta.update(func(tx *bbolt.Tx) error { return tx.DeleteBucket(bucketUIDLs) })
}

// moveSomeIDs calls fn with the records of a bucket, some in a transaction.
func (s *Store) moveSomeIDs(bucket []byte, fn func(x *idIndex, k, v []byte) error) error {
	var from []byte
	for more := true; more; {
		err := s.meta.update(func(tx *bbolt.Tx) error {
			x := s.writeIDs(tx)
			c := tx.Bucket(bucket).Cursor()
			k, v := c.Seek(from)
			for range cmp.Or(s.o.stride, idStride) {
				if k == nil {
					break
				}
				if err := fn(x, k, v); err != nil {
					return err
				}
				k, v = c.Next()
			}
			from, more = append(from[:0], k...), k != nil
			return x.finish()
		})
		if err != nil {
			return err
		}
		if err := s.o.fault("migrate"); err != nil {
			return err
		}
	}
	return nil
}

// moveIDOf moves the id that a message came with.
func (x *idIndex) moveIDOf(_, v []byte) error {
	m, err := decodeMessage(v)
	if err != nil || len(m.UIDL) == 0 {
		return err
	}
	k := append(u64(uint64(m.origin())), m.UIDL...)
	if v := x.tx.Bucket(bucketUIDLs).Get(k); v != nil {
		return x.moveID(k, v)
	}
	return nil
}

// moveID moves an id, if it was not moved before.
func (x *idIndex) moveID(k, v []byte) error {
	mailbox, v, err := oldID(k, v)
	if err != nil {
		return err
	}
	r, uidl, err := decodeUIDL(v)
	if err != nil {
		return err
	}
	if _, moved, err := x.get(mailbox, string(uidl)); err != nil || moved {
		return err
	}
	return x.put(mailbox, string(uidl), r)
}

// oldID returns what a record of before version 4 is now.
func oldID(k, v []byte) (mailbox MailboxID, record []byte, err error) {
	if len(k) <= 8 || len(v) != uidlLength {
		return 0, nil, fmt.Errorf("%w: a unique id's record of %d octets", errRecord, len(v))
	}
	n, err := parseU64(k[:8])
	if err != nil {
		return 0, nil, err
	}
	record = append(append(make([]byte, 0, len(v)+len(k)-8), v...), k[8:]...)
	_, _, err = decodeUIDL(record)
	return MailboxID(n), record, err
}
