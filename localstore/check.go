package localstore

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// maxProblems bounds what a Report names.
const maxProblems = 1000

// Problem is something that Check found wrong.
type Problem struct {
	Path    string    // the file
	Message MessageID // the message concerned, 0 if none in particular
	What    string    // one sentence
}

// String returns the problem as a line.
func (p Problem) String() string {
	if p.Message != 0 {
		return fmt.Sprintf("%s: message %d: %s", p.Path, p.Message, p.What)
	}
	return p.Path + ": " + p.What
}

// Report is what Check looked at and found.
type Report struct {
	Files    int
	Messages int
	Bodies   int
	Octets   int64 // of the bodies, as received
	Deep     bool  // every octet was read and compared with its SHA-256
	Harmed   int   // messages that an earlier repair found damaged; they are no problem any more
	Problems []Problem
	More     int // problems beyond those listed
}

// OK tells whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

func (r *Report) add(path string, id MessageID, format string, args ...any) {
	if len(r.Problems) == maxProblems {
		r.More++
		return
	}
	r.Problems = append(r.Problems, Problem{path, id, fmt.Sprintf(format, args...)})
}

// checker runs one Check.
type checker struct {
	s    *Store
	ctx  context.Context
	deep bool
	r    Report

	doubts []doubt

	hashed, linked, known *hashTable
}

// Check looks at the whole store: the pages of every file, every reference from
// both of its ends, every count and, if deep, every octet of every message. What is
// wrong is in the Report; an error means that the check could not be finished.
// The store may be used meanwhile; what is committed then may not be looked at.
func (s *Store) Check(ctx context.Context, deep bool) (Report, error) {
	if s.ctx.Err() != nil {
		return Report{}, closedError()
	}
	defer s.residence.closely()()
	c := &checker{s: s, ctx: ctx, deep: deep, r: Report{Deep: deep}, hashed: newIdentityTable(0), linked: newLinkTable(0), known: newIDTable(0)}
	var inv inventory
	err := s.meta.view(func(tx *bbolt.Tx) (err error) {
		inv, err = readInventory(tx)
		return err
	})
	if err != nil {
		c.r.add(s.meta.path, 0, "The list of body files can't be read: %v", err)
		return c.r, nil
	}
	for _, step := range []func() error{
		func() error { return c.pages(s.meta) },
		c.counts, c.messages, c.lists, c.contents, c.identities, c.seen, c.ids, c.heads, c.pending, c.members, c.threads, c.links, c.harmed, c.deeds, c.search,
	} {
		if err := step(); err != nil {
			return c.r, err
		}
	}
	for number := range inv.marks {
		if err := c.shard(number, inv); err != nil {
			return c.r, err
		}
	}
	return c.r, nil
}

// pages runs bbolt's own check. That one compares the pages of its transaction with the
// pages that are free at the moment, and takes a file that is written to for a damaged one.
func (c *checker) pages(f *boltFile) error {
	c.r.Files++
	err := f.alone(func(tx *bbolt.Tx) error {
		found := 0
		for err := range tx.Check() {
			if found++; found <= 100 {
				c.r.add(f.path, 0, "Its pages are damaged: %v", err)
			}
		}
		return nil
	})
	if err != nil {
		c.r.add(f.path, 0, "Its pages can't be read: %v", err)
	}
	return context.Cause(c.ctx)
}

// stride is how many records are looked at in one transaction.
const stride = 2000

// each calls fn with every record of a bucket of meta.bolt, in transactions that
// are short. A damaged page ends it with a problem. settle says between them which
// doubts are problems.
func (c *checker) each(f *boltFile, bucket []byte, fn func(tx *bbolt.Tx, k, v []byte) error, settle ...func(doubt) (bool, error)) error {
	var from []byte
	for more := true; more; {
		if err := context.Cause(c.ctx); err != nil {
			return err
		}
		err := f.view(func(tx *bbolt.Tx) error {
			cur := tx.Bucket(bucket).Cursor()
			k, v := cur.Seek(from)
			for range stride {
				if k == nil {
					more = false
					return nil
				}
				if err := fn(tx, k, v); err != nil {
					return err
				}
				k, v = cur.Next()
			}
			from = append(from[:0], k...)
			more = k != nil
			return nil
		})
		for _, settle := range settle {
			err = errors.Join(err, c.settle(settle))
		}
		if err != nil {
			c.r.add(f.path, 0, "Its %s can't be read: %v", bucket, err)
			return nil
		}
	}
	return nil
}

// counts compares the counts of the mailboxes with what is in them.
func (c *checker) counts() error {
	path := c.s.meta.path
	err := c.s.meta.view(func(tx *bbolt.Tx) error {
		have := map[MailboxID]counts{}
		err := tx.Bucket(bucketRefs).ForEach(func(k, v []byte) error {
			id, err := parseU64(k[:8])
			box := have[MailboxID(id)]
			n := int64(len(v) / refLength)
			have[MailboxID(id)] = counts{box.Total + n, box.Unread + n}
			return err
		})
		if err != nil {
			return err
		}
		err = tx.Bucket(bucketFlags).ForEach(func(k, v []byte) error {
			id, err := parseU64(k)
			if err != nil {
				return err
			}
			m, ok, err := readMessage(tx, MessageID(id))
			if err != nil || !ok {
				c.r.add(path, MessageID(id), "It has flags, but there is no such message (%v).", err)
				return nil
			}
			if flags, err := parseU32(v); err == nil && Flags(flags).Has(Seen) {
				box := have[m.Mailbox]
				have[m.Mailbox] = counts{box.Total, box.Unread - 1}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return tx.Bucket(bucketMailboxes).ForEach(func(k, _ []byte) error {
			n, err := parseU64(k)
			if err != nil {
				return err
			}
			m, err := readMailbox(tx, MailboxID(n))
			if err != nil {
				return err
			}
			if got := (counts{int64(m.Total), int64(m.Unread)}); got != have[m.ID] {
				c.r.add(path, 0, "Mailbox %d says %d messages, %d unread; it has %d, %d.", m.ID, got.Total, got.Unread, have[m.ID].Total, have[m.ID].Unread)
			}
			delete(have, m.ID)
			return nil
		})
	})
	if err != nil {
		c.r.add(path, 0, "The mailboxes can't be read: %v", err)
	}
	return context.Cause(c.ctx)
}

// messages looks from each message to its content and its row.
func (c *checker) messages() error {
	path := c.s.meta.path
	return c.each(c.s.meta, bucketMessages, func(tx *bbolt.Tx, k, v []byte) error {
		c.r.Messages++
		n, err := parseU64(k)
		if err != nil {
			return err
		}
		id := MessageID(n)
		m, err := decodeMessage(v)
		if err != nil {
			c.r.add(path, id, "Its record can't be read: %v", err)
			return nil
		}
		if body, err := decodeContent(tx.Bucket(bucketContents).Get(u64(uint64(m.Content)))); err != nil {
			c.r.add(path, id, "Its body %d is not listed: %v", m.Content, err)
		} else if body.Messages == 0 {
			c.r.add(path, id, "Its body %d is said to have no messages.", m.Content)
		}
		if got := tx.Bucket(bucketSeen).Get(seenKey(m.Content, m.origin())); string(got) != string(k) {
			c.r.add(path, id, "It is not noted as known.")
		}
		if len(m.UIDL) > 0 {
			if _, ok, err := openIDs(tx, c.known.in).get(m.origin(), string(m.UIDL)); err != nil || !ok {
				c.r.add(path, id, "Its id %.40q is not noted (%v).", m.UIDL, err)
			}
		}
		if err := c.thread(tx, id, &m); err != nil {
			return err
		}
		there, err := hasRef(tx.Bucket(bucketRefs), m.Mailbox, Ref{ID: id, Date: m.Date})
		if err != nil || !there {
			c.r.add(path, id, "It is in no list (%v).", err)
		}
		return nil
	})
}

// lists looks from each row to its message.
func (c *checker) lists() error {
	path := c.s.meta.path
	var last []byte
	return c.each(c.s.meta, bucketRefs, func(tx *bbolt.Tx, k, v []byte) error {
		if len(k) != refKeyLength {
			return fmt.Errorf("%w: a list's key", errRecord)
		}
		n, err := parseU64(k[:8])
		if err != nil {
			return err
		}
		refs, err := appendRefs(nil, v)
		if err != nil || len(refs) == 0 {
			return fmt.Errorf("%w: a list of %d octets", errRecord, len(v))
		}
		for _, r := range refs {
			row := refKey(MailboxID(n), r)
			if string(row) < string(k) || string(row) <= string(last) {
				c.r.add(path, r.ID, "It is out of order in the list of mailbox %d.", n)
			}
			last = row
			m, ok, err := readMessage(tx, r.ID)
			if err != nil || !ok || m.Mailbox != MailboxID(n) || m.Date != r.Date {
				c.r.add(path, r.ID, "The list of mailbox %d has it, its record does not say so (%v).", n, err)
			}
		}
		return nil
	})
}

// contents looks from each content to its body and its identity.
func (c *checker) contents() error {
	path := c.s.meta.path
	return c.each(c.s.meta, bucketContents, func(tx *bbolt.Tx, k, v []byte) error {
		n, err := parseU64(k)
		if err != nil {
			return err
		}
		body, err := decodeContent(v)
		if err != nil {
			c.r.add(path, 0, "The record of body %d can't be read: %v", n, err)
			return nil
		}
		identities, err := c.hashed.in(tx)
		if err != nil {
			return err
		}
		if there, err := identities.has(identityRow(body.Identity, contentID(n))); err != nil || !there {
			c.r.add(path, 0, "Body %d is not in the index of identities (%v).", n, err)
		}
		messages := uint32(0)
		cur := tx.Bucket(bucketSeen).Cursor()
		for s, id := cur.Seek(k); len(s) == 16 && string(s[:8]) == string(k); s, id = cur.Next() {
			if n, err := parseU64(id); err == nil && n != 0 {
				messages++
			}
		}
		if messages != body.Messages {
			c.r.add(path, 0, "Body %d says %d messages, and %d have it.", n, body.Messages, messages)
		}
		if body.Messages > 0 {
			if what := c.body(contentID(n), &body); what != "" {
				c.doubt(doubt{shard: body.Shard, body: contentID(n), what: what})
			}
		}
		return nil
	}, c.missing)
}

// seen looks from each note of what is known to its content and message.
func (c *checker) seen() error {
	path := c.s.meta.path
	return c.each(c.s.meta, bucketSeen, func(tx *bbolt.Tx, k, v []byte) error {
		if len(k) != 16 {
			return fmt.Errorf("%w: a note of %d octets", errRecord, len(k))
		}
		n, err := parseU64(v)
		if err != nil {
			return err
		}
		if tx.Bucket(bucketContents).Get(k[:8]) == nil {
			c.r.add(path, MessageID(n), "It is noted as known, but its body is not listed.")
		}
		if n != 0 && tx.Bucket(bucketMessages).Get(v) == nil {
			c.r.add(path, MessageID(n), "It is noted as known, but is not there.")
		}
		return nil
	})
}
