package pop3

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"sync"

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
	room := getRoom(d.Listed)
	octets, ended, err := m.Append(room.octets[:0], custody.MaxInline)
	if err != nil {
		return err
	}
	room.octets = octets // which may have grown
	d.Octets, d.Done = octets, room.done
	if !ended {
		d.Rest, d.Done = m, nil
	}
	return r.deliver(ctx, m, d)
}

// room is memory for one message, used again when the store is done with it.
type room struct {
	octets []byte
	done   func()
}

// The rooms that are used again. Larger ones are rare, and would stay with small mail.
const maxRoom = 64 << 10

var rooms sync.Pool

// getRoom returns room for a message of a listed size, which is a hint, within bounds.
func getRoom(listed int64) *room {
	want := int(min(max(listed, 0), custody.MaxInline))
	if want <= maxRoom {
		if r, ok := rooms.Get().(*room); ok {
			return r
		}
		want = max(want, maxRoom/4)
	}
	r := &room{octets: make([]byte, 0, want)}
	r.done = func() {
		if cap(r.octets) <= maxRoom {
			rooms.Put(r)
		}
	}
	return r
}

// header reads one text to its end and delivers the header in it, which is all that the
// text should be.
func (r *receiver) header(ctx context.Context, d custody.Delivery) error {
	m := r.t.c.conn.Multi(r.read)
	octets, ended, err := m.Append(nil, custody.MaxInline)
	if err == nil && !ended {
		err = discard(m)
	}
	if err != nil {
		return err
	}
	n, _ := headerEnd(octets)
	d.Octets, d.Partial = octets[:n:n], true
	return r.deliver(ctx, m, d)
}

func (r *receiver) deliver(ctx context.Context, m *wire.Multi, d custody.Delivery) error {
	r.t.messages++
	if err := r.intake.Deliver(ctx, d); err != nil {
		if broken := m.Err(); broken != nil {
			return broken
		}
		return r.t.unsaved(err)
	}
	return nil
}

// headerEnd returns where the header of a message ends, behind the empty line. ok tells
// that there is one.
func headerEnd(message []byte) (n int, ok bool) {
	for {
		i := bytes.IndexByte(message[n:], '\n')
		if i < 0 {
			return len(message), false
		}
		line := message[n : n+i+1]
		n += len(line)
		if len(line) == 1 || len(line) == 2 && line[0] == '\r' {
			return n, true
		}
	}
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
		t.promised = min(t.promised+s.Offer.Size, maxSize)
	}
	t.report(false)
	var numbers []string // to delete
	err = t.c.eachText("RETR", args, func(i int, refused error) error {
		if refused != nil {
			t.refusals.add(refused)
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
	refused := 0
	err = t.c.eachText("TOP", args, func(i int, refusal error) error {
		if refusal != nil {
			refused++
			t.refusals.add(refusal)
			return nil
		}
		return r.header(ctx, delivery(t.headers[i]))
	})
	if err != nil {
		return errors.Join(err, r.intake.Close())
	}
	if !t.c.caps.Known && refused == len(args) {
		return errors.Join(t.c.fail("TOP", popclient.ErrUnsupported), r.intake.Close())
	}
	_, err = r.commit(ctx)
	return err
}
