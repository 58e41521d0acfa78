package postoffice_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"restante.app/postoffice"
	"restante.app/postoffice/postofficetest"
)

// pop2At starts a session of POP2.
func pop2At(t *testing.T, o *postofficetest.Office) *speaker {
	t.Helper()
	s := speak(t, o.Listen(t, o.Server.ServePOP2))
	if l := s.line(); !strings.HasPrefix(l, "+ POP2") {
		t.Fatal(l)
	}
	return s
}

// TestPOP2States sends every command in every state of RFC 937. What is out of order
// ends the session.
func TestPOP2States(t *testing.T) {
	before := map[string][]string{
		"auth": nil, "mbox": {"HELO fred " + postofficetest.Password}, "item": {"HELO fred " + postofficetest.Password, "READ 1"},
	}
	for _, c := range []struct{ command, auth, mbox, item string }{
		{"HELO fred " + postofficetest.Password, "#3 messages in INBOX", "-", "-"}, {"HELO fred", "-", "-", "-"}, {"HELO fred no", "-", "-", "-"},
		{"FOLD saved", "-", "#0 messages in saved", "#0"}, {"FOLD", "-", "-", "-"}, {"FOLD inbox", "-", "#3 messages in INBOX", "#3"},
		{"READ", "-", "=24 characters in message 1", "=24"}, {"READ 2", "-", "=26", "=26"}, {"READ 4", "-", "=0", "=0"},
		{"READ 0", "-", "-", "-"}, {"READ x", "-", "-", "-"}, {"RETR", "-", "-", "Subject: one"},
		{"ACKS", "-", "-", "-"}, {"ACKD", "-", "-", "-"}, {"NACK", "-", "-", "-"}, {"STAT", "-", "-", "-"}, {"QUIT", "+", "+", "+"},
	} {
		for state, want := range map[string]string{"auth": c.auth, "mbox": c.mbox, "item": c.item} {
			t.Run(state+" "+c.command, func(t *testing.T) {
				o := postofficetest.Start(t, nil, three...)
				s := pop2At(t, o)
				if len(before[state]) > 0 {
					s.say(before[state]...)
				}
				s.want(c.command, want)
				if want == "-" && s.line() != "" {
					t.Error("the session goes on")
				}
			})
		}
	}
}

func TestPOP2Transaction(t *testing.T) {
	o := postofficetest.Start(t, nil, three...)
	s := pop2At(t, o)
	s.want("HELO fred "+postofficetest.Password, "#3 messages in INBOX")
	octets := func(n int) string {
		p := make([]byte, n)
		if _, err := io.ReadFull(s.br, p); err != nil {
			t.Fatal(err)
		}
		return string(p)
	}
	retr := func() {
		if _, err := fmt.Fprint(s.nc, "RETR\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	s.want("READ", "=24 characters in message 1")
	retr()
	if got := octets(24); got != "Subject: one\r\n\r\nHello.\r\n" {
		t.Errorf("%q", got)
	}
	s.want("NACK", "=24 characters in message 1")
	retr()
	octets(24)
	s.want("ACKS", "=26 characters in message 2")
	retr()
	octets(26)
	s.want("ACKD", "=27 characters in message 3")
	retr()
	octets(27)
	s.want("ACKS", "=0")
	s.want("READ 2", "=0")
	if n := len(o.Held()); n != 3 {
		t.Errorf("%d are held before QUIT", n)
	}
	s.want("QUIT", "+")
	if held := o.Held(); len(held) != 2 || string(held[1]) != string(three[2]) {
		t.Errorf("held: %q", held)
	}
}

// TestPOP2Lost: a connection that breaks deletes nothing; a deletion that fails is told.
func TestPOP2Lost(t *testing.T) {
	o := postofficetest.Start(t, nil, three...)
	o.Drops.Expunging = func(string, string) error { return errors.New("the disk is on fire") }
	s := pop2At(t, o)
	s.say("HELO fred "+postofficetest.Password, "READ 1", "RETR")
	s.line() // of the message, whose first line was the answer
	s.line()
	s.want("ACKD", "=26")
	s.want("QUIT", "-")
	if n := len(o.Held()); n != 3 {
		t.Errorf("%d are held", n)
	}
}

func TestPOP2PasswordIsTheRestOfTheLine(t *testing.T) {
	o := postofficetest.Start(t, func(c *postoffice.Config) {
		c.Users = postoffice.StaticUsers{"fred": `a \ b`}
	}, three...)
	pop2At(t, o).want(`HELO fred a \\ b`, "#3")
}
