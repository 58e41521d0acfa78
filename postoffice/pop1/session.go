// Package pop1 speaks the server side of RFC 918, one session at a time. Its files
// are named as the client's: auth.go (USER, PASS), transaction.go (RETR, RDEL,
// RCEV, RCVD, RSET) and session.go (greeting, NOOP, QUIT, what is out of order).
// How the gaps of the RFC are resolved stands in the package doc of postoffice.
package pop1

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"restante.app/postoffice/internal/dialect"
)

// State is where a session stands (RFC 918, "the normal scenario").
type State int

// The states. The names are those of what is awaited.
const (
	AwaitUser    State = iota // USER, before anyone is logged in
	AwaitPass                 // PASS, after USER
	AwaitMailbox              // RETR or RDEL, logged in and outside of a transaction
	AwaitReceive              // RCEV, after #xxx: the mailbox is open and locked
	AwaitReceipt              // RCVD, after the data
)

// Options are what a post office decides about the dialect.
type Options struct {
	DataReply bool // send +OK before the data (gap 2)
	Announce  bool // text after +OK and #xxx
	Bare      bool // no text after any code, -ERR included; it wins over Announce
	Idle      time.Duration
	Login     time.Duration // to log in, counted from the greeting
	Failures  int           // logins that may fail before the connection is closed
	Log       *slog.Logger
}

// session is one client's session.
type session struct {
	conn   *dialect.Conn
	office dialect.Office
	opt    Options
	log    *slog.Logger

	state    State
	user     string // named by USER, from AwaitMailbox on also proved by PASS
	failures int
	loginBy  time.Time
	drop     *transaction // from AwaitReceive on
}

// errQuit ends a session in order.
var errQuit = errors.New("the client quit")

// Serve greets the client and answers it until it quits, is idle for too long or is
// lost, or until ctx ends; a command under way, RCVD above all, is still finished then.
// A transaction that isn't ended by RCVD deletes nothing. The error is nil after
// QUIT. The caller closes the connection.
func Serve(ctx context.Context, conn *dialect.Conn, office dialect.Office, opt Options) error {
	s := &session{conn: conn, office: office, opt: opt, log: opt.Log, loginBy: time.Now().Add(opt.Login)}
	defer s.endTransaction()
	if err := s.ok("Restante post office ready; maildrop format " + office.Format()); err != nil {
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
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// deadline is when the next command must be here (gap 10).
func (s *session) deadline() time.Time {
	t := time.Now().Add(s.opt.Idle)
	if s.state < AwaitMailbox && s.loginBy.Before(t) {
		return s.loginBy
	}
	return t
}

// verb is a command of RFC 918.
type verb struct {
	run      func(s *session, ctx context.Context, arg string) error
	argument bool
	states   []State // where it is in order; none: everywhere
}

// verbs are all commands.
var verbs = map[string]verb{
	"USER": {run: (*session).userCommand, argument: true, states: []State{AwaitUser}},
	"PASS": {run: (*session).passCommand, argument: true, states: []State{AwaitPass}},
	"RETR": {run: (*session).retr, argument: true, states: []State{AwaitMailbox}},
	"RDEL": {run: (*session).rdel, argument: true, states: []State{AwaitMailbox}},
	"RCEV": {run: (*session).rcev, states: []State{AwaitReceive}},
	"RCVD": {run: (*session).rcvd, states: []State{AwaitReceipt}},
	"RSET": {run: (*session).rset},
	"NOOP": {run: (*session).noop},
	"QUIT": {run: (*session).quit},
}

// expected says what is in order in each state, for refusals.
var expected = map[State]string{
	AwaitUser:    "USER or QUIT",
	AwaitPass:    "PASS or QUIT",
	AwaitMailbox: "RETR, RDEL or QUIT",
	AwaitReceive: "RCEV, RSET or QUIT",
	AwaitReceipt: "RCVD, RSET or QUIT",
}

// command answers one line. Verbs are read in any case (gap 1), what is out of
// order is refused and changes nothing (gap 7).
func (s *session) command(ctx context.Context, line string) error {
	name, arg, hasArg := strings.Cut(line, " ")
	v, known := verbs[strings.ToUpper(name)]
	switch {
	case !known:
		return s.refuse("unknown command; expected " + expected[s.state])
	case !v.allowed(s.state):
		return s.refuse("out of order; expected " + expected[s.state])
	case v.argument && arg == "":
		return s.refuse(strings.ToUpper(name) + " needs an argument")
	case !v.argument && hasArg && strings.TrimSpace(arg) != "":
		return s.refuse(strings.ToUpper(name) + " takes no argument")
	}
	return v.run(s, ctx, arg)
}

func (v verb) allowed(in State) bool {
	for _, s := range v.states {
		if s == in {
			return true
		}
	}
	return len(v.states) == 0
}

// noop is NOOP: nothing.
func (s *session) noop(context.Context, string) error { return s.ok("") }

// quit is QUIT. During a transaction it aborts it as RSET does (gap 7): the
// mailbox is unlocked before the answer, so the next session can have it.
func (s *session) quit(context.Context, string) error {
	s.endTransaction()
	if err := s.ok("goodbye"); err != nil {
		return err
	}
	return errQuit
}

// ok answers +OK, with the text if the post office announces.
func (s *session) ok(text string) error { return s.conn.Reply(s.coded("+OK", text)) }

func (s *session) coded(code, text string) string {
	if text == "" || s.opt.Bare || !s.opt.Announce {
		return code
	}
	return code + " " + text
}

// refuse answers -ERR and why. A reason is given even where nothing is
// announced: a client reads the code, a person the reason.
func (s *session) refuse(why string) error {
	if s.opt.Bare {
		return s.conn.Reply("-ERR")
	}
	return s.conn.Reply("-ERR " + why)
}

// endTransaction lets go of the mailbox, if there is one.
func (s *session) endTransaction() {
	if s.drop == nil {
		return
	}
	if err := s.drop.snapshot.Close(); err != nil {
		s.log.Error("closing the mailbox failed", "mailbox", s.drop.mailbox, "err", err)
	}
	s.drop = nil
	s.state = AwaitMailbox
}
