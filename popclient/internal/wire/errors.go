package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
)

// Faults of the line. All of them leave the connection fit only for closing,
// but for ErrArgument, ErrGuarded and ErrNoTLS, which are found before anything is sent.
var (
	ErrArgument = errors.New("an argument holds a line break or a NUL")
	ErrGuarded  = errors.New("a command that deletes needs a release")
	ErrProtocol = errors.New("the server broke the protocol")
	ErrLine     = fmt.Errorf("%w: a line is too long", ErrProtocol)
	ErrShort    = fmt.Errorf("%w: fewer octets came than were promised", ErrProtocol)
	ErrLong     = fmt.Errorf("%w: more octets came than were promised", ErrProtocol)
	ErrTimeout  = errors.New("the server did not answer in time")
	ErrLost     = errors.New("the connection was lost")
	ErrNoTLS    = errors.New("the line is not protected and nobody agreed to that")
)

// fault turns an error of the network into one of the sentinels above, or into
// the context's own error if that is what ended the wait. Nothing is sent after it: an
// answer that came late would be taken for that to another command.
func (c *Conn) fault(err error) error {
	if err == nil {
		return nil
	}
	c.broken = c.meaning(err)
	return c.broken
}

func (c *Conn) meaning(err error) error {
	switch {
	case c.ctx.Err() != nil:
		return fmt.Errorf("%w (%w)", context.Cause(c.ctx), err)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("%w: %w", ErrTimeout, err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: the server closed it", ErrLost)
	case errors.Is(err, net.ErrClosed):
		return fmt.Errorf("%w: it is closed", ErrLost)
	default:
		return fmt.Errorf("%w: %w", ErrLost, err)
	}
}
