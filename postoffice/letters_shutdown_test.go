package postoffice_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/postofficetest"
)

func plainLogin(c *postoffice.Config) { c.PlainLogin = true } // a pipe comes from nowhere

// TestLetterShutdownEndsSending: a client that reads nothing can't hold up a shutdown,
// whatever it asked for.
func TestLetterShutdownEndsSending(t *testing.T) {
	for _, command := range []string{"RETR 1", "TOP 1 9999999", "LIST", "UIDL", "NOOP"} {
		t.Run(command, func(t *testing.T) {
			inBubbleOf(t, (*postoffice.Server).ServePOP3, plainLogin, func(t *testing.T, ln *pipes, drops *maildrop.Memory) {
				drops.Put(postofficetest.User, "inbox", []byte("Subject: x\n\n"+strings.Repeat("line\n", 100_000)))
				for range 20_000 {
					drops.Put(postofficetest.User, "inbox", nil)
				}
				p := ln.dial(t)
				p.login()
				p.send(strings.Replace(command, " 1", " 2", 1) + "\r\n")
				synctest.Wait() // the server is blocked in sending
				start := time.Now()
				t.Cleanup(func() {
					if d := time.Since(start); d > time.Second { // of the bubble's clock
						t.Errorf("the shutdown took %v", d)
					}
				})
			})
		})
	}
}

// TestLetterTimeouts: a session without a login, and one without a command, come to an
// end, and delete nothing.
func TestLetterTimeouts(t *testing.T) {
	for name, serve := range serveLetters {
		t.Run(name, func(t *testing.T) {
			inBubbleOf(t, serve, plainLogin, func(t *testing.T, ln *pipes, drops *maildrop.Memory) {
				for _, c := range []struct {
					say   []string
					after time.Duration
				}{{nil, 3 * time.Minute}, {loginLetters[name], 10 * time.Minute}, {markLetters[name], 10 * time.Minute}} {
					p := ln.dial(t)
					p.line()
					for _, line := range c.say {
						if line != "" { // else there is only more to be read
							p.send(line + "\r\n")
						}
						p.line()
					}
					begin := time.Now()
					p.closed()
					if d := time.Since(begin); d < c.after-time.Second || d > c.after+time.Second { // of the bubble's clock
						t.Errorf("%q: closed after %v, want %v", c.say, d, c.after)
					}
					synctest.Wait()
				}
				if n := len(drops.Messages(postofficetest.User, "inbox")); n != 1 {
					t.Errorf("%d messages held, want 1", n)
				}
			})
		})
	}
}

var serveLetters = map[string]func(*postoffice.Server, context.Context, net.Listener) error{
	"pop3": (*postoffice.Server).ServePOP3, "pop2": (*postoffice.Server).ServePOP2,
}

// What a client says up to the login, and up to the mark on a message.
var (
	loginLetters = map[string][]string{
		"pop3": {"USER fred", "PASS open sesame"}, "pop2": {"HELO fred open sesame"},
	}
	markLetters = map[string][]string{
		"pop3": {"USER fred", "PASS open sesame", "DELE 1"},
		// The message takes three lines.
		"pop2": {"HELO fred open sesame", "READ", "RETR", "", "", "ACKD"},
	}
)

// TestShutdownFinishesQUIT: a QUIT that is under way is finished, with its reply.
func TestShutdownFinishesQUIT(t *testing.T) {
	inQUIT, goOn := make(chan struct{}), make(chan struct{})
	o := postofficetest.Start(t, func(c *postoffice.Config) {
		c.Drops.(*maildrop.Memory).Expunging = func(_, _ string) error {
			close(inQUIT)
			<-goOn
			return nil
		}
	}, three...)
	p := dial(t, o.Listen(t, o.Server.ServePOP3))
	p.login()
	p.want("DELE 2", "+OK")
	p.send("QUIT\r\n")
	<-inQUIT
	done := make(chan error)
	go func() { done <- o.Server.Shutdown(context.Background()) }()
	select {
	case err := <-done:
		t.Fatalf("Shutdown returned %v before QUIT was finished", err)
	default:
	}
	close(goOn)
	if got := p.line(); got != "+OK goodbye" {
		t.Errorf("QUIT: %q", got)
	}
	p.closed()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := len(o.Held()); n != 2 {
		t.Errorf("%d messages held, want 2", n)
	}
}
