//go:build unix

package peers_test

import (
	"net/textproto"
	"strings"
	"testing"

	"restante.app/popclient/poptest/peers"
)

var servers = map[string]func(testing.TB) *peers.Peer{
	"Dovecot": peers.Dovecot, "Courier": peers.Courier, "Mailutils": peers.Mailutils,
}

// TestServe speaks to each server by hand: what was delivered is there, and what is
// deleted is gone after QUIT.
func TestServe(t *testing.T) {
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			if p := start(t); p != nil {
				speak(t, p)
			}
		})
	}
}

func speak(t *testing.T, p *peers.Peer) {
	t.Log(p.Name)
	for range 2 {
		if err := p.Deliver([]byte("From: a@example.org\n\nHello.\n")); err != nil {
			t.Fatal(err)
		}
	}
	c, err := textproto.Dial("tcp", p.Addr)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{
		"USER " + p.User, "PASS " + p.Password,
		"STAT", "DELE 1", "QUIT", "",
	} {
		line, err := c.ReadLine() // the reply to the line before, at first the greeting
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(line, "+OK") {
			t.Errorf("before %q: %q", s, line)
		}
		if s == "DELE 1" && !strings.HasPrefix(line, "+OK 2 ") {
			t.Errorf("STAT: %q", line)
		}
		if s == "" {
			break
		}
		if err := c.PrintfLine("%s", s); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if h, err := p.Held(); err != nil || len(h) != 1 {
		t.Errorf("the server holds %d, %v", len(h), err)
	}
}
