package pop2

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"restante.app/postoffice/maildrop"
)

// inbox is the default mailbox, by this name in any case of letters.
const inbox = "INBOX"

// foldCommand is FOLD: the mailbox that was open is left in order, another opened.
func (s *session) foldCommand(ctx context.Context, arg string) error {
	name := strings.TrimSpace(arg)
	if name == "" {
		return s.refuse("FOLD has a mailbox")
	}
	if err := s.expunge(ctx); err != nil {
		return s.refuse(err.Error())
	}
	return s.fold(ctx, name)
}

// fold opens a mailbox and counts it. One that does not exist is empty (RFC 937,
// FOLD); one that another session holds ends this one.
func (s *session) fold(ctx context.Context, name string) error {
	s.name = name
	if strings.EqualFold(name, inbox) {
		s.name = inbox
	}
	letters, err := s.office.OpenLetters(ctx, s.user, name)
	switch {
	case err == nil:
		s.letters, s.all = letters, letters.Letters()
		s.marked = make([]bool, len(s.all))
		return s.count()
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, maildrop.ErrNoMailbox), errors.Is(err, maildrop.ErrBadName):
		return s.count()
	case errors.Is(err, maildrop.ErrLocked), errors.Is(err, maildrop.ErrChanged):
		return s.refuse("the mailbox is in use by another session or program; try again later")
	case errors.Is(err, maildrop.ErrNoLetters):
		return s.refuse("this mailbox is one run, which POP1 alone can hand out")
	}
	s.log.Error("opening the mailbox failed", "mailbox", name, "err", err)
	return s.refuse("the mailbox can't be opened; the post office's log says why")
}

// read is READ: the size of the message with that number, or of the current one.
func (s *session) read(_ context.Context, arg string) error {
	if arg = strings.TrimSpace(arg); arg != "" {
		n, err := strconv.ParseUint(arg, 10, 31)
		if err != nil || n == 0 {
			return s.refuse("a message's number is 1 or more")
		}
		s.current = int(n)
	}
	return s.size()
}

// size answers with the current message's octets, 0 if there is none or it is marked.
func (s *session) size() error {
	s.state = Item
	if s.current > len(s.all) || s.marked[s.current-1] {
		return s.conn.Answer("=0 no message " + strconv.Itoa(s.current))
	}
	return s.conn.Answer("=" + strconv.FormatInt(s.all[s.current-1].Octets, 10) + " characters in message " + strconv.Itoa(s.current))
}
