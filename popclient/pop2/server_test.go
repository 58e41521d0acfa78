package pop2_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// ipop2d behaves as UW's server does, or without names as RFC 937 has it: sizes with a Status line that changes and a
// CRLF at the end, folders that don't exist, QUIT alone after ACKD, deletion at QUIT.
type ipop2d struct {
	mu    sync.Mutex
	boxes map[string][]*stored
	addr  string
	names bool // it names mailbox and message in its replies
}

type stored struct {
	octets []byte // CRLF line ends
	seen   bool
}

const spool = "/var/spool/mail/fred"

func startServer(t *testing.T, names bool) (addr string, s *ipop2d) {
	t.Helper()
	s = &ipop2d{boxes: map[string][]*stored{spool: nil}, names: names}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = ln.Addr().String()
	var all sync.WaitGroup
	all.Go(func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return // the test is over
			}
			all.Go(func() {
				defer nc.Close()
				(&conversation{s: s, out: nc, in: bufio.NewReader(nc)}).run()
			})
		}
	})
	t.Cleanup(func() {
		if err := ln.Close(); err != nil {
			t.Error(err)
		}
		all.Wait()
	})
	return s.addr, s
}

func (s *ipop2d) deliver(box string, message []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.boxes[box] = append(s.boxes[box], &stored{octets: bytes.ReplaceAll(message, []byte("\n"), []byte("\r\n"))})
}

func (s *ipop2d) held(box string) (out [][]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.boxes[box] {
		out = append(out, bytes.ReplaceAll(m.octets, []byte("\r\n"), []byte("\n")))
	}
	return out
}

// conversation is one session with it.
type conversation struct {
	s       *ipop2d
	out     io.Writer
	in      *bufio.Reader
	box     string
	list    []*stored // of the mailbox, nil where deleted in this session
	deleted []*stored
	current int
	owing   bool
}

func (c *conversation) say(format string, args ...any) bool {
	_, err := fmt.Fprintf(c.out, format+"\r\n", args...)
	return err == nil
}

func (c *conversation) run() {
	if !c.say("+ POP2 localhost 2007f.75 server ready") {
		return
	}
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return
		}
		verb, arg, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if !c.do(verb, arg) {
			return
		}
	}
}

func (c *conversation) do(verb, arg string) bool {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if ack := verb == "ACKS" || verb == "ACKD" || verb == "NACK"; ack != c.owing {
		c.say("- Bogus or out of sequence command - %s", verb)
		return false
	}
	switch verb {
	case "HELO":
		if arg != "fred open sesame" {
			c.say("- Bad login")
			return false
		}
		return c.fold("INBOX")
	case "FOLD":
		if len(c.deleted) > 0 {
			c.say("- Mailbox expunged from under me!")
			return false
		}
		return c.fold(arg)
	case "READ":
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 || n > len(c.list) {
			c.say("- Invalid message number given to READ")
			return false
		}
		c.current = n
		return c.read()
	case "RETR":
		c.owing = true
		_, err := c.out.Write(c.data())
		return err == nil
	case "QUIT":
		c.s.boxes[c.box] = slices.DeleteFunc(c.s.boxes[c.box], func(m *stored) bool { return slices.Contains(c.deleted, m) })
		c.say("+ Sayonara")
		return false
	}
	return c.acknowledge(verb)
}

func (c *conversation) acknowledge(verb string) bool {
	c.owing = false
	m := c.list[c.current-1]
	switch verb {
	case "ACKD":
		c.deleted = append(c.deleted, m)
		c.list[c.current-1] = nil
		c.current++
	case "ACKS":
		m.seen = true
		c.current++
	}
	return c.read()
}

func (c *conversation) fold(name string) bool {
	path := "/home/fred/" + name
	if strings.EqualFold(name, "INBOX") {
		path = spool
	}
	if _, ok := c.s.boxes[path]; ok || !c.s.names {
		c.box = path
	}
	c.list, c.current = slices.Clone(c.s.boxes[c.box]), 1
	if !c.s.names {
		return c.say("#%d", len(c.list))
	}
	return c.say("#%d messages in %s", len(c.list), c.box)
}

// data is the current message as it is sent now.
func (c *conversation) data() []byte {
	m := c.list[c.current-1]
	if m == nil {
		return nil
	}
	status := "Status:   \r\n"
	if m.seen {
		status = "Status: R \r\n"
	}
	head, body, _ := bytes.Cut(m.octets, []byte("\r\n\r\n"))
	return slices.Concat(head, []byte("\r\n"+status+"\r\n"), body, []byte("\r\n"))
}

func (c *conversation) read() bool {
	switch {
	case c.current > len(c.list):
		return c.say("=0 No more messages")
	case !c.s.names:
		return c.say("=%d", len(c.data()))
	}
	return c.say("=%d characters in message %d", len(c.data()), c.current)
}
