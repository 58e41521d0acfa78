package maildrop

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// FuzzMboxLetters takes any octets for an mbox: its messages are as long as they say and
// have ids of their own, and when some are removed, all others stay as they were.
func FuzzMboxLetters(f *testing.F) {
	for _, s := range []string{
		"", one, one + two, "no From line\n\n" + one, "From x\r\nSubject: a\r\n\r\n>From b\r\n\r\nFrom y\r\n", "From x\n\nFrom y\nFrom z\n", "\n\n\nFrom x", "From x\n\n\n\n\n", three + one + one,
	} {
		f.Add([]byte(s), uint(5))
	}
	f.Fuzz(func(t *testing.T, octets []byte, mask uint) {
		root := t.TempDir()
		name := filepath.Join(root, "fred", "inbox")
		put(t, name, string(octets))
		m, err := NewMbox(root, DefaultMbox, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		l := openLetters(t, m)
		before, _ := texts(t, l)
		var which []int
		var want []string
		for i, text := range before {
			if mask>>(i%32)&1 == 1 {
				which = append(which, i)
			} else {
				want = append(want, text)
			}
		}
		if err := l.Remove(t.Context(), which); err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		l = openLetters(t, m)
		after, _ := texts(t, l)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(after, want) {
			left, err := os.ReadFile(name)
			t.Fatalf("left %q of %q, want %q (%q, %v)", after, before, want, left, err)
		}
	})
}
