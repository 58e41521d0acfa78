package postoffice_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
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
//	saved "octets"   one arrives in the mailbox "saved"
//	held N           what the post office holds now
//	C: text          the client sends text and CRLF; L: with LF
//	S: text          the server replies exactly so
//	D: "octets"      the server sends exactly these
//	P: "octets"      the client sends these in one packet
//	tls              both sides begin TLS
//	end              the server closes the connection without another word
//	lost             the client does
//
// C, L, S, D, P, tls, end and lost may be preceded by "b ", a second session.
func runTranscript(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var o *postofficetest.Office
	words := ""
	peers := make(map[string]*peer)
	addr := ""
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
			addr = listen(t, o, words)
		}
		t.Logf("%s:%d: %s", name, i+1, line)
		who, rest := "a", line
		if b, ok := strings.CutPrefix(line, "b "); ok {
			who, rest = "b", b
		}
		op, arg, _ := strings.Cut(rest, " ")
		if playOffice(t, o, op, arg) {
			continue
		}
		if peers[who] == nil {
			peers[who] = dial(t, addr)
		}
		playLine(t, peers[who], op, arg)
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
			case "silent-quit":
				c.Quirks.SilentQuit = true
			case "certificate":
				cert, _ := postofficetest.Certificate(t)
				c.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
			case "login-delay":
				c.LoginInterval = time.Minute
			case "pop3", "pop2", "far":
			default:
				without, ok := strings.CutPrefix(w, "without-")
				if !ok {
					t.Fatalf("no configuration %q", w)
				}
				c.Quirks.Without = append(c.Quirks.Without, without)
			}
		}
	}
}

// listen has the post office speak what the configuration's words say, with far to a
// client on another machine.
func listen(t *testing.T, o *postofficetest.Office, words string) string {
	t.Helper()
	all := strings.Fields(words)
	serve := o.Server.Serve
	switch {
	case slices.Contains(all, "pop3"):
		serve = o.Server.ServePOP3
	case slices.Contains(all, "pop2"):
		serve = o.Server.ServePOP2
	default:
		return o.Addr
	}
	return o.Listen(t, func(ctx context.Context, ln net.Listener) error {
		if slices.Contains(all, "far") {
			ln = elsewhere{ln}
		}
		return serve(ctx, ln)
	})
}

// playOffice plays what happens at the post office. It tells whether op is such a thing.
func playOffice(t *testing.T, o *postofficetest.Office, op, arg string) bool {
	t.Helper()
	switch op {
	case "mail":
		o.Drops.Put(postofficetest.User, "inbox", []byte(unquote(t, arg)))
	case "saved":
		o.Drops.Put(postofficetest.User, "saved", []byte(unquote(t, arg)))
	case "held":
		if got := strconv.Itoa(len(o.Held())); got != arg {
			t.Fatalf("the post office holds %s messages, want %s", got, arg)
		}
	default:
		return false
	}
	return true
}

func playLine(t *testing.T, p *peer, op, arg string) {
	t.Helper()
	switch op {
	case "P:":
		p.send(unquote(t, arg))
	case "tls":
		tc := tls.Client(p.nc, &tls.Config{InsecureSkipVerify: true}) // whom it talks to is another test's
		p.nc, p.br = tc, bufio.NewReader(tc)
	case "end":
		p.closed()
	case "lost":
		if err := p.nc.Close(); err != nil {
			t.Fatal(err)
		}
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
