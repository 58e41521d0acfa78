package localstore

import (
	"fmt"

	"go.etcd.io/bbolt"
)

// thread looks from a message to its place in its thread, and whether its ids lead there.
func (c *checker) thread(tx *bbolt.Tx, id MessageID, m *messageRecord) error {
	path := c.s.meta.path
	thread, err := threadOf(tx, id, m)
	if err != nil || tx.Bucket(bucketMembers).Get(memberKey(thread, Ref{ID: id, Date: m.Date})) == nil {
		c.r.add(path, id, "It is in no thread (%v).", err)
		return nil
	}
	linked, err := c.linked.in(tx)
	if err != nil {
		return err
	}
	for _, h := range linksOf(m) {
		if h == 0 {
			continue
		}
		n, err := linked.one(h)
		if err == nil && n != 0 {
			var root ThreadID
			root, err = rootOf(tx, ThreadID(n))
			n = uint64(root)
		}
		if err != nil || ThreadID(n) != thread {
			c.r.add(path, id, "It is in thread %d, one of its ids in %d (%v).", thread, n, err)
		}
	}
	return nil
}

// members looks from each message of a thread to its record and to the thread's row.
func (c *checker) members() error {
	path := c.s.meta.path
	return c.each(c.s.meta, bucketMembers, func(tx *bbolt.Tx, k, v []byte) error {
		if len(k) != memberLength {
			return fmt.Errorf("%w: a thread's key", errRecord)
		}
		n, err := parseU64(k[:8])
		if err != nil {
			return err
		}
		box, err := parseU64(v)
		if err != nil {
			return err
		}
		thread, r := ThreadID(n), refAt(k[8:])
		m, ok, err := readMessage(tx, r.ID)
		if err != nil || !ok || m.Date != r.Date || m.Mailbox != MailboxID(box) {
			c.r.add(path, r.ID, "Thread %d has it, its record does not say so (%v).", thread, err)
			return nil
		}
		if is, err := threadOf(tx, r.ID, &m); err != nil || is != thread {
			c.r.add(path, r.ID, "It is in thread %d, its ids say %d (%v).", thread, is, err)
		}
		newest, err := newestIn(tx, threadRow{thread, m.Mailbox})
		if err != nil {
			return err
		}
		there, err := hasRef(tx.Bucket(bucketThreads), m.Mailbox, Ref{ID: MessageID(thread), Date: newest.date})
		if err != nil || !there {
			c.r.add(path, r.ID, "Its thread %d is not in the list of mailbox %d (%v).", thread, m.Mailbox, err)
		}
		return nil
	})
}

// threads looks from each row of a list of threads to its newest message.
func (c *checker) threads() error {
	path := c.s.meta.path
	return c.each(c.s.meta, bucketThreads, func(tx *bbolt.Tx, k, v []byte) error {
		if len(k) != refKeyLength {
			return fmt.Errorf("%w: a list's key", errRecord)
		}
		n, err := parseU64(k[:8])
		if err != nil {
			return err
		}
		rows, err := appendRefs(nil, v)
		if err != nil {
			return err
		}
		for _, r := range rows {
			newest, err := newestIn(tx, threadRow{ThreadID(r.ID), MailboxID(n)})
			if err != nil || !newest.there || newest.date != r.Date {
				c.r.add(path, 0, "The list of mailbox %d has thread %d under another date than it has (%v).", n, r.ID, err)
			}
		}
		return nil
	})
}
