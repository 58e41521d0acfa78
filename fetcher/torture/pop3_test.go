//go:build unix

package torture

import (
	"bufio"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"restante.app/postoffice/postofficetest"
)

// ids says what a pop3Server makes of UIDL.
type ids int

const (
	stable ids = iota // as RFC 1939 wants them
	none              // there is no UIDL
	odd               // doubled, empty, and others in the next session
)

// pop3Server is a POP3 server for tests, which can be worse than a real one. It locks
// the mailbox for a session and deletes at QUIT.
type pop3Server struct {
	address string
	ids     ids

	mu       sync.Mutex
	mail     [][]byte
	locked   bool
	sessions int
	mute     bool // the next QUIT that deletes is not answered
}

func newPOP3Server(t *testing.T, all [][]byte, kind ids) *pop3Server {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &pop3Server{address: ln.Addr().String(), ids: kind, mail: slices.Clone(all), mute: kind == odd}
	go func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			go s.serve(nc)
		}
	}()
	t.Cleanup(func() { _ = ln.Close() }) // ends the loop above
	return s
}

// Held returns what the mailbox still holds.
func (s *pop3Server) Held() [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mail)
}

// pop3Session is one connection.
type pop3Session struct {
	server *pop3Server
	out    *bufio.Writer
	number int
	mail   [][]byte // as the session began; nil before the login
	gone   map[int]bool
}

func (s *pop3Server) serve(nc net.Conn) {
	defer nc.Close()
	c := &pop3Session{server: s, out: bufio.NewWriter(nc), gone: map[int]bool{}}
	defer func() {
		if c.mail != nil {
			s.mu.Lock()
			s.locked = false
			s.mu.Unlock()
		}
	}()
	in := bufio.NewReader(nc)
	c.say("+OK ready")
	for {
		if in.Buffered() == 0 && c.out.Flush() != nil {
			return
		}
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, arg, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if !c.command(strings.ToUpper(verb), arg) {
			_ = c.out.Flush() // the client may be gone
			return
		}
	}
}

func (c *pop3Session) say(format string, args ...any) {
	_, _ = fmt.Fprintf(c.out, format+"\r\n", args...) // Flush tells
}

// command answers one and tells whether the session goes on.
func (c *pop3Session) command(verb, arg string) bool {
	switch {
	case verb == "QUIT":
		return c.quit()
	case verb == "CAPA":
		c.say("+OK\r\nTOP\r\nUSER\r\nPIPELINING\r\nRESP-CODES")
		if c.server.ids != none {
			c.say("UIDL")
		}
		c.say(".")
	case verb == "USER":
		c.say("+OK")
	case verb == "PASS":
		c.login(arg)
	case c.mail == nil:
		c.say("-ERR log in first")
	default:
		c.transaction(verb, arg)
	}
	return true
}

func (c *pop3Session) login(password string) {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case password != postofficetest.Password:
		c.say("-ERR [AUTH] no")
	case s.locked:
		c.say("-ERR [IN-USE] the mailbox is in use")
	default:
		s.locked = true
		s.sessions++
		c.number, c.mail = s.sessions, append([][]byte{}, s.mail...)
		c.say("+OK")
	}
}

func (c *pop3Session) transaction(verb, arg string) {
	first, _, _ := strings.Cut(arg, " ")
	n, err := strconv.Atoi(first)
	known := err == nil && n >= 1 && n <= len(c.mail) && !c.gone[n]
	switch {
	case verb == "STAT":
		c.say("+OK %d 0", len(c.mail))
	case verb == "LIST" && arg == "":
		c.list(func(n int) string { return strconv.Itoa(len(c.mail[n-1])) })
	case verb == "UIDL" && arg == "" && c.server.ids != none:
		c.list(c.uidl)
	case verb == "RETR" && known:
		c.text(c.mail[n-1])
	case verb == "TOP" && known:
		head, _, _ := strings.Cut(string(c.mail[n-1]), "\r\n\r\n")
		c.text([]byte(head + "\r\n\r\n"))
	case verb == "DELE" && known:
		c.gone[n] = true
		c.say("+OK")
	case verb == "NOOP":
		c.say("+OK")
	case verb == "RSET":
		clear(c.gone)
		c.say("+OK")
	default:
		c.say("-ERR no such message or command")
	}
}

func (c *pop3Session) list(what func(n int) string) {
	c.say("+OK")
	for i := range c.mail {
		if w := what(i + 1); w != "" {
			c.say("%d %s", i+1, w)
		}
	}
	c.say(".")
}

// uidl names a message. Odd servers give two thirds of them ids that change with every
// other session, and of these some the same and some none.
func (c *pop3Session) uidl(n int) string {
	sum := crc32.ChecksumIEEE(c.mail[n-1])
	if c.server.ids == stable || sum%3 == 0 {
		return fmt.Sprintf("id%08x", sum)
	}
	if sum%7 == 0 {
		return ""
	}
	return fmt.Sprintf("odd%d", (int(sum%1000)+c.number/2)%200)
}

// text sends a message as RFC 1939 section 3 wants it.
func (c *pop3Session) text(octets []byte) {
	c.say("+OK")
	for line := range strings.SplitSeq(strings.TrimSuffix(string(octets), "\r\n"), "\r\n") {
		if strings.HasPrefix(line, ".") {
			_, _ = io.WriteString(c.out, ".") // Flush tells
		}
		c.say("%s", line)
	}
	c.say(".")
}

// quit deletes. It is the moment from which on the mail is the client's alone.
func (c *pop3Session) quit() bool {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(c.gone) > 0 {
		var left [][]byte
		for i, m := range c.mail {
			if !c.gone[i+1] {
				left = append(left, m)
			}
		}
		s.mail = left
		if s.mute {
			s.mute = false
			return false
		}
	}
	c.say("+OK")
	return false
}

// TestServer keeps the rig's own server honest: a session that ends without QUIT
// deletes nothing, and its lock goes.
func TestServer(t *testing.T) {
	s := newPOP3Server(t, [][]byte{[]byte("Subject: a\r\n\r\n.\r\n")}, stable)
	talk := func(lines ...string) string {
		nc, err := net.Dial("tcp", s.address)
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		if err := nc.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		in, said := bufio.NewReader(nc), ""
		for _, line := range append([]string{""}, lines...) {
			if line != "" {
				if _, err := io.WriteString(nc, line+"\r\n"); err != nil {
					t.Fatal(err)
				}
			}
			answer, err := in.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			said += answer[:1]
		}
		return said
	}
	if said := talk("USER fred", "PASS wrong", "PASS "+postofficetest.Password, "DELE 1", "DELE 1"); said != "++-++-" {
		t.Errorf("it said %s", said)
	}
	if len(s.Held()) != 1 {
		t.Error("deleted without QUIT")
	}
	for said := ""; said != "+++++"; { // until the lock of the last session is gone
		said = talk("USER fred", "PASS "+postofficetest.Password, "DELE 1", "QUIT")
		if !strings.HasPrefix(said, "++") {
			t.Fatalf("it said %s", said)
		}
	}
	if len(s.Held()) != 0 {
		t.Error("not deleted by QUIT")
	}
}
