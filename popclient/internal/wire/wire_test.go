package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"restante.app/localstore/custody"
)

// lines is a Trace that keeps what it is told.
type lines []string

func (l *lines) Client(s string) { *l = append(*l, "C: "+s) }
func (l *lines) Server(s string) { *l = append(*l, "S: "+s) }

// pipe returns a Conn and the server's end of it.
func pipe(t *testing.T, limits Limits, trace Trace) (*Conn, net.Conn) {
	t.Helper()
	near, far := net.Pipe()
	c := New(near, limits, trace)
	t.Cleanup(func() {
		if err := errors.Join(c.Close(), far.Close()); err != nil {
			t.Error(err)
		}
	})
	return c, far
}

// say writes from the server's side, in the background.
func say(far net.Conn, text string) {
	go func() { _, _ = io.WriteString(far, text) }() // the client may leave before the end
}

func TestReadLine(t *testing.T) {
	for _, c := range []struct {
		name, sent, want string
		err              error
	}{
		{"CRLF", "+OK\r\n", "+OK", nil},
		{"LF alone", "+OK\n", "+OK", nil},
		{"only the last CR goes", "+OK\r\r\n", "+OK\r", nil},
		{"empty", "\r\n", "", nil},
		{"as long as may be", strings.Repeat("x", 998) + "\r\n", strings.Repeat("x", 998), nil},
		{"one octet too long", strings.Repeat("x", 999) + "\r\n", "", ErrLine},
		{"endless", strings.Repeat("x", 5000), "", ErrLine},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, far := pipe(t, Limits{}, nil)
			say(far, c.sent)
			got, err := conn.ReadLine()
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %q, %v; want %q, %v", got, err, c.want, c.err)
			}
		})
	}
}

// TestSlowLine has a server that is busy for three minutes: too long for most answers.
func TestSlowLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			read func(*Conn) (string, error)
			want error
		}{{(*Conn).ReadLine, ErrTimeout}, {(*Conn).ReadSlowLine, nil}} {
			conn, far := pipe(t, Limits{}, nil)
			var server sync.WaitGroup
			server.Go(func() {
				time.Sleep(3 * time.Minute)
				_, _ = io.WriteString(far, "+OK\r\n") // the client may have left
			})
			line, err := c.read(conn)
			if !errors.Is(err, c.want) || c.want == nil && (line != "+OK" || err != nil) {
				t.Errorf("%q, %v; want %v", line, err, c.want)
			}
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
			server.Wait()
		}
	})
}

// beforeTLS is a connection that is to be secured first.
type beforeTLS struct{ net.Conn }

func (beforeTLS) NeedsTLS() bool { return true }

// TestNoSecretIsSentBeforeTLS: on a line that is to be secured nothing secret is sent
// before that, and everything behind it.
func TestNoSecretIsSentBeforeTLS(t *testing.T) {
	near, far := net.Pipe()
	conn := New(beforeTLS{near}, Limits{}, nil)
	heard := make(chan string, 1)
	go func() {
		b, err := io.ReadAll(far)
		if err != nil {
			t.Error(err)
		}
		heard <- string(b)
	}()
	for _, send := range []func() error{
		func() error { return conn.SendSecret("PASS", "open sesame") },
		func() error { return conn.SendHidden("b3BlbiBzZXNhbWU=") },
	} {
		if err := send(); !errors.Is(err, ErrNoTLS) {
			t.Errorf("error %v", err)
		}
	}
	if err := conn.Upgrade(func(nc net.Conn) (net.Conn, error) { return nc, nil }); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(conn.SendSecret("PASS", "x"), conn.Close()); err != nil {
		t.Error(err)
	}
	if got := <-heard; got != "PASS x\r\n" {
		t.Errorf("sent %q", got)
	}
}

func TestArgumentsAreRefusedBeforeAnythingIsSent(t *testing.T) {
	conn, far := pipe(t, Limits{}, nil)
	for _, bad := range []string{"a\rb", "a\nb", "a\r\nQUIT", "a\x00b"} {
		if err := conn.Send("USER", bad); !errors.Is(err, ErrArgument) {
			t.Errorf("Send %q: %v", bad, err)
		}
		if err := conn.SendSecret("PASS", bad); !errors.Is(err, ErrArgument) || strings.Contains(err.Error(), bad) {
			t.Errorf("SendSecret %q: %v", bad, err)
		}
	}
	go func() { _ = conn.Send("NOOP") }() // its line is what the assertion below reads
	buf := make([]byte, 100)
	n, err := far.Read(buf)
	if got := string(buf[:n]); got != "NOOP\r\n" || err != nil {
		t.Errorf("the first octets sent are %q, %v", got, err)
	}
}

func TestGuardedVerbs(t *testing.T) {
	conn, _ := pipe(t, Limits{}, nil)
	for _, verb := range []string{"RCVD", "ACKD", "DELE", "rcvd", "Dele"} {
		if err := conn.Send(verb); !errors.Is(err, ErrGuarded) {
			t.Errorf("Send %s: %v", verb, err)
		}
		if err := conn.SendSecret(verb, "x"); !errors.Is(err, ErrGuarded) {
			t.Errorf("SendSecret %s: %v", verb, err)
		}
		if err := conn.SendRelease(custody.Release{}, verb); !errors.Is(err, custody.ErrNoCustody) {
			t.Errorf("SendRelease %s of nothing: %v", verb, err)
		}
	}
}

func TestTraceHidesSecretsAndControls(t *testing.T) {
	var trace lines
	conn, far := pipe(t, Limits{}, &trace)
	go func() { _, _ = io.Copy(io.Discard, far) }() // ends with the pipe
	if err := conn.SendSecret("PASS", "open sesame"); err != nil {
		t.Fatal(err)
	}
	say(far, "-ERR open sesame \x1b[2J\u202e\u200b\x7f\xff is wrong\r\n")
	if _, err := conn.ReadLine(); err != nil {
		t.Fatal(err)
	}
	want := "C: PASS ******** | S: -ERR ******** ?[2J????" + " is wrong"
	if got := strings.Join(trace, " | "); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// all reads a run of n octets of what the server sends.
func all(t *testing.T, n int64, sent string, shut bool) (string, error) {
	conn, far := pipe(t, Limits{Idle: time.Minute}, nil)
	go func() {
		_, _ = io.WriteString(far, sent) // the client may leave before the end
		if shut {
			_ = far.Close() // closed again by the cleanup
		}
	}()
	got, err := io.ReadAll(conn.Run(n, nil))
	return string(got), err
}

func TestRun(t *testing.T) {
	for _, c := range []struct {
		name, sent string
		n          int64
		shut       bool
		want       string
		err        error
	}{
		{"exact", "hello", 5, false, "hello", nil},
		{"nothing", "", 0, false, "", nil},
		{"one too many", "hello!", 5, false, "hello", ErrLong},
		{"one too few, closed", "hell", 5, true, "hell", ErrShort},
		{"one too few, waiting", "hell", 5, false, "hell", ErrShort},
		{"closed after the last octet", "hello", 5, true, "hello", ErrLost},
		{"a claim near 2^63", "hello", 1<<63 - 1, true, "hello", ErrShort},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got, err := all(t, c.n, c.sent, c.shut)
				if got != c.want || !errors.Is(err, c.err) {
					t.Errorf("got %q, %v; want %q, %v", got, err, c.want, c.err)
				}
			})
		})
	}
}

// TestDrip is the server that sends one octet every half minute: never idle for a
// minute, and never done.
func TestDrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, far := pipe(t, Limits{}, nil)
		var drip sync.WaitGroup
		drip.Go(func() {
			for range 10_000 {
				if _, err := far.Write([]byte("x")); err != nil {
					return
				}
				time.Sleep(30 * time.Second)
			}
		})
		start := time.Now()
		_, err := io.Copy(io.Discard, conn.Run(10_000, nil))
		if !errors.Is(err, ErrShort) || !errors.Is(err, ErrTimeout) {
			t.Errorf("error %v, want it short for a timeout", err)
		}
		if took := time.Since(start); took > 11*time.Minute {
			t.Errorf("it took %v", took)
		}
		if err := far.Close(); err != nil {
			t.Error(err)
		}
		drip.Wait()
	})
}

func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, _ := pipe(t, Limits{}, nil)
		start := time.Now()
		if _, err := conn.ReadLine(); !errors.Is(err, ErrTimeout) {
			t.Errorf("error %v", err)
		}
		if took := time.Since(start); took != time.Minute {
			t.Errorf("it took %v, want the default of a minute", took)
		}
	})
}

func TestCancelEndsAWaitAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, _ := pipe(t, Limits{}, nil)
		ctx, cancel := context.WithCancelCause(t.Context())
		defer conn.Bind(ctx)()
		reason := fmt.Errorf("the person pressed Cancel")
		time.AfterFunc(time.Second, func() { cancel(reason) })
		start := time.Now()
		_, err := conn.ReadLine()
		if !errors.Is(err, reason) || time.Since(start) != time.Second {
			t.Errorf("error %v after %v", err, time.Since(start))
		}
	})
}

func TestCancelOfAnEarlierCallDoesNotReachTheNext(t *testing.T) {
	conn, far := pipe(t, Limits{}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	conn.Bind(ctx)()
	cancel()
	defer conn.Bind(t.Context())()
	say(far, "+OK\r\n")
	if line, err := conn.ReadLine(); line != "+OK" || err != nil {
		t.Errorf("got %q, %v", line, err)
	}
}
