package wire

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// canned is a connection on which a server has said all that it will, and that gives
// at most some octets of it at a time.
type canned struct {
	net.Conn
	said  []byte
	piece int
}

func (c *canned) Read(p []byte) (int, error) {
	if len(c.said) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.said[:min(len(c.said), c.piece)])
	c.said = c.said[n:]
	return n, nil
}

func (c *canned) SetDeadline(time.Time) error { return nil }

// unstuff is Multi as RFC 1939 section 3 words it, line by line and without a thought
// for speed. It returns the text and what follows it; ended tells that it has an end.
func unstuff(said []byte, eol string) (text, rest []byte, ended bool) {
	for len(said) > 0 {
		if said[0] == '.' {
			for _, end := range []string{"\r\n", eol} {
				if after, ok := bytes.CutPrefix(said[1:], []byte(end)); ok {
					return text, after, true
				}
			}
			said = said[1:]
		}
		line := said
		if i := bytes.Index(said, []byte(eol)); i >= 0 {
			line = said[:i+len(eol)]
		}
		text = append(text, line...)
		said = said[len(line):]
	}
	return text, nil, false
}

// FuzzMulti compares the reader of texts with its definition, whatever a server sends
// and in whatever pieces it comes.
func FuzzMulti(f *testing.F) {
	for _, s := range []string{"a\r\n.\r\n", ".\r\n", "..\r\n.\r\n+OK next\r\n", "a\n.\r\n\r\n.\r\n", ".\n.\r.\r\n", "a\r", ".", ".\r", "\r\n.\rx\r\n.\r\n"} {
		f.Add([]byte(s), uint8(3), uint16(4), false)
		f.Add([]byte(s), uint8(200), uint16(0), true)
	}
	f.Fuzz(func(t *testing.T, said []byte, piece uint8, inline uint16, bare bool) {
		first, eol := "+OK\r\n", "\r\n"
		if bare {
			first, eol = "+OK\n", "\n"
		}
		c := New(&canned{said: append([]byte(first), said...), piece: int(piece) + 1}, Limits{}, nil)
		if _, err := c.ReadLine(); err != nil {
			t.Fatal(err)
		}
		var seen bytes.Buffer
		m := c.Multi(func(p []byte) { seen.Write(p) })
		got, ended, err := m.Append(nil, int(inline))
		if err == nil && !ended {
			var more []byte
			more, err = io.ReadAll(m)
			got, ended = append(got, more...), err == nil
		}
		want, rest, wantEnd := unstuff(said, eol)
		switch {
		case ended != wantEnd, !wantEnd && (!errors.Is(err, ErrShort) || !errors.Is(err, ErrLost)):
			t.Fatalf("ended %t with %v, want %t", ended, err, wantEnd)
		case wantEnd && !bytes.Equal(got, want), !bytes.HasPrefix(want, got), !bytes.Equal(got, seen.Bytes()):
			t.Fatalf("%q is read as %q and shown as %q, want %q", said, got, seen.Bytes(), want)
		case !wantEnd:
			return
		}
		if left, err := io.ReadAll(c.br); err != nil || !bytes.Equal(left, rest) {
			t.Fatalf("left %q, %v; want %q", left, err, rest)
		}
	})
}

// FuzzList holds the reader of lists to its quota and to the limit of a line.
func FuzzList(f *testing.F) {
	f.Add([]byte("1 a\r\n2 b\r\n.\r\n"), uint8(5))
	f.Add([]byte("..\n.x\r\n.\n"), uint8(200))
	f.Fuzz(func(t *testing.T, said []byte, piece uint8) {
		c := New(&canned{said: said, piece: int(piece) + 1}, Limits{Line: 40}, nil)
		most := Quota{Lines: 5, Octets: 100}
		n := 0
		err := c.List(most, func(line []byte) error {
			if n++; n > most.Lines || len(line) > 40 || bytes.IndexByte(line, '\n') >= 0 {
				t.Fatalf("line %d: %q", n, line)
			}
			return nil
		})
		switch {
		case err == nil:
			if !bytes.Contains(said, []byte(".\n")) && !bytes.Contains(said, []byte(".\r\n")) {
				t.Fatalf("%q has an end", said)
			}
		case !errors.Is(err, ErrProtocol) && !errors.Is(err, ErrLost):
			t.Fatal(err)
		}
	})
}

// endless repeats one response.
type endless struct {
	net.Conn
	response []byte
	at       int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p[:min(len(p), 64<<10)], e.response[e.at:])
	e.at = (e.at + n) % len(e.response)
	return n, nil
}

func (e *endless) SetDeadline(time.Time) error { return nil }

// BenchmarkMulti reads messages of 11 KB as a session does: a line, then the text into
// one slice.
func BenchmarkMulti(b *testing.B) {
	text := bytes.Repeat([]byte("A line of an ordinary message has about seventy octets, and ends.\r\n"), 165)
	c := New(&endless{response: append(append([]byte("+OK\r\n"), text...), ".\r\n"...)}, Limits{}, nil)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.ReadLine(); err != nil {
			b.Fatal(err)
		}
		got, ended, err := c.Multi(nil).Append(make([]byte, 0, len(text)), 1<<20)
		if err != nil || !ended || len(got) != len(text) {
			b.Fatal(len(got), ended, err)
		}
	}
}
