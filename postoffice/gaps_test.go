package postoffice_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/postofficetest"
)

func TestNormalSession(t *testing.T)          { runTranscript(t, "normal.txt") }
func TestLogin(t *testing.T)                  { runTranscript(t, "login.txt") }
func TestBareReplies(t *testing.T)            { runTranscript(t, "bare.txt") }
func TestGap01LineEndsAndCase(t *testing.T)   { runTranscript(t, "gap01-line-ends-and-case.txt") }
func TestGap02DataReply(t *testing.T)         { runTranscript(t, "gap02-data-reply.txt") }
func TestGap02BareDataByDefault(t *testing.T) { runTranscript(t, "normal.txt") }
func TestGap05Zero(t *testing.T)              { runTranscript(t, "gap05-zero.txt") }
func TestGap06Mailbox(t *testing.T)           { runTranscript(t, "gap06-mailbox.txt") }
func TestGap08Locked(t *testing.T)            { runTranscript(t, "gap08-locked.txt") }
func TestGap08Arrival(t *testing.T)           { runTranscript(t, "gap08-arrival.txt") }
func TestGap09PartialDelete(t *testing.T)     { runTranscript(t, "gap09-partial-delete.txt") }
func TestGap12Greeting(t *testing.T)          { runTranscript(t, "gap12-greeting.txt") }

// A character is an octet as sent: CRLF counts two, LF one, octets beyond ASCII one
// each, and after exactly so many the next reply follows.
func TestGap03Octets(t *testing.T) {
	for _, msg := range []string{"a\r\n\r\nb\r\n", "a\n\nb\n", "\xff\xfe\x00\x01", "caf\u00e9\r\n", "no end of line", ""} {
		o := postofficetest.Start(t, nil)
		o.Drops.PutRaw(postofficetest.User, "inbox", []byte(msg))
		p := dial(t, o.Addr)
		p.login()
		if n := p.open("RETR inbox"); n != len(msg) {
			t.Errorf("%q: #%d, want #%d", msg, n, len(msg))
		}
		p.send("RCEV\r\n")
		if got := p.data(len(msg)); got != msg {
			t.Errorf("got %q, want %q", got, msg)
		}
		p.want("RCVD", "+OK")
	}
}

// Between messages stands what the maildrop has: mboxrd from a Maildir, and files as
// they lie, of whatever format.
func TestGap04MessageBoundaries(t *testing.T) {
	mmdf := "\x01\x01\x01\x01\nSubject: a\n\nb\n\x01\x01\x01\x01\n"
	mbox := "From a@example Thu Jan  1 00:00:00 1970\nSubject: a\n\n>From here\n\n"
	for name, c := range map[string]struct {
		open func(dir string) (maildrop.Opener, error)
		file string
		in   string
		want string
	}{
		"maildir": {func(d string) (maildrop.Opener, error) { return maildrop.NewMaildir(d, maildrop.DefaultMaildir) },
			"fred/Maildir/new/469701480.x.host", "Return-Path: <joe@example>\nSubject: a\n\nFrom here\n>From there\n",
			"From joe@example Mon Nov 19 08:38:00 1984\nReturn-Path: <joe@example>\nSubject: a\n\n>From here\n>>From there\n\n"},
		"mbox": {func(d string) (maildrop.Opener, error) { return maildrop.NewMbox(d, maildrop.DefaultMbox, 0) },
			"fred/inbox", mbox, mbox},
		"file": {func(d string) (maildrop.Opener, error) { return maildrop.NewFile(d, maildrop.DefaultMbox, 0) },
			"fred/inbox", mmdf, mmdf},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, filepath.Join(dir, c.file), c.in)
			drops, err := c.open(dir)
			if err != nil {
				t.Fatal(err)
			}
			o := postofficetest.Start(t, func(cfg *postoffice.Config) { cfg.Drops = drops })
			p := dial(t, o.Addr)
			p.login()
			if got := p.collect("RETR inbox"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			p.want("RCVD", "+OK")
			if got := p.collect("RDEL inbox"); got != c.want {
				t.Errorf("the second time: got %q, want %q", got, c.want)
			}
			p.want("RCVD", "+OK")
			p.want("RETR inbox", "#0")
		})
	}
}

func writeFile(t testing.TB, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// pipes is a listener of in-memory connections, for synctest.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	select {
	case <-p.done:
	default:
		close(p.done)
	}
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{} }

func (p *pipes) dial(t testing.TB) *peer {
	ours, theirs := net.Pipe()
	p.conns <- theirs
	return newPeer(t, ours)
}

// inBubble runs a post office on in-memory connections with a clock of its own.
func inBubble(t *testing.T, change func(*postoffice.Config), test func(t *testing.T, p *pipes, drops *maildrop.Memory)) {
	t.Helper()
	inBubbleOf(t, (*postoffice.Server).Serve, change, test)
}

// inBubbleOf is inBubble for any of the Server's methods.
func inBubbleOf(t *testing.T, serve func(*postoffice.Server, context.Context, net.Listener) error,
	change func(*postoffice.Config), test func(t *testing.T, p *pipes, drops *maildrop.Memory)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		drops := new(maildrop.Memory)
		drops.Put(postofficetest.User, "inbox", []byte("Subject: one\r\n\r\nbody\r\n"))
		cfg := postoffice.Config{
			Users: postoffice.StaticUsers{postofficetest.User: postofficetest.Password}, Drops: drops, Hostname: "post.example",
		}
		if change != nil {
			change(&cfg)
		}
		srv, err := postoffice.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		ln := newPipes()
		done := make(chan error, 1)
		go func() { done <- serve(srv, t.Context(), ln) }()
		defer func() { // after a failure too: the bubble has to come to an end
			if err := srv.Shutdown(context.Background()); err != nil {
				t.Error(err)
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
		}()
		test(t, ln, drops)
	})
}

// A session that sends no command for ten minutes is closed, and nothing is deleted. What
// it sends in time keeps it alive, half a command doesn't.
func TestGap10Idle(t *testing.T) {
	for name, c := range map[string]struct {
		idle time.Duration
		want time.Duration
	}{"default": {0, 10 * time.Minute}, "configured": {time.Hour, time.Hour}} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(cfg *postoffice.Config) { cfg.IdleTimeout = c.idle }, func(t *testing.T, ln *pipes, drops *maildrop.Memory) {
				p := ln.dial(t)
				// Of this test's own making, so that only the server's limits count.
				_ = p.nc.SetDeadline(time.Time{})
				p.login()
				time.Sleep(c.want - time.Second)
				p.want("NOOP", "+OK")
				p.collect("RDEL inbox")
				start := time.Now()
				time.Sleep(c.want - time.Second)
				p.send("RCV")
				p.closed()
				if got := time.Since(start); got != c.want {
					t.Errorf("closed after %v, want %v", got, c.want)
				}
				synctest.Wait()
				if n := len(drops.Messages(postofficetest.User, "inbox")); n != 1 {
					t.Errorf("%d messages left, want 1", n)
				}
				again := ln.dial(t)
				again.login()
				again.want("RETR inbox", "#69")
				again.want("QUIT", "+OK")
			})
		})
	}
}

// Nobody can sit in front of the door for longer than LoginTimeout.
func TestLoginTimeout(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, ln *pipes, _ *maildrop.Memory) {
		p := ln.dial(t)
		start := time.Now()
		p.line()
		for range 2 {
			time.Sleep(time.Minute)
			p.want("NOOP", "+OK")
		}
		p.closed()
		if got := time.Since(start); got != 3*time.Minute {
			t.Errorf("closed after %v, want 3m", got)
		}
	})
}

// selfSigned makes a certificate for 127.0.0.1.
func selfSigned(t testing.TB) tls.Certificate {
	t.Helper()
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "post office"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, pub, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// TLS from the first octet, beside the plain port; there is no command to upgrade.
func TestGap11TLS(t *testing.T) {
	cert := selfSigned(t)
	o := postofficetest.Start(t, func(c *postoffice.Config) {
		c.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}, []byte("Subject: one\r\n\r\nbody\r\n"))
	addr := o.Listen(t, o.Server.ServeTLS)
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	nc, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	p := newPeer(t, nc)
	p.login()
	if got := p.collect("RDEL inbox"); !strings.Contains(got, "Subject: one") {
		t.Errorf("got %q", got)
	}
	p.want("RCVD", "+OK")
	p.want("QUIT", "+OK")
	p.closed()

	plain := dial(t, o.Addr)
	plain.line()
	for _, c := range []string{"STLS", "STARTTLS"} {
		if got := plain.say(c); !strings.HasPrefix(got, "-ERR unknown command") {
			t.Errorf("%s: %q", c, got)
		}
	}
	wrong := dial(t, addr)
	wrong.send("USER fred\r\n\r\n\r\n")
	if rest, _ := wrong.br.ReadString('\n'); strings.Contains(rest, "+OK") {
		t.Errorf("plain text on the TLS port is answered: %q", rest)
	}
}
