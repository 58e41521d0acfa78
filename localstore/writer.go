package localstore

import (
	"context"
	"errors"
	"time"

	"go.etcd.io/bbolt"
)

// writer is the one goroutine that commits mail. Its fields are its own.
type writer struct {
	s       *Store
	batch   []*item
	octets  int64
	timer   *time.Timer
	streams map[*stream]struct{} // that have chunks on the disk and no end
	stray   map[uint32]contentID // shards with bodies of a failed batch, from that one on
	next    contentID            // the next content's id
	number  uint64               // of the last batch committed
	shard   uint32               // that new bodies go to, 0 if there is none
}

func newWriter(s *Store) (*writer, error) {
	w := &writer{s: s, streams: map[*stream]struct{}{}, stray: map[uint32]contentID{}, timer: time.NewTimer(time.Hour)}
	w.timer.Stop()
	return w, s.meta.view(func(tx *bbolt.Tx) error {
		w.next = contentID(tx.Bucket(bucketContents).Sequence() + 1)
		if k, _ := tx.Bucket(bucketShards).Cursor().Last(); k != nil {
			n, err := parseU32(k)
			if err != nil {
				return damaged(s.meta.path, "has a damaged list of body files", err)
			}
			w.shard = n
		}
		n, err := parseU64(tx.Bucket(bucketStore).Get(keyBatch))
		if err != nil {
			return damaged(s.meta.path, "does not say its last batch", err)
		}
		w.number = n
		return nil
	})
}

func (w *writer) run() {
	defer w.timer.Stop()
	for {
		select {
		case it := <-w.s.queue:
			if !w.handle(it) {
				return
			}
		case <-w.timer.C:
			// The outcome reaches the intakes concerned.
			_ = w.commit()
		case <-w.s.stop:
			return
		}
	}
}

// handle takes one step and tells whether to go on.
func (w *writer) handle(it *item) bool {
	if it.ready != nil {
		select {
		case <-it.ready:
		case <-w.s.stop:
			return false
		}
	}
	switch it.kind {
	case kindFlush:
		err := w.commit()
		if err == nil {
			err = context.Cause(it.in.ctx) // of an earlier batch
		}
		it.done <- err
	case kindDrop:
		it.done <- w.drop(it.in)
	default:
		w.add(it)
	}
	return true
}

func (w *writer) add(it *item) {
	if it.err != nil {
		it.in.fail(it.err)
	}
	if len(w.batch) == 0 {
		w.timer.Reset(w.s.o.batchDelay)
	}
	w.batch = append(w.batch, it)
	if it.stored != nil {
		w.octets += int64(len(*it.stored)) + itemWeight
	}
	if w.octets >= w.s.o.batchOctets {
		_ = w.commit() // the outcome reaches the intakes concerned
	}
}

// commit writes the batch. If that fails, every intake that has mail in it fails.
func (w *writer) commit() error {
	w.timer.Stop()
	if len(w.batch) == 0 {
		return nil
	}
	err := w.write(w.batch, nil)
	for _, it := range w.batch {
		if err != nil {
			it.in.fail(err)
		}
		w.s.flight.Release(it.weight)
		if it.stored != nil && cap(*it.stored) <= 2*chunkSize {
			buffers.Put(it.stored)
		}
	}
	clear(w.batch)
	w.batch, w.octets = w.batch[:0], 0
	return err
}

// drop removes what an intake that was given up has left in the shards.
func (w *writer) drop(in *intake) error {
	err := w.commit() // of the others; that of in is skipped
	if err != nil {
		w.s.o.Log.Error("a commit failed", "err", err)
	}
	var left []*stream
	for st := range w.streams {
		if st.in == in {
			left = append(left, st)
		}
	}
	if len(left) == 0 {
		return nil
	}
	return w.write(nil, left)
}

// write commits items, and removes what streams have left.
func (w *writer) write(items []*item, left []*stream) error {
	if e := w.s.suspect.Load(); e != nil {
		return e
	}
	b := &batch{w: w, shards: map[uint32]*shardTx{}, refs: map[MailboxID][]Ref{}, boxes: map[MailboxID]counts{}, next: w.next, shard: w.shard}
	err := guard(w.s.dir, func() error { return b.run(items, left) })
	for number, sh := range b.shards {
		if err == nil {
			delete(w.stray, number)
		} else if sh.committed {
			w.stray[number] = w.next
		}
	}
	if rollbackErr := b.rollback(); rollbackErr != nil {
		err = errors.Join(err, rollbackErr)
	}
	return w.s.failed(err)
}
