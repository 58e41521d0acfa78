package wire

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"restante.app/localstore/custody"
)

// stuff is what a server makes of a text with CRLF line ends.
func stuff(text string) string {
	if strings.HasPrefix(text, ".") {
		text = "." + text
	}
	return strings.ReplaceAll(text, "\r\n.", "\r\n..") + ".\r\n"
}

// feed writes in pieces of a size.
func feed(far net.Conn, text string, size int) {
	for len(text) > 0 {
		n := min(size, len(text))
		if _, err := io.WriteString(far, text[:n]); err != nil {
			return // the client has left
		}
		text = text[n:]
	}
}

// TestMultiIsLossless: whatever a text holds and however it comes, it is read as it
// was, and what follows it is not touched.
func TestMultiIsLossless(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		piece := rapid.SampledFrom([]string{"\r\n", "\n", "\r", ".", "..", "\x00", "\xff", "text", "From ", "\r\n.", "\r\n.\n", "\n.\r\n", strings.Repeat("x", 5000)})
		text := strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(rt, "pieces"), "")
		if text != "" && !strings.HasSuffix(text, "\r\n") {
			text += "\r\n"
		}
		near, far := net.Pipe()
		c := New(near, Limits{}, nil)
		go feed(far, "+OK\r\n"+stuff(text)+"+OK next\r\n", rapid.IntRange(1, 9000).Draw(rt, "packet"))
		if _, err := c.ReadLine(); err != nil {
			rt.Fatal(err)
		}
		var seen bytes.Buffer
		m := c.Multi(func(p []byte) { seen.Write(p) })
		got, ended, err := m.Append(nil, rapid.IntRange(0, 8000).Draw(rt, "inline"))
		if err != nil {
			rt.Fatal(err)
		}
		if !ended {
			rest, err := io.ReadAll(m)
			if err != nil {
				rt.Fatal(err)
			}
			got = append(got, rest...)
		}
		if string(got) != text || seen.String() != text {
			rt.Fatalf("got %.100q, want %.100q", got, text)
		}
		if next, err := c.ReadLine(); next != "+OK next" || err != nil {
			rt.Fatalf("next %q, %v", next, err)
		}
		if err := errors.Join(c.Close(), far.Close()); err != nil {
			rt.Fatal(err)
		}
	})
}

// TestMultiDrip is a server that sends an octet every half minute, for ever.
func TestMultiDrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, far := pipe(t, Limits{}, nil)
		var drip sync.WaitGroup
		drip.Go(func() {
			for {
				if _, err := far.Write([]byte("x")); err != nil {
					return
				}
				time.Sleep(30 * time.Second)
			}
		})
		start := time.Now()
		_, err := io.Copy(io.Discard, conn.Multi(nil))
		if !errors.Is(err, ErrShort) || !errors.Is(err, ErrTimeout) {
			t.Errorf("error %v", err)
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

// TestListDrip is a list whose lines come one every half minute, for ever.
func TestListDrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, far := pipe(t, Limits{}, nil)
		var drip sync.WaitGroup
		drip.Go(func() {
			for {
				if _, err := far.Write([]byte("1 1\r\n")); err != nil {
					return
				}
				time.Sleep(30 * time.Second)
			}
		})
		start := time.Now()
		err := conn.List(MessageList, func([]byte) error { return nil })
		if took := time.Since(start); !errors.Is(err, ErrTimeout) || took > 11*time.Minute {
			t.Errorf("error %v after %v", err, took)
		}
		if err := far.Close(); err != nil {
			t.Error(err)
		}
		drip.Wait()
	})
}

// TestNothingIsSentAfterAFault: an answer that comes late would be taken for the one
// to the next command.
func TestNothingIsSentAfterAFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said lines
		conn, far := pipe(t, Limits{}, &said)
		heard := make(chan string, 1)
		go func() {
			b, err := io.ReadAll(far)
			if err != nil {
				t.Error(err)
			}
			heard <- string(b)
		}()
		if err := conn.Send("NOOP"); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.ReadLine(); !errors.Is(err, ErrTimeout) {
			t.Fatalf("error %v", err)
		}
		for _, send := range []func() error{
			func() error { return conn.Send("QUIT") },
			func() error { return conn.SendAll("RETR", []string{"1"}) },
		} {
			if err := send(); !errors.Is(err, ErrTimeout) {
				t.Errorf("error %v", err)
			}
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		if got := <-heard; got != "NOOP\r\n" || len(said) != 1 {
			t.Errorf("sent %q, shown %q", got, said)
		}
	})
}

func TestList(t *testing.T) {
	for _, c := range []struct {
		name, sent, want string
		err              error
	}{
		{"some", "1 a\r\n2 b\r\n.\r\n", "1 a|2 b", nil},
		{"none", ".\r\n", "", nil},
		{"LF alone", "1 a\n.\n", "1 a", nil},
		{"stuffed", "..a\r\n.\r\n", ".a", nil},
		{"cut", "1 a\r\n", "1 a", ErrLost},
		{"more lines than may be", strings.Repeat("1\r\n", CapabilityList.Lines+1), strings.TrimSuffix(strings.Repeat("1|", CapabilityList.Lines), "|"), ErrProtocol},
		{"a line without end", strings.Repeat("x", 5000), "", ErrLine},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, far := pipe(t, Limits{}, nil)
			go func() {
				_, _ = io.WriteString(far, c.sent) // the client may leave before the end
				if c.err != nil {
					_ = far.Close() // closed again by the cleanup
				}
			}()
			var got []string
			err := conn.List(CapabilityList, func(line []byte) error {
				got = append(got, string(line))
				return nil
			})
			if strings.Join(got, "|") != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %q, %v; want %q, %v", got, err, c.want, c.err)
			}
		})
	}
}

// TestEndlessList is a list that never ends.
func TestEndlessList(t *testing.T) {
	conn, far := pipe(t, Limits{}, nil)
	go func() {
		some := []byte(strings.Repeat("1 "+strings.Repeat("9", 900)+"\r\n", 100))
		for {
			if _, err := far.Write(some); err != nil {
				return
			}
		}
	}()
	octets := 0
	err := conn.List(MessageList, func(line []byte) error {
		octets += len(line)
		return nil
	})
	if !errors.Is(err, ErrProtocol) || octets > 2*MessageList.Octets {
		t.Errorf("%v after %d octets", err, octets)
	}
}

func TestUpgradeRefusesWhatCameBefore(t *testing.T) {
	conn, far := pipe(t, Limits{}, nil)
	say(far, "+OK begin\r\n+OK injected\r\n")
	if _, err := conn.ReadLine(); err != nil {
		t.Fatal(err)
	}
	err := conn.Upgrade(func(net.Conn) (net.Conn, error) {
		t.Error("a handshake was begun")
		return nil, io.EOF
	})
	if !errors.Is(err, ErrProtocol) {
		t.Errorf("error %v", err)
	}
}

func TestSendAll(t *testing.T) {
	conn, far := pipe(t, Limits{}, nil)
	for _, verb := range []string{"DELE", "ackd"} {
		if err := conn.SendAll(verb, []string{"1"}); !errors.Is(err, ErrGuarded) {
			t.Errorf("SendAll %s: %v", verb, err)
		}
		if err := conn.SendReleaseAll(custody.Release{}, verb, []string{"1"}); !errors.Is(err, custody.ErrNoCustody) {
			t.Errorf("SendReleaseAll %s of nothing: %v", verb, err)
		}
	}
	if err := conn.SendAll("RETR", []string{"1", "2\r\nDELE 3"}); !errors.Is(err, ErrArgument) {
		t.Errorf("a smuggled command: %v", err)
	}
	go func() { _ = conn.SendAll("RETR", []string{"1", "2"}) }() // what it sends is read below
	buf := make([]byte, 100)
	n, err := io.ReadAtLeast(far, buf, 16)
	if got := string(buf[:n]); got != "RETR 1\r\nRETR 2\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}
