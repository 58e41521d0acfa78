package localstore

import (
	"slices"

	"go.etcd.io/bbolt"
)

// removeStride is how many messages one transaction of Delete removes.
const removeStride = 2000

// Delete removes messages from this disk, for good. What is known of their origin
// stays: a later fetch does not bring them back. Ids that do not exist are left out.
// After an error some of them may be gone.
func (s *Store) Delete(ids []MessageID) error {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	for some := range slices.Chunk(slices.Compact(ids), removeStride) {
		if err := s.deleteSome(some); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) deleteSome(ids []MessageID) error {
	s.removing.Lock()
	defer s.removing.Unlock()
	var r *remover
	err := s.update(func(tx *bbolt.Tx) error {
		r = newRemover(tx)
		for _, id := range ids {
			if err := r.remove(id); err != nil {
				return damaged(s.meta.path, "has a damaged message record", err)
			}
		}
		return s.finishRemoval(r)
	})
	if err != nil {
		return err
	}
	// The messages are gone with that commit; their bodies follow. What a crash
	// leaves of them is in bucketPending, and goes at the next start.
	return s.removeBodies(r.bodies)
}

func newRemover(tx *bbolt.Tx) *remover {
	return &remover{tx: tx, boxes: map[MailboxID]counts{}, threads: newThreader(tx)}
}

// finishRemoval puts the counts and the threads of what was removed.
func (s *Store) finishRemoval(r *remover) error {
	if err := r.threads.finish(); err != nil {
		return damaged(s.meta.path, "has damaged threads", err)
	}
	return s.putCounts(r.tx, r.boxes)
}

// remover removes messages from meta.bolt.
type remover struct {
	tx        *bbolt.Tx
	boxes     map[MailboxID]counts // what is to be added to each
	bodies    map[uint32][]contentID
	threads   *threader
	keepFlags bool
}

func (r *remover) remove(id MessageID) error {
	m, ok, err := readMessage(r.tx, id)
	if err != nil || !ok {
		return err
	}
	flags, err := readFlags(r.tx, id)
	if err != nil {
		return err
	}
	key := u64(uint64(id))
	if err := r.tx.Bucket(bucketMessages).Delete(key); err != nil {
		return err
	}
	if !r.keepFlags {
		if err := r.tx.Bucket(bucketFlags).Delete(key); err != nil {
			return err
		}
	}
	if err := noteChange(r.tx, id); err != nil {
		return err
	}
	if _, err := removeRef(r.tx.Bucket(bucketRefs), m.Mailbox, Ref{ID: id, Date: m.Date}); err != nil {
		return err
	}
	box := r.boxes[m.Mailbox]
	box.Total--
	if !flags.Has(Seen) {
		box.Unread--
	}
	r.boxes[m.Mailbox] = box
	if err := r.threads.remove(id, &m); err != nil {
		return err
	}
	if err := r.forget(&m); err != nil {
		return err
	}
	return r.release(m.Content)
}

// forget notes that what came for a mailbox is deleted. A copy came for none.
func (r *remover) forget(m *messageRecord) error {
	seen, key := r.tx.Bucket(bucketSeen), seenKey(m.Content, m.origin())
	if m.origin()&copyOrigin != 0 {
		return seen.Delete(key)
	}
	return seen.Put(key, noMessage)
}

// release takes one message off a content. The body of one without messages goes, but
// only after this commit: until then it is in bucketPending.
func (r *remover) release(id contentID) error {
	contents := r.tx.Bucket(bucketContents)
	c, err := decodeContent(contents.Get(u64(uint64(id))))
	if err != nil {
		return err
	}
	if c.Messages > 0 {
		c.Messages--
	}
	if err := contents.Put(u64(uint64(id)), c.encode()); err != nil || c.Messages > 0 {
		return err
	}
	if r.bodies == nil {
		r.bodies = map[uint32][]contentID{}
	}
	r.bodies[c.Shard] = append(r.bodies[c.Shard], id)
	return r.tx.Bucket(bucketPending).Put(u64(uint64(id)), u32(c.Shard))
}

// removeRef takes a row out of a mailbox's list and tells whether it was there.
func removeRef(b *bbolt.Bucket, mailbox MailboxID, r Ref) (bool, error) {
	key, chunk, _ := refChunk(b, mailbox, r)
	refs, err := appendRefs(nil, chunk)
	if err != nil {
		return false, err
	}
	at, found := slices.BinarySearchFunc(refs, r, compareRefs)
	switch {
	case !found:
		return false, nil
	case len(refs) == 1:
		return true, b.Delete(key)
	}
	return true, b.Put(key, encodeRefs(slices.Delete(refs, at, at+1)))
}

func withoutRef(refs []Ref, id MessageID) []Ref {
	return slices.DeleteFunc(refs, func(r Ref) bool { return r.ID == id })
}

// removeBodies removes bodies that no message has any more, and their notes in
// bucketPending.
func (s *Store) removeBodies(bodies map[uint32][]contentID) error {
	if len(bodies) == 0 {
		return nil
	}
	if err := s.failed(classify(s.dir, s.o.fault("remove"))); err != nil {
		return err
	}
	for number, ids := range bodies {
		f, err := s.shards.get(number)
		if err != nil {
			return err
		}
		err = f.update(func(tx *bbolt.Tx) error {
			for _, id := range ids {
				if err := removeBody(tx.Bucket(bucketBodies), id); err != nil {
					return err
				}
			}
			return nil
		})
		if err := s.failed(err); err != nil {
			return err
		}
	}
	return s.update(func(tx *bbolt.Tx) error {
		pending := tx.Bucket(bucketPending)
		for _, ids := range bodies {
			for _, id := range ids {
				if err := pending.Delete(u64(uint64(id))); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
