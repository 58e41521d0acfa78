package postoffice_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/postofficetest"
)

func newContext() (context.Context, context.CancelFunc) {
	return context.WithCancel(context.Background())
}

func newBackground() context.Context { return context.Background() }

// logBuffer collects a log.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func (b *logBuffer) logger() *slog.Logger { return slog.New(slog.NewTextHandler(b, nil)) }

// A shutdown closes waiting sessions in whatever state; nothing is deleted.
func TestShutdownDeletesNothing(t *testing.T) {
	for _, state := range states {
		t.Run(state, func(t *testing.T) {
			o := postofficetest.Start(t, nil, []byte("Subject: one\r\n\r\nbody\r\n"))
			p := dial(t, o.Addr)
			reach(p, state, "RDEL")
			if err := o.Server.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			p.closed()
			if n := len(o.Held()); n != 1 {
				t.Errorf("%d messages held, want 1", n)
			}
		})
	}
}

// A RCVD that is under way is finished, with its reply.
func TestShutdownFinishesRCVD(t *testing.T) {
	inRCVD, goOn := make(chan struct{}), make(chan struct{})
	o := postofficetest.Start(t, func(c *postoffice.Config) {
		c.Drops.(*maildrop.Memory).Expunging = func(_, _ string) error {
			close(inRCVD)
			<-goOn
			return nil
		}
	}, []byte("Subject: one\r\n\r\nbody\r\n"))
	p := dial(t, o.Addr)
	reach(p, "AwaitReceipt", "RDEL")
	p.send("RCVD\r\n")
	<-inRCVD
	done := make(chan error)
	go func() { done <- o.Server.Shutdown(context.Background()) }()
	select {
	case err := <-done:
		t.Fatalf("Shutdown returned %v before RCVD was finished", err)
	default:
	}
	close(goOn)
	if got := p.line(); got != "+OK" {
		t.Errorf("RCVD: %q", got)
	}
	p.closed()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := len(o.Held()); n != 0 {
		t.Errorf("%d messages held, want none", n)
	}
}

// A client that doesn't read can't hold up a shutdown.
func TestShutdownEndsSending(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, ln *pipes, drops *maildrop.Memory) {
		drops.PutRaw(postofficetest.User, "big", make([]byte, 1<<20))
		p := ln.dial(t)
		p.login()
		p.open("RDEL big")
		p.send("RCEV\r\n")
		synctest.Wait() // the server is blocked in sending
		start := time.Now()
		t.Cleanup(func() {
			if d := time.Since(start); d > time.Second {
				t.Errorf("the shutdown took %v", d)
			}
			if n := len(drops.Messages(postofficetest.User, "big")); n != 1 {
				t.Errorf("%d messages left, want 1", n)
			}
		})
	})
}

// When its context ends first, Shutdown says so and drops what is left.
func TestShutdownGivesUp(t *testing.T) {
	goOn := make(chan struct{})
	inRCVD := make(chan struct{})
	o := postofficetest.Start(t, func(c *postoffice.Config) {
		c.Drops.(*maildrop.Memory).Expunging = func(_, _ string) error {
			close(inRCVD)
			<-goOn
			return errors.New("never mind")
		}
	}, []byte("Subject: one\r\n\r\nbody\r\n"))
	p := dial(t, o.Addr)
	reach(p, "AwaitReceipt", "RDEL")
	p.send("RCVD\r\n")
	<-inRCVD
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := o.Server.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v, want %v", err, context.Canceled)
	}
	close(goOn)
	p.closed()
}

// Serve ends when its context does, and a closed post office serves no more.
func TestServeEnds(t *testing.T) {
	srv, err := postoffice.New(postoffice.Config{Users: postoffice.StaticUsers{}, Drops: new(maildrop.Memory)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := srv.Serve(ctx, newPipes()); err != nil {
		t.Errorf("Serve: %v", err)
	}
	if err := srv.ServeTLS(t.Context(), newPipes()); err == nil {
		t.Error("ServeTLS without a certificate succeeded")
	}
	if err := srv.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := srv.Serve(t.Context(), newPipes()); err == nil {
		t.Error("Serve after Shutdown succeeded")
	}
	if err := srv.ServeSMTP(t.Context(), newPipes()); err == nil {
		t.Error("ServeSMTP after Shutdown succeeded")
	}
}

// A fault in one session ends that session only.
func TestPanicEndsOneSession(t *testing.T) {
	log := new(logBuffer)
	o := postofficetest.Start(t, func(c *postoffice.Config) {
		c.Log = log.logger()
		c.Drops.(*maildrop.Memory).Expunging = func(_, _ string) error { panic("a fault of ours") }
	}, []byte("Subject: one\r\n\r\nbody\r\n"))
	p := dial(t, o.Addr)
	reach(p, "AwaitReceipt", "RDEL")
	p.send("RCVD\r\n")
	p.closed()
	again := dial(t, o.Addr)
	again.login()
	again.want("RETR inbox", "#69")
	if !strings.Contains(log.String(), "a fault of ours") {
		t.Errorf("the log does not tell: %s", log)
	}
}

// A configuration that can't work is refused.
func TestNewRefuses(t *testing.T) {
	users, drops := postoffice.StaticUsers{}, new(maildrop.Memory)
	for name, c := range map[string]postoffice.Config{
		"no users":   {Drops: drops},
		"no drops":   {Users: users},
		"short line": {Users: users, Drops: drops, Limits: postoffice.Limits{Line: 100}},
	} {
		if srv, err := postoffice.New(c); err == nil || srv != nil {
			t.Errorf("%s: New returned %v and %v", name, srv, err)
		}
	}
}
