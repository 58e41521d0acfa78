package localstore

import (
	"context"

	"go.etcd.io/bbolt"
)

// Move puts messages into another mailbox, some thousands in one transaction. Where they
// came from stays known: a later fetch does not bring them again, and the id they have at
// the server stays theirs. Ids that do not exist are left out. After an error, or the
// context's end, Undo is of what was moved. ErrNotFound says that there is no such mailbox.
func (s *Store) Move(ctx context.Context, ids []MessageID, to MailboxID, progress Progress) (Undo, error) {
	return s.inStrides(ctx, s.newDeed(Moved, to), ids, progress, func(tx *bbolt.Tx, ids []MessageID) (changes, error) {
		if tx.Bucket(bucketMailboxes).Get(u64(uint64(to))) == nil {
			return changes{}, notFound("There is no mailbox %d.", to)
		}
		return s.moveIn(tx, ids, to, false)
	})
}

// Trash moves messages to the trash, from where Restore brings them back and Delete
// removes them for good. To a server that mail is left at they are still here.
func (s *Store) Trash(ctx context.Context, ids []MessageID, progress Progress) (Undo, error) {
	return s.moveToRole(ctx, ids, Trash, progress)
}

// Archive moves messages to the archive.
func (s *Store) Archive(ctx context.Context, ids []MessageID, progress Progress) (Undo, error) {
	return s.moveToRole(ctx, ids, Archive, progress)
}

func (s *Store) moveToRole(ctx context.Context, ids []MessageID, role Role, progress Progress) (Undo, error) {
	if len(ids) == 0 {
		return Undo{}, nil
	}
	box, err := s.EnsureRole(role)
	if err != nil {
		return Undo{}, err
	}
	return s.inStrides(ctx, s.newDeed(Moved, box.ID), ids, progress, func(tx *bbolt.Tx, ids []MessageID) (changes, error) {
		return s.moveIn(tx, ids, box.ID, role == Trash)
	})
}

// Restore moves messages from the trash to the mailboxes that they were in. Where that
// one is no more, they go to the archive. Others are left out.
func (s *Store) Restore(ctx context.Context, ids []MessageID, progress Progress) (Undo, error) {
	return s.inStrides(ctx, s.newDeed(Moved, 0), ids, progress, func(tx *bbolt.Tx, ids []MessageID) (changes, error) {
		trash, err := ensureRole(tx, Trash)
		if err != nil {
			return changes{}, err
		}
		m := s.newMover(tx)
		for _, id := range ids {
			if err := m.restore(id, trash.ID); err != nil {
				return changes{}, damaged(s.meta.path, "has a damaged message record", err)
			}
		}
		return m.changes, s.finish(m)
	})
}

// Copy puts another message with the same octets and flags into a mailbox for each of
// these. It takes no room for the octets.
func (s *Store) Copy(ctx context.Context, ids []MessageID, to MailboxID, progress Progress) (Undo, error) {
	return s.inStrides(ctx, s.newDeed(Copied, to), ids, progress, func(tx *bbolt.Tx, ids []MessageID) (changes, error) {
		if tx.Bucket(bucketMailboxes).Get(u64(uint64(to))) == nil {
			return changes{}, notFound("There is no mailbox %d.", to)
		}
		m := s.newMover(tx)
		for _, id := range ids {
			if err := m.copy(id, to); err != nil {
				return changes{}, damaged(s.meta.path, "has a damaged message record", err)
			}
		}
		return m.changes, s.finish(m)
	})
}

// moveIn moves messages within a transaction. remember notes where they were, for Restore.
func (s *Store) moveIn(tx *bbolt.Tx, ids []MessageID, to MailboxID, remember bool) (changes, error) {
	m := s.newMover(tx)
	for _, id := range ids {
		if err := m.move(id, to, remember); err != nil {
			return changes{}, damaged(s.meta.path, "has a damaged message record", err)
		}
	}
	return m.changes, s.finish(m)
}

func (s *Store) finish(m *mover) error {
	for box, gone := range m.removed {
		if _, err := removeRefs(m.tx.Bucket(bucketRefs), box, gone); err != nil {
			return damaged(s.meta.path, "has a damaged list of messages", err)
		}
	}
	for box, added := range m.added {
		if err := insertRefs(m.tx.Bucket(bucketRefs), box, added); err != nil {
			return damaged(s.meta.path, "has a damaged list of messages", err)
		}
	}
	if err := m.threads.finish(); err != nil {
		return damaged(s.meta.path, "has damaged threads", err)
	}
	return s.putCounts(m.tx, m.boxes)
}

func (s *Store) putCounts(tx *bbolt.Tx, boxes map[MailboxID]counts) error {
	for id, added := range boxes {
		if err := addCounts(tx, id, added); err != nil {
			return damaged(s.meta.path, "has damaged counts", err)
		}
	}
	return nil
}

// mover changes the mailboxes of messages, of each once. Rows and counts are put by
// Store.finish.
type mover struct {
	tx             *bbolt.Tx
	flags          *flagLog
	threads        *threader
	removed, added map[MailboxID][]Ref
	boxes          map[MailboxID]counts // what is added to each
	changes        changes
}

func (s *Store) newMover(tx *bbolt.Tx) *mover {
	return &mover{
		tx: tx, flags: &s.flags, threads: newThreader(tx),
		removed: map[MailboxID][]Ref{}, added: map[MailboxID][]Ref{}, boxes: map[MailboxID]counts{},
	}
}

func (m *mover) move(id MessageID, to MailboxID, remember bool) error {
	r, ok, err := readMessage(m.tx, id)
	if err != nil || !ok || r.Mailbox == to {
		return err
	}
	before := MailboxID(0)
	if remember {
		before = r.Mailbox
	}
	return m.place(id, &r, to, before)
}

func (m *mover) moveBack(c moveChange) error {
	r, ok, err := readMessage(m.tx, c.id)
	if err != nil || !ok || r.Mailbox != c.to {
		return err
	}
	return m.place(c.id, &r, c.from, c.before)
}

func (m *mover) restore(id MessageID, trash MailboxID) error {
	r, ok, err := readMessage(m.tx, id)
	if err != nil || !ok || r.Mailbox != trash {
		return err
	}
	to := r.Before
	if to == 0 || m.tx.Bucket(bucketMailboxes).Get(u64(uint64(to))) == nil {
		archive, err := ensureRole(m.tx, Archive)
		if err != nil {
			return err
		}
		to = archive.ID
	}
	return m.place(id, &r, to, 0)
}

// place puts one message into a mailbox.
func (m *mover) place(id MessageID, r *messageRecord, to, before MailboxID) error {
	from := r.Mailbox
	m.changes.moves = append(m.changes.moves, moveChange{id: id, from: from, to: to, before: r.Before})
	m.removed[from] = append(m.removed[from], Ref{ID: id, Date: r.Date})
	flags, err := readFlags(m.tx, id)
	if err != nil {
		return err
	}
	m.count(from, -1, flags)
	m.list(id, r, to, flags)
	r.place(to)
	r.Before = before
	if err := m.put(id, r); err != nil {
		return err
	}
	return m.threads.moved(id, r, from)
}

// list enters a message into the list and the counts of a mailbox.
func (m *mover) list(id MessageID, r *messageRecord, to MailboxID, flags Flags) {
	m.added[to] = append(m.added[to], Ref{ID: id, Date: r.Date})
	m.count(to, 1, flags)
}

func (m *mover) count(box MailboxID, n int64, flags Flags) {
	c := m.boxes[box]
	c.Total += n
	if !flags.Has(Seen) {
		c.Unread += n
	}
	m.boxes[box] = c
}

func (m *mover) put(id MessageID, r *messageRecord) error {
	record, err := r.encode()
	if err != nil {
		return err
	}
	return m.tx.Bucket(bucketMessages).Put(u64(uint64(id)), record)
}

// copy makes a message of its own with the same body. It came for no mailbox, so nothing
// that is fetched is known by it.
func (m *mover) copy(id MessageID, to MailboxID) error {
	r, ok, err := readMessage(m.tx, id)
	if err != nil || !ok {
		return err
	}
	flags, err := readFlags(m.tx, id)
	if err != nil {
		return err
	}
	n, err := m.tx.Bucket(bucketMessages).NextSequence()
	if err != nil {
		return err
	}
	r.Mailbox, r.Origin, r.Before = to, copyOrigin|MailboxID(n), 0
	r.UIDL, r.Listed = nil, -1
	if err := m.share(&r, n); err != nil {
		return err
	}
	if flags != 0 {
		if err := m.flags.put(m.tx, MessageID(n), flags); err != nil {
			return err
		}
	}
	m.list(MessageID(n), &r, to, flags)
	m.changes.copies = append(m.changes.copies, MessageID(n))
	if r.Thread, err = threadOf(m.tx, id, &r); err != nil {
		return err
	}
	if !linksOf(&r).any() {
		r.Thread = ThreadID(n)
	}
	if err := m.put(MessageID(n), &r); err != nil {
		return err
	}
	return m.threads.enter(r.Thread, MessageID(n), to, r.Date)
}

// share counts one more message of a body.
func (m *mover) share(r *messageRecord, n uint64) error {
	contents := m.tx.Bucket(bucketContents)
	c, err := decodeContent(contents.Get(u64(uint64(r.Content))))
	if err != nil {
		return err
	}
	c.Messages++
	if err := contents.Put(u64(uint64(r.Content)), c.encode()); err != nil {
		return err
	}
	return m.tx.Bucket(bucketSeen).Put(seenKey(r.Content, r.origin()), u64(n))
}
