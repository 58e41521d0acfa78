package maildrop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newMaildir(t testing.TB) (*Maildir, string) {
	t.Helper()
	dir := t.TempDir()
	m, err := NewMaildir(dir, DefaultMaildir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m, filepath.Join(dir, "fred", "Maildir")
}

const head = "From MAILER-DAEMON Thu Jan  1 00:%02d:00 1970\n"

func entryOf(minute int, msg string) string { return fmt.Sprintf(head, minute) + msg + "\n" }

// Messages come in the order of delivery from both folders, the same octets each
// time; what is no message is left out.
func TestMaildirRun(t *testing.T) {
	m, dir := newMaildir(t)
	put(t, dir+"/new/180.c.host", "third\n")
	put(t, dir+"/cur/60.a.host:2,S", "first\n")
	put(t, dir+"/cur/120.b.host:2,", "second\r\n")
	put(t, dir+"/tmp/30.x.host", "not delivered\n")
	put(t, dir+"/new/.hidden", "not a message\n")
	put(t, dir+"/new/folder/20.x", "not a message\n")
	if err := os.Symlink("/etc/passwd", dir+"/new/10.x.host"); err != nil {
		t.Fatal(err)
	}
	second := "From MAILER-DAEMON Thu Jan  1 00:02:00 1970\r\nsecond\r\n\r\n"
	want := entryOf(1, "first\n") + second + entryOf(3, "third\n")
	for range 2 {
		s := open(t, m, "fred", "inbox")
		if s.Messages() != 3 {
			t.Errorf("%d messages, want 3", s.Messages())
		}
		if diff := cmp.Diff(want, run(t, s)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		shut(t, s)
	}
	s := open(t, m, "fred", "FRED")
	run(t, s)
	expunge(t, s)
	shut(t, s)
	if diff := cmp.Diff([]string{"new/.hidden", "new/10.x.host", "new/folder/20.x", "tmp/30.x.host"}, files(t, dir)); diff != "" {
		t.Errorf("left (-want +got)\n%s", diff)
	}
}

// An inbox that no mail ever came to is empty; other mailboxes have to be there.
func TestMaildirMissing(t *testing.T) {
	m, dir := newMaildir(t)
	s := open(t, m, "fred", "inbox")
	if got := run(t, s); got != "" || s.Messages() != 0 {
		t.Errorf("%d messages, %q", s.Messages(), got)
	}
	expunge(t, s)
	shut(t, s)
	if _, err := m.Open(t.Context(), "fred", "lists"); !errors.Is(err, ErrNoMailbox) {
		t.Errorf("lists: %v", err)
	}
	put(t, dir+"/.lists/new/60.a", "m\n")
	s = open(t, m, "fred", "lists")
	if got := run(t, s); got != entryOf(1, "m\n") {
		t.Errorf("lists: %q", got)
	}
	shut(t, s)
}

// A link that leads out of the mail folder is not followed.
func TestMaildirStaysInside(t *testing.T) {
	m, dir := newMaildir(t)
	elsewhere := t.TempDir()
	put(t, elsewhere+"/new/60.a", "secret\n")
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, dir); err != nil {
		t.Fatal(err)
	}
	if s, err := m.Open(t.Context(), "fred", "inbox"); err == nil {
		t.Errorf("opened: %q", run(t, s))
	}
}

// Mail that arrives at any point of a transaction stays, and is not in the run.
func TestMaildirArrival(t *testing.T) {
	m, dir := newMaildir(t)
	put(t, dir+"/new/60.a", "one\n")
	s := open(t, m, "fred", "inbox")
	put(t, dir+"/new/50.b", "counted? no\n")
	if got := run(t, s); got != entryOf(1, "one\n") {
		t.Errorf("got %q", got)
	}
	put(t, dir+"/new/70.c", "sent? no\n")
	expunge(t, s)
	shut(t, s)
	if diff := cmp.Diff([]string{"new/50.b", "new/70.c"}, files(t, dir)); diff != "" {
		t.Errorf("left (-want +got)\n%s", diff)
	}
}

// Another reader renames messages before they are sent and before they are deleted.
func TestMaildirRenamed(t *testing.T) {
	m, dir := newMaildir(t)
	for i := range 20 {
		put(t, fmt.Sprintf("%s/new/%d.a", dir, 60*i+60), fmt.Sprintf("message %d\n", i))
	}
	s := open(t, m, "fred", "inbox")
	if err := os.Mkdir(dir+"/cur", 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		if err := os.Rename(fmt.Sprintf("%s/new/%d.a", dir, 60*i+60), fmt.Sprintf("%s/cur/%d.a:2,", dir, 60*i+60)); err != nil {
			t.Fatal(err)
		}
	}
	if got := run(t, s); strings.Count(got, "message") != 20 {
		t.Errorf("got %q", got)
	}
	for i := range 10 {
		if err := os.Rename(fmt.Sprintf("%s/cur/%d.a:2,", dir, 60*i+60), fmt.Sprintf("%s/cur/%d.a:2,S", dir, 60*i+60)); err != nil {
			t.Fatal(err)
		}
	}
	// And one is deleted by the other reader: as good as deleted by us.
	if err := os.Remove(dir + "/cur/1200.a:2,"); err != nil {
		t.Fatal(err)
	}
	expunge(t, s)
	shut(t, s)
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

// What changes between the count and the data breaks the run off, and nothing is deleted.
func TestMaildirChanged(t *testing.T) {
	for name, change := range map[string]func(string) error{
		"gone":     os.Remove,
		"grown":    func(f string) error { return os.WriteFile(f, []byte("two and more\n"), 0o600) },
		"shrunk":   func(f string) error { return os.WriteFile(f, []byte("t\n"), 0o600) },
		"other":    func(f string) error { return os.WriteFile(f, []byte("TWO\n"), 0o600) },
		"quoting":  func(f string) error { return os.WriteFile(f, []byte("From"), 0o600) },
		"replaced": func(f string) error { return replaceFile(f, "two\n") },
		"emptied":  func(f string) error { return os.Truncate(f, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			m, dir := newMaildir(t)
			put(t, dir+"/new/60.a", "one\n")
			put(t, dir+"/new/120.b", "two\n")
			put(t, dir+"/new/180.c", "three\n")
			s := open(t, m, "fred", "inbox")
			if err := change(dir + "/new/120.b"); err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			n, err := s.WriteTo(&b)
			if !errors.Is(err, ErrChanged) {
				t.Errorf("WriteTo: %v", err)
			}
			if n >= s.Octets() || int64(b.Len()) > s.Octets() {
				t.Errorf("%d octets of %d written", b.Len(), s.Octets())
			}
			if err := s.Expunge(context.Background()); !errors.Is(err, ErrNotSent) {
				t.Errorf("Expunge: %v", err)
			}
			shut(t, s)
			if left := files(t, dir); len(left) < 2 {
				t.Errorf("left %v", left)
			}
		})
	}
}

func replaceFile(name, content string) error {
	if err := os.WriteFile(name+".new", []byte(content), 0o600); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// A message that is no longer what was sent is not deleted, nor are those that the
// system won't delete; the others are, and the error counts what is left.
func TestMaildirPartialDelete(t *testing.T) {
	m, dir := newMaildir(t)
	put(t, dir+"/new/60.a", "one\n")
	put(t, dir+"/new/120.b", "two\n")
	put(t, dir+"/new/180.c", "three\n")
	boom := errors.New("boom")
	m.probe = func(step, name string) error {
		if step == "remove" && name == "180.c" {
			return boom
		}
		return nil
	}
	s := open(t, m, "fred", "inbox")
	run(t, s)
	if err := replaceFile(dir+"/new/120.b", "edited\n"); err != nil {
		t.Fatal(err)
	}
	err := s.Expunge(context.Background())
	var partial *ExpungeError
	if !errors.As(err, &partial) || partial.Left != 2 || !errors.Is(err, ErrChanged) {
		t.Errorf("Expunge: %v", err)
	}
	shut(t, s)
	if diff := cmp.Diff([]string{"new/120.b", "new/180.c"}, files(t, dir)); diff != "" {
		t.Errorf("left (-want +got)\n%s", diff)
	}
}

// A run of which a write failed can't be expunged.
func TestNothingIsExpungedUnsent(t *testing.T) {
	m, dir := newMaildir(t)
	put(t, dir+"/new/60.a", strings.Repeat("octets\n", 1000))
	b, inbox := newMbox(t)
	put(t, inbox, strings.Repeat("octets\n", 1000))
	mem := new(Memory)
	mem.Put("fred", "inbox", []byte("octets"))
	for name, o := range map[string]Opener{"maildir": m, "mbox": b, "memory": mem} {
		s := open(t, o, "fred", "inbox")
		if err := s.Expunge(context.Background()); !errors.Is(err, ErrNotSent) {
			t.Errorf("%s: before sending: %v", name, err)
		}
		if _, err := s.WriteTo(failing{}); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: WriteTo: %v", name, err)
		}
		if err := s.Expunge(context.Background()); !errors.Is(err, ErrNotSent) {
			t.Errorf("%s: after half of it: %v", name, err)
		}
		shut(t, s)
		s = open(t, o, "fred", "inbox")
		if s.Octets() == 0 {
			t.Errorf("%s: the mail is gone", name)
		}
		shut(t, s)
	}
}

type failing struct{}

func (failing) Write(p []byte) (int, error) { return len(p) / 2, io.ErrClosedPipe }

// The lock is exclusive: in this process, and against other post offices.
func TestOneSessionAMailbox(t *testing.T) {
	m, dir := newMaildir(t)
	put(t, dir+"/new/60.a", "one\n")
	put(t, dir+"/.lists/new/60.a", "one\n")
	other, err := NewMaildir(filepath.Dir(filepath.Dir(dir)), DefaultMaildir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	s := open(t, m, "fred", "inbox")
	for name, o := range map[string]Opener{"the same": m, "another": other} {
		if _, err := o.Open(t.Context(), "fred", "fred"); !errors.Is(err, ErrLocked) {
			t.Errorf("%s: %v", name, err)
		}
		shut(t, open(t, o, "fred", "lists"))
	}
	shut(t, s)
	shut(t, open(t, other, "fred", "inbox"))
}

// Deliveries: what is committed is in new/, what isn't is nowhere.
func TestMaildirDelivery(t *testing.T) {
	m, dir := newMaildir(t)
	if err := deliver(m, "fred", "joe@example", "Subject: a\n\nb\n"); err != nil {
		t.Fatal(err)
	}
	all := files(t, dir)
	if len(all) != 1 || !strings.HasPrefix(all[0], "new/") {
		t.Fatalf("%v", all)
	}
	if got, want := content(t, filepath.Join(dir, all[0])), "Return-Path: <joe@example>\nSubject: a\n\nb\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	boom := errors.New("boom")
	m.probe = func(step, _ string) error {
		if step == "sync" {
			return boom
		}
		return nil
	}
	if err := deliver(m, "fred", "joe@example", "lost\n"); !errors.Is(err, boom) {
		t.Errorf("a delivery that isn't synced: %v", err)
	}
	d, err := m.Stage(t.Context(), "fred", Envelope{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.Abort(), d.Abort()); err != nil {
		t.Error(err)
	}
	if got := files(t, dir); !slices.Equal(got, all) {
		t.Errorf("left %v", got)
	}
}

// Deliveries and sessions at the same time lose and double nothing.
func TestMaildirConcurrent(t *testing.T) {
	m, _ := newMaildir(t)
	testConcurrent(t, m)
}

// testConcurrent delivers in four goroutines while a session collects, and checks
// that each message is collected once.
func testConcurrent(t *testing.T, drop interface {
	Opener
	Deliverer
}) {
	const agents, each = 4, 25
	var wg sync.WaitGroup
	for a := range agents {
		wg.Go(func() {
			for i := range each {
				if err := deliver(drop, "fred", "joe@example", fmt.Sprintf("Subject: <%d-%d>\n\nFrom me\n", a, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	delivered := make(chan struct{})
	go func() {
		wg.Wait()
		close(delivered)
	}()
	var all strings.Builder
	for last := false; ; {
		s := open(t, drop, "fred", "inbox")
		all.WriteString(run(t, s))
		expunge(t, s)
		shut(t, s)
		if last {
			break
		}
		select {
		case <-delivered:
			last = true
		default:
		}
	}
	if n := strings.Count(all.String(), "\nFrom joe@example"); n != agents*each-1 {
		t.Errorf("%d separators within, want %d", n, agents*each-1)
	}
	for a := range agents {
		for i := range each {
			if n := strings.Count(all.String(), fmt.Sprintf("<%d-%d>\n", a, i)); n != 1 {
				t.Errorf("message %d-%d was collected %d times", a, i, n)
			}
		}
	}
}
