package maildrop

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestMeasures: a message is read once for its length, and again if its file has changed or
// is so young that a change might not show.
func TestMeasures(t *testing.T) {
	m := kinds["maildir"](t, odd[:3]).(*Maildir)
	dir := filepath.Join(m.root.Name(), "fred", "Maildir", "new")
	long := time.Now().Add(-time.Hour)
	name := func(i int) string {
		return filepath.Join(dir, []string{"1000000000.M0P1.x", "1000000001.M1P1.x", "1000000002.M2P1.x"}[i])
	}
	for i, at := range []time.Time{long, long, time.Now().Add(time.Hour)} { // the third is young
		if err := os.Chtimes(name(i), at, at); err != nil {
			t.Fatal(err)
		}
	}
	session := func(wantRead int, what string) {
		t.Helper()
		read := 0
		m.probe = func(step, _ string) error {
			if step == "measure" {
				read++
			}
			return nil
		}
		l := openLetters(t, m)
		if read != wantRead {
			t.Errorf("%s: %d were read, want %d", what, read, wantRead)
		}
		texts(t, l)
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	session(3, "at first")
	session(1, "then")
	if err := os.Rename(name(0), filepath.Join(m.root.Name(), "fred", "Maildir", "1")); err != nil {
		t.Fatal(err)
	}
	session(1, "one is gone")
	if err := os.WriteFile(name(1), []byte("Subject: another\n\nand longer\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	session(2, "one was changed")
}

// TestMeasuresDeceived: a file that was changed without a trace is not sent as what it was,
// and is measured anew by the next session.
func TestMeasuresDeceived(t *testing.T) {
	m := kinds["maildir"](t, odd[:1]).(*Maildir)
	name := filepath.Join(m.root.Name(), "fred", "Maildir", "new", "1000000000.M0P1.x")
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(name, long, long); err != nil {
		t.Fatal(err)
	}
	if err := openLetters(t, m).Close(); err != nil {
		t.Fatal(err)
	}
	deceit := bytes.ToUpper([]byte(odd[0]))
	if err := errors.Join(os.WriteFile(name, deceit, 0o600), os.Chtimes(name, long, long)); err != nil {
		t.Fatal(err)
	}
	l := openLetters(t, m)
	if err := l.WriteLetter(new(bytes.Buffer), 0); !errors.Is(err, ErrChanged) {
		t.Errorf("WriteLetter: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = openLetters(t, m)
	if got, _ := texts(t, l); got[0] != asSent(string(deceit)) {
		t.Errorf("%q", got[0])
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}
