// Package dialect is what the protocols of the post office share: lines in and
// out with bounds on length and time, and what a protocol may ask of the post
// office itself. Each protocol is a package of its own beside pop1.
package dialect

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Errors of ReadLine after which the session may go on.
var (
	// ErrLineTooLong means that a line beyond the bound was read and dropped.
	ErrLineTooLong = errors.New("line too long")
	// ErrControl means that the line held a control character.
	ErrControl = errors.New("control characters in the line")
)

// errFlood means that a line went on far beyond the bound.
var errFlood = errors.New("line without end")

// floodFactor is how many times the bound an overlong line may have before the
// connection is given up.
const floodFactor = 64

// Conn is a client's connection. Reads and writes have a time limit each. It is
// used by one goroutine.
type Conn struct {
	nc    net.Conn
	br    *bufio.Reader
	bw    *bufio.Writer
	write time.Duration
	line  int
	// sending is the context of the Send under way, nil outside of one.
	sending context.Context
}

// NewConn wraps a connection: lines have at most line octets, and a write that makes no
// progress for the given time fails.
func NewConn(nc net.Conn, line int, write time.Duration) *Conn {
	c := &Conn{nc: nc, br: bufio.NewReaderSize(nc, max(line+2, 16)), write: write, line: line}
	c.bw = bufio.NewWriterSize(&deadlineWriter{c: c}, 64<<10)
	return c
}

// ReadLine returns the next line without its end (CRLF or LF). The whole line has
// to arrive before the deadline. A line cut short by the end of the connection is
// none. When ctx ends, a waiting ReadLine returns.
func (c *Conn) ReadLine(ctx context.Context, deadline time.Time) (string, error) {
	if err := c.nc.SetReadDeadline(deadline); err != nil {
		return "", err
	}
	// Before anything is read, as what was answered may not all go out at once.
	if err := c.flushUnlessMore(ctx); err != nil {
		return "", err
	}
	// After the deadline is set: else this deadline could undo the interruption.
	stop := context.AfterFunc(ctx, func() {
		_ = c.nc.SetReadDeadline(time.Unix(1, 0)) // fails only on a closed connection
	})
	defer stop()
	if err := ctx.Err(); err != nil {
		return "", err
	}
	slice, err := c.br.ReadSlice('\n')
	if err == nil {
		err = ctx.Err()
	}
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", c.skipLine()
	case err != nil:
		return "", err
	}
	line := strings.TrimSuffix(string(slice[:len(slice)-1]), "\r")
	if len(line) > c.line {
		return "", ErrLineTooLong
	}
	for i := range len(line) {
		if line[i] < ' ' || line[i] == 0x7f {
			return "", ErrControl
		}
	}
	return line, nil
}

func (c *Conn) skipLine() error {
	for skipped := c.br.Size(); skipped < floodFactor*c.line; {
		slice, err := c.br.ReadSlice('\n')
		if err == nil {
			return ErrLineTooLong
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		skipped += len(slice)
	}
	return errFlood
}

// Reply writes one line, ended by CRLF, and sends it off.
func (c *Conn) Reply(line string) error {
	if _, err := fmt.Fprintf(c.bw, "%s\r\n", line); err != nil {
		return err
	}
	return c.bw.Flush()
}

// Send writes the line first, unless it is empty, then the data, and returns the
// number of octets of data. When ctx ends, a blocked write returns. After an
// error the connection can only be closed: part of the data may be out.
func (c *Conn) Send(ctx context.Context, first string, data io.WriterTo) (int64, error) {
	c.sending = ctx
	stop := context.AfterFunc(ctx, func() {
		_ = c.nc.SetWriteDeadline(time.Unix(1, 0)) // fails only on a closed connection
	})
	defer func() {
		stop()
		c.sending = nil
	}()
	if first != "" {
		if _, err := fmt.Fprintf(c.bw, "%s\r\n", first); err != nil {
			return 0, err
		}
	}
	n, err := data.WriteTo(c.bw)
	if err != nil {
		return n, err
	}
	return n, c.bw.Flush()
}

// deadlineWriter gives every piece of data its own time limit: a client must take
// each in time, however long the whole lasts.
type deadlineWriter struct{ c *Conn }

const piece = 64 << 10

func (w *deadlineWriter) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		if err := w.c.nc.SetWriteDeadline(time.Now().Add(w.c.write)); err != nil {
			return n, err
		}
		// After the deadline is set: else this deadline could undo the interruption.
		if w.c.sending != nil && w.c.sending.Err() != nil {
			return n, w.c.sending.Err()
		}
		m, err := w.c.nc.Write(p[:min(len(p), piece)])
		n += m
		if err != nil {
			return n, err
		}
		p = p[m:]
	}
	return n, nil
}
