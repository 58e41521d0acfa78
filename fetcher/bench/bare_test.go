//go:build unix

package bench

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// bareSession speaks POP3 and does nothing with what it hears: what it takes is the
// server's own time, and the least that any client can take.
type bareSession struct {
	t  *testing.T
	nc net.Conn
	in *bufio.Reader
}

// bare logs in.
func (d *dovecot) bare(t *testing.T, secure bool) *bareSession {
	t.Helper()
	port := d.port
	if secure {
		port = d.tlsPort
	}
	nc, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	if secure {
		// The server is the test's own, and its key is of no matter here.
		nc = tls.Client(nc, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // see above
	}
	s := &bareSession{t: t, nc: nc, in: bufio.NewReaderSize(nc, 64<<10)}
	s.line()
	s.ask("USER fred")
	s.ask("PASS secret")
	return s
}

// line returns the next line as it stands in the reader's memory.
func (s *bareSession) line() []byte {
	l, err := s.in.ReadSlice('\n')
	if err != nil {
		s.t.Fatal(err)
	}
	return l
}

func (s *bareSession) send(commands string) {
	if _, err := s.nc.Write([]byte(commands)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *bareSession) accepted() {
	if l := s.line(); !bytes.HasPrefix(l, []byte("+OK")) {
		s.t.Fatalf("%s", l)
	}
}

func (s *bareSession) ask(command string) {
	s.send(command + "\r\n")
	s.accepted()
}

// skip reads to the end of a reply of many lines, and counts them.
func (s *bareSession) skip() (lines int) {
	s.accepted()
	for ; !bytes.Equal(s.line(), []byte(".\r\n")); lines++ {
	}
	return lines
}

func (s *bareSession) quit() {
	s.ask("QUIT")
	if err := s.nc.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// uidl is a session that does nothing but ask for the unique ids.
func (d *dovecot) uidl(t *testing.T) time.Duration {
	t.Helper()
	start := time.Now()
	s := d.bare(t, false)
	s.send("UIDL\r\n")
	if n := s.skip(); n != len(d.all) {
		t.Fatalf("%d ids of %d", n, len(d.all))
	}
	s.quit()
	return time.Since(start)
}

// thrownAway is a session that asks for every message and deletes it, as far ahead of the
// server as the fetcher, and keeps nothing.
func (d *dovecot) thrownAway(t *testing.T, secure bool) time.Duration {
	t.Helper()
	d.refill(t)
	const ahead = 256
	start := time.Now()
	s := d.bare(t, secure)
	for first := 1; first <= len(d.all); first += ahead {
		var retr, dele strings.Builder
		last := min(first+ahead-1, len(d.all))
		for n := first; n <= last; n++ {
			fmt.Fprintf(&retr, "RETR %d\r\n", n)
			fmt.Fprintf(&dele, "DELE %d\r\n", n)
		}
		s.send(retr.String())
		for range last - first + 1 {
			s.skip()
		}
		s.send(dele.String())
		for range last - first + 1 {
			s.accepted()
		}
	}
	s.quit()
	took := time.Since(start)
	if n := d.held(t); n != 0 {
		t.Fatalf("%d are left at the server", n)
	}
	return took
}
