package maildrop

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

func put(t testing.TB, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// appendTo appends as a delivery agent does that has the locks.
func appendTo(t testing.TB, name, content string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(content); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func content(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func open(t testing.TB, o Opener, user, mailbox string) Snapshot {
	t.Helper()
	s, err := o.Open(t.Context(), user, mailbox)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run writes the snapshot's run and checks the count.
func run(t testing.TB, s Snapshot) string {
	t.Helper()
	var b bytes.Buffer
	n, err := s.WriteTo(&b)
	if err != nil {
		t.Fatal(err)
	}
	if n != s.Octets() || int64(b.Len()) != n {
		t.Fatalf("%d octets promised, %d reported, %d written", s.Octets(), n, b.Len())
	}
	return b.String()
}

func expunge(t testing.TB, s Snapshot) {
	t.Helper()
	if err := s.Expunge(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func shut(t testing.TB, s Snapshot) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// deliver delivers a message as SMTP does.
func deliver(d Deliverer, user, sender, msg string) error {
	ctx := context.Background()
	m, err := d.Stage(ctx, user, Envelope{Sender: sender})
	if err != nil {
		return err
	}
	if _, err := m.Write([]byte(msg)); err != nil {
		return err
	}
	err = m.Commit(ctx)
	if abortErr := m.Abort(); err == nil {
		err = abortErr
	}
	return err
}

// files lists what lies below dir.
func files(t testing.TB, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.Walk(dir, func(p string, fi os.FileInfo, err error) error {
		if err == nil && !fi.IsDir() {
			rel, err := filepath.Rel(dir, p)
			if err != nil {
				return err
			}
			all = append(all, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
