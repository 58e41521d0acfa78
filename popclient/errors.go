package popclient

import (
	"errors"
	"strings"

	"restante.app/popclient/internal/wire"
)

// Faults of the line. After each of them the session can only be closed, but for
// ErrArgument and ErrNoTLS, which are found before anything is sent.
var (
	ErrArgument  = wire.ErrArgument // CR, LF or NUL in a user name, password or mailbox
	ErrProtocol  = wire.ErrProtocol // the server said what the protocol does not allow
	ErrShort     = wire.ErrShort    // fewer octets than promised; an ErrProtocol
	ErrLong      = wire.ErrLong     // more octets than promised; an ErrProtocol
	ErrTimeout   = wire.ErrTimeout  // no answer in time
	ErrLost      = wire.ErrLost     // the connection broke or was closed
	ErrHandshake = errors.New("the connection was closed while it was being secured")
	ErrNoTLS     = wire.ErrNoTLS // a secret was not sent, because the line is open and nobody agreed to that
)

// What a server refuses or turns out to be.
var (
	ErrRefused     = errors.New("the server refused")
	ErrAuth        = errors.New("the server did not accept the user name and password")
	ErrDialect     = errors.New("another protocol is spoken there")
	ErrUnconfirmed = errors.New("the server did not say whether it deleted the mail")
	ErrUnsupported = errors.New("the server has no command for that")
	ErrStore       = errors.New("the mail could not be saved on this disk")
)

// Error is a failed command.
type Error struct {
	Command string // the verb and, where it is no secret, its argument: "RDEL inbox"
	Line    string // the server's line, fit to be shown; "" if there was none
	Err     error  // wraps a sentinel of this package, context.Canceled, or the store's error
}

// Error implements error.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Command)
	b.WriteString(": ")
	b.WriteString(e.Err.Error())
	if e.Line != "" {
		b.WriteString(": ")
		b.WriteString(e.Line)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Refused tells whether err is a server's refusal, after which the session goes on.
func Refused(err error) bool { return errors.Is(err, ErrRefused) }
