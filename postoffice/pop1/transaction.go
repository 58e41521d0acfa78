package pop1

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"restante.app/postoffice/maildrop"
)

// transaction is an open, locked mailbox (RFC 918, RETR and RDEL).
type transaction struct {
	mailbox  string
	snapshot maildrop.Snapshot
	remove   bool // RDEL
}

// retr is RETR: a reading transaction that deletes nothing.
func (s *session) retr(ctx context.Context, arg string) error { return s.begin(ctx, arg, false) }

// rdel is RDEL: a reading transaction at whose RCVD the mail is deleted.
func (s *session) rdel(ctx context.Context, arg string) error { return s.begin(ctx, arg, true) }

// begin opens and locks the mailbox before it answers #xxx.
func (s *session) begin(ctx context.Context, arg string, remove bool) error {
	mailbox := strings.TrimSpace(arg)
	if mailbox == "" {
		return s.refuse("name a mailbox, inbox for example")
	}
	snap, err := s.office.Open(ctx, s.user, mailbox)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return s.refuse(s.whyNot(mailbox, err))
	}
	s.drop = &transaction{mailbox: mailbox, snapshot: snap, remove: remove}
	s.state = AwaitReceive
	s.log.Info("mailbox opened", "mailbox", mailbox, "delete", remove,
		"octets", snap.Octets(), "messages", snap.Messages())
	text := ""
	switch n := snap.Messages(); {
	case n == 1:
		text = "1 message"
	case n >= 0:
		text = fmt.Sprintf("%d messages", n)
	}
	return s.conn.Reply(s.coded(fmt.Sprintf("#%d", snap.Octets()), text))
}

// whyNot is the reason for a refusal that a client may read. What only the
// post office's keeper should know goes to the log.
func (s *session) whyNot(mailbox string, err error) string {
	switch {
	case errors.Is(err, maildrop.ErrLocked):
		return "the mailbox is in use by another session or program; try again later"
	case errors.Is(err, maildrop.ErrNoMailbox):
		return "no such mailbox; yours is called inbox"
	case errors.Is(err, maildrop.ErrBadName):
		return "a mailbox can't have this name"
	}
	s.log.Error("opening the mailbox failed", "mailbox", mailbox, "err", err)
	return "the mailbox can't be opened; the post office's log says why"
}

// rcev is RCEV: the whole run, exactly as many octets as were promised. Anything
// that goes wrong here drops the connection, because the client couldn't tell
// a reply from data.
func (s *session) rcev(ctx context.Context, _ string) error {
	first := ""
	if s.opt.DataReply {
		first = s.coded("+OK", fmt.Sprintf("%d octets follow", s.drop.snapshot.Octets()))
	}
	n, err := s.conn.Send(ctx, first, s.drop.snapshot)
	if err == nil && n != s.drop.snapshot.Octets() {
		err = fmt.Errorf("%d octets sent instead of %d", n, s.drop.snapshot.Octets())
	}
	if err != nil {
		return fmt.Errorf("sending mailbox %s: %w", s.drop.mailbox, err)
	}
	s.state = AwaitReceipt
	return nil
}

// rcvd is RCVD: the client has accepted the data. Under RDEL they are deleted now,
// and the deletion is finished even if the post office is told to stop meanwhile.
// Whatever the outcome the transaction is over (gap 9).
func (s *session) rcvd(ctx context.Context, _ string) error {
	drop := s.drop
	if !drop.remove {
		s.endTransaction()
		return s.ok("nothing deleted")
	}
	err := drop.snapshot.Expunge(context.WithoutCancel(ctx))
	s.endTransaction()
	if err != nil {
		s.log.Error("deleting failed", "mailbox", drop.mailbox, "err", err)
		return s.refuse(whyKept(err))
	}
	s.log.Info("deleted", "mailbox", drop.mailbox, "octets", drop.snapshot.Octets(), "messages", drop.snapshot.Messages())
	return s.ok("deleted")
}

func whyKept(err error) string {
	var partial *maildrop.ExpungeError
	if errors.As(err, &partial) && partial.Left >= 0 {
		return fmt.Sprintf("not all was deleted: %d messages are still here", partial.Left)
	}
	return "the mail was not deleted; some or all of it is still here"
}

// rset is RSET: the mailbox is closed and unlocked, nothing is deleted. Outside of
// a transaction there is nothing to do, and RFC 918 knows no reply but +OK.
func (s *session) rset(context.Context, string) error {
	s.endTransaction()
	return s.ok("")
}
