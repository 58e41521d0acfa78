package wire

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Run is a run of counted octets: no terminator, no stuffing (RFC 918 RCEV, RFC
// 937 RETR). It returns io.EOF only after exactly the promised octets have come
// and the server then kept silent for a while; fewer are ErrShort, more ErrLong.
// So whoever reads to io.EOF has all of it, and whoever meets another error knows
// that the last message may be cut off.
type Run struct {
	c      *Conn
	n      int64 // promised
	left   int64
	total  time.Time
	err    error
	onRead func(p []byte)
}

// Run starts a run of n octets. onRead, which may be nil, is given all octets as
// they are read, in order; it must not keep them.
func (c *Conn) Run(n int64, onRead func(p []byte)) *Run {
	return &Run{c: c, n: n, left: n, onRead: onRead, total: time.Now().Add(c.limits.Grace + atMinRate(n))}
}

// Read implements io.Reader.
func (r *Run) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	if r.left == 0 {
		r.err = r.quiet()
		return 0, r.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	if int64(len(p)) > r.left {
		p = p[:r.left]
	}
	r.c.deadline(earlier(time.Now().Add(r.c.limits.Idle), r.total))
	n, err := r.c.br.Read(p)
	r.left -= int64(n)
	if n > 0 && r.onRead != nil {
		r.onRead(p[:n])
	}
	if err != nil {
		r.err = fmt.Errorf("%w: %d of %d (%w)", ErrShort, r.n-r.left, r.n, r.c.fault(err))
		if r.c.ctx.Err() != nil {
			r.err = r.c.fault(err)
		}
		return n, r.err
	}
	return n, nil
}

// Err returns why the run broke off, nil while it has not.
func (r *Run) Err() error {
	if errors.Is(r.err, io.EOF) {
		return nil
	}
	return r.err
}

// The least and the most time to wait for octets that should not come.
const (
	minQuiet = 20 * time.Millisecond
	maxQuiet = time.Second
)

// quiet waits for octets beyond the promised ones. They would follow at once, in
// the same stream, so a few round trips are enough.
func (r *Run) quiet() error {
	wait := min(max(8*r.c.rtt, minQuiet), maxQuiet)
	switch more, err := r.c.Stray(wait); {
	case err != nil:
		return err
	case more:
		return fmt.Errorf("%w: more than %d", ErrLong, r.n)
	}
	r.c.trace.Server(fmt.Sprintf("<%d octets>", r.n))
	return io.EOF
}

// Stray waits up to d for octets at a point where the server must be silent and
// tells whether any came.
func (c *Conn) Stray(d time.Duration) (bool, error) {
	if c.br.Buffered() > 0 {
		return true, nil
	}
	c.deadline(time.Now().Add(d))
	_, err := c.br.Peek(1)
	switch {
	case err == nil:
		return true, nil
	case c.ctx.Err() == nil && errors.Is(err, os.ErrDeadlineExceeded):
		return false, nil
	}
	return false, c.fault(err)
}

// Peek returns the next n octets of what the server sends, without reading them,
// or fewer at the end of the stream.
func (c *Conn) Peek(n int) ([]byte, error) {
	c.deadline(time.Now().Add(c.limits.Idle))
	p, err := c.br.Peek(n)
	if err != nil && len(p) == 0 {
		return nil, c.fault(err)
	}
	return p, nil
}
