package localstore

import (
	"context"
	"slices"

	"go.etcd.io/bbolt"
)

// Delete removes messages from this disk, for good, some thousands in one transaction. What
// is known of their origin stays: a later fetch does not bring them back. Ids that do not
// exist are left out. After an error, or the context's end, some of them may be gone.
func (s *Store) Delete(ctx context.Context, ids []MessageID, progress Progress) error {
	return s.eachStride(ctx, ids, progress, func(some []MessageID, _ bool) error { return s.deleteSome(some) })
}

func (s *Store) deleteSome(ids []MessageID) error {
	s.removing.Lock()
	defer s.removing.Unlock()
	var r *remover
	err := s.update(func(tx *bbolt.Tx) error {
		r = s.newRemover(tx)
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

func (s *Store) newRemover(tx *bbolt.Tx) *remover {
	return &remover{tx: tx, flags: &s.flags, boxes: map[MailboxID]counts{}, rows: map[MailboxID][]Ref{}, threads: newThreader(tx)}
}

// finishRemoval puts the lists, the counts and the threads of what was removed.
func (s *Store) finishRemoval(r *remover) error {
	if err := r.unlist(); err != nil {
		return damaged(s.meta.path, "has a damaged list of messages", err)
	}
	if err := r.threads.finish(); err != nil {
		return damaged(s.meta.path, "has damaged threads", err)
	}
	return s.putCounts(r.tx, r.boxes)
}

// remover removes messages from meta.bolt, their rows with unlist.
type remover struct {
	tx        *bbolt.Tx
	flags     *flagLog
	boxes     map[MailboxID]counts // what is to be added to each
	rows      map[MailboxID][]Ref  // what is to be taken from each
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
	if !r.keepFlags && flags != 0 {
		if err := r.flags.put(r.tx, id, 0); err != nil {
			return err
		}
	}
	if err := noteChange(r.tx, id); err != nil {
		return err
	}
	r.rows[m.Mailbox] = append(r.rows[m.Mailbox], Ref{ID: id, Date: m.Date})
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

// unlist takes the rows of what was removed from the lists.
func (r *remover) unlist() error {
	for box, gone := range r.rows {
		if _, err := removeRefs(r.tx.Bucket(bucketRefs), box, gone); err != nil {
			return err
		}
	}
	return nil
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

// removeRefs takes rows out of a mailbox's list and returns how many were there. It sorts
// gone.
func removeRefs(b *bbolt.Bucket, mailbox MailboxID, gone []Ref) (n int, err error) {
	slices.SortFunc(gone, compareRefs)
	for len(gone) > 0 {
		key, chunk, next := refChunk(b, mailbox, gone[0])
		here := len(gone)
		if next != nil {
			here, _ = slices.BinarySearchFunc(gone, refAt(next[8:]), compareRefs)
		}
		some := gone[:here]
		gone = gone[here:]
		refs, err := appendRefs(make([]Ref, 0, len(chunk)/refLength), chunk)
		if err != nil {
			return n, err
		}
		left := slices.DeleteFunc(slices.Clone(refs), func(r Ref) bool {
			for len(some) > 0 && compareRefs(some[0], r) < 0 {
				some = some[1:]
			}
			return len(some) > 0 && some[0] == r
		})
		n += len(refs) - len(left)
		switch {
		case len(left) == len(refs):
		case len(left) == 0:
			err = b.Delete(key)
		default:
			err = b.Put(key, encodeRefs(left))
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
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
