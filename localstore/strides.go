package localstore

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// Progress is told how far an operation is, in messages. It is called between transactions
// and must not wait for anything that does. Nil is fine.
type Progress func(done, total int)

func (p Progress) tell(done, total int) {
	if p != nil {
		p(done, total)
	}
}

// touchedByChange is about how many octets of meta.bolt are read to change one message.
const touchedByChange = 1 << 10

// An operation on many messages lets others write between its transactions.
const (
	heldFor     = 80 * time.Millisecond // about how long one transaction keeps others waiting
	fewestAHand = 200
	mostAHand   = 5000 // which bounds the pages that one transaction has in memory too
)

// pace says how many messages a transaction has, so that it takes about as long as it may
// on this disk.
type pace struct{ n int }

func newPace(o *Options) pace {
	if o.stride > 0 {
		return pace{o.stride}
	}
	return pace{1000}
}

// took learns from how long the last transaction took.
func (p *pace) took(o *Options, d time.Duration) {
	if o.stride > 0 {
		return
	}
	switch {
	case d > 2*heldFor:
		p.n /= 2
	case d < heldFor/2:
		p.n *= 2
	}
	p.n = max(fewestAHand, min(mostAHand, p.n))
}

// going returns why an operation must not go on: its context or the store has ended.
func (s *Store) going(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if s.ctx.Err() != nil {
		return closedError()
	}
	return nil
}

// eachStride calls fn with ids, sorted and each once, some at a time, and learns from how
// long it takes. last says that these are the last.
func (s *Store) eachStride(ctx context.Context, ids []MessageID, progress Progress, fn func(some []MessageID, last bool) error) error {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	p := newPace(&s.o)
	for done := 0; done < len(ids); {
		if err := s.going(ctx); err != nil {
			return err
		}
		some := ids[done:min(len(ids), done+p.n)]
		began := time.Now()
		if err := fn(some, done+len(some) == len(ids)); err != nil {
			return err
		}
		p.took(&s.o, time.Since(began))
		done += len(some)
		progress.tell(done, len(ids))
		s.residence.read(int64(len(some)) * touchedByChange)
	}
	return nil
}

// inStrides runs an operation on messages, in transactions of a bounded size of which each
// notes what it has changed.
func (s *Store) inStrides(ctx context.Context, d *deed, ids []MessageID, progress Progress, fn func(tx *bbolt.Tx, ids []MessageID) (changes, error)) (Undo, error) {
	d.record.Of = len(ids)
	err := s.eachStride(ctx, ids, progress, func(some []MessageID, last bool) error {
		next := d
		err := s.update(func(tx *bbolt.Tx) error {
			c, err := fn(tx, some)
			if err != nil {
				return err
			}
			next, err = d.note(tx, &c, last)
			return err
		})
		if err == nil {
			d = next
		}
		return err
	})
	if err != nil {
		err = s.broken(d, err)
	}
	return d.undo(), err
}

// broken notes that an operation ended early, by err, which it returns.
func (s *Store) broken(d *deed, err error) error {
	if s.suspect.Load() != nil || s.ctx.Err() != nil {
		return err // the next start finds it cut off
	}
	return errors.Join(err, d.end())
}
