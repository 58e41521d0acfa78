package localstore

import (
	"context"
	"encoding/binary"
	"errors"

	"go.etcd.io/bbolt"
)

// Undo undoes an operation: what that has changed is noted in the store, up to the last
// hundred operations. It is worth nothing once the store is opened anew, but see CutOff.
// The zero value undoes nothing.
type Undo struct {
	deed uint64
	n    int
}

// Len returns how many changes to messages there are.
func (u Undo) Len() int { return u.n }

// Empty tells whether nothing was changed.
func (u Undo) Empty() bool { return u.deed == 0 }

// Undo changes back what an operation has changed, the last first, as many messages in a
// transaction as the operation did, and returns what changes it once more. What was changed
// again since stays as it is: a flag that is no longer as the operation left it, a message
// that was moved on or deleted for good. Copies go, unless the copy is all that is left of a
// message: that one goes to the trash. After an error, or the context's end, redo is of what
// was changed back, and u of the rest. ErrNotFound says that it can't be undone any more.
func (s *Store) Undo(ctx context.Context, u Undo, progress Progress) (redo Undo, err error) {
	if u.Empty() {
		return Undo{}, nil
	}
	var old deedRecord
	err = s.meta.view(func(tx *bbolt.Tx) error {
		var ok bool
		if old, ok, err = readDeed(tx, u.deed); err == nil && !ok {
			err = notFound("That was done too long ago: it can't be undone any more.")
		}
		return err
	})
	if err != nil {
		return Undo{}, s.damagedDeeds(err)
	}
	d := s.newDeed(old.Kind, 0)
	d.record.Of = old.N
	d.record.Done = true // who undoes it knows of the rest by u
	for more := true; more; {
		if err = s.going(ctx); err == nil {
			d, more, err = s.undoNote(d, u.deed)
		}
		if err != nil {
			return d.undo(), s.damagedDeeds(errors.Join(err, s.leave(u.deed)))
		}
		progress.tell(d.record.N, old.N)
	}
	return d.undo(), nil
}

// undoNote changes back what one transaction has changed, and notes in d what that was. It
// tells whether there is more of the operation.
func (s *Store) undoNote(d *deed, number uint64) (next *deed, more bool, err error) {
	s.removing.Lock()
	defer s.removing.Unlock()
	var bodies map[uint32][]contentID
	err = s.update(func(tx *bbolt.Tx) error {
		next = d
		key, c, err := lastNote(tx, number)
		if err != nil || key == nil {
			return errors.Join(err, tx.Bucket(bucketDeeds).Delete(u64(number)))
		}
		var redo changes
		if redo, bodies, err = s.turnBack(tx, &c); err != nil {
			return err
		}
		left := binary.BigEndian.Uint32(key[8:]) - 1
		more = left > 0
		if err := takeNote(tx, number, key, left, c.messages()); err != nil {
			return err
		}
		next, err = d.note(tx, &redo, true)
		return err
	})
	if err != nil {
		return d, false, err
	}
	s.residence.read(int64(next.record.N-d.record.N) * touchedByChange)
	return next, more, s.removeBodies(bodies)
}

// takeNote removes a note of an operation, which has so many left.
func takeNote(tx *bbolt.Tx, number uint64, key []byte, left uint32, messages int) error {
	if err := tx.Bucket(bucketDeedNotes).Delete(key); err != nil {
		return err
	}
	r, ok, err := readDeed(tx, number)
	switch {
	case err != nil || !ok:
		return err
	case left == 0:
		return tx.Bucket(bucketDeeds).Delete(u64(number))
	}
	r.N, r.Notes, r.Done = max(0, r.N-messages), left, false
	return putDeed(tx, number, r)
}

// leave notes that an operation is not undone any further for now.
func (s *Store) leave(number uint64) error {
	return s.update(func(tx *bbolt.Tx) error {
		r, ok, err := readDeed(tx, number)
		if err != nil || !ok {
			return err
		}
		r.Done = true
		return putDeed(tx, number, r)
	})
}

// turnBack changes changes back, and returns what that has changed and the bodies that no
// message has any more.
func (s *Store) turnBack(tx *bbolt.Tx, c *changes) (redo changes, bodies map[uint32][]contentID, err error) {
	for _, r := range c.boxes {
		if err := restoreMailbox(tx, r); err != nil {
			return redo, nil, err
		}
	}
	if err := s.undoFlags(tx, c.flags, &redo); err != nil {
		return redo, nil, err
	}
	if err := s.undoMoves(tx, c.moves, &redo); err != nil {
		return redo, nil, err
	}
	bodies, err = s.undoCopies(tx, c.copies)
	return redo, bodies, err
}

func (s *Store) undoFlags(tx *bbolt.Tx, changes []flagChange, redo *changes) error {
	boxes := map[MailboxID]counts{}
	for _, c := range changes {
		f, err := s.flags.set(tx, c.id, c.changed&c.old, c.changed&^c.old, boxes)
		if err != nil {
			return damaged(s.meta.path, "has a damaged message record", err)
		}
		if f.changed != 0 {
			redo.flags = append(redo.flags, f)
		}
	}
	return s.putCounts(tx, boxes)
}

func (s *Store) undoMoves(tx *bbolt.Tx, changes []moveChange, redo *changes) error {
	m := s.newMover(tx)
	for i := len(changes) - 1; i >= 0; i-- {
		c := changes[i]
		if tx.Bucket(bucketMailboxes).Get(u64(uint64(c.from))) == nil {
			continue
		}
		if err := m.moveBack(c); err != nil {
			return damaged(s.meta.path, "has a damaged message record", err)
		}
	}
	redo.moves = m.changes.moves
	return s.finish(m)
}

func (s *Store) undoCopies(tx *bbolt.Tx, copies []MessageID) (map[uint32][]contentID, error) {
	var last []MessageID
	r := s.newRemover(tx)
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
