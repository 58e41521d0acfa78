package localstore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"restante.app/localstore/custody"
	"restante.app/localstore/internal/seal"
)

// intake is the custody.Intake of a Store.
type intake struct {
	s       *Store
	run     custody.Run
	mailbox MailboxID
	tape    custody.Tape // of what was delivered
	partial bool         // a header alone was delivered
	revive  bool         // what was deleted here comes back
	flags   Flags        // of the message being delivered
	closed  bool
	settled bool // and the writer has done with it: fresh and known stay

	ctx     context.Context // ends with its failure
	fail    context.CancelCauseFunc
	dropped atomic.Bool

	// Of what was committed. The writer's, until it has answered a flush.
	fresh, known int
	octets       int64
}

// Begin opens an intake for one run, and makes the mailbox if it is new.
// Intakes may be open at the same time, each used by a goroutine of its own.
// A message that came for the same account and mailbox before is known, whatever
// became of it here. Deliver's and Commit's errors are ErrNoSpace, ErrDisk,
// ErrDamaged, ErrSuspect, ErrClosed, ErrIncomplete, ErrMiscounted and the
// context's; after any of them the intake can only be closed.
func (s *Store) Begin(ctx context.Context, run custody.Run) (custody.Intake, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	box, err := s.EnsureMailbox(run.Account, run.Mailbox)
	if err != nil {
		return nil, err
	}
	in := &intake{s: s, run: run, mailbox: box.ID}
	in.ctx, in.fail = context.WithCancelCause(context.Background())
	return in, nil
}

func (in *intake) usable(ctx context.Context) error {
	switch {
	case in.closed:
		return &Error{Kind: ErrClosed, What: "This fetch has ended already."}
	case in.ctx.Err() != nil:
		return context.Cause(in.ctx)
	}
	if e := in.s.suspect.Load(); e != nil {
		return e
	}
	return context.Cause(ctx)
}

// Deliver implements custody.Intake.
func (in *intake) Deliver(ctx context.Context, d custody.Delivery) error {
	err := in.usable(ctx)
	in.partial = in.partial || d.Partial
	switch {
	case err != nil:
	case d.Rest != nil || len(d.Prefix)+len(d.Octets) > custody.MaxInline+16<<10:
		err = in.takeLong(ctx, d)
	default:
		err = in.take(ctx, d)
	}
	if err != nil {
		in.fail(err)
	}
	return err
}

// itemWeight is what an item costs beside its octets.
const itemWeight = 2 << 10

func (in *intake) take(ctx context.Context, d custody.Delivery) error {
	if d.Suffix != nil {
		suffix := d.Suffix()
		d.Suffix = func() []byte { return suffix }
		if len(suffix) > 32<<10 {
			return in.takeLong(ctx, d)
		}
	}
	it := newItem(in, kindMessage)
	it.d = d
	if err := in.acquire(ctx, it, int64(len(d.Octets))+itemWeight); err != nil {
		return err
	}
	in.record(d)
	if err := in.enqueue(ctx, it); err != nil {
		return err
	}
	select {
	case in.s.work <- it:
		return nil
	case <-ctx.Done():
		it.err = context.Cause(ctx)
	case <-in.s.stop:
		it.err = closedError()
	}
	close(it.ready)
	return it.err
}

// record notes what the intake answers for.
func (in *intake) record(d custody.Delivery) {
	in.tape.Message()
	in.write(d.Prefix)
	in.write(d.Octets)
	if d.Suffix != nil {
		in.write(d.Suffix())
	}
}

func (in *intake) write(p []byte) {
	// The error of Tape.Write is always nil.
	_, _ = in.tape.Write(p)
}

// acquire waits until the store has room for an item in memory.
func (in *intake) acquire(ctx context.Context, it *item, octets int64) error {
	it.weight = min(octets, in.s.o.flightOctets)
	if in.s.flight.TryAcquire(it.weight) {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(in.ctx, func() { cancel(context.Cause(in.ctx)) })()
	defer context.AfterFunc(in.s.ctx, func() { cancel(closedError()) })()
	if err := in.s.flight.Acquire(ctx, it.weight); err != nil {
		it.weight = 0
		return context.Cause(ctx)
	}
	return nil
}

// enqueue hands an item to the writer or gives its weight back.
func (in *intake) enqueue(ctx context.Context, it *item) error {
	err := in.s.enqueue(ctx, it)
	if err != nil {
		in.s.flight.Release(it.weight)
	}
	return err
}

// Commit implements custody.Intake.
func (in *intake) Commit(ctx context.Context) (custody.Receipt, error) {
	if err := in.usable(ctx); err != nil {
		return custody.Receipt{}, errors.Join(err, in.Close())
	}
	it := newItem(in, kindFlush)
	err := in.s.enqueue(ctx, it)
	if err == nil {
		err = in.s.wait(ctx, it)
	}
	if err != nil {
		return custody.Receipt{}, errors.Join(err, in.Close())
	}
	in.closed, in.settled = true, true
	in.fail(closedError())
	m := in.tape.Manifest()
	if in.fresh+in.known != m.Messages || in.octets != m.Octets {
		return custody.Receipt{}, &Error{
			Kind: ErrMiscounted, Path: in.s.dir,
			What: fmt.Sprintf("The mail store committed %d messages in %d octets of %d in %d.", in.fresh+in.known, in.octets, m.Messages, m.Octets),
			Next: "The mail is still at the post office. Please report this; it is a mistake in Restante.",
		}
	}
	if in.partial {
		return custody.IssuePartial(seal.Committed(), m, in.fresh, in.known), nil
	}
	return custody.Issue(seal.Committed(), m, in.fresh, in.known), nil
}

// Close implements custody.Intake.
func (in *intake) Close() error {
	if in.closed {
		return nil
	}
	in.closed = true
	in.dropped.Store(true)
	in.fail(closedError())
	it := newItem(in, kindDrop)
	err := in.s.enqueue(context.Background(), it)
	if err == nil {
		err = in.s.wait(context.Background(), it)
	}
	in.settled = !errors.Is(err, ErrClosed)
	if errors.Is(err, ErrClosed) {
		return nil // the store is, and its next Open reclaims what is left
	}
	return err
}

// Kept implements custody.Intake.
func (in *intake) Kept() (fresh, known int) {
	if !in.settled {
		return 0, 0
	}
	return in.fresh, in.known
}
