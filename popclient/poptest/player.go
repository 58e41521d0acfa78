package poptest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Transcript is one recorded session, with the server's side to be played.
type Transcript struct {
	Name     string
	Settings map[string]string
	steps    []step
}

type step struct {
	line int
	op   string
	text string
}

// Read reads a transcript file.
func Read(t testing.TB, path string) *Transcript {
	t.Helper()
	octets, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tr := &Transcript{Name: path, Settings: map[string]string{}}
	for i, l := range strings.Split(string(octets), "\n") {
		l = strings.TrimSuffix(l, "\r")
		switch {
		case strings.TrimSpace(l) == "":
		case strings.HasPrefix(l, "#"):
			if k, v, ok := strings.Cut(l[1:], ":"); ok && len(tr.steps) == 0 {
				tr.Settings[strings.TrimSpace(k)] = strings.TrimSpace(v)
			}
		case l == "hang", l == "close", l == "gone":
			tr.steps = append(tr.steps, step{i + 1, l, ""})
		case len(l) >= 2 && strings.Contains("S: S/ S\" S* C: C~", l[:2]):
			tr.steps = append(tr.steps, step{i + 1, l[:2], strings.TrimPrefix(l[2:], " ")})
		default:
			t.Fatalf("%s:%d: not a step: %q", path, i+1, l)
		}
	}
	return tr
}

// patience bounds every wait of the player, so that a client that hangs fails its
// test instead of the whole run.
const patience = 20 * time.Second

// Play serves the transcript on a loopback port to one client and returns the
// address. The test fails if the client departs from it; that is known once the
// returned function has been called, which waits for the end of the session.
func (tr *Transcript) Play(t testing.TB) (addr string, wait func()) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		defer ln.Close()
		nc, err := ln.Accept()
		if err != nil {
			done <- err
			return
		}
		defer nc.Close()
		done <- tr.play(nc)
	}()
	return ln.Addr().String(), func() {
		t.Helper()
		if err := <-done; err != nil {
			t.Errorf("%s:%v", tr.Name, err)
		}
	}
}

func (tr *Transcript) play(nc net.Conn) error {
	br := bufio.NewReader(nc)
	for _, s := range tr.steps {
		if err := nc.SetDeadline(time.Now().Add(patience)); err != nil {
			return err
		}
		if err := s.run(nc, br); err != nil {
			return fmt.Errorf("%d: %w", s.line, err)
		}
		if s.op == "close" {
			return nil
		}
	}
	return nil
}

func (s step) run(nc net.Conn, br *bufio.Reader) error {
	send := func(text string) error {
		_, err := io.WriteString(nc, text)
		return err
	}
	switch s.op {
	case "S:":
		return send(s.text + "\r\n")
	case "S/":
		return send(s.text + "\n")
	case "S\"":
		text, err := strconv.Unquote(s.text)
		if err != nil {
			return err
		}
		return send(text)
	case "S*":
		n, text, _ := strings.Cut(s.text, " ")
		times, err := strconv.Atoi(n)
		if err != nil {
			return err
		}
		// The client may well have enough before the end of it.
		_ = send(strings.Repeat(text+"\r\n", times))
		return nil
	case "C:":
		got, err := br.ReadString('\n')
		if err != nil {
			return fmt.Errorf("want %q, got %q and %w", s.text, got, err)
		}
		if got != s.text+"\r\n" {
			return fmt.Errorf("want %q, got %q", s.text, got)
		}
	case "C~":
		got, err := br.ReadString('\n')
		if err != nil || !strings.HasPrefix(got, s.text) {
			return fmt.Errorf("want %q and more, got %q and %w", s.text, got, err)
		}
	case "hang", "gone":
		rest, err := io.ReadAll(br)
		if err != nil && !errors.Is(err, net.ErrClosed) && !strings.Contains(err.Error(), "reset") {
			return err
		}
		if s.op == "gone" && len(rest) > 0 {
			return fmt.Errorf("want the client gone, got %q", rest)
		}
	}
	return nil
}
