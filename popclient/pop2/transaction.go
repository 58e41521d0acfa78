package pop2

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"restante.app/localstore/custody"
	"restante.app/popclient"
	"restante.app/popclient/internal/wire"
)

// take receives one message and keeps it at the server (RFC 937 RETR, ACKS). The
// reply to ACKS proves that no octets followed the promised ones; a message that
// fits in memory is delivered only then.
func (t *transaction) take(ctx context.Context, in custody.Intake, o offer) error {
	m, err := t.retr(o)
	if err != nil {
		return err
	}
	if m.run != nil {
		if err := t.deliver(ctx, in, m); err != nil {
			return err
		}
		return t.acks(o.number)
	}
	if err := t.acks(o.number); err != nil {
		return err
	}
	return t.deliver(ctx, in, m)
}

// receive receives one message that is to be deleted, for which the end of the
// octets must be proved before the acknowledgement: by a silence.
func (t *transaction) receive(ctx context.Context, in custody.Intake, o offer) error {
	m, err := t.retr(o)
	if err != nil {
		return err
	}
	if m.run == nil {
		if err := t.silence(o); err != nil {
			return err
		}
	}
	return t.deliver(ctx, in, m)
}

// message is one that is being received.
type message struct {
	offer
	octets []byte    // all of it, or the beginning
	run    *wire.Run // the rest, nil if there is none
	ended  bool      // the rest was read to its end
}

// Read reads the rest and notes its end.
func (m *message) Read(p []byte) (int, error) {
	n, err := m.run.Read(p)
	m.ended = m.ended || errors.Is(err, io.EOF)
	return n, err
}

// state is where the line stands.
type state int

const (
	ready  state = iota // the server waits for READ, RETR or QUIT
	owing               // it has sent a message and waits for the acknowledgement
	broken              // it is not known what comes next: the connection can only be dropped
)

func retrOf(n int) string { return fmt.Sprintf("RETR (message %d)", n) }

// retr asks for the message that the server offered last (RFC 937 RETR) and reads
// what of it is kept in memory.
func (t *transaction) retr(o offer) (*message, error) {
	t.state = broken
	if err := t.c.conn.Send("RETR"); err != nil {
		return nil, t.c.fail(retrOf(o.number), "", err)
	}
	run := t.c.conn.Run(o.size, t.read)
	var b bytes.Buffer // grows with what comes: the size is only a claim
	if _, err := io.CopyN(&b, run, min(o.size, custody.MaxInline)); err != nil {
		return nil, t.c.fail(retrOf(o.number), "", err)
	}
	m := &message{offer: o, octets: b.Bytes()}
	if o.size > custody.MaxInline {
		m.run = run
		return m, nil
	}
	t.state = owing
	if t.c.opts.Trace != nil {
		t.c.opts.Trace.Server(fmt.Sprintf("<%d octets>", o.size))
	}
	return m, nil
}

func (t *transaction) read(p []byte) {
	_, _ = t.tape.Write(p) // documented never to fail
	t.tally.Octets += int64(len(p))
	t.report(false)
}

// deliver hands a message to the store, with its rest while it is being received.
func (t *transaction) deliver(ctx context.Context, in custody.Intake, m *message) error {
	d := custody.Delivery{Octets: m.octets, Listed: m.size}
	if m.run != nil {
		d.Rest = m
	}
	t.tape.Message()
	t.done++
	err := in.Deliver(ctx, d)
	if m.ended {
		t.state = owing
	}
	switch {
	case m.run != nil && m.run.Err() != nil:
		return t.c.fail(retrOf(m.number), "", m.run.Err())
	case err != nil:
		return t.unsaved(err)
	case m.run != nil && !m.ended:
		return t.unsaved(fmt.Errorf("%w: the message was not read to its end", custody.ErrNoCustody))
	}
	t.report(false)
	return nil
}

// The least and the most time to wait for octets that should not come.
const (
	minSilence = 5 * time.Millisecond
	maxSilence = time.Second
)

// silence waits for octets beyond the promised ones. They come in the same stream,
// so two round trips are enough; and should they be later still, the reply to ACKD
// is not one, and the session ends without the QUIT that deletes.
func (t *transaction) silence(o offer) error {
	more, err := t.c.conn.Stray(min(2*t.c.rtt+minSilence, maxSilence))
	if err == nil && more {
		err = fmt.Errorf("%w: more than %d", popclient.ErrLong, o.size)
	}
	if err != nil {
		t.state = broken
		return t.c.fail(retrOf(o.number), "", err)
	}
	return nil
}

// acks keeps the message at the server (RFC 937 ACKS).
func (t *transaction) acks(n int) error {
	name := fmt.Sprintf("ACKS (message %d)", n)
	t.state = broken
	if err := t.c.conn.Send("ACKS"); err != nil {
		return t.c.fail(name, "", err)
	}
	return t.acknowledged(name, n)
}

// ackd lets the server delete the message (RFC 937 ACKD).
func (t *transaction) ackd(ctx context.Context, n int, release custody.Release) error {
	name := fmt.Sprintf("ACKD (message %d)", n)
	t.state = broken
	if err := ctx.Err(); err != nil {
		return t.c.fail(name, "", err)
	}
	if t.c.conn.Buffered() > 0 {
		return t.c.fail(name, "", fmt.Errorf("%w: something follows the message", popclient.ErrLong))
	}
	t.acked++
	if err := t.c.conn.SendRelease(release, "ACKD"); err != nil {
		return t.c.fail(name, "", err)
	}
	err := t.acknowledged(name, n)
	if popclient.Refused(err) {
		t.acked--
		t.tally.Refused++
	}
	return err
}

// nack says that the message was not received (RFC 937 NACK), so that the session
// can go on to QUIT. It does nothing where no acknowledgement is due, or once ctx has
// ended: then the line is dropped.
func (t *transaction) nack(ctx context.Context) error {
	if t.state != owing || cancelled(ctx) {
		return nil
	}
	t.state = broken
	if err := t.c.conn.Send("NACK"); err != nil {
		return t.c.fail("NACK", "", err)
	}
	return t.acknowledged("NACK", 0)
}

func cancelled(ctx context.Context) bool { return ctx.Err() != nil }

// acknowledged reads the offer of the next message in reply to an acknowledgement
// of message n. Whatever else begins that line was sent behind the message.
func (t *transaction) acknowledged(name string, n int) error {
	o, err := t.c.offer(name)
	switch {
	case err == nil, popclient.Refused(err), errors.Is(err, errNumber):
		t.state = ready
	case errors.Is(err, popclient.ErrProtocol):
		err = fmt.Errorf("%w: %w", popclient.ErrLong, err)
	}
	if err != nil {
		return err
	}
	if o.number == 0 && t.all {
		o.number = n + 1
	}
	t.next = o
	return nil
}

// end ends a session in which something was acknowledged with ACKD: QUIT makes the
// deletions final (RFC 937). Where the line is not to be trusted any more, or the
// person has cancelled, it is dropped instead, and nobody knows what the server does.
func (t *transaction) end(ctx context.Context, err error) error {
	t.c.over = true
	quit := ctx.Err()
	if quit == nil && t.state != ready {
		quit = errNoQuit
	}
	if quit == nil {
		quit = t.c.quit(ctx)
	}
	closed := t.c.conn.Close()
	switch {
	case quit == nil:
		t.tally.Removed = t.acked
		t.tally.Left -= t.acked
	case popclient.Refused(quit):
		t.tally.Refused += t.acked
		err = errors.Join(err, quit)
	default:
		err = errors.Join(err, t.c.fail("QUIT", "", fmt.Errorf("%w: %d messages (%w)", popclient.ErrUnconfirmed, t.acked, quit)))
	}
	return errors.Join(err, closed)
}

var errNoQuit = errors.New("the line could not be used any more")
