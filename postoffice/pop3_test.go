package postoffice_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"restante.app/postoffice"
	"restante.app/postoffice/postofficetest"
)

// speaker is a client that says what a test wants.
type speaker struct {
	t  *testing.T
	nc net.Conn
	br *bufio.Reader
}

func speak(t *testing.T, addr string) *speaker {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nc.Close() }) // the test may have
	if err := nc.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return &speaker{t, nc, bufio.NewReader(nc)}
}

// line reads a line; "" once the server has closed.
func (s *speaker) line() string {
	s.t.Helper()
	l, err := s.br.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		s.t.Fatal(err)
	}
	return strings.TrimSuffix(l, "\r\n")
}

// say sends lines and returns the first line of the answer to the last.
func (s *speaker) say(lines ...string) (answer string) {
	s.t.Helper()
	for _, l := range lines {
		if _, err := io.WriteString(s.nc, l+"\r\n"); err != nil {
			s.t.Fatal(err)
		}
		answer = s.line()
	}
	return answer
}

// want sends a line and compares how the answer begins.
func (s *speaker) want(line, begins string) string {
	s.t.Helper()
	got := s.say(line)
	if !strings.HasPrefix(got, begins) {
		s.t.Errorf("%s: %q, want %q", line, got, begins)
	}
	return got
}

// list reads to the line that is a dot.
func (s *speaker) list() (all []string) {
	s.t.Helper()
	for l := s.line(); l != "."; l = s.line() {
		if l == "" && len(all) > 100 {
			s.t.Fatal("no end of the list")
		}
		all = append(all, l)
	}
	return all
}

var three = [][]byte{
	[]byte("Subject: one\n\nHello.\n"), []byte("Subject: two\n\n.dot\n..\n"), []byte("Subject: three\n\n1\n2\n3\n"),
}

// pop3At logs in to an office that serves POP3.
func pop3At(t *testing.T, o *postofficetest.Office) *speaker {
	t.Helper()
	s := speak(t, o.Listen(t, o.Server.ServePOP3))
	if l := s.line(); !strings.HasPrefix(l, "+OK") {
		t.Fatal(l)
	}
	s.want("USER "+postofficetest.User, "+OK")
	s.want("PASS "+postofficetest.Password, "+OK")
	return s
}

// TestPOP3States sends every command in every state.
func TestPOP3States(t *testing.T) {
	for _, c := range []struct{ command, before, after string }{
		{"USER fred", "+OK", "-ERR"}, {"USER", "-ERR", "-ERR"}, {"PASS x", "-ERR", "-ERR"}, {"CAPA", "+OK", "+OK"},
		{"AUTH GSSAPI", "-ERR", "-ERR"}, {"AUTH", "+OK", "-ERR"}, {"STLS", "-ERR", "-ERR"}, {"UTF8", "+OK", "-ERR"},
		{"LANG", "+OK", "+OK"}, {"LANG en", "+OK", "+OK"}, {"LANG fr", "-ERR", "-ERR"},
		{"STAT", "-ERR", "+OK 3 "}, {"LIST", "-ERR", "+OK"}, {"LIST 1", "-ERR", "+OK 1 "}, {"LIST 9", "-ERR", "-ERR"},
		{"LIST 0", "-ERR", "-ERR"}, {"LIST x", "-ERR", "-ERR"}, {"LIST 1 2", "-ERR", "-ERR"},
		{"UIDL", "-ERR", "+OK"}, {"UIDL 2", "-ERR", "+OK 2 "}, {"RETR", "-ERR", "-ERR"}, {"RETR 1", "-ERR", "+OK"},
		{"RETR 99999999999", "-ERR", "-ERR"}, {"TOP 1", "-ERR", "-ERR"}, {"TOP 1 0", "-ERR", "+OK"}, {"TOP 1 -1", "-ERR", "-ERR"},
		{"DELE 1", "-ERR", "+OK"}, {"DELE 4", "-ERR", "-ERR"}, {"RSET", "-ERR", "+OK"}, {"NOOP", "-ERR", "+OK"},
		{"APOP fred x", "-ERR", "-ERR"}, {"HELO", "-ERR", "-ERR"}, {"", "-ERR", "-ERR"}, {"noop", "-ERR", "+OK"},
		{"QUIT", "+OK", "+OK"},
	} {
		t.Run(c.command, func(t *testing.T) {
			o := postofficetest.Start(t, nil, three...)
			s := speak(t, o.Listen(t, o.Server.ServePOP3))
			s.line()
			s.want(c.command, c.before)
			pop3At(t, o).want(c.command, c.after)
			if n := len(o.Held()); n != 3 {
				t.Errorf("%d are held: only QUIT deletes", n)
			}
		})
	}
}

func TestPOP3Transaction(t *testing.T) {
	o := postofficetest.Start(t, nil, three...)
	s := pop3At(t, o)
	s.want("LIST", "+OK 3 messages")
	if got := strings.Join(s.list(), "|"); got != "1 24|2 26|3 27" {
		t.Error(got)
	}
	s.want("UIDL", "+OK")
	ids := s.list()
	s.want("RETR 2", "+OK 26 octets")
	if got := strings.Join(s.list(), "|"); got != "Subject: two||..dot|..." {
		t.Errorf("%q", got)
	}
	s.want("TOP 3 2", "+OK")
	if got := strings.Join(s.list(), "|"); got != "Subject: three||1|2" {
		t.Errorf("%q", got)
	}
	s.want("TOP 3 0", "+OK")
	if got := strings.Join(s.list(), "|"); got != "Subject: three|" {
		t.Errorf("%q", got)
	}
	s.want("DELE 2", "+OK")
	s.want("DELE 2", "-ERR")
	s.want("RETR 2", "-ERR")
	s.want("STAT", "+OK 2 51")
	s.want("RSET", "+OK")
	s.want("STAT", "+OK 3 77")
	s.want("DELE 1", "+OK")
	s.want("DELE 3", "+OK")
	o.Drops.Put(postofficetest.User, "inbox", []byte("Subject: late\n\n"))
	s.want("QUIT", "+OK")
	if held := o.Held(); len(held) != 2 || string(held[0]) != string(three[1]) {
		t.Errorf("held: %q", held)
	}
	s = pop3At(t, o)
	s.want("UIDL 1", "+OK 1 "+strings.Fields(ids[1])[1])
}

// TestLetterTranscripts plays what POP2 and POP3 clients said.
func TestLetterTranscripts(t *testing.T) {
	for _, dialect := range []string{"pop2", "pop3"} {
		names, err := filepath.Glob("testdata/" + dialect + "-*.txt")
		if err != nil || len(names) < 9 {
			t.Fatal(names, err)
		}
		for _, name := range names {
			name = filepath.Base(name)
			t.Run(name, func(t *testing.T) { runTranscript(t, name) })
		}
	}
}

// TestPOP3Lost: a connection that breaks deletes nothing.
func TestPOP3Lost(t *testing.T) {
	o := postofficetest.Start(t, nil, three...)
	s := pop3At(t, o)
	s.want("DELE 1", "+OK")
	if err := s.nc.Close(); err != nil {
		t.Fatal(err)
	}
	again := func() string {
		s := speak(t, o.Listen(t, o.Server.ServePOP3))
		s.line()
		return s.say("USER "+postofficetest.User, "PASS "+postofficetest.Password)
	}
	// The session that was lost may still hold the mailbox for a moment.
	for got := again(); !strings.HasPrefix(got, "+OK"); got = again() {
		if !strings.HasPrefix(got, "-ERR [IN-USE]") {
			t.Fatal(got)
		}
	}
	if n := len(o.Held()); n != 3 {
		t.Errorf("%d are held", n)
	}
}

func TestPOP3InUse(t *testing.T) {
	o := postofficetest.Start(t, nil, three...)
	pop3At(t, o)
	s := speak(t, o.Listen(t, o.Server.ServePOP3))
	s.line()
	s.want("USER fred", "+OK")
	s.want("PASS "+postofficetest.Password, "-ERR [IN-USE]")
	s.want("USER fred", "+OK")
	s.want("PASS wrong", "-ERR [AUTH]")
}

func TestPOP3UpdateFails(t *testing.T) {
	o := postofficetest.Start(t, nil, three...)
	o.Drops.Expunging = func(string, string) error { return errors.New("the disk is on fire") }
	s := pop3At(t, o)
	s.want("DELE 1", "+OK")
	s.want("QUIT", "-ERR [SYS/TEMP]")
	if got := s.line(); got != "" {
		t.Errorf("after QUIT: %q", got)
	}
	if n := len(o.Held()); n != 3 {
		t.Errorf("%d are held", n)
	}
}

// TestPOP3Passwords are not taken over an open line from elsewhere.
func TestPOP3Passwords(t *testing.T) {
	cert, roots := postofficetest.Certificate(t)
	o := postofficetest.Start(t, func(c *postoffice.Config) { c.TLS = &tls.Config{Certificates: []tls.Certificate{cert}} }, three...)
	addr := o.Listen(t, func(ctx context.Context, ln net.Listener) error { return o.Server.ServePOP3(ctx, elsewhere{ln}) })
	s := speak(t, addr)
	s.line()
	s.want("USER fred", "-ERR")
	s.want("AUTH PLAIN AGZyZWQAb3BlbiBzZXNhbWU=", "-ERR")
	s.want("CAPA", "+OK")
	if caps := strings.Join(s.list(), "|"); strings.Contains(caps, "USER") || strings.Contains(caps, "SASL") || !strings.Contains(caps, "STLS") {
		t.Error(caps)
	}
	s.want("STLS", "+OK")
	tc := tls.Client(s.nc, &tls.Config{RootCAs: roots, ServerName: "localhost"})
	s.nc, s.br = tc, bufio.NewReader(tc)
	s.want("AUTH PLAIN AGZyZWQAb3BlbiBzZXNhbWU=", "+OK")
	s.want("QUIT", "+OK")
	// What comes with STLS in one packet is no part of the session behind it.
	s = speak(t, addr)
	s.line()
	if _, err := io.WriteString(s.nc, "STLS\r\nUSER fred\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(s.br); err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("the session went on: %v", err)
	}
}

// elsewhere has its clients come from another machine.
type elsewhere struct{ net.Listener }

type farConn struct{ net.Conn }

func (farConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 4711} }

func (l elsewhere) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	return farConn{nc}, err
}

func TestPOP3LoginInterval(t *testing.T) {
	o := postofficetest.Start(t, func(c *postoffice.Config) { c.LoginInterval = time.Hour }, three...)
	s := pop3At(t, o)
	s.want("CAPA", "+OK")
	if caps := strings.Join(s.list(), "|"); !strings.Contains(caps, "LOGIN-DELAY 3600") {
		t.Error(caps)
	}
	s.want("QUIT", "+OK")
	s = speak(t, o.Listen(t, o.Server.ServePOP3))
	s.line()
	s.want("USER fred", "+OK")
	s.want("PASS "+postofficetest.Password, "-ERR [LOGIN-DELAY]")
}

// TestPOP3Pipelining answers what came in one packet, in order.
func TestPOP3Pipelining(t *testing.T) {
	o := postofficetest.Start(t, nil, three...)
	s := pop3At(t, o)
	if _, err := io.WriteString(s.nc, "STAT\r\nRETR 1\r\nDELE 1\r\nNOOP\r\n"); err != nil {
		t.Fatal(err)
	}
	if got := s.line(); got != "+OK 3 77" {
		t.Error(got)
	}
	if got := s.line() + "|" + strings.Join(s.list(), "|"); got != "+OK 24 octets|Subject: one||Hello." {
		t.Error(got)
	}
	if got := s.line() + s.line(); got != "+OK+OK" {
		t.Error(got)
	}
}
