package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"
)

// Limits of a list (RFC 1939 LIST, UIDL; RFC 2449 CAPA).
const (
	maxListLines  = 5_000_000
	maxListOctets = 256 << 20
)

// List reads the lines of a multi-line response that is a list (RFC 1939 section 3),
// behind its first line, and gives each to fn without its line end, which must not
// keep it. An error of fn ends the session like any other: the rest is not read. A
// list without end is ErrProtocol.
func (c *Conn) List(fn func(line []byte) error) error {
	octets := 0
	for n := 0; ; n++ {
		c.deadline(time.Now().Add(c.limits.Reply))
		line, err := c.rawLine()
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
		if n == maxListLines || octets > maxListOctets {
			return fmt.Errorf("%w: a list without end", ErrProtocol)
		}
		if err := fn(line); err != nil {
			return err
		}
	}
}

// rawLine reads one line, with its end. It is valid until the next read.
func (c *Conn) rawLine() ([]byte, error) {
	for {
		come, err := c.br.Peek(c.br.Buffered())
		if err != nil {
			return nil, c.fault(err)
		}
		end := bytes.IndexByte(come, '\n')
		switch {
		case end >= c.limits.Line || end < 0 && len(come) >= c.limits.Line:
			return nil, fmt.Errorf("%w (over %d octets)", ErrLine, c.limits.Line)
		case end >= 0:
			_, err := c.br.Discard(end + 1)
			return come[:end+1], c.fault(err)
		}
		if _, err := c.br.Peek(len(come) + 1); err != nil {
			return nil, c.fault(err)
		}
	}
}

// Multi is the text of a multi-line response (RFC 1939 RETR, TOP) with its
// dot-stuffing undone and without the line that ends it. Every other octet passes
// as it came: lone CR, lone LF and NUL, lines of any length. It returns io.EOF only
// after the ending line.
//
// Lines end with CRLF, and only a dot between two of these ends the text, unless the
// server ended its first line with LF alone: then that is what its lines end with.
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
	end := "\r\n"
	if m.bare {
		end = "\n"
	}
	if p, err = m.buffered(1 + len(end)); err != nil {
		return err
	}
	_, err = m.c.br.Discard(1)
	if err == nil && bytes.HasPrefix(p[1:], []byte(end)) {
		if _, err = m.c.br.Discard(len(end)); err == nil {
			m.c.trace.Server(fmt.Sprintf("<%d octets>", m.octets))
			return io.EOF
		}
	}
	m.last = '.' // no part of a line end
	return m.c.fault(err)
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
		now := time.Now()
		by := now.Add(m.c.limits.Idle)
		if total := m.total.Add(time.Duration(m.octets/MinRate) * time.Second); total.Before(by) {
			by = total
		}
		m.c.deadline(by)
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
