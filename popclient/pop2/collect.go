package pop2

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"restante.app/localstore/custody"
	"restante.app/popclient"
)

// Collect reads all messages of a mailbox; see popclient.Session. Under Delete each
// message is committed, then deleted (RFC 937 ACKD), and QUIT ends the session: a
// server deletes for good there, and ipop2d stands nothing else after ACKD.
func (c *Client) Collect(ctx context.Context, mailbox string, to custody.Custodian, r popclient.Removal) (popclient.Tally, error) {
	if err := c.fold(ctx, mailbox); err != nil {
		return popclient.Tally{}, err
	}
	t := &transaction{c: c, mailbox: mailbox, to: to, all: true, promised: -1, expected: c.count}
	wanted := make([]item, 0, min(c.count, 1000))
	for n := 1; n <= c.count; n++ {
		wanted = append(wanted, item{number: n, size: -1})
	}
	if r == popclient.Delete {
		return t.collect(ctx, nil, wanted)
	}
	return t.collect(ctx, wanted, nil)
}

// CollectChosen implements popclient.Chooser. DeleteKnown is TakeDelete, because
// nothing can be vouched for without ids. TakeHeader is popclient.ErrUnsupported,
// before anything is done; so is an offer that is not of this mailbox ErrArgument.
func (c *Client) CollectChosen(ctx context.Context, mailbox string, to custody.Custodian, chosen []popclient.Selection) (popclient.Tally, error) {
	if err := c.fold(ctx, mailbox); err != nil {
		return popclient.Tally{}, err
	}
	take, remove, err := c.sort(chosen)
	if err != nil {
		return popclient.Tally{}, err
	}
	t := &transaction{c: c, mailbox: mailbox, to: to, expected: len(take) + len(remove)}
	for _, w := range slices.Concat(take, remove) {
		t.promised += max(w.size, 0)
	}
	return t.collect(ctx, take, remove)
}

// item is a message to be collected.
type item struct {
	number int
	size   int64 // as it was listed, -1 if it was not
}

// sort divides what was chosen into what stays at the server and what does not.
func (c *Client) sort(chosen []popclient.Selection) (take, remove []item, err error) {
	seen := map[int]bool{}
	for _, s := range chosen {
		o := s.Offer
		name := fmt.Sprintf("message %d", o.Number)
		if o.Number < 1 || o.Number > c.count || seen[o.Number] {
			return nil, nil, c.fail(name, "", fmt.Errorf("%w: it is not on offer, or chosen twice", popclient.ErrArgument))
		}
		seen[o.Number] = true
		switch s.Choice {
		case popclient.Pass:
		case popclient.Take:
			take = append(take, item{o.Number, o.Size})
		case popclient.TakeDelete, popclient.DeleteKnown:
			remove = append(remove, item{o.Number, o.Size})
		case popclient.TakeHeader:
			return nil, nil, c.fail("header of "+name, "", popclient.ErrUnsupported)
		default:
			return nil, nil, c.fail(name, "", fmt.Errorf("%w: choice %d", popclient.ErrArgument, s.Choice))
		}
	}
	byNumber := func(a, b item) int { return cmp.Compare(a.number, b.number) }
	slices.SortFunc(take, byNumber)
	slices.SortFunc(remove, byNumber)
	return take, remove, nil
}

// transaction is the reading of one mailbox.
type transaction struct {
	c        *Client
	mailbox  string
	to       custody.Custodian
	all      bool // everything is collected, so that it does not matter which message comes next
	promised int64
	expected int
	done     int          // messages received
	next     offer        // what the last acknowledgement offered; size 0 for nothing
	tape     custody.Tape // of the octets of the intake that is open
	acked    int          // messages that ACKD was sent for
	state    state
	tally    popclient.Tally
	reported time.Time
}

// collect takes, then removes, then ends the session if anything was removed.
func (t *transaction) collect(ctx context.Context, take, remove []item) (popclient.Tally, error) {
	t.report(false)
	err := t.takeAll(ctx, take)
	if err == nil {
		err = t.removeAll(ctx, remove)
	}
	if t.acked > 0 {
		err = t.end(ctx, err)
	}
	return t.tally, err
}

// takeAll collects messages that stay at the server, in one intake.
func (t *transaction) takeAll(ctx context.Context, items []item) error {
	if len(items) == 0 {
		return nil
	}
	defer t.c.conn.Bind(ctx)()
	return t.intake(ctx, func(in custody.Intake) error {
		return t.each(ctx, items, func(o offer) error { return t.take(ctx, in, o) })
	}, nil)
}

// removeAll collects messages and deletes each once it is committed.
func (t *transaction) removeAll(ctx context.Context, items []item) error {
	defer t.c.conn.Bind(ctx)()
	return t.each(ctx, items, func(o offer) error {
		receive := func(in custody.Intake) error { return t.receive(ctx, in, o) }
		return t.intake(ctx, receive, func(release custody.Release) error { return t.ackd(ctx, o.number, release) })
	})
}

// each calls do for every item that is still there, with its size as the server
// says it now.
func (t *transaction) each(ctx context.Context, items []item, do func(offer) error) error {
	gap := 0
	for _, i := range items {
		size, err := t.find(i)
		if cerr := ctx.Err(); err == nil && cerr != nil {
			err = t.c.fail(fmt.Sprintf("message %d", i.number), "", context.Cause(ctx))
		}
		switch {
		case err != nil:
			return err
		case size > 0:
			gap = 0
			if err := do(offer{i.number, size}); err != nil {
				return err
			}
		case gap == maxGap:
			return t.c.gap(i.number)
		default:
			gap++
		}
	}
	return nil
}

// find returns an item's size, asking for it unless the last acknowledgement told.
func (t *transaction) find(i item) (int64, error) {
	size, err := t.next.size, error(nil)
	if size == 0 || t.next.number != i.number {
		size, err = t.c.read(i.number)
	}
	t.next = offer{}
	if err == nil && i.size >= 0 && size != i.size {
		err = t.c.fail(fmt.Sprintf("READ %d", i.number), "",
			fmt.Errorf("%w: %d octets were listed, now there are %d", popclient.ErrProtocol, i.size, size))
	}
	return size, err
}

// intake runs fill into a new intake, commits it and, where release is not nil, hands
// it the permission to delete. When fill or the commit fail, nothing was released.
func (t *transaction) intake(ctx context.Context, fill func(custody.Intake) error, release func(custody.Release) error) error {
	in, err := t.to.Begin(ctx, custody.Run{Mailbox: t.mailbox})
	if err != nil {
		return t.unsaved(err)
	}
	t.tape = custody.Tape{}
	permit, err := t.fill(ctx, in, fill)
	fresh, known := in.Kept()
	t.tally.Collected += fresh
	t.tally.Known += known
	t.tally.Left += fresh + known
	switch {
	case err != nil && release != nil:
		return errors.Join(err, t.nack(ctx))
	case err != nil || release == nil:
		return err
	}
	return release(permit)
}

func (t *transaction) fill(ctx context.Context, in custody.Intake, fill func(custody.Intake) error) (custody.Release, error) {
	if err := fill(in); err != nil {
		return custody.Release{}, errors.Join(err, in.Close())
	}
	t.report(true)
	receipt, err := in.Commit(ctx)
	if err != nil {
		return custody.Release{}, t.unsaved(err)
	}
	permit, err := receipt.Release(t.tape.Manifest())
	if err != nil {
		return custody.Release{}, t.unsaved(err)
	}
	return permit, nil
}

// unsaved reports mail that reached this side and not the disk.
func (t *transaction) unsaved(err error) error {
	return t.c.fail("saving "+t.mailbox, "", fmt.Errorf("%w: %w", popclient.ErrStore, err))
}

// report tells of progress, at most some thirty times a second unless it matters.
func (t *transaction) report(saving bool) {
	now := time.Now()
	last := saving && t.done == t.expected
	if !last && now.Sub(t.reported) < 30*time.Millisecond {
		return
	}
	t.reported = now
	t.c.progress(popclient.Progress{
		Mailbox: t.mailbox, Octets: t.tally.Octets, Promised: t.promised,
		Messages: t.done, Expected: t.expected, Saving: saving,
	})
}
