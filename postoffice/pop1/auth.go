package pop1

import (
	"context"
	"errors"
	"strings"

	"restante.app/postoffice/internal/dialect"
)

// userCommand is USER. An unknown name is answered as a known one: only PASS
// tells, and it doesn't tell which of the two was wrong.
func (s *session) userCommand(_ context.Context, arg string) error {
	name := strings.TrimSpace(arg)
	if name == "" || strings.Contains(name, " ") {
		return s.refuse("a user's name is one word")
	}
	s.user, s.state = name, AwaitPass
	return s.ok("")
}

// passCommand is PASS. The password is the rest of the line as it is. A failure
// leads back to where USER or QUIT is awaited.
func (s *session) passCommand(ctx context.Context, password string) error {
	user, err := s.office.Login(ctx, s.user, password)
	switch {
	case err == nil:
		s.user, s.state = user, AwaitMailbox
		s.log = s.log.With("user", user)
		s.log.Info("logged in")
		return s.ok("welcome " + user)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	s.user, s.state = "", AwaitUser
	s.failures++
	why := "the post office can't check passwords now; try again later"
	if errors.Is(err, dialect.ErrBadLogin) || errors.Is(err, dialect.ErrTooMany) || errors.Is(err, dialect.ErrTooSoon) {
		why = err.Error()
	}
	if err := s.refuse(why); err != nil {
		return err
	}
	if s.failures >= s.opt.Failures {
		return errTooManyFailures
	}
	return nil
}

var errTooManyFailures = errors.New("too many failed logins in one session")
