package maildrop

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func newMbox(t testing.TB) (m *Mbox, inbox string) {
	t.Helper()
	dir := t.TempDir()
	m, err := NewMbox(dir, DefaultMbox, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m, filepath.Join(dir, "fred", "inbox")
}

const (
	one   = "From a@b Thu Jan  1 00:00:00 1970\nSubject: one\n\n>From me\n\n"
	two   = "From a@b Thu Jan  1 00:00:00 1970\nSubject: two\n\nbody\n\n"
	three = "From a@b Thu Jan  1 00:00:00 1970\nSubject: three\n\nanother body\n\n"
)

// An mbox is sent as it lies, whatever it is; afterwards nothing but it is left.
func TestMboxRun(t *testing.T) {
	for name, c := range map[string]struct {
		text     string
		messages int
	}{
		"two":     {one + two, 2},
		"CRLF":    {strings.ReplaceAll(one+two, "\n", "\r\n"), 2},
		"not one": {"no mailbox\x00\xff", 0},
		"empty":   {"", 0},
	} {
		t.Run(name, func(t *testing.T) {
			m, inbox := newMbox(t)
			m.chunk = 7
			put(t, inbox, c.text)
			for range 2 {
				s := open(t, m, "fred", "inbox")
				if got := run(t, s); got != c.text || s.Messages() != c.messages {
					t.Errorf("%d messages, %q", s.Messages(), got)
				}
				shut(t, s)
			}
			s := open(t, m, "fred", "inbox")
			run(t, s)
			expunge(t, s)
			shut(t, s)
			if got := content(t, inbox); got != "" {
				t.Errorf("left %q", got)
			}
			if got := files(t, filepath.Dir(inbox)); len(got) != 1 {
				t.Errorf("left %v", got)
			}
		})
	}
}

func TestMboxMissing(t *testing.T) {
	m, inbox := newMbox(t)
	s := open(t, m, "fred", "inbox")
	if got := run(t, s); got != "" {
		t.Errorf("%q", got)
	}
	expunge(t, s)
	shut(t, s)
	if _, err := m.Open(t.Context(), "fred", "lists"); !errors.Is(err, ErrNoMailbox) {
		t.Errorf("lists: %v", err)
	}
	put(t, inbox+".d/x", "")
	if _, err := m.Open(t.Context(), "fred", "inbox.d"); err == nil {
		t.Error("a folder is opened as a mailbox")
	}
}

// Mail that arrives at any point of a transaction stays, and is not in the run.
func TestMboxArrival(t *testing.T) {
	for _, late := range []string{two, strings.Repeat(two, 100)} {
		m, inbox := newMbox(t)
		m.chunk = 16
		put(t, inbox, one)
		s := open(t, m, "fred", "inbox")
		appendTo(t, inbox, late)
		if got := run(t, s); got != one {
			t.Errorf("got %q", got)
		}
		appendTo(t, inbox, three)
		expunge(t, s)
		shut(t, s)
		if diff := cmp.Diff(late+three, content(t, inbox)); diff != "" {
			t.Errorf("left (-want +got)\n%s", diff)
		}
		if got := files(t, filepath.Dir(inbox)); len(got) != 1 {
			t.Errorf("left %v", got)
		}
	}
}

// What changes between the count and the data breaks the run off before its last octets.
func TestMboxChangedBeforeSending(t *testing.T) {
	for name, change := range map[string]func(string) error{
		"first octet": func(f string) error { return os.WriteFile(f, []byte("f"+one[1:]+two), 0o600) },
		"last octet":  func(f string) error { return os.WriteFile(f, []byte(one+two[:len(two)-1]+" "), 0o600) },
		"shrunk":      func(f string) error { return os.Truncate(f, int64(len(one))) },
		"emptied":     func(f string) error { return os.Truncate(f, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			m, inbox := newMbox(t)
			m.chunk = 16
			put(t, inbox, one+two)
			s := open(t, m, "fred", "inbox")
			if err := change(inbox); err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			n, err := s.WriteTo(&b)
			if !errors.Is(err, ErrChanged) || n >= s.Octets() || int64(b.Len()) != n {
				t.Errorf("WriteTo: %d of %d octets, %d reported, %v", b.Len(), s.Octets(), n, err)
			}
			if err := s.Expunge(context.Background()); !errors.Is(err, ErrNotSent) {
				t.Errorf("Expunge: %v", err)
			}
			shut(t, s)
		})
	}
}

// What changes between the data and RCVD is not deleted; the same octets in
// another file are.
func TestMboxChangedBeforeDeleting(t *testing.T) {
	for name, c := range map[string]struct {
		change func(string) error
		left   string
		fails  bool
	}{
		"edited":   {func(f string) error { return os.WriteFile(f, []byte(three+two), 0o600) }, three + two, true},
		"status":   {func(f string) error { return replaceFile(f, strings.Replace(one+two, "\n\n", "\nStatus: RO\n\n", 1)) }, strings.Replace(one+two, "\n\n", "\nStatus: RO\n\n", 1), true},
		"shrunk":   {func(f string) error { return os.Truncate(f, int64(len(one))) }, one, true},
		"removed":  {os.Remove, "", true},
		"replaced": {func(f string) error { return replaceFile(f, one+two+three) }, three, false},
	} {
		t.Run(name, func(t *testing.T) {
			m, inbox := newMbox(t)
			put(t, inbox, one+two)
			s := open(t, m, "fred", "inbox")
			run(t, s)
			if err := c.change(inbox); err != nil {
				t.Fatal(err)
			}
			if err := s.Expunge(context.Background()); (err != nil) != c.fails {
				t.Errorf("Expunge: %v", err)
			}
			shut(t, s)
			if name == "removed" {
				return
			}
			if got := content(t, inbox); got != c.left {
				t.Errorf("left %q, want %q", got, c.left)
			}
		})
	}
}

// A file drop sends and empties a file of any format, and takes no mail in.
func TestFileDrop(t *testing.T) {
	dir := t.TempDir()
	text := "\x01\x01\x01\x01\nmmdf\n\x01\x01\x01\x01\n"
	put(t, dir+"/fred/inbox", text)
	o, err := NewFile(dir, DefaultMbox, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := o.(Deliverer); ok {
		t.Error("it takes mail in")
	}
	s := open(t, o, "fred", "inbox")
	if got := run(t, s); got != text || s.Messages() != -1 || o.Format() != "raw" {
		t.Errorf("%q, %d, %q", got, s.Messages(), o.Format())
	}
	appendTo(t, dir+"/fred/inbox", "more")
	expunge(t, s)
	shut(t, s)
	if got := content(t, dir+"/fred/inbox"); got != "more" {
		t.Errorf("left %q", got)
	}
}

func TestMboxDelivery(t *testing.T) {
	m, inbox := newMbox(t)
	if err := deliver(m, "fred", "joe@example", "Subject: a\n\nFrom me\n"); err != nil {
		t.Fatal(err)
	}
	got := content(t, inbox)
	if !strings.HasPrefix(got, "From joe@example ") || !strings.HasSuffix(got, "\nSubject: a\n\n>From me\n\n") {
		t.Errorf("got %q", got)
	}
	// After a delivery of somebody else that was cut short, the next one still is a message.
	for _, cut := range []string{"From x\nSubject: half", "From x\nSubject: half\n", "From x\n\nhalf\n\n", "From x\r\n\r\n"} {
		put(t, inbox, cut)
		if err := deliver(m, "fred", "", "Subject: whole\n"); err != nil {
			t.Fatal(err)
		}
		s := open(t, m, "fred", "inbox")
		if s.Messages() != 2 {
			t.Errorf("after %q: %q", cut, content(t, inbox))
		}
		shut(t, s)
	}
	// One that fails leaves the mailbox as it was.
	boom := errors.New("boom")
	for _, fails := range []string{"write", "sync"} {
		before := content(t, inbox)
		m.probe = func(step, _ string) error {
			if step == fails {
				return boom
			}
			return nil
		}
		if err := deliver(m, "fred", "joe@example", "Subject: lost\n"); !errors.Is(err, boom) {
			t.Errorf("%s fails: %v", fails, err)
		}
		if got := content(t, inbox); got != before {
			t.Errorf("%s fails: left %q", fails, got)
		}
	}
	if got := files(t, filepath.Dir(inbox)); len(got) != 1 {
		t.Errorf("left %v", got)
	}
}

func TestMboxConcurrent(t *testing.T) {
	m, _ := newMbox(t)
	m.wait = time.Minute
	testConcurrent(t, m)
}
