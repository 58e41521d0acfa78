package localstore

import (
	"context"
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"
)

// ids looks from each server's id to its hash and the content that came with it, and back
// from a message that is its header alone. There are no more hashes than ids.
func (c *checker) ids() error {
	path, last, records := c.s.meta.path, uint64(0), 0
	err := c.s.meta.view(func(tx *bbolt.Tx) error {
		last = tx.Bucket(bucketIDs).Sequence()
		return nil
	})
	if err != nil {
		return err
	}
	err = c.each(c.s.meta, bucketIDs, func(tx *bbolt.Tx, k, v []byte) error {
		if len(k) != 16 {
			return fmt.Errorf("%w: a unique id's key", errRecord)
		}
		mailbox, number := MailboxID(binary.BigEndian.Uint64(k)), binary.BigEndian.Uint64(k[8:])
		r, uidl, err := decodeUIDL(v)
		if err != nil {
			return err
		}
		if number <= last {
			records++
		}
		if found, err := openIDs(tx, c.known.in).find(mailbox, string(uidl)); err != nil || found.number != number {
			c.r.add(path, 0, "The id %.40q of mailbox %d is %d, and is found as %d (%v).", uidl, mailbox, number, found.number, err)
		}
		return c.id(tx, mailbox, string(uidl), r)
	})
	if err != nil {
		return err
	}
	return c.idHashes(last, records)
}

// id looks from an id to the content that came with it.
func (c *checker) id(tx *bbolt.Tx, mailbox MailboxID, uidl string, r uidlRecord) error {
	path := c.s.meta.path
	if tx.Bucket(bucketContents).Get(u64(uint64(r.Content))) == nil {
		c.r.add(path, 0, "The id %.40q of mailbox %d stands for body %d, which is not listed.", uidl, mailbox, r.Content)
		return nil
	}
	id, err := messageOf(tx, r.Content, mailbox)
	if err != nil || id == 0 {
		return err
	}
	m, ok, err := readMessage(tx, id)
	if err == nil && ok && m.Partial != r.Partial && string(m.UIDL) == uidl {
		c.r.add(path, id, "Its record and its id do not agree on whether it is its header alone.")
	}
	return err
}

// idHashes compares how many hashes there are with how many ids were found, of those up to
// the last one when that began: no id goes, and each has its own hash.
func (c *checker) idHashes(last uint64, records int) error {
	hashes := 0
	count := func(_ *bbolt.Tx, r hashRow) {
		if r.number <= last {
			hashes++
		}
	}
	err := c.table(newIDTable(0), func(*bbolt.Tx, hashRow) {}) // their order
	if err != nil {
		return err
	}
	err = c.s.meta.view(func(tx *bbolt.Tx) error {
		t := newIDTable(0)
		if err := t.load(tx); err != nil {
			return err
		}
		for _, rows := range t.fresh {
			for _, r := range rows {
				count(tx, r)
			}
		}
		return tx.Bucket(t.rows).ForEach(func(_, v []byte) error {
			for ; len(v) >= refLength; v = v[refLength:] {
				count(tx, hashRowAt(v))
			}
			return nil
		})
	})
	if err != nil {
		c.r.add(c.s.meta.path, 0, "Its hashes of ids can't be read: %v", err)
	} else if hashes != records {
		c.r.add(c.s.meta.path, 0, "There are %d ids and %d hashes of ids.", records, hashes)
	}
	return context.Cause(c.ctx)
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
