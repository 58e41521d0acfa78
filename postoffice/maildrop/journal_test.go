//go:build unix

package maildrop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// childExpunges collects an mbox whose front was sent, while rest came in, and kills itself
// before the given step of the deletion. It exits with 0 if there are fewer steps.
func childExpunges() {
	at, _ := strconv.Atoi(os.Getenv("MAILDROP_TEST_STEP")) // 0 kills at once, which the parent notices
	m, err := NewMbox(os.Getenv("MAILDROP_TEST_DIR"), DefaultMbox, time.Minute)
	if err != nil {
		panic(err)
	}
	m.chunk = 16
	s, err := m.Open(context.Background(), "fred", "inbox")
	if err != nil {
		panic(err)
	}
	if _, err := s.WriteTo(discard{}); err != nil {
		panic(err)
	}
	f, err := os.OpenFile(filepath.Join(os.Getenv("MAILDROP_TEST_DIR"), "fred", "inbox"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		panic(err)
	}
	if _, err := f.WriteString(os.Getenv("MAILDROP_TEST_REST")); err != nil {
		panic(err)
	}
	n := 0
	m.probe = func(string, string) error {
		if n++; n == at {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		return nil
	}
	if err := s.Expunge(context.Background()); err != nil {
		panic(err)
	}
	os.Exit(0)
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// killedAt runs the child. It tells whether there was such a step.
func killedAt(t *testing.T, step int, dir, rest string) bool {
	t.Helper()
	return killed(t, "expunge", step, dir, rest)
}

// killed runs a child of that kind.
func killed(t *testing.T, kind string, step int, dir, rest string) bool {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "MAILDROP_TEST_CHILD="+kind, "MAILDROP_TEST_STEP="+strconv.Itoa(step),
		"MAILDROP_TEST_DIR="+dir, "MAILDROP_TEST_REST="+rest)
	out, err := child.CombinedOutput()
	if err == nil {
		return false
	}
	if ws, ok := child.ProcessState.Sys().(syscall.WaitStatus); !ok || ws.Signal() != syscall.SIGKILL {
		t.Fatalf("the child failed: %v\n%s", err, out)
	}
	return true
}

// TestMboxCrash kills a process before every step of the deletion, lets another
// program deliver before anybody cleans up, and looks what the next session finds: the
// mailbox as before RCVD or as after, and in either case everything that came in.
func TestMboxCrash(t *testing.T) {
	for name, c := range map[string]struct{ front, rest string }{
		"nothing came in":  {one + three, ""},
		"short rest":       {one + three + one, two},
		"long rest":        {one, two + three + two},
		"as long as front": {one, one},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := 0, 0
			for step := 1; ; step++ {
				dir := t.TempDir()
				inbox := filepath.Join(dir, "fred", "inbox")
				put(t, inbox, c.front)
				killed := killedAt(t, step, dir, c.rest)
				// Later mail of every length, shorter and longer than what was cut.
				late := strings.Repeat(three, step%5)
				appendTo(t, inbox, late)
				m, err := NewMbox(dir, DefaultMbox, time.Millisecond)
				if err != nil {
					t.Fatal(err)
				}
				m.chunk = 16
				s := open(t, m, "fred", "inbox") // finds a dotlock of the dead, too
				switch got := run(t, s); got {
				case c.front + c.rest + late:
					before++
				case c.rest + late:
					after++
				default:
					t.Errorf("killed before step %d: found %q", step, got)
				}
				expunge(t, s)
				shut(t, s)
				if got := files(t, filepath.Dir(inbox)); len(got) > 2 {
					t.Errorf("killed before step %d: left %v", step, got)
				}
				if err := m.Close(); err != nil {
					t.Error(err)
				}
				if !killed {
					if step < 3 {
						t.Fatalf("only %d steps", step)
					}
					break
				}
			}
			if before == 0 || after == 0 {
				t.Errorf("%d times as before, %d times as after: this test tests nothing", before, after)
			}
		})
	}
}

// TestMboxFailure lets every step fail once instead: the error is reported, and the
// next session finds the mailbox as before or as after.
func TestMboxFailure(t *testing.T) {
	boom := errors.New("input/output error")
	for step := 1; ; step++ {
		m, inbox := newMbox(t)
		m.chunk = 16
		put(t, inbox, one+three)
		s := open(t, m, "fred", "inbox")
		run(t, s)
		appendTo(t, inbox, two)
		n := 0
		m.probe = func(string, string) error {
			if n++; n == step {
				return boom
			}
			return nil
		}
		err := s.Expunge(context.Background())
		m.probe = nil
		shut(t, s)
		if n < step {
			if err != nil || step < 8 {
				t.Errorf("%d steps, %v", n, err)
			}
			return
		}
		var partial *ExpungeError
		if !errors.Is(err, boom) || !errors.As(err, &partial) {
			t.Errorf("step %d fails: %v", step, err)
		}
		s = open(t, m, "fred", "inbox")
		if got := run(t, s); got != one+three+two && got != two {
			t.Errorf("step %d fails: found %q", step, got)
		}
		shut(t, s)
	}
}

// TestMboxRepeatedFailure fails the deletion at one random step, then the recovery at
// another, and again, with mail coming in between, for mailboxes of random sizes.
func TestMboxRepeatedFailure(t *testing.T) {
	dir := t.TempDir()
	boom := errors.New("input/output error")
	round := 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		user := fmt.Sprintf("u%d", round)
		inbox := filepath.Join(dir, user, "inbox")
		front := strings.Repeat("f", rapid.IntRange(1, 60).Draw(t, "front"))
		kept := ""
		m, err := NewMbox(dir, DefaultMbox, time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = m.Close() }()
		m.chunk = 8
		arrive := func() {
			// Each octet differs from its neighbours', so that a shift is noticed.
			mail := ""
			for range rapid.IntRange(0, 60).Draw(t, "mail") {
				mail += string(rune('A' + (len(kept)+len(mail))%23))
			}
			f, err := os.OpenFile(inbox, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteString(mail); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			kept += mail
		}
		failAt := func() {
			n, at := 0, rapid.IntRange(1, 30).Draw(t, "step")
			m.probe = func(string, string) error {
				if n++; n == at {
					return boom
				}
				return nil
			}
		}
		if err := os.MkdirAll(filepath.Dir(inbox), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(inbox, []byte(front), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := m.Open(context.Background(), user, "inbox")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.WriteTo(discard{}); err != nil {
			t.Fatal(err)
		}
		arrive()
		failAt()
		expungeErr := s.Expunge(context.Background())
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(0, 3).Draw(t, "tries") {
			arrive()
			failAt()
			if s, err := m.Open(context.Background(), user, "inbox"); err == nil {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
		}
		arrive()
		m.probe = nil
		if s, err = m.Open(context.Background(), user, "inbox"); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(inbox)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != kept && (expungeErr == nil || string(got) != front+kept) {
			t.Fatalf("found %q, want %q, perhaps after %q (deletion: %v)", got, kept, front, expungeErr)
		}
	})
}

// If another program rewrote the mailbox after the crash, what came in is appended
// rather than lost.
func TestMboxRewrittenAfterCrash(t *testing.T) {
	dir := t.TempDir()
	inbox := filepath.Join(dir, "fred", "inbox")
	put(t, inbox, one+three)
	if !killedAt(t, 12, dir, two) {
		t.Fatal("the deletion has no 12 steps")
	}
	if got := files(t, filepath.Dir(inbox)); len(got) != 3 { // the mailbox, its journal, the lock
		t.Fatalf("the crash left %v", got)
	}
	put(t, inbox, "From x\n\nrewritten\n\n")
	m, err := NewMbox(dir, DefaultMbox, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = m.Close() }()
	s := open(t, m, "fred", "inbox")
	defer shut(t, s)
	if got, want := run(t, s), "From x\n\nrewritten\n\n"+two; got != want {
		t.Errorf("found %q, want %q", got, want)
	}
}

// A damaged journal is not guessed at: the mailbox stays shut and nothing is lost.
func TestDamagedJournal(t *testing.T) {
	for _, text := range []string{"", "\n", "{}\n", `{"postoffice-journal":2}` + "\n", `{"postoffice-journal":1,"front":-1}` + "\n",
		`{"postoffice-journal":1,"front":1,"rest":9000000000000000000}` + "\n", strings.Repeat("x", 5000)} {
		m, inbox := newMbox(t)
		put(t, inbox, one)
		journal := filepath.Join(filepath.Dir(inbox), ".inbox.journal")
		put(t, journal, text)
		if s, err := m.Open(t.Context(), "fred", "inbox"); err == nil {
			t.Errorf("%.20q: opened with %d octets", text, s.Octets())
			continue
		}
		if got := content(t, inbox); got != one || content(t, journal) != text {
			t.Errorf("%.20q: left %q", text, got)
		}
	}
}
