package postoffice_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/postofficetest"
)

// Each failure doubles the wait before the next password is checked, right or wrong.
func TestFailedLoginsAreSlowedDown(t *testing.T) {
	inBubble(t, func(c *postoffice.Config) { c.Limits.LoginFailures = 100 }, func(t *testing.T, ln *pipes, _ *maildrop.Memory) {
		p := ln.dial(t)
		p.line()
		attempt := func(password, want string) time.Duration {
			start := time.Now()
			p.want("USER fred", "+OK")
			if got := p.say("PASS " + password); !strings.HasPrefix(got, want) {
				t.Fatalf("got %q, want %s", got, want)
			}
			return time.Since(start)
		}
		for i, want := range []time.Duration{0, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second} {
			if got := attempt("wrong", "-ERR"); got != want {
				t.Errorf("attempt %d took %v, want %v", i+1, got, want)
			}
		}
		if got := attempt(postofficetest.Password, "+OK"); got != 8*time.Second {
			t.Errorf("the right password took %v, want 8s", got)
		}
		p.want("QUIT", "+OK")
		// A success takes one doubling back, no more: it is one account, not all.
		p = ln.dial(t)
		p.line()
		if got := attempt(postofficetest.Password, "+OK"); got != 4*time.Second {
			t.Errorf("the next login took %v, want 4s", got)
		}
	})
}

// The session ends after some failures, and guessing in many sessions at a time is
// no faster: attempts queue up, and beyond the longest wait they are refused.
func TestFailedLoginsInParallel(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, ln *pipes, _ *maildrop.Memory) {
		p := ln.dial(t)
		p.line()
		for range 5 {
			p.want("USER nobody", "+OK")
			p.want("PASS wrong", "-ERR name or password is wrong")
		}
		p.closed()

		replies := make(chan string)
		for range 10 {
			go func() {
				p := ln.dial(t)
				p.line()
				p.say("USER fred")
				replies <- p.say("PASS wrong")
				_ = p.nc.Close()
			}()
		}
		count := make(map[string]int)
		for range 10 {
			count[<-replies]++
		}
		// After five failures each waits 8 s longer than the one before: three fit in 30 s.
		want := map[string]int{
			"-ERR name or password is wrong":                           3,
			"-ERR too many failed logins; wait a minute and try again": 7,
		}
		for reply, n := range want {
			if count[reply] != n {
				t.Errorf("%d times %q, want %d (%v)", count[reply], reply, n, count)
			}
		}
	})
}

// Failures are forgotten after a while.
func TestFailuresAreForgotten(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, ln *pipes, _ *maildrop.Memory) {
		p := ln.dial(t)
		p.line()
		p.want("USER fred", "+OK")
		p.want("PASS wrong", "-ERR name or password is wrong")
		_ = p.nc.Close()
		time.Sleep(16 * time.Minute)
		start := time.Now()
		p = ln.dial(t)
		p.login()
		if got := time.Since(start); got != 0 {
			t.Errorf("the login took %v, want no wait", got)
		}
	})
}

// Sessions are limited, in all and from one address; the refused are told.
func TestSessionLimits(t *testing.T) {
	for name, c := range map[string]struct {
		limits postoffice.Limits
		want   string
	}{
		"in all":      {postoffice.Limits{Sessions: 3, PerAddress: 10}, "-ERR too many sessions; try again later"},
		"per address": {postoffice.Limits{Sessions: 10, PerAddress: 3}, "-ERR too many sessions from your address; try again later"},
	} {
		t.Run(name, func(t *testing.T) {
			o := postofficetest.Start(t, func(cfg *postoffice.Config) { cfg.Limits = c.limits })
			var held []*peer
			for range 3 {
				p := dial(t, o.Addr)
				p.line()
				held = append(held, p)
			}
			p := dial(t, o.Addr)
			if got := p.line(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			p.closed()
			held[0].want("QUIT", "+OK")
			held[0].closed()
			// The place is free once the server has let go of the connection.
			for dial(t, o.Addr).line() != "+OK" {
			}
		})
	}
}

// A client that doesn't take its data is dropped, and deletes nothing.
func TestSlowClient(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, ln *pipes, drops *maildrop.Memory) {
		drops.PutRaw(postofficetest.User, "big", make([]byte, 1<<20))
		p := ln.dial(t)
		p.login()
		p.open("RDEL big")
		p.send("RCEV\r\n")
		start := time.Now()
		for range 4 { // a little each time keeps it alive
			time.Sleep(50 * time.Second)
			p.data(64 << 10)
		}
		time.Sleep(2 * time.Minute) // for which only the server's own deadline ends the wait
		if _, err := p.nc.Write([]byte("RCVD\r\n")); err == nil {
			t.Error("the connection is still open")
		}
		if time.Since(start) < 3*time.Minute {
			t.Error("the clock did not run")
		}
		if n := len(drops.Messages(postofficetest.User, "big")); n != 1 {
			t.Errorf("%d messages left, want 1", n)
		}
	})
}

// What is logged never holds a password or a message.
func TestLogHoldsNoSecrets(t *testing.T) {
	log := new(logBuffer)
	o := postofficetest.Start(t, func(c *postoffice.Config) { c.Log = log.logger() }, []byte("Subject: very private\r\n\r\nbody\r\n"))
	p := dial(t, o.Addr)
	p.line()
	// A password typed as the name, a wrong one, and the right one.
	p.say("USER hunter2")
	p.say("PASS hunter3")
	p.say("USER fred")
	p.say("PASS hunter4")
	p.say("USER fred")
	p.say("PASS " + postofficetest.Password)
	p.collect("RDEL inbox")
	p.say("RCVD")
	p.say("QUIT")
	p.closed()
	text := log.String()
	for _, want := range []string{"logged in", "deleted", "user=fred", "octets="} {
		if !strings.Contains(text, want) {
			t.Errorf("the log lacks %q:\n%s", want, text)
		}
	}
	for _, secret := range []string{"hunter2", "hunter3", "hunter4", "sesame", "private", "body"} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %q:\n%s", secret, text)
		}
	}
}

func ExampleServer() {
	drops := new(maildrop.Memory)
	drops.Put("fred", "inbox", []byte("Subject: hello\r\n\r\nWelcome.\r\n"))
	srv, err := postoffice.New(postoffice.Config{
		Users: postoffice.StaticUsers{"fred": "secret"}, Drops: drops, Announce: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := newContext()
	done := make(chan error)
	go func() { done <- srv.Serve(ctx, ln) }()
	cancel()
	fmt.Println(<-done, srv.Shutdown(newBackground()))
	// Output: <nil> <nil>
}
