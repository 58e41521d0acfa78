package localstore

import (
	"context"
	"slices"

	"go.etcd.io/bbolt"
)

// Refs returns every message of a mailbox by date, then by order of collection.
// It costs 16 octets a message. A mailbox that does not exist has none.
func (s *Store) Refs(mailbox MailboxID, newestFirst bool) ([]Ref, error) {
	var refs []Ref
	err := s.meta.view(func(tx *bbolt.Tx) error {
		c, err := readCounts(tx, mailbox)
		if err != nil {
			return damaged(s.meta.path, "has damaged counts", err)
		}
		// The count is a hint: a damaged one must not cost memory.
		refs = make([]Ref, 0, max(0, min(c.Total, 1<<21)))
		return eachRefChunk(tx.Bucket(bucketRefs), mailbox, func(_, chunk []byte) error {
			if refs, err = appendRefs(refs, chunk); err != nil {
				return damaged(s.meta.path, "has a damaged list of messages", err)
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	s.residence.read(int64(len(refs)) * refLength)
	if newestFirst {
		slices.Reverse(refs)
	}
	return refs, nil
}

// Entries returns the messages of these ids, in that order. An id that does not
// exist is left out: it may have been deleted since it was listed.
func (s *Store) Entries(ids []MessageID) ([]Entry, error) {
	entries := make([]Entry, 0, len(ids))
	err := s.meta.view(func(tx *bbolt.Tx) error {
		for _, id := range ids {
			m, ok, err := readMessage(tx, id)
			if err != nil {
				return damaged(s.meta.path, "has a damaged message record", err)
			}
			if !ok {
				continue
			}
			flags, err := readFlags(tx, id)
			if err != nil {
				return damaged(s.meta.path, "has damaged flags", err)
			}
			entries = append(entries, m.entry(id, flags))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return entries, nil
}

func readMessage(tx *bbolt.Tx, id MessageID) (m messageRecord, ok bool, err error) {
	v := tx.Bucket(bucketMessages).Get(u64(uint64(id)))
	if v == nil {
		return m, false, nil
	}
	m, err = decodeMessage(v)
	return m, true, err
}

func readFlags(tx *bbolt.Tx, id MessageID) (Flags, error) {
	v := tx.Bucket(bucketFlags).Get(u64(uint64(id)))
	if v == nil {
		return 0, nil
	}
	f, err := parseU32(v)
	return Flags(f), err
}

// SetFlags sets and clears flags of messages, and keeps the counts of unread
// messages right. A flag that is in both is set. Ids that do not exist are left out. It is
// done to some thousands in one transaction.
func (s *Store) SetFlags(ids []MessageID, set, unset Flags) error {
	return s.eachStride(context.Background(), ids, nil, func(some []MessageID, _ bool) error {
		return s.update(func(tx *bbolt.Tx) error {
			_, err := s.markSome(tx, some, set, unset)
			return err
		})
	})
}

// Mark is SetFlags, and can be undone. After an error, or the context's end, Undo is of
// what was changed.
func (s *Store) Mark(ctx context.Context, ids []MessageID, set, unset Flags, progress Progress) (Undo, error) {
	return s.inStrides(ctx, s.newDeed(Marked, 0), ids, progress, func(tx *bbolt.Tx, ids []MessageID) (changes, error) {
		return s.markSome(tx, ids, set, unset)
	})
}

func (s *Store) markSome(tx *bbolt.Tx, ids []MessageID, set, unset Flags) (changes, error) {
	var all changes
	boxes := map[MailboxID]counts{}
	for _, id := range ids {
		c, err := s.flags.set(tx, id, set, unset, boxes)
		if err != nil {
			return changes{}, damaged(s.meta.path, "has a damaged message record", err)
		}
		if c.changed != 0 {
			all.flags = append(all.flags, c)
		}
	}
	return all, s.putCounts(tx, boxes)
}

func (l *flagLog) set(tx *bbolt.Tx, id MessageID, set, unset Flags, boxes map[MailboxID]counts) (flagChange, error) {
	old, err := readFlags(tx, id)
	if err != nil {
		return flagChange{}, err
	}
	flags := old&^unset | set
	if flags == old {
		return flagChange{}, nil
	}
	mailbox, ok, err := mailboxOf(tx, id)
	if err != nil || !ok {
		return flagChange{}, err
	}
	box := boxes[mailbox]
	switch {
	case flags.Has(Seen) && !old.Has(Seen):
		box.Unread--
	case !flags.Has(Seen) && old.Has(Seen):
		box.Unread++
	}
	boxes[mailbox] = box
	c := flagChange{id: id, changed: flags ^ old, old: old}
	return c, l.put(tx, id, flags)
}

// mailboxOf returns the mailbox of a message. It reads nothing else of the record.
func mailboxOf(tx *bbolt.Tx, id MessageID) (MailboxID, bool, error) {
	v := tx.Bucket(bucketMessages).Get(u64(uint64(id)))
	if v == nil {
		return 0, false, nil
	}
	fields, err := messageFields(v)
	if err != nil {
		return 0, false, err
	}
	m, err := decodeRecord[struct {
		Mailbox MailboxID `cbor:"1,keyasint"`
	}](fields)
	return m.Mailbox, err == nil, err
}
