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
	queued  []*item // and not yet in open
	octets  int64
	open    *batch // the bodies of which are on the disk; nil if there is none
	timer   *time.Timer
	streams map[*stream]struct{} // that have chunks on the disk and no end
	stray   map[uint32]contentID // shards with bodies of a failed batch, from that one on
	next    contentID            // the next content's id
	number  uint64               // of the last batch committed
	lanes   lanes
}

func newWriter(s *Store) (*writer, error) {
	w := &writer{s: s, streams: map[*stream]struct{}{}, stray: map[uint32]contentID{}, timer: time.NewTimer(time.Hour)}
	w.timer.Stop()
	return w, s.meta.view(func(tx *bbolt.Tx) error {
		w.next = contentID(tx.Bucket(bucketContents).Sequence() + 1)
		var err error
		if w.lanes, err = readLanes(tx); err != nil {
			return damaged(s.meta.path, "has a damaged list of body files", err)
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
	defer close(w.s.writerDone)
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
	case kindAlone:
		err := w.commit()
		if err == nil {
			err = it.run()
		}
		it.done <- err
	case kindSync:
		it.done <- nil // this goroutine commits, so none of its commits is under way
	default:
		w.add(it)
	}
	return true
}

func (w *writer) add(it *item) {
	if it.err != nil {
		it.in.fail(it.err)
	}
	if len(w.queued) == 0 && w.open == nil {
		w.timer.Reset(w.s.o.batchDelay)
	}
	w.queued = append(w.queued, it)
	if it.stored != nil {
		w.octets += int64(len(*it.stored)) + itemWeight
	}
	if w.octets < w.s.o.batchOctets {
		return
	}
	// The outcome reaches the intakes concerned.
	if w.flush(nil) != nil {
		return
	}
	switch {
	case w.open.portions >= maxPortions:
		_ = w.commit()
	case w.open.portions == 1:
		w.timer.Reset(maxOpen)
	}
}

// An open batch keeps others from changing meta.bolt, so it is committed soon.
const (
	maxPortions = 6
	maxOpen     = 50 * time.Millisecond
)

// flush writes the bodies of what is queued to the disk, and removes what streams
// have left. If that fails, the open batch fails.
func (w *writer) flush(left []*stream) error {
	if len(w.queued) == 0 && len(left) == 0 {
		return nil
	}
	if w.open == nil {
		w.open = newBatch(w)
	}
	err := guard(w.s.dir, func() error {
		if e := w.s.suspect.Load(); e != nil {
			return e
		}
		return w.open.portion(w.queued, left)
	})
	if err != nil {
		err = w.end(err)
		for _, it := range w.queued {
			it.in.fail(err)
		}
		w.s.letGo(w.queued)
	}
	clear(w.queued)
	w.queued, w.octets = w.queued[:0], 0
	return err
}

// commit commits what is queued and what is open.
func (w *writer) commit() error {
	w.timer.Stop()
	if err := w.flush(nil); err != nil || w.open == nil {
		return err
	}
	return w.end(guard(w.s.dir, w.open.finish))
}

// end closes the open batch, whose outcome is err. If it failed, every intake that
// has mail in it fails.
func (w *writer) end(err error) error {
	b := w.open
	w.open = nil
	for number := range b.marks {
		if err == nil {
			delete(w.stray, number)
		} else {
			w.stray[number] = w.next
		}
	}
	if rollbackErr := b.rollback(); rollbackErr != nil {
		err = errors.Join(err, rollbackErr)
	}
	if err = w.s.failed(err); err != nil {
		for _, it := range b.items {
			it.in.fail(err)
		}
	}
	return err
}

// drop removes what an intake that was given up has left in the shards.
func (w *writer) drop(in *intake) error {
	if err := w.commit(); err != nil { // of the others; what is queued of in is skipped
		w.s.o.Log.Error("a commit failed", "err", err)
	}
	var left []*stream
	for st := range w.streams {
		if st.in == in {
			left = append(left, st)
		}
	}
	if err := w.flush(left); err != nil || w.open == nil {
		return err
	}
	return w.end(guard(w.s.dir, w.open.finish))
}
