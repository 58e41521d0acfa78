//go:build unix

package maildrop

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// holdKind takes a lock as other mail programs do: a POSIX one, not one of the open
// file description.
func holdKind(kind string, f *os.File) error {
	switch kind {
	case "fcntl":
		return unix.FcntlFlock(f.Fd(), unix.F_SETLKW, &unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart})
	case "flock":
		return unix.Flock(int(f.Fd()), unix.LOCK_EX)
	}
	return fmt.Errorf("no lock %q", kind)
}

// TestMain lets the test binary be the other process too.
func TestMain(m *testing.M) {
	switch os.Getenv("MAILDROP_TEST_CHILD") {
	case "hold":
		childHolds()
	case "expunge":
		childExpunges()
	case "remove":
		childRemoves()
	}
	os.Exit(m.Run())
}

// childHolds holds a lock until standard input ends.
func childHolds() {
	f, err := os.OpenFile(os.Getenv("MAILDROP_TEST_FILE"), os.O_RDWR, 0)
	if err == nil {
		err = holdKind(os.Getenv("MAILDROP_TEST_KIND"), f)
	}
	if err != nil {
		_, _ = os.Stdout.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
	_, _ = os.Stdout.WriteString("held\n")
	_, _ = bufio.NewReader(os.Stdin).ReadString(0) // until the parent closes it
	os.Exit(0)
}

// Each of the locks of other programs is respected, and the mailbox is served once it is gone.
func TestMboxLocksOfOthers(t *testing.T) {
	for _, kind := range []string{"fcntl", "flock", "dotlock"} {
		t.Run(kind, func(t *testing.T) {
			m, inbox := newMbox(t)
			put(t, inbox, one)
			var release func()
			if kind == "dotlock" {
				put(t, inbox+".lock", "0")
				release = func() {
					if err := os.Remove(inbox + ".lock"); err != nil {
						t.Fatal(err)
					}
				}
			} else {
				release = holdInChild(t, kind, inbox)
			}
			if _, err := m.Open(t.Context(), "fred", "inbox"); !errors.Is(err, ErrLocked) {
				t.Errorf("Open: %v", err)
			}
			if err := deliver(m, "fred", "", "x\n"); !errors.Is(err, ErrLocked) {
				t.Errorf("delivery: %v", err)
			}
			release()
			s := open(t, m, "fred", "inbox")
			run(t, s)
			if kind == "dotlock" {
				put(t, inbox+".lock", "0")
				release = func() { _ = os.Remove(inbox + ".lock") }
			} else {
				release = holdInChild(t, kind, inbox)
			}
			if err := s.Expunge(context.Background()); !errors.Is(err, ErrLocked) {
				t.Errorf("Expunge: %v", err)
			}
			if got := content(t, inbox); got != one {
				t.Errorf("left %q", got)
			}
			release()
			expunge(t, s)
			shut(t, s)
			if got := files(t, filepath.Dir(inbox)); len(got) != 1 {
				t.Errorf("left %v", got)
			}
		})
	}
}

func holdInChild(t *testing.T, kind, file string) (release func()) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "MAILDROP_TEST_CHILD=hold", "MAILDROP_TEST_KIND="+kind, "MAILDROP_TEST_FILE="+file)
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if said, err := bufio.NewReader(out).ReadString('\n'); said != "held\n" {
		t.Fatalf("the child says %q, %v", said, err)
	}
	return func() {
		_ = in.Close()
		if err := child.Wait(); err != nil {
			t.Error(err)
		}
	}
}

// A dotlock of a process of ours that is dead, or one that is very old, is taken over;
// one of a living process, or another program's young one, is not.
func TestStaleDotlock(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	dead := strconv.Itoa(child.ProcessState.Pid())
	host := hostname()
	for name, c := range map[string]struct {
		content string
		age     time.Duration
		stale   bool
	}{
		"dead":            {"postoffice " + dead + " " + host + "\n", 0, true},
		"alive":           {"postoffice " + strconv.Itoa(os.Getpid()) + " " + host + "\n", time.Minute, false},
		"another machine": {"postoffice " + dead + " elsewhere.example\n", time.Minute, false},
		"another program": {dead + "\n", 10 * time.Minute, false},
		"old":             {"0", 16 * time.Minute, true},
		"odd":             {"postoffice -1 " + host + "\n", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			m, inbox := newMbox(t)
			put(t, inbox, one)
			put(t, inbox+".lock", c.content)
			then := time.Now().Add(-c.age)
			if err := os.Chtimes(inbox+".lock", then, then); err != nil {
				t.Fatal(err)
			}
			s, err := m.Open(t.Context(), "fred", "inbox")
			if c.stale != (err == nil) {
				t.Errorf("Open: %v", err)
			}
			if err == nil {
				shut(t, s)
			}
			want := 2
			if c.stale {
				want = 1
			}
			if got := files(t, filepath.Dir(inbox)); len(got) != want {
				t.Errorf("left %v", got)
			}
		})
	}
}
