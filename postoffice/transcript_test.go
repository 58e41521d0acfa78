package postoffice_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/postofficetest"
)

// peer is a client as plain as a terminal.
type peer struct {
	t  testing.TB
	nc net.Conn
	br *bufio.Reader
}

func dial(t testing.TB, addr string) *peer {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return newPeer(t, nc)
}

func newPeer(t testing.TB, nc net.Conn) *peer {
	t.Cleanup(func() { _ = nc.Close() })
	// A server that hangs must fail the test, not hang it.
	if err := nc.SetDeadline(time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	return &peer{t: t, nc: nc, br: bufio.NewReader(nc)}
}

func (p *peer) send(octets string) {
	p.t.Helper()
	if _, err := io.WriteString(p.nc, octets); err != nil {
		p.t.Fatalf("sending %q: %v", octets, err)
	}
}

// line reads a reply, which has to end in CRLF.
func (p *peer) line() string {
	p.t.Helper()
	s, err := p.br.ReadString('\n')
	if err != nil {
		p.t.Fatalf("got %q, then %v", s, err)
	}
	got, ok := strings.CutSuffix(s, "\r\n")
	if !ok {
		p.t.Fatalf("the reply %q does not end in CRLF", s)
	}
	return got
}

// say sends a command and returns the reply.
func (p *peer) say(command string) string {
	p.t.Helper()
	p.send(command + "\r\n")
	return p.line()
}

// want sends a command and checks the reply.
func (p *peer) want(command, reply string) {
	p.t.Helper()
	if got := p.say(command); got != reply {
		p.t.Fatalf("%s: got %q, want %q", command, got, reply)
	}
}

func (p *peer) login() {
	p.t.Helper()
	if got := p.line(); !strings.HasPrefix(got, "+OK") {
		p.t.Fatalf("greeting %q", got)
	}
	for _, c := range []string{"USER " + postofficetest.User, "PASS " + postofficetest.Password} {
		if got := p.say(c); !strings.HasPrefix(got, "+OK") {
			p.t.Fatalf("%s: %q", c, got)
		}
	}
}

// open sends RETR or RDEL and returns the count.
func (p *peer) open(command string) int {
	p.t.Helper()
	got := p.say(command)
	digits, _, _ := strings.Cut(strings.TrimPrefix(got, "#"), " ")
	n, err := strconv.Atoi(digits)
	if err != nil || got[0] != '#' {
		p.t.Fatalf("%s: got %q, want a count", command, got)
	}
	return n
}

// collect opens the mailbox and returns the run.
func (p *peer) collect(command string) string {
	p.t.Helper()
	n := p.open(command)
	p.send("RCEV\r\n")
	return p.data(n)
}

func (p *peer) data(n int) string {
	p.t.Helper()
	buf := make([]byte, n)
	if k, err := io.ReadFull(p.br, buf); err != nil {
		p.t.Fatalf("%d octets of %d, then %v", k, n, err)
	}
	return string(buf)
}

// closed checks that the server closes the connection without another word.
func (p *peer) closed() {
	p.t.Helper()
	rest, err := io.ReadAll(p.br)
	if err != nil && !isReset(err) || len(rest) > 0 {
		p.t.Fatalf("got %q and %v, want the end of the connection", rest, err)
	}
}

func isReset(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && strings.Contains(op.Error(), "reset")
}

// runTranscript plays testdata/name. Its lines:
//
//	config WORD...   before anything else
//	mail "octets"    a message arrives
//	held N           what the post office holds now
//	C: text          the client sends text and CRLF; L: with LF
//	S: text          the server replies exactly so
//	D: "octets"      the server sends exactly these
//
// C, L, S and D may be preceded by "b ", a second session.
func runTranscript(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var o *postofficetest.Office
	words := ""
	peers := make(map[string]*peer)
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if c, ok := strings.CutPrefix(line, "config "); ok {
			words = c
			continue
		}
		if line == "" || line[0] == '#' {
			continue
		}
		if o == nil {
			o = postofficetest.Start(t, configure(t, words))
		}
		t.Logf("%s:%d: %s", name, i+1, line)
		who, rest := "a", line
		if b, ok := strings.CutPrefix(line, "b "); ok {
			who, rest = "b", b
		}
		op, arg, _ := strings.Cut(rest, " ")
		playLine(t, o, peers, who, op, arg)
	}
	if o == nil {
		t.Fatalf("%s says nothing", name)
	}
}

func configure(t *testing.T, words string) func(*postoffice.Config) {
	return func(c *postoffice.Config) {
		for _, w := range strings.Fields(words) {
			switch w {
			case "announce":
				c.Announce = true
			case "bare":
				c.Bare = true
			case "data-reply":
				c.DataReply = true
			case "expunge-fails":
				c.Drops.(*maildrop.Memory).Expunging = func(_, _ string) error { return errors.New("the disk is gone") }
			default:
				t.Fatalf("no configuration %q", w)
			}
		}
	}
}

func playLine(t *testing.T, o *postofficetest.Office, peers map[string]*peer, who, op, arg string) {
	t.Helper()
	if op == "mail" {
		o.Drops.Put(postofficetest.User, "inbox", []byte(unquote(t, arg)))
		return
	}
	if op == "held" {
		if got := strconv.Itoa(len(o.Held())); got != arg {
			t.Fatalf("the post office holds %s messages, want %s", got, arg)
		}
		return
	}
	p := peers[who]
	if p == nil {
		p = dial(t, o.Addr)
		peers[who] = p
	}
	switch op {
	case "C:":
		p.send(arg + "\r\n")
	case "L:":
		p.send(arg + "\n")
	case "S:":
		if got := p.line(); got != arg {
			t.Fatalf("got %q, want %q", got, arg)
		}
	case "D:":
		want := unquote(t, arg)
		if got := p.data(len(want)); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	default:
		t.Fatalf("no operation %q", op)
	}
}

func unquote(t *testing.T, s string) string {
	t.Helper()
	u, err := strconv.Unquote(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return u
}
