package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"
)

// Quota bounds a list.
type Quota struct {
	Lines, Octets int
}

// The quotas of the lists of RFC 1939 (LIST, UIDL), of which each line is a message,
// and of RFC 2449 (CAPA).
var (
	MessageList    = Quota{Lines: 2_000_000, Octets: 256 << 20}
	CapabilityList = Quota{Lines: 1000, Octets: 64 << 10}
)

// List reads the lines of a multi-line response that is a list (RFC 1939 section 3),
// behind its first line, and gives each to fn without its line end, which must not
// keep it. An error of fn ends the session like any other: the rest is not read. A
// list beyond its quota is ErrProtocol, one that drips for longer than Limits.Grace and
// MinRate allow ErrTimeout.
func (c *Conn) List(most Quota, fn func(line []byte) error) error {
	octets := 0
	total := time.Now().Add(c.limits.Grace)
	for n := 0; ; n++ {
		line, err := c.rawLine(total.Add(atMinRate(int64(octets))))
		if err != nil {
			return err
		}
		octets += len(line)
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if len(line) > 0 && line[0] == '.' {
			if line = line[1:]; len(line) == 0 {
				c.trace.Server(fmt.Sprintf("<%d lines>", n))
				return nil
			}
		}
		if n == most.Lines || octets > most.Octets {
			c.broken = fmt.Errorf("%w: a list without end (over %d lines or %d octets)", ErrProtocol, most.Lines, most.Octets)
			return c.broken
		}
		if err := fn(line); err != nil {
			c.broken = err
			return err
		}
	}
}

// rawLine reads one line, with its end, by a time at the latest. It is valid until the
// next read.
func (c *Conn) rawLine(by time.Time) ([]byte, error) {
	waiting := false
	for {
		come, err := c.br.Peek(c.br.Buffered())
		if err != nil {
			return nil, c.fault(err)
		}
		end := bytes.IndexByte(come, '\n')
		switch {
		case end >= c.limits.Line || end < 0 && len(come) >= c.limits.Line:
			c.broken = fmt.Errorf("%w (over %d octets)", ErrLine, c.limits.Line)
			return nil, c.broken
		case end >= 0:
			_, err := c.br.Discard(end + 1)
			return come[:end+1], c.fault(err)
		}
		if !waiting {
			waiting = true
			c.deadline(earlier(time.Now().Add(c.limits.Reply), by))
		}
		if _, err := c.br.Peek(len(come) + 1); err != nil {
			return nil, c.fault(err)
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// atMinRate is how long n octets may take at MinRate.
func atMinRate(n int64) time.Duration {
	// A claim near 2^63 must not overflow; the cap is some 34 years.
	return time.Duration(min(n/MinRate, 1<<30)) * time.Second
}

// Multi is the text of a multi-line response (RFC 1939 RETR, TOP) with its
// dot-stuffing undone and without the line that ends it. Every other octet passes
// as it came: lone CR, lone LF and NUL, lines of any length. It returns io.EOF only
// after the ending line.
//
// Lines end with CRLF, and only a dot between two of these ends the text, unless the
// server ended its first line with LF alone: then its lines end with LF, whatever is
// before it.
type Multi struct {
	c      *Conn
	bare   bool // lines end with LF alone
	start  bool // the next octet is the first of a line
	last   byte // the octet before the next
	octets int64
	total  time.Time
	err    error
	onRead func(p []byte)
}

// Multi starts to read such a text, behind the first line of the response. onRead,
// which may be nil, is given all octets as Read gives them, in order; it must not
// keep them. The text must be read to its end before anything else is.
func (c *Conn) Multi(onRead func(p []byte)) *Multi {
	return &Multi{c: c, bare: c.bareLF, start: true, total: time.Now().Add(c.limits.Grace), onRead: onRead}
}

// Read implements io.Reader.
func (m *Multi) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	piece, err := m.next(len(p))
	return copy(p, piece), err
}

// Append reads on to the end of the text or until dst has most octets, whichever
// comes first, and appends them to dst. ended tells that the text ended.
func (m *Multi) Append(dst []byte, most int) (_ []byte, ended bool, err error) {
	for len(dst) < most {
		piece, err := m.next(most - len(dst))
		dst = append(dst, piece...)
		if errors.Is(err, io.EOF) {
			return dst, true, nil
		}
		if err != nil {
			return dst, false, err
		}
	}
	return dst, false, nil
}

// next returns the next octets of the text, at most n and at least one unless there
// is an error. They are valid until the next read.
func (m *Multi) next(n int) ([]byte, error) {
	if m.err != nil {
		return nil, m.err
	}
	if m.start {
		if m.err = m.startLine(); m.err != nil {
			return nil, m.err
		}
	}
	p, err := m.buffered(1)
	if err != nil {
		m.err = err
		return nil, err
	}
	p = p[:m.upTo(p[:min(len(p), n)])]
	m.last = p[len(p)-1]
	m.octets += int64(len(p))
	if m.onRead != nil {
		m.onRead(p)
	}
	if _, err := m.c.br.Discard(len(p)); err != nil {
		m.err = m.c.fault(err)
	}
	return p, nil
}

// startLine undoes the stuffing of a line, or finds that it is the last one.
func (m *Multi) startLine() error {
	p, err := m.buffered(1)
	if err != nil {
		return err
	}
	m.start = false
	if p[0] != '.' {
		return nil
	}
	end, err := m.ending()
	if err != nil {
		return err
	}
	if _, err := m.c.br.Discard(1 + end); err != nil {
		return m.c.fault(err)
	}
	if end > 0 {
		m.c.trace.Server(fmt.Sprintf("<%d octets>", m.octets))
		return io.EOF
	}
	m.last = '.' // no part of a line end
	return nil
}

// ending returns the length of the line end behind a dot, 0 if more of the line is
// there.
func (m *Multi) ending() (int, error) {
	p, err := m.buffered(2)
	if err != nil {
		return 0, err
	}
	switch {
	case m.bare && p[1] == '\n':
		return 1, nil
	case p[1] != '\r':
		return 0, nil
	}
	if p, err = m.buffered(3); err != nil {
		return 0, err
	}
	if p[2] == '\n' {
		return 2, nil
	}
	return 0, nil
}

// upTo returns the length of what comes before the next line that starts with a dot,
// or else of all of p.
func (m *Multi) upTo(p []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(p[at:], '\n')
		if i < 0 {
			return len(p)
		}
		at += i + 1
		if !m.bare && !m.afterCR(p, at-1) {
			continue
		}
		if at == len(p) || p[at] == '.' {
			m.start = true
			return at
		}
	}
}

func (m *Multi) afterCR(p []byte, lf int) bool {
	if lf == 0 {
		return m.last == '\r'
	}
	return p[lf-1] == '\r'
}

// buffered returns what came and was not read yet, n octets at least.
func (m *Multi) buffered(n int) ([]byte, error) {
	br := m.c.br
	if br.Buffered() < n {
		m.c.deadline(earlier(time.Now().Add(m.c.limits.Idle), m.total.Add(atMinRate(m.octets))))
	}
	if p, err := br.Peek(n); err != nil {
		return nil, fmt.Errorf("%w: the message broke off (%w)", ErrShort, m.c.fault(err))
	} else if br.Buffered() == n {
		return p, nil
	}
	return br.Peek(br.Buffered())
}

// Err returns why the text broke off, nil if it did not.
func (m *Multi) Err() error {
	if errors.Is(m.err, io.EOF) {
		return nil
	}
	return m.err
}
