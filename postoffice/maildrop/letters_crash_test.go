//go:build unix

package maildrop

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// removed are the messages that the child removes, of five.
var removed = []int{1, 3}

// childRemoves opens an mbox of five messages, while rest comes in, and kills itself before
// the given step of the removal of some. It exits with 0 if there are fewer steps.
func childRemoves() {
	at, _ := strconv.Atoi(os.Getenv("MAILDROP_TEST_STEP")) // 0 kills at once, which the parent notices
	m, err := NewMbox(os.Getenv("MAILDROP_TEST_DIR"), DefaultMbox, time.Minute)
	if err != nil {
		panic(err)
	}
	m.chunk = 64
	l, err := m.OpenLetters(context.Background(), "fred", "inbox")
	if err != nil {
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
	if err := l.Remove(context.Background(), removed); err != nil {
		panic(err)
	}
	os.Exit(0)
}

// five is an mbox of five messages, and what is left of it without the removed ones.
func five() (all, left string) {
	for i := range 5 {
		msg := "From a@b Thu Jan  1 00:00:00 1970\nSubject: " + strconv.Itoa(i) + "\n\n" + strings.Repeat(string(rune('a'+i)), 9*i) + "\n\n"
		all += msg
		if !slices.Contains(removed, i) {
			left += msg
		}
	}
	return all, left
}

// TestLettersCrash kills a process before every step of a removal, lets another program
// deliver before anybody cleans up, and looks what the next session finds: the mailbox as
// before QUIT or as after, and in either case everything that came in.
func TestLettersCrash(t *testing.T) {
	all, left := five()
	for _, rest := range []string{"", two} {
		before, after := 0, 0
		for step := 1; ; step++ {
			dir := t.TempDir()
			inbox := filepath.Join(dir, "fred", "inbox")
			put(t, inbox, all)
			died := killed(t, "remove", step, dir, rest)
			late := strings.Repeat(three, step%5)
			appendTo(t, inbox, late)
			m, err := NewMbox(dir, DefaultMbox, time.Millisecond)
			if err != nil {
				t.Fatal(err)
			}
			m.chunk = 64
			shut(t, open(t, m, "fred", "inbox")) // finds a journal and a dotlock of the dead
			switch got := content(t, inbox); got {
			case all + rest + late:
				before++
			case left + rest + late:
				after++
			default:
				t.Errorf("killed before step %d: found %q", step, got)
			}
			if err := m.Close(); err != nil {
				t.Error(err)
			}
			if !died {
				break
			}
		}
		if before == 0 || after == 0 {
			t.Errorf("%d times as before, %d times as after: this test tests nothing", before, after)
		}
	}
}

// TestLettersFailure lets every step of a removal fail once: the error is reported, and
// the next session finds the mailbox as before or as after.
func TestLettersFailure(t *testing.T) {
	boom := errors.New("input/output error")
	all, left := five()
	for step := 1; ; step++ {
		m, inbox := newMbox(t)
		m.chunk = 64
		put(t, inbox, all)
		l := openLetters(t, m)
		appendTo(t, inbox, two)
		n := 0
		m.probe = func(string, string) error {
			if n++; n == step {
				return boom
			}
			return nil
		}
		err := l.Remove(t.Context(), removed)
		m.probe = nil
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if n < step {
			if err != nil || step < 8 || content(t, inbox) != left+two {
				t.Errorf("%d steps, %v", n, err)
			}
			return
		}
		var partial *ExpungeError
		if !errors.Is(err, boom) || !errors.As(err, &partial) {
			t.Errorf("step %d fails: %v", step, err)
		}
		shut(t, open(t, m, "fred", "inbox"))
		if got := content(t, inbox); got != all+two && got != left+two {
			t.Errorf("step %d fails: found %q", step, got)
		}
	}
}

// TestLettersPartly: of the files of a Maildir those are gone that could be removed.
func TestLettersPartly(t *testing.T) {
	m := kinds["maildir"](t, odd).(*Maildir)
	l := openLetters(t, m)
	_, ids := texts(t, l)
	boom := errors.New("input/output error")
	m.probe = func(step, name string) error {
		if step == "remove" && name == ids[2] {
			return boom
		}
		return nil
	}
	var partial *ExpungeError
	if err := l.Remove(t.Context(), []int{1, 2, 3}); !errors.Is(err, boom) || !errors.As(err, &partial) || partial.Left != 1 {
		t.Errorf("Remove: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	l = openLetters(t, m)
	_, left := texts(t, l)
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if want := slices.Concat(ids[:1], ids[2:3], ids[4:]); !slices.Equal(left, want) {
		t.Errorf("left %v, want %v", left, want)
	}
}
