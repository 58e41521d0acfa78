package localstore

import (
	"fmt"

	"go.etcd.io/bbolt"
)

// uidls looks from each server's id to the content that came with it, and back from a
// message that is its header alone.
func (c *checker) uidls() error {
	path := c.s.meta.path
	return c.each(c.s.meta, bucketUIDLs, func(tx *bbolt.Tx, k, v []byte) error {
		if len(k) <= 8 {
			return fmt.Errorf("%w: a unique id's key", errRecord)
		}
		n, err := parseU64(k[:8])
		if err != nil {
			return err
		}
		r, err := decodeUIDL(v)
		if err != nil {
			return err
		}
		if tx.Bucket(bucketContents).Get(u64(uint64(r.Content))) == nil {
			c.r.add(path, 0, "The id %.40q of mailbox %d stands for body %d, which is not listed.", k[8:], n, r.Content)
			return nil
		}
		id, err := messageOf(tx, r.Content, MailboxID(n))
		if err != nil || id == 0 {
			return err
		}
		m, ok, err := readMessage(tx, id)
		if err == nil && ok && m.Partial != r.Partial && string(m.UIDL) == string(k[8:]) {
			c.r.add(path, id, "Its record and its id do not agree on whether it is its header alone.")
		}
		return err
	})
}

// heads looks from each header that made room to what it made room for.
func (c *checker) heads() error {
	path := c.s.meta.path
	return c.each(c.s.meta, bucketHeads, func(tx *bbolt.Tx, k, v []byte) error {
		if len(k) != 16 {
			return fmt.Errorf("%w: a header's key", errRecord)
		}
		h, err := decodeHead(v)
		if err != nil {
			return err
		}
		for _, id := range [][]byte{k[:8], u64(uint64(h.Whole))} {
			if tx.Bucket(bucketContents).Get(id) == nil {
				c.r.add(path, 0, "A header made room for its whole, but body %x is not listed.", id)
			}
		}
		return nil
	})
}

// pending looks whether anything that the next start would remove is in use.
func (c *checker) pending() error {
	path := c.s.meta.path
	return c.each(c.s.meta, bucketPending, func(tx *bbolt.Tx, k, v []byte) error {
		n, err := parseU64(k)
		if err != nil {
			return err
		}
		if _, err := parseU32(v); err != nil {
			return err
		}
		messages, _, err := messagesOf(tx, contentID(n))
		if err == nil && messages > 0 {
			c.r.add(path, 0, "Body %d is to be removed, but %d messages have it.", n, messages)
		}
		return err
	})
}
