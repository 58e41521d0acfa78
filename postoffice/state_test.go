package postoffice_test

import (
	"fmt"
	"strings"
	"testing"

	"restante.app/postoffice/postofficetest"
)

var states = []string{"AwaitUser", "AwaitPass", "AwaitMailbox", "AwaitReceive", "AwaitReceipt"}

// reach brings a fresh session into a state; command is RETR or RDEL.
func reach(p *peer, state, command string) {
	p.t.Helper()
	switch state {
	case "AwaitUser":
		p.line()
	case "AwaitPass":
		p.line()
		p.want("USER fred", "+OK")
	case "AwaitMailbox":
		p.login()
	case "AwaitReceive":
		p.login()
		p.open(command + " inbox")
	case "AwaitReceipt":
		p.login()
		p.collect(command + " inbox")
	}
}

// in tells which state a session is in, by what it refuses.
func in(p *peer) string {
	p.t.Helper()
	expected := map[string]string{
		"USER or QUIT": "AwaitUser", "PASS or QUIT": "AwaitPass", "RETR, RDEL or QUIT": "AwaitMailbox",
		"RCEV, RSET or QUIT": "AwaitReceive", "RCVD, RSET or QUIT": "AwaitReceipt",
	}
	got := p.say("XYZZY")
	_, what, _ := strings.Cut(got, "expected ")
	return expected[what]
}

// transitions are what each command does in each state where it is in order: the
// code of the reply and the state after it. All others are out of order.
var transitions = map[string]map[string][2]string{
	"USER fred":        {"AwaitUser": {"+OK", "AwaitPass"}},
	"USER":             {},
	"USER a b":         {"AwaitUser": {"-ERR", "AwaitUser"}},
	"PASS open sesame": {"AwaitPass": {"+OK", "AwaitMailbox"}},
	"PASS wrong":       {"AwaitPass": {"-ERR", "AwaitUser"}},
	"RETR inbox":       {"AwaitMailbox": {"#69", "AwaitReceive"}},
	"RDEL inbox":       {"AwaitMailbox": {"#69", "AwaitReceive"}},
	"RETR none":        {"AwaitMailbox": {"-ERR", "AwaitMailbox"}},
	"RDEL none":        {"AwaitMailbox": {"-ERR", "AwaitMailbox"}},
	"RCEV":             {"AwaitReceive": {"data", "AwaitReceipt"}},
	"RCEV now":         {},
	"RCVD":             {"AwaitReceipt": {"+OK", "AwaitMailbox"}},
	"RCVD all":         {},
	"RSET": {"AwaitUser": {"+OK", "AwaitUser"}, "AwaitPass": {"+OK", "AwaitPass"}, "AwaitMailbox": {"+OK", "AwaitMailbox"},
		"AwaitReceive": {"+OK", "AwaitMailbox"}, "AwaitReceipt": {"+OK", "AwaitMailbox"}},
	"RSET it": {},
	"NOOP": {"AwaitUser": {"+OK", "AwaitUser"}, "AwaitPass": {"+OK", "AwaitPass"}, "AwaitMailbox": {"+OK", "AwaitMailbox"},
		"AwaitReceive": {"+OK", "AwaitReceive"}, "AwaitReceipt": {"+OK", "AwaitReceipt"}},
	"NOOP 1": {},
	"QUIT": {"AwaitUser": {"+OK", "end"}, "AwaitPass": {"+OK", "end"}, "AwaitMailbox": {"+OK", "end"},
		"AwaitReceive": {"+OK", "end"}, "AwaitReceipt": {"+OK", "end"}},
	"QUIT now":                 {},
	"STAT":                     {},
	"":                         {},
	" USER fred":               {},
	"NO\x00OP":                 {},
	"NO\rOP":                   {},
	strings.Repeat("N", 1001):  {},
	strings.Repeat("N", 20000): {},
}

// TestGap07OutOfOrder tries every command in every state, under RETR and RDEL.
// What is out of order gets -ERR and changes nothing: the session can still go on as
// before, and only RCVD in AwaitReceipt under RDEL deletes.
func TestGap07OutOfOrder(t *testing.T) {
	for _, under := range []string{"RETR", "RDEL"} {
		for command, inOrder := range transitions {
			for _, state := range states {
				name := fmt.Sprintf("%s/%s/%.12q", under, state, command)
				t.Run(name, func(t *testing.T) {
					o := postofficetest.Start(t, nil, []byte("Subject: one\r\n\r\nbody\r\n"))
					p := dial(t, o.Addr)
					reach(p, state, under)
					want, ok := inOrder[state]
					if !ok {
						want = [2]string{"-ERR", state}
					}
					p.send(command + "\r\n")
					if want[0] == "data" {
						p.data(69)
					} else if got := p.line(); got != want[0] && (want[0] != "-ERR" || !strings.HasPrefix(got, "-ERR ")) {
						t.Fatalf("got %q, want %s", got, want[0])
					}
					if want[1] == "end" {
						p.closed()
					} else if got := in(p); got != want[1] {
						t.Fatalf("in state %s, want %s", got, want[1])
					}
					held := 1
					if under == "RDEL" && state == "AwaitReceipt" && command == "RCVD" {
						held = 0
					}
					if got := len(o.Held()); got != held {
						t.Errorf("%d messages held, want %d", got, held)
					}
				})
			}
		}
	}
}

// After a refusal in the middle of a transaction the transaction still works.
func TestGap07TransactionStands(t *testing.T) {
	o := postofficetest.Start(t, nil, []byte("Subject: one\r\n\r\nbody\r\n"))
	p := dial(t, o.Addr)
	p.login()
	p.open("RDEL inbox")
	for _, c := range []string{"RETR inbox", "RDEL inbox", "RCVD", "USER x", "PASS y"} {
		if got := p.say(c); !strings.HasPrefix(got, "-ERR out of order") {
			t.Fatalf("%s: %q", c, got)
		}
	}
	p.send("RCEV\r\n")
	p.data(69)
	if got := p.say("RCEV"); !strings.HasPrefix(got, "-ERR out of order") {
		t.Fatalf("RCEV twice: %q", got)
	}
	p.want("RCVD", "+OK")
	if n := len(o.Held()); n != 0 {
		t.Errorf("%d messages held, want none", n)
	}
}

// Whatever ends a transaction but RCVD deletes nothing and unlocks the mailbox: QUIT, RSET
// and a lost connection, even one lost in the middle of RCVD.
func TestAbort(t *testing.T) {
	for _, state := range []string{"AwaitReceive", "AwaitReceipt"} {
		for _, how := range []string{"QUIT\r\n", "RSET\r\n", "", "RCV", "RCVD"} {
			t.Run(state+"/"+strings.TrimSpace(how), func(t *testing.T) {
				o := postofficetest.Start(t, nil, []byte("Subject: one\r\n\r\nbody\r\n"))
				p := dial(t, o.Addr)
				reach(p, state, "RDEL")
				p.send(how)
				if strings.HasSuffix(how, "\n") {
					p.line()
				} else if err := p.nc.Close(); err != nil {
					t.Fatal(err)
				}
				again := dial(t, o.Addr)
				again.login()
				// The loss of a connection is noticed a little later.
				for !strings.HasPrefix(again.say("RETR inbox"), "#69") {
				}
				if n := len(o.Held()); n != 1 {
					t.Errorf("%d messages held, want 1", n)
				}
			})
		}
	}
}

// One session may run several transactions, on several mailboxes.
func TestSeveralTransactions(t *testing.T) {
	o := postofficetest.Start(t, nil, []byte("Subject: one\r\n\r\nbody\r\n"))
	o.Drops.PutRaw(postofficetest.User, "lists", []byte("bare message"))
	p := dial(t, o.Addr)
	p.login()
	if got := p.collect("RETR lists"); got != "bare message" {
		t.Errorf("got %q", got)
	}
	p.want("RCVD", "+OK")
	p.collect("RDEL inbox")
	p.want("RCVD", "+OK")
	if got := p.collect("RDEL lists"); got != "bare message" {
		t.Errorf("got %q", got)
	}
	p.want("RCVD", "+OK")
	p.want("RETR lists", "#0")
	p.want("QUIT", "+OK")
	p.closed()
}

// A flood without a line end is given up.
func TestEndlessLine(t *testing.T) {
	o := postofficetest.Start(t, nil)
	p := dial(t, o.Addr)
	p.line()
	chunk := strings.Repeat("A", 32<<10)
	for range 1000 { // far more than is read
		if _, err := p.nc.Write([]byte(chunk)); err != nil {
			break
		}
	}
	p.closed()
}
