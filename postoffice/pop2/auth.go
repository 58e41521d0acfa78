package pop2

import (
	"context"
	"errors"
	"strings"

	"restante.app/postoffice/internal/dialect"
)

// helo is HELO: user, password, and the default mailbox opens.
func (s *session) helo(ctx context.Context, arg string) error {
	if !s.opt.Plain {
		return s.refuse("passwords are taken over TLS or from this machine alone")
	}
	name, password, ok := strings.Cut(strings.TrimLeft(arg, " "), " ")
	if !ok || name == "" || password == "" {
		return s.refuse("HELO has a user and a password")
	}
	user, err := s.office.Login(ctx, name, unquoted(password))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, dialect.ErrBadLogin), errors.Is(err, dialect.ErrTooMany), errors.Is(err, dialect.ErrTooSoon):
		return s.refuse(err.Error())
	case err != nil:
		return s.refuse("the post office can't check passwords now; try again later")
	}
	s.user = user
	s.log = s.log.With("user", user)
	s.log.Info("logged in")
	return s.fold(ctx, inbox)
}

// unquoted takes the backslashes out of a password that quote what follows them.
func unquoted(p string) string {
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		if p[i] == '\\' && i+1 < len(p) {
			i++
		}
		b.WriteByte(p[i])
	}
	return b.String()
}
