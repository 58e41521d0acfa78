package dialect

import (
	"context"
	"errors"

	"restante.app/postoffice/maildrop"
)

// Errors of Login that a client is told about.
var (
	// ErrBadLogin means that the name or the password is wrong; which one isn't said.
	ErrBadLogin = errors.New("name or password is wrong")
	// ErrTooSoon means that the user logged in too short a while ago.
	ErrTooSoon = errors.New("you logged in a short while ago; wait a little")
	// ErrTooMany means that logins from this address failed too often.
	ErrTooMany = errors.New("too many failed logins; wait a minute and try again")
)

// Office is what a protocol asks of the post office for one connection.
type Office interface {
	// Login checks a password, slowly if earlier ones were wrong, and returns the
	// user's canonical name. The error is ErrBadLogin, ErrTooMany or a failure of the
	// post office, which the client isn't told about.
	Login(ctx context.Context, name, password string) (user string, err error)
	// Open takes the user's mailbox, see maildrop.Opener.
	Open(ctx context.Context, user, mailbox string) (maildrop.Snapshot, error)
	// OpenLetters takes the user's mailbox, see maildrop.LetterOpener.
	OpenLetters(ctx context.Context, user, mailbox string) (maildrop.Letters, error)
	// Format names the form of the mailboxes' runs.
	Format() string
}
