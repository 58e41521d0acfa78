// Package pop3 speaks the server side of POP3, one session at a time: RFC 1939, with
// RFC 2449 (CAPA, PIPELINING, RESP-CODES), RFC 2595 (STLS), RFC 3206 (AUTH and SYS/
// codes), RFC 5034 (AUTH PLAIN and LOGIN) and RFC 6856 (UTF8, LANG). Its files are
// named as the client's.
//
// There is no APOP and no other challenge: both need the password itself, and a post
// office keeps a hash of it. Passwords come over TLS, from this machine, or over an
// open line if the post office's keeper allows it.
package pop3

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"restante.app/postoffice/internal/dialect"
	"restante.app/postoffice/maildrop"
)

// State is where a session stands (RFC 1939 section 3).
type State int

// The states. In the update state nothing is read any more.
const (
	Authorization State = iota
	AwaitPass           // after USER
	Transaction
)

// Options are what a post office decides about the dialect.
type Options struct {
	TLS        *tls.Config // for STLS; nil: it is not offered
	Secured    bool        // the line is protected already
	Plain      bool        // passwords may come over an open line
	LoginDelay time.Duration
	Idle       time.Duration
	Login      time.Duration // to log in, counted from the greeting
	Failures   int           // logins that may fail before the connection is closed
	Log        *slog.Logger
	Without    []string // capabilities that are not offered, commands that are not known
	SilentQuit bool     // QUIT does its work and is not answered
}

// session is one client's session.
type session struct {
	conn   *dialect.Conn
	office dialect.Office
	opt    Options
	log    *slog.Logger

	state    State
	user     string // named by USER, in Transaction also proved
	failures int
	loginBy  time.Time
	drop     *mailbox // in Transaction
}

// errQuit ends a session in order.
var errQuit = errors.New("the client quit")

// errTooManyFailures ends a session after its last failed login.
var errTooManyFailures = errors.New("too many failed logins in one session")

// Serve greets the client and answers it until it quits, is idle for too long or is
// lost, or until ctx ends; a QUIT under way is still finished then. Only QUIT deletes
// what DELE has marked. The error is nil after QUIT. The caller closes the connection.
func Serve(ctx context.Context, conn *dialect.Conn, office dialect.Office, opt Options) error {
	s := &session{conn: conn, office: office, opt: opt, log: opt.Log, loginBy: time.Now().Add(opt.Login)}
	defer s.close()
	if err := s.ok("Restante post office ready"); err != nil {
		return err
	}
	for {
		line, err := s.conn.ReadLine(ctx, s.deadline())
		switch {
		case errors.Is(err, dialect.ErrLineTooLong), errors.Is(err, dialect.ErrControl):
			err = s.refuse("", err.Error())
		case err == nil:
			err = s.command(ctx, line)
		}
		if errors.Is(err, errQuit) {
			return s.conn.Flush()
		}
		if err != nil {
			_ = s.conn.Flush() // the last refusal, if the client is still there
			return err
		}
	}
}

// deadline is when the next command must be here.
func (s *session) deadline() time.Time {
	t := time.Now().Add(s.opt.Idle)
	if s.state != Transaction && s.loginBy.Before(t) {
		return s.loginBy
	}
	return t
}

// verb is a command.
type verb struct {
	run    func(s *session, ctx context.Context, arg string) error
	least  int     // arguments that it needs
	most   int     // that it takes; -1: the rest of the line is one
	states []State // where it is in order; none: everywhere
}

// verbs are all commands.
var verbs = map[string]verb{
	"USER": {run: (*session).userCommand, least: 1, most: -1, states: []State{Authorization, AwaitPass}},
	"PASS": {run: (*session).passCommand, least: 1, most: -1, states: []State{AwaitPass}},
	"AUTH": {run: (*session).authCommand, most: -1, states: []State{Authorization, AwaitPass}},
	"STLS": {run: (*session).stls, states: []State{Authorization, AwaitPass}},
	"UTF8": {run: (*session).utf8, states: []State{Authorization, AwaitPass}},
	"CAPA": {run: (*session).capa},
	"LANG": {run: (*session).lang, most: 1},
	"STAT": {run: (*session).stat, states: []State{Transaction}},
	"LIST": {run: (*session).list, most: 1, states: []State{Transaction}},
	"UIDL": {run: (*session).uidl, most: 1, states: []State{Transaction}},
	"RETR": {run: (*session).retr, least: 1, most: 1, states: []State{Transaction}},
	"TOP":  {run: (*session).top, least: 2, most: 2, states: []State{Transaction}},
	"DELE": {run: (*session).dele, least: 1, most: 1, states: []State{Transaction}},
	"RSET": {run: (*session).rset, states: []State{Transaction}},
	"NOOP": {run: (*session).noop, states: []State{Transaction}},
	"QUIT": {run: (*session).quit},
}

// command answers one line. What is out of order is refused and changes nothing.
func (s *session) command(ctx context.Context, line string) error {
	name, arg, _ := strings.Cut(line, " ")
	v, known := verbs[strings.ToUpper(name)]
	n := len(strings.Fields(arg))
	switch {
	case !known || s.without(strings.ToUpper(name)):
		return s.refuse("", "unknown command")
	case !v.allowed(s.state):
		return s.refuse("", "out of order: "+expected[s.state])
	case n < v.least:
		return s.refuse("", strings.ToUpper(name)+" needs an argument")
	case v.most >= 0 && n > v.most:
		return s.refuse("", strings.ToUpper(name)+" has too many arguments")
	}
	return v.run(s, ctx, arg)
}

// without tells whether the post office does as if it had never heard of a command or
// capability.
func (s *session) without(word string) bool {
	if word == "AUTH" {
		word = "SASL"
	}
	return slices.Contains(s.opt.Without, word)
}

// expected says what is in order in each state, for refusals.
var expected = map[State]string{
	Authorization: "log in first",
	AwaitPass:     "PASS comes next",
	Transaction:   "you are logged in already",
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

// ok answers +OK.
func (s *session) ok(text string) error {
	if text == "" {
		return s.conn.Answer("+OK")
	}
	return s.conn.Answer("+OK " + text)
}

// refuse answers -ERR and why, with a response code (RFC 2449 section 8) if there is one.
func (s *session) refuse(code, why string) error {
	if code != "" {
		why = "[" + code + "] " + why
	}
	return s.conn.Answer("-ERR " + why)
}

// close lets go of the mailbox: nothing is deleted.
func (s *session) close() {
	if s.drop == nil {
		return
	}
	if err := s.drop.letters.Close(); err != nil {
		s.log.Error("closing the mailbox failed", "err", err)
	}
	s.drop = nil
}

// whyNot is the reason for a refusal that a client may read. What only the post
// office's keeper should know goes to the log.
func (s *session) whyNot(err error) (code, why string) {
	switch {
	case errors.Is(err, maildrop.ErrLocked), errors.Is(err, maildrop.ErrChanged):
		return "IN-USE", "the mailbox is in use by another session or program; try again later"
	case errors.Is(err, maildrop.ErrNoLetters):
		return "SYS/PERM", "this mailbox is one run, which POP1 alone can hand out"
	}
	s.log.Error("opening the mailbox failed", "err", err)
	return "SYS/TEMP", "the mailbox can't be opened; the post office's log says why"
}
