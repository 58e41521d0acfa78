// Package pop2 speaks the server side of POP2 (RFC 937), one session at a time. Its
// files are named as the client's.
//
// Where the RFC leaves room it does as UW's ipop2d, the server that people ran: it
// names the mailbox behind #nnn, takes the rest of the HELO line for the password, in
// which a backslash quotes the next character, knows INBOX in any case, and answers a
// FOLD to a mailbox that can't be opened with #0. Unlike that server it never stays in
// the old mailbox.
//
// ACKD marks; the mailbox is emptied of what is marked when it is left in order, by
// QUIT or FOLD. A connection that breaks deletes nothing.
package pop2

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"restante.app/postoffice/internal/dialect"
	"restante.app/postoffice/maildrop"
)

// State is where a session stands (RFC 937, the decision table).
type State int

// The states.
const (
	Auth State = iota // HELO or QUIT
	Mbox              // FOLD, READ or QUIT
	Item              // FOLD, READ, RETR or QUIT: a size was given
	Next              // ACKS, ACKD or NACK: a message was sent
)

// Options are what a post office decides about the dialect.
type Options struct {
	Plain bool // passwords may come over this line
	Idle  time.Duration
	Login time.Duration // to log in, counted from the greeting
	Log   *slog.Logger

	SilentQuit bool // QUIT does its work and is not answered
}

// session is one client's session.
type session struct {
	conn   *dialect.Conn
	office dialect.Office
	opt    Options
	log    *slog.Logger

	state   State
	user    string
	loginBy time.Time

	name    string           // of the mailbox that is open
	letters maildrop.Letters // nil: it is empty, or there is none
	all     []maildrop.Letter
	marked  []bool
	current int // the message that READ without a number is about, from 1
}

// errQuit ends a session in order.
var errQuit = errors.New("the session is over")

// Serve greets the client and answers it until it quits, breaks the protocol, is idle
// for too long or is lost, or until ctx ends; a deletion under way is still finished
// then. The error is nil after QUIT and after a refusal, which ends a session of POP2.
// The caller closes the connection.
func Serve(ctx context.Context, conn *dialect.Conn, office dialect.Office, opt Options) error {
	s := &session{conn: conn, office: office, opt: opt, log: opt.Log, loginBy: time.Now().Add(opt.Login)}
	defer s.close()
	if err := s.conn.Answer("+ POP2 Restante post office ready"); err != nil {
		return err
	}
	for {
		line, err := s.conn.ReadLine(ctx, s.deadline())
		switch {
		case errors.Is(err, dialect.ErrLineTooLong), errors.Is(err, dialect.ErrControl):
			err = s.refuse(err.Error())
		case err == nil:
			err = s.command(ctx, line)
		}
		if errors.Is(err, errQuit) {
			return s.conn.Flush()
		}
		if err != nil {
			return err
		}
	}
}

func (s *session) deadline() time.Time {
	t := time.Now().Add(s.opt.Idle)
	if s.state == Auth && s.loginBy.Before(t) {
		return s.loginBy
	}
	return t
}

// verb is a command.
type verb struct {
	run    func(s *session, ctx context.Context, arg string) error
	states []State
}

// verbs are all commands of RFC 937.
var verbs = map[string]verb{
	"HELO": {(*session).helo, []State{Auth}},
	"FOLD": {(*session).foldCommand, []State{Mbox, Item}},
	"READ": {(*session).read, []State{Mbox, Item}},
	"RETR": {(*session).retr, []State{Item}},
	"ACKS": {(*session).acks, []State{Next}},
	"ACKD": {(*session).ackd, []State{Next}},
	"NACK": {(*session).nack, []State{Next}},
	"QUIT": {(*session).quit, []State{Auth, Mbox, Item, Next}},
}

// command answers one line. What is out of order ends the session, as the RFC has it.
func (s *session) command(ctx context.Context, line string) error {
	name, arg, _ := strings.Cut(line, " ")
	v, known := verbs[strings.ToUpper(name)]
	if !known {
		return s.refuse("unknown command")
	}
	for _, in := range v.states {
		if in == s.state {
			return v.run(s, ctx, arg)
		}
	}
	return s.refuse("out of order")
}

// refuse answers with a minus and ends the session. Nothing is deleted.
func (s *session) refuse(why string) error {
	return errors.Join(s.conn.Answer("- "+why), errQuit)
}

// quit is QUIT.
func (s *session) quit(ctx context.Context, _ string) error {
	if s.state == Next { // the message was not acknowledged: it stays
		s.state = Mbox
	}
	if err := s.expunge(ctx); err != nil {
		return s.refuse(err.Error())
	}
	if s.opt.SilentQuit {
		return errQuit
	}
	return errors.Join(s.conn.Answer("+ goodbye"), errQuit)
}

// expunge leaves the mailbox in order: what is marked goes.
func (s *session) expunge(ctx context.Context) error {
	defer s.close()
	if s.letters == nil {
		return nil
	}
	var which []int
	for i, marked := range s.marked {
		if marked {
			which = append(which, i)
		}
	}
	if len(which) == 0 {
		return nil
	}
	if err := s.letters.Remove(context.WithoutCancel(ctx), which); err != nil {
		s.log.Error("deleting failed", "mailbox", s.name, "err", err)
		return errors.New("not all was deleted; some of it is still here")
	}
	s.log.Info("deleted", "mailbox", s.name, "messages", len(which))
	return nil
}

// close lets go of the mailbox: nothing is deleted.
func (s *session) close() {
	if s.letters == nil {
		return
	}
	if err := s.letters.Close(); err != nil {
		s.log.Error("closing the mailbox failed", "mailbox", s.name, "err", err)
	}
	s.letters, s.all, s.marked = nil, nil, nil
}

// count answers with the number of messages and the mailbox's name.
func (s *session) count() error {
	s.state, s.current = Mbox, 1
	return s.conn.Answer(fmt.Sprintf("#%d messages in %s", len(s.all), s.name))
}
