package postoffice_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"
	"syscall"
	"testing"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/postofficetest"
)

// startSMTP runs a post office on a Maildir or mbox that takes mail in.
func startSMTP(t *testing.T, kind string, change func(*postoffice.Config)) (o *postofficetest.Office, addr string) {
	t.Helper()
	dir := t.TempDir()
	var drops postoffice.Opener
	var err error
	if kind == "mbox" {
		drops, err = maildrop.NewMbox(dir, maildrop.DefaultMbox, 0)
	} else {
		drops, err = maildrop.NewMaildir(dir, maildrop.DefaultMaildir)
	}
	if err != nil {
		t.Fatal(err)
	}
	o = postofficetest.Start(t, func(c *postoffice.Config) {
		c.Drops = drops
		c.Users = postoffice.StaticUsers{"fred": postofficetest.Password, "wilma": "pebbles", "postboss": "x"}
		c.Domains = []string{"lan.example"}
		c.Postmaster = "postboss"
		if change != nil {
			change(c)
		}
	})
	return o, o.Listen(t, o.Server.ServeSMTP)
}

// What comes in by SMTP goes out by POP1, to each recipient once, with LF, dots and
// From lines intact, and with a trace.
func TestSMTPToPOP(t *testing.T) {
	for _, kind := range []string{"maildir", "mbox"} {
		t.Run(kind, func(t *testing.T) {
			o, addr := startSMTP(t, kind, nil)
			msg := "Subject: a\r\n\r\n.dot\r\nFrom here\r\n"
			to := []string{"fred@lan.example", "FRED+lists@post.example", "wilma@localhost", "postmaster@post.example"}
			if err := smtp.SendMail(addr, nil, "joe@example.org", to, []byte(msg)); err != nil {
				t.Fatal(err)
			}
			for user, password := range map[string]string{"fred": postofficetest.Password, "wilma": "pebbles", "postboss": "x"} {
				p := dial(t, o.Addr)
				p.line()
				p.want("USER "+user, "+OK")
				p.want("PASS "+password, "+OK")
				got := p.collect("RDEL inbox")
				if !strings.HasPrefix(got, "From joe@example.org ") || strings.Count(got, "Subject: a\n\n.dot\n>From here\n\n") != 1 {
					t.Errorf("%s: got %q", user, got)
				}
				if !strings.Contains(got, "\nReceived: from localhost ([127.0.0.1])\n\tby post.example with ESMTP;\n\t") {
					t.Errorf("%s: no trace in %q", user, got)
				}
				if strings.Contains(got, "\r") {
					t.Errorf("%s: CR in %q", user, got)
				}
				p.want("RCVD", "+OK")
				p.want("RETR inbox", "#0")
			}
		})
	}
}

// The post office is nobody's relay.
func TestSMTPRefuses(t *testing.T) {
	_, addr := startSMTP(t, "maildir", func(c *postoffice.Config) {
		c.Limits.Recipients = 2
		c.Limits.MessageOctets = 1000
	})
	c, err := smtp.Dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Mail("joe@example.org"); err != nil {
		t.Fatal(err)
	}
	for to, want := range map[string]int{
		"joe@example.org": 550, "nobody@lan.example": 550, "fred@example.org": 550, "../fred@lan.example": 550,
		"fred%example.org@lan.example": 550, "fred@lan.example.evil": 550,
	} {
		var reply *textproto.Error
		if err := c.Rcpt(to); !errors.As(err, &reply) || reply.Code != want {
			t.Errorf("RCPT TO:<%s>: %v, want %d", to, err, want)
		}
	}
	if err := c.Rcpt("fred@lan.example"); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(strings.Repeat("too much\r\n", 200))); err != nil {
		t.Fatal(err)
	}
	var reply *textproto.Error
	if err := w.Close(); !errors.As(err, &reply) || reply.Code != 552 {
		t.Errorf("a message that is too large: %v", err)
	}
	if ok, _ := c.Extension("AUTH"); ok {
		t.Error("AUTH is offered")
	}
	if err := c.Quit(); err != nil {
		t.Error(err)
	}
}

// A message that can't be stored is refused for now, so that the sender keeps it.
func TestSMTPStoreFails(t *testing.T) {
	log := new(logBuffer)
	_, addr := startSMTP(t, "maildir", func(c *postoffice.Config) {
		c.Log = log.logger()
		c.Drops = noRoom{c.Drops}
	})
	err := smtp.SendMail(addr, nil, "joe@example.org", []string{"fred@lan.example"}, []byte("x\r\n"))
	var reply *textproto.Error
	if !errors.As(err, &reply) || reply.Code != 452 {
		t.Errorf("got %v, want 452", err)
	}
	if !strings.Contains(log.String(), "storing mail failed") {
		t.Errorf("the log does not tell: %s", log)
	}
}

// What ended a message early in the middle is not delivered.
func TestSMTPCutOff(t *testing.T) {
	o, addr := startSMTP(t, "maildir", nil)
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	p := newPeer(t, nc)
	p.line()
	for _, c := range []string{"HELO x", "MAIL FROM:<>", "RCPT TO:<fred@lan.example>", "DATA"} {
		if got := p.say(c); got[0] != '2' && got[0] != '3' {
			t.Fatalf("%s: %s", c, got)
		}
	}
	p.send("Subject: half\r\n")
	if err := nc.Close(); err != nil {
		t.Fatal(err)
	}
	if err := o.Server.Shutdown(t.Context()); err != nil { // waits for the session
		t.Fatal(err)
	}
	drops := o.Config.Drops
	s, err := drops.Open(t.Context(), "fred", "inbox")
	if err != nil {
		t.Fatal(err)
	}
	if s.Messages() != 0 {
		t.Errorf("%d messages, want none", s.Messages())
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// stageNotifier tells of its one delivery.
type stageNotifier struct {
	*maildrop.Maildir
	staged chan struct{}
}

func (n stageNotifier) Stage(ctx context.Context, user string, env maildrop.Envelope) (maildrop.Delivery, error) {
	close(n.staged)
	return n.Maildir.Stage(ctx, user, env)
}

// A shutdown closes waiting SMTP sessions, and lets a message that is coming in be
// delivered and answered.
func TestSMTPShutdown(t *testing.T) {
	staged := make(chan struct{})
	o, addr := startSMTP(t, "maildir", func(c *postoffice.Config) {
		c.Drops = stageNotifier{c.Drops.(*maildrop.Maildir), staged}
	})
	idle, err := smtp.Dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	busy, err := smtp.Dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(busy.Mail("joe@example.org"), busy.Rcpt("fred@lan.example")); err != nil {
		t.Fatal(err)
	}
	w, err := busy.Data()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	if _, err := fmt.Fprint(w, "Subject: a\r\n\r\n", strings.Repeat("body\r\n", 10_000)); err != nil {
		t.Fatal(err)
	}
	<-staged // between the reply to DATA and this the session still counts as waiting
	go func() { done <- o.Server.Shutdown(t.Context()) }()
	if _, err := idle.Text.ReadLine(); err == nil {
		t.Error("the idle session goes on")
	}
	if err := w.Close(); err != nil {
		t.Errorf("the delivery: %v", err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := busy.Text.ReadLine(); err == nil {
		t.Error("the busy session goes on")
	}
	s, err := o.Config.Drops.Open(t.Context(), "fred", "inbox")
	if err != nil {
		t.Fatal(err)
	}
	if s.Messages() != 1 {
		t.Errorf("%d messages, want 1", s.Messages())
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// STARTTLS is offered with a certificate, and a message may come in through it.
func TestSMTPStartTLS(t *testing.T) {
	cert := selfSigned(t)
	o, addr := startSMTP(t, "maildir", func(c *postoffice.Config) {
		c.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	})
	c, err := smtp.Dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	// The certificate isn't what is tested here.
	if err := c.StartTLS(&tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}); err != nil { //#nosec G402
		t.Fatal(err)
	}
	if err := errors.Join(c.Mail("joe@example.org"), c.Rcpt("fred@lan.example")); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprint(w, "Subject: a\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), c.Quit()); err != nil {
		t.Fatal(err)
	}
	p := dial(t, o.Addr)
	p.login()
	if got := p.collect("RETR inbox"); !strings.Contains(got, "with ESMTPS;") {
		t.Errorf("got %q", got)
	}
}

// Maildrops that take no mail can't be served by SMTP.
func TestSMTPNeedsDeliverer(t *testing.T) {
	drops, err := maildrop.NewFile(t.TempDir(), maildrop.DefaultMbox, 0)
	if err != nil {
		t.Fatal(err)
	}
	srv, err := postoffice.New(postoffice.Config{Users: postoffice.StaticUsers{}, Drops: drops})
	if err != nil {
		t.Fatal(err)
	}
	if err := srv.ServeSMTP(t.Context(), newPipes()); err == nil {
		t.Error("ServeSMTP succeeded")
	}
}

// noRoom is a maildrop on a full disk.
type noRoom struct{ postoffice.Opener }

func (noRoom) Stage(context.Context, string, maildrop.Envelope) (maildrop.Delivery, error) {
	return full{}, nil
}

type full struct{}

func (full) Write(p []byte) (int, error) { return len(p), nil }
func (full) Commit(context.Context) error {
	return &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
}
func (full) Abort() error { return nil }
