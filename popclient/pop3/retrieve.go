package pop3

import (
	"bytes"
	"context"
	"errors"
	"strconv"

	"restante.app/localstore/custody"
	"restante.app/popclient"
	"restante.app/popclient/internal/wire"
)

// receiver is an intake and the tape of what is delivered to it.
type receiver struct {
	t      *transaction
	intake custody.Intake
	tape   custody.Tape
}

func (t *transaction) receiver(ctx context.Context) (*receiver, error) {
	intake, err := t.to.Begin(ctx, custody.Run{Mailbox: t.mailbox})
	if err != nil {
		return nil, t.unsaved(err)
	}
	return &receiver{t: t, intake: intake}, nil
}

// kept adds to the tally what a closed intake keeps.
func (r *receiver) kept() (n int) {
	fresh, known := r.intake.Kept()
	r.t.tally.Collected += fresh
	r.t.tally.Known += known
	return fresh + known
}

func (r *receiver) read(p []byte) {
	_, _ = r.tape.Write(p) // documented never to fail
	r.t.tally.Octets += int64(len(p))
	r.t.report(false)
}

// message reads one text to its end and delivers it.
func (r *receiver) message(ctx context.Context, d custody.Delivery) error {
	m := r.t.c.conn.Multi(r.read)
	r.tape.Message()
	var ended bool
	var err error
	if d.Octets, ended, err = inline(m, d.Listed); err != nil {
		return err
	}
	if !ended {
		d.Rest = m
	}
	r.t.messages++
	if err := r.intake.Deliver(ctx, d); err != nil {
		if broken := m.Err(); broken != nil {
			return broken
		}
		return r.t.unsaved(err)
	}
	return nil
}

// inline reads what a delivery carries in memory. The size from the server's list
// is a hint for how much room to make, within bounds, and no more.
func inline(m *wire.Multi, listed int64) (octets []byte, ended bool, err error) {
	room := min(max(listed, 0), custody.MaxInline)
	octets, ended, err = m.Append(make([]byte, 0, room), custody.MaxInline)
	if cap(octets) > 2*len(octets)+4<<10 {
		octets = bytes.Clone(octets) // the store keeps it: what was promised and did not come must not stay
	}
	return octets, ended, err
}

// commit makes everything delivered durable.
func (r *receiver) commit(ctx context.Context) (custody.Receipt, error) {
	r.t.report(true)
	receipt, err := r.intake.Commit(ctx)
	if err != nil {
		return receipt, r.t.unsaved(err)
	}
	return receipt, nil
}

// collect retrieves the messages (RFC 1939 RETR) and commits them. Those to be deleted
// are then released.
func (t *transaction) collect(ctx context.Context) error {
	if len(t.take) == 0 {
		return nil
	}
	defer t.c.conn.Bind(ctx)()
	r, err := t.receiver(ctx)
	if err != nil {
		return err
	}
	defer func() { r.kept() }()
	args := make([]string, len(t.take))
	for i, s := range t.take {
		args[i] = strconv.Itoa(s.Offer.Number)
		t.promised += s.Offer.Size
	}
	t.report(false)
	var numbers []string // to delete
	err = t.c.eachText("RETR", args, func(i int, refused error) error {
		if refused != nil {
			t.refusals = append(t.refusals, refused)
			return nil
		}
		if t.take[i].Choice == popclient.TakeDelete {
			numbers = append(numbers, args[i])
		}
		return r.message(ctx, delivery(t.take[i].Offer))
	})
	if err != nil {
		return errors.Join(err, r.intake.Close())
	}
	receipt, err := r.commit(ctx)
	if err != nil || len(numbers) == 0 {
		return err
	}
	release, err := receipt.Release(r.tape.Manifest())
	if err != nil {
		return t.unsaved(err)
	}
	t.doomed = append(t.doomed, doomed{release, numbers})
	return nil
}

// collectHeaders takes the headers of messages that are too large to be wanted. They
// have an intake of their own, whose receipt releases nothing.
func (t *transaction) collectHeaders(ctx context.Context) error {
	if len(t.headers) == 0 {
		return nil
	}
	if t.c.caps.Known && !t.c.caps.Top {
		return t.c.fail("TOP", popclient.ErrUnsupported)
	}
	defer t.c.conn.Bind(ctx)()
	r, err := t.receiver(ctx)
	if err != nil {
		return err
	}
	defer func() { t.tally.Headers += r.kept() }()
	args := make([]string, len(t.headers))
	for i, o := range t.headers {
		args[i] = strconv.Itoa(o.Number) + " 0"
	}
	var refusals []error
	err = t.c.eachText("TOP", args, func(i int, refused error) error {
		if refused != nil {
			refusals = append(refusals, refused)
			return nil
		}
		d := delivery(t.headers[i])
		d.Partial = true
		return r.message(ctx, d)
	})
	if err != nil {
		return errors.Join(err, r.intake.Close())
	}
	if !t.c.caps.Known && len(refusals) == len(args) {
		return errors.Join(t.c.fail("TOP", popclient.ErrUnsupported), r.intake.Close())
	}
	t.refusals = append(t.refusals, refusals...)
	_, err = r.commit(ctx)
	return err
}
