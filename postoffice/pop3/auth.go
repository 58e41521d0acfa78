package pop3

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/emersion/go-sasl"

	"restante.app/postoffice/internal/dialect"
)

// trusted tells whether a password may come over this line.
func (s *session) trusted() bool { return s.opt.Secured || s.opt.Plain }

// untrusted refuses a login before its password is sent.
func (s *session) untrusted() error {
	return s.refuse("", "passwords are taken over TLS alone; use STLS or the port for TLS")
}

// userCommand is USER. An unknown name is answered as a known one.
func (s *session) userCommand(_ context.Context, arg string) error {
	if !s.trusted() {
		return s.untrusted()
	}
	name := strings.TrimSpace(arg)
	if strings.Contains(name, " ") {
		return s.refuse("", "a user's name is one word")
	}
	s.user, s.state = name, AwaitPass
	return s.ok("")
}

// passCommand is PASS. The password is the rest of the line as it is.
func (s *session) passCommand(ctx context.Context, password string) error {
	return s.login(ctx, s.user, password)
}

// login checks a password and opens the mailbox. A failure leads back to where USER is
// awaited.
func (s *session) login(ctx context.Context, name, password string) error {
	s.user, s.state = "", Authorization
	user, err := s.office.Login(ctx, name, password)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, dialect.ErrTooSoon):
		return s.refuse("LOGIN-DELAY", err.Error())
	case err != nil:
		return s.failed(err)
	}
	letters, err := s.office.OpenLetters(ctx, user, "inbox")
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return s.refuse(s.whyNot(err))
	}
	s.user, s.state = user, Transaction
	s.drop = newMailbox(letters)
	s.log = s.log.With("user", user)
	s.log.Info("logged in", "messages", len(s.drop.all))
	return s.ok("welcome " + user)
}

// failed answers a login that was not accepted.
func (s *session) failed(err error) error {
	s.failures++
	code, why := "SYS/TEMP", "the post office can't check passwords now; try again later"
	if errors.Is(err, dialect.ErrBadLogin) || errors.Is(err, dialect.ErrTooMany) {
		code, why = "AUTH", err.Error()
	}
	if err := s.refuse(code, why); err != nil {
		return err
	}
	if s.failures >= s.opt.Failures {
		return errTooManyFailures
	}
	return nil
}

// authCommand is AUTH (RFC 5034). Without an argument it lists the mechanisms, as
// servers did before CAPA.
func (s *session) authCommand(ctx context.Context, arg string) error {
	mechanism, initial, _ := strings.Cut(strings.TrimSpace(arg), " ")
	switch {
	case !s.trusted():
		return s.untrusted()
	case mechanism == "":
		return s.lines("", mechanisms)
	}
	s.user, s.state = "", Authorization
	switch strings.ToUpper(mechanism) {
	case "PLAIN":
		return s.plain(ctx, initial)
	case "LOGIN":
		return s.loginMechanism(ctx, initial)
	}
	return s.refuse("", "that mechanism is not offered")
}

var mechanisms = []string{"PLAIN", "LOGIN"}

// errCancelled means that the client took its AUTH back.
var errCancelled = errors.New("cancelled")

// ask sends a challenge and returns the client's answer, or that of its AUTH line.
func (s *session) ask(ctx context.Context, challenge, initial string) ([]byte, error) {
	if initial == "" {
		if err := s.conn.Answer("+ " + base64.StdEncoding.EncodeToString([]byte(challenge))); err != nil {
			return nil, err
		}
		line, err := s.conn.ReadLine(ctx, s.deadline())
		if err != nil {
			return nil, err
		}
		if initial = strings.TrimSpace(line); initial == "*" {
			return nil, errCancelled
		}
	}
	if initial == "=" {
		initial = ""
	}
	answer, err := base64.StdEncoding.DecodeString(initial)
	if err != nil {
		return nil, errCancelled
	}
	return answer, nil
}

// asked looks at the outcome of ask: a client that can't go on is refused.
func (s *session) asked(err error) error {
	if errors.Is(err, errCancelled) || errors.Is(err, dialect.ErrControl) || errors.Is(err, dialect.ErrLineTooLong) {
		return s.refuse("", "the exchange was cancelled or is not base64")
	}
	return err
}

// plain is SASL PLAIN (RFC 4616).
func (s *session) plain(ctx context.Context, initial string) error {
	answer, err := s.ask(ctx, "", initial)
	if err != nil {
		return s.asked(err)
	}
	var name, password string
	server := sasl.NewPlainServer(func(identity, user, secret string) error {
		if identity != "" && identity != user {
			return errCancelled
		}
		name, password = user, secret
		return nil
	})
	if _, _, err := server.Next(answer); err != nil {
		return s.refuse("AUTH", "that is no answer to PLAIN, or for somebody else")
	}
	return s.login(ctx, name, password)
}

// loginMechanism is SASL LOGIN.
func (s *session) loginMechanism(ctx context.Context, initial string) error {
	name, err := s.ask(ctx, "Username:", initial)
	if err != nil {
		return s.asked(err)
	}
	password, err := s.ask(ctx, "Password:", "")
	if err != nil {
		return s.asked(err)
	}
	return s.login(ctx, string(name), string(password))
}
