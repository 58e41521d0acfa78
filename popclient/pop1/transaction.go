package pop1

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"restante.app/localstore/custody"
	"restante.app/popclient"
	"restante.app/popclient/maildrop"
)

// maxRun is where a size stops being one: a petabyte.
const maxRun = 1 << 50

// Look asks how many octets a mailbox holds: RETR, then RSET. Nothing is read.
func (c *Client) Look(ctx context.Context, mailbox string) (int64, error) {
	n, err := c.open(ctx, popclient.Leave, mailbox)
	if err != nil {
		return 0, err
	}
	return n, c.reset(ctx)
}

// Collect runs one reading transaction: RETR or RDEL, RCEV, the run, RCVD. See
// popclient.Session for what it promises.
func (c *Client) Collect(ctx context.Context, mailbox string, to custody.Custodian, r popclient.Removal) (popclient.Tally, error) {
	n, err := c.open(ctx, r, mailbox)
	if err != nil {
		return popclient.Tally{}, err
	}
	t := &transaction{c: c, mailbox: mailbox, removal: r, size: n}
	c.progress(popclient.Progress{Mailbox: mailbox, Promised: n, Expected: c.expected})
	if n == 0 {
		return t.tally, t.empty(ctx, to)
	}
	receipt, err := t.receive(ctx, to)
	if err != nil {
		t.tally.Left = t.tape.Manifest().Messages
		return t.tally, t.abort(ctx, err)
	}
	return t.tally, t.abort(ctx, t.finish(ctx, receipt))
}

func (c *Client) progress(p popclient.Progress) {
	if c.opts.OnProgress != nil {
		c.opts.OnProgress(p)
	}
}

// open begins a transaction (RFC 918 RETR, RDEL) and returns the size that the
// server gives in its #xxx reply.
func (c *Client) open(ctx context.Context, r popclient.Removal, mailbox string) (int64, error) {
	name := r.String() + " " + mailbox
	fail := func(line string, err error) (int64, error) {
		return 0, &popclient.Error{Command: c.conn.Shown(name), Line: c.conn.Shown(line), Err: err}
	}
	if strings.TrimSpace(mailbox) == "" {
		return fail("", fmt.Errorf("%w: the mailbox has no name", popclient.ErrArgument))
	}
	defer c.conn.Bind(ctx)()
	if err := c.conn.Send(r.String(), mailbox); err != nil {
		return fail("", err)
	}
	line, err := c.conn.ReadLine()
	if err != nil {
		return fail("", err)
	}
	digits, isSize := strings.CutPrefix(line, "#")
	if !isSize {
		return 0, c.unexpected(name, line)
	}
	digits, text, _ := strings.Cut(strings.TrimSpace(digits), " ") // text may follow (gap 1)
	c.expected = announced(text)
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || n > maxRun {
		return fail(line, fmt.Errorf("%w: that is no size", popclient.ErrProtocol))
	}
	return int64(n), nil
}

// announced reads "214 messages" behind a size, as our post office writes it.
func announced(text string) int {
	count, rest, _ := strings.Cut(text, " ")
	n, err := strconv.ParseUint(count, 10, 31)
	if err != nil || !strings.HasPrefix(rest, "message") {
		return 0
	}
	return int(n)
}

// reset aborts the transaction (RFC 918 RSET): the server deletes nothing.
func (c *Client) reset(ctx context.Context) error {
	return c.command(ctx, "RSET")
}

// transaction is a reading transaction after the server has opened the mailbox.
type transaction struct {
	c       *Client
	mailbox string
	removal popclient.Removal
	size    int64
	tape    custody.Tape // of the octets as they came off the wire
	tally   popclient.Tally
	shown   time.Time
}

func (t *transaction) name(verb string) string {
	return verb + " (" + t.removal.String() + " " + t.c.conn.Shown(t.mailbox) + ")"
}

func (t *transaction) fail(verb string, err error) error {
	return &popclient.Error{Command: t.name(verb), Err: err}
}

// receive reads the run, hands its messages over and commits them.
func (t *transaction) receive(ctx context.Context, to custody.Custodian) (custody.Receipt, error) {
	defer t.c.conn.Bind(ctx)()
	if err := t.begin(); err != nil {
		return custody.Receipt{}, err
	}
	intake, err := to.Begin(ctx, custody.Run{Mailbox: t.mailbox})
	if err != nil {
		return custody.Receipt{}, t.unsaved(err)
	}
	defer func() { t.tally.Collected, t.tally.Known = intake.Kept() }()
	if err := t.split(ctx, intake); err != nil {
		return custody.Receipt{}, errors.Join(err, intake.Close())
	}
	t.report(true)
	receipt, err := intake.Commit(ctx)
	if err != nil {
		return custody.Receipt{}, t.unsaved(err)
	}
	return receipt, nil
}

// unsaved reports mail that reached this side and not the disk. The transaction
// still stands; dropping the connection, as the caller does after any error, ends
// it at the server without a deletion.
func (t *transaction) unsaved(err error) error {
	return t.fail("RCVD not sent", fmt.Errorf("%w: %w", popclient.ErrStore, err))
}

// begin asks for the data (RFC 918 RCEV) and reads past the +OK that some servers
// send before them (pop1.md, gap 2). Neither an RFC 822 header nor a separator of
// any maildrop format begins with a plus or with -ERR.
func (t *transaction) begin() error {
	if err := t.c.conn.Send("RCEV"); err != nil {
		return t.fail("RCEV", err)
	}
	if t.c.opts.DataReply == NoReply {
		return nil
	}
	first, err := t.c.conn.Peek(int(min(t.size, 4)))
	if err != nil {
		return t.fail("RCEV", err)
	}
	if t.c.opts.DataReply == DetectReply && !isReply(first) {
		return nil
	}
	return t.c.expectOK(t.name("RCEV"))
}

func isReply(first []byte) bool {
	s := strings.ToUpper(string(first))
	return strings.HasPrefix(s, "+OK") || strings.HasPrefix(s, "-ERR") || s == "+" || s == "+O"
}

// abort ends the transaction with RSET if the store failed after the whole run
// was read. After any other error the line can't be trusted or still carries data:
// the caller drops it, which deletes nothing either.
func (t *transaction) abort(ctx context.Context, err error) error {
	if !errors.Is(err, popclient.ErrStore) || t.tally.Octets < t.size {
		return err
	}
	return errors.Join(err, t.c.reset(ctx))
}

// split reads the run to its end and delivers its messages one by one. The last
// of them is delivered only once the run has proved to be as long as promised.
func (t *transaction) split(ctx context.Context, intake custody.Intake) error {
	run := t.c.conn.Run(t.size, t.read)
	messages := maildrop.NewSplitter(run, maildrop.Options{Format: t.format(), SpoolDir: t.c.opts.SpoolDir})
	defer messages.Close()
	for {
		d, err := messages.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return t.fail("RCEV", err)
		}
		t.tape.Message()
		if err := intake.Deliver(ctx, d); err != nil {
			if broken := run.Err(); broken != nil {
				return t.fail("RCEV", broken)
			}
			return t.unsaved(err)
		}
		t.report(false)
	}
}

// format returns the maildrop format that was set, or the one that the server
// named in its greeting, as ours does.
func (t *transaction) format() string {
	if t.c.opts.Format == "" && strings.HasSuffix(t.c.greeting, "maildrop format mboxrd") {
		return "mboxrd"
	}
	return t.c.opts.Format
}

func (t *transaction) read(p []byte) {
	_, _ = t.tape.Write(p) // documented never to fail
	t.tally.Octets += int64(len(p))
	t.report(false)
}

// report tells of progress, at most some thirty times a second unless it matters.
func (t *transaction) report(saving bool) {
	now := time.Now()
	if !saving && now.Sub(t.shown) < 30*time.Millisecond {
		return
	}
	t.shown = now
	t.c.progress(popclient.Progress{
		Mailbox: t.mailbox, Octets: t.tally.Octets, Promised: t.size,
		Messages: t.tape.Manifest().Messages, Expected: t.c.expected, Saving: saving,
	})
}

// finish lets go of the server's copy (RFC 918 RCVD) if the receipt covers every
// octet received. Under RETR the same command deletes nothing.
func (t *transaction) finish(ctx context.Context, receipt custody.Receipt) error {
	all := t.tally.Collected + t.tally.Known
	t.tally.Left = all
	release, err := receipt.Release(t.tape.Manifest())
	if err != nil {
		return t.unsaved(err)
	}
	defer t.c.conn.Bind(ctx)()
	if more, err := t.c.conn.Stray(time.Millisecond); err != nil || more {
		return t.fail("RCVD not sent", errors.Join(err, fmt.Errorf("%w: more than %d", popclient.ErrLong, t.size)))
	}
	if err := t.c.conn.SendRelease(release, "RCVD"); err != nil {
		return t.fail("RCVD", fmt.Errorf("%w: %w", popclient.ErrUnconfirmed, err))
	}
	err = t.c.expectOK(t.name("RCVD"))
	switch {
	case err == nil && t.removal == popclient.Delete:
		t.tally.Removed, t.tally.Left = all, 0
	case popclient.Refused(err) && t.removal == popclient.Delete:
		t.tally.Refused = all
	case err != nil && t.removal == popclient.Delete:
		err = t.fail("RCVD", fmt.Errorf("%w: %w", popclient.ErrUnconfirmed, err))
	}
	return err
}

// empty ends a transaction on an empty mailbox (pop1.md, gap 5): with RSET, or
// where the server wants to see RCVD, with RCEV and the receipt for nothing.
func (t *transaction) empty(ctx context.Context, to custody.Custodian) error {
	err := t.c.reset(ctx)
	if !popclient.Refused(err) {
		return err
	}
	intake, err := to.Begin(ctx, custody.Run{Mailbox: t.mailbox})
	if err != nil {
		return t.unsaved(err)
	}
	receipt, err := intake.Commit(ctx)
	if err != nil {
		return t.unsaved(err)
	}
	release, err := receipt.Release(t.tape.Manifest())
	if err != nil {
		return t.unsaved(err)
	}
	defer t.c.conn.Bind(ctx)()
	if err := t.c.conn.Send("RCEV"); err != nil {
		return t.fail("RCEV", err)
	}
	if t.c.opts.DataReply == ReplyFirst {
		if err := t.c.expectOK(t.name("RCEV")); err != nil {
			return err
		}
	}
	if err := t.c.conn.SendRelease(release, "RCVD"); err != nil {
		return t.fail("RCVD", err)
	}
	if err = t.c.expectOK(t.name("RCVD")); err != nil || t.c.opts.DataReply != DetectReply {
		return err
	}
	return t.secondReply()
}

// secondReply reads the reply to RCVD where the first line was that to RCEV.
// Nothing else shows which reading of gap 2 a server with an empty mailbox has.
func (t *transaction) secondReply() error {
	more, err := t.c.conn.Stray(20 * time.Millisecond)
	if err != nil || !more {
		return err
	}
	return t.c.expectOK(t.name("RCVD"))
}
