package localstore

import (
	"go.etcd.io/bbolt"
)

// Undo is what an operation has changed, and all that it takes to change it back. It
// lives in memory: it is worth nothing after the store is closed. The zero value undoes
// nothing.
type Undo struct {
	flags  []flagChange
	moves  []moveChange
	copies []MessageID
	boxes  []removedMailbox
}

// flagChange is one message's flags: the bits that changed, and what they were.
type flagChange struct {
	id           MessageID
	changed, old Flags
}

// moveChange is one message's way from a mailbox to another.
type moveChange struct {
	id       MessageID
	from, to MailboxID
	before   MailboxID // messageRecord.Before, as it was
}

type removedMailbox struct {
	id     MailboxID
	record mailboxRecord
}

// Len returns how many changes to messages there are.
func (u Undo) Len() int { return len(u.flags) + len(u.moves) + len(u.copies) }

// Empty tells whether nothing was changed.
func (u Undo) Empty() bool { return u.Len()+len(u.boxes) == 0 }

// add takes over what v has changed after u.
func (u *Undo) add(v Undo) {
	u.flags = append(u.flags, v.flags...)
	u.moves = append(u.moves, v.moves...)
	u.copies = append(u.copies, v.copies...)
	u.boxes = append(u.boxes, v.boxes...)
}

// Undo changes back what an operation has changed, in one transaction, and returns what
// changes it once more. What was changed again since stays as it is: a flag that is no
// longer as the operation left it, a message that was moved on or deleted for good. Copies
// go, unless the copy is all that is left of a message: that one goes to the trash.
func (s *Store) Undo(u Undo) (redo Undo, err error) {
	if u.Empty() {
		return Undo{}, nil
	}
	var bodies map[uint32][]contentID
	s.removing.Lock()
	defer s.removing.Unlock()
	err = s.update(func(tx *bbolt.Tx) error {
		redo = Undo{}
		for _, r := range u.boxes {
			if err := restoreMailbox(tx, r); err != nil {
				return err
			}
		}
		if err := s.undoFlags(tx, u.flags, &redo); err != nil {
			return err
		}
		if err := s.undoMoves(tx, u.moves, &redo); err != nil {
			return err
		}
		bodies, err = s.undoCopies(tx, u.copies)
		return err
	})
	if err != nil {
		return Undo{}, err
	}
	return redo, s.removeBodies(bodies)
}

func (s *Store) undoFlags(tx *bbolt.Tx, changes []flagChange, redo *Undo) error {
	boxes := map[MailboxID]counts{}
	for _, c := range changes {
		f, err := setFlags(tx, c.id, c.changed&c.old, c.changed&^c.old, boxes)
		if err != nil {
			return damaged(s.meta.path, "has a damaged message record", err)
		}
		if f.changed != 0 {
			redo.flags = append(redo.flags, f)
		}
	}
	return s.putCounts(tx, boxes)
}

func (s *Store) undoMoves(tx *bbolt.Tx, changes []moveChange, redo *Undo) error {
	m := newMover(tx)
	for i := len(changes) - 1; i >= 0; i-- {
		c := changes[i]
		if tx.Bucket(bucketMailboxes).Get(u64(uint64(c.from))) == nil {
			continue
		}
		if err := m.moveBack(c, redo); err != nil {
			return damaged(s.meta.path, "has a damaged message record", err)
		}
	}
	return s.finish(m)
}

func (s *Store) undoCopies(tx *bbolt.Tx, copies []MessageID) (map[uint32][]contentID, error) {
	var last []MessageID
	r := newRemover(tx)
	for _, id := range copies {
		m, ok, err := readMessage(tx, id)
		if err != nil {
			return nil, damaged(s.meta.path, "has a damaged message record", err)
		}
		if !ok {
			continue
		}
		messages, _, err := messagesOf(tx, m.Content)
		if err != nil {
			return nil, damaged(s.meta.path, "has a damaged list of bodies", err)
		}
		if messages < 2 {
			last = append(last, id)
			continue
		}
		if err := r.remove(id); err != nil {
			return nil, damaged(s.meta.path, "has a damaged message record", err)
		}
	}
	if err := s.finishRemoval(r); err != nil || len(last) == 0 {
		return r.bodies, err
	}
	trash, err := ensureRole(tx, Trash)
	if err != nil {
		return nil, err
	}
	_, err = s.moveIn(tx, last, trash.ID, true)
	return r.bodies, err
}
