package maildrop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// asSent is a stored message as POP3 sends it.
func asSent(stored string) string {
	s := strings.ReplaceAll(strings.ReplaceAll(stored, "\r\n", "\n"), "\n", "\r\n")
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\r\n"
	}
	return s
}

// kinds makes a maildrop of each kind with fred's mail in it.
var kinds = map[string]func(t *testing.T, mail []string) LetterOpener{
	"memory": func(_ *testing.T, mail []string) LetterOpener {
		m := new(Memory)
		for _, msg := range mail {
			m.Put("fred", "inbox", []byte(msg))
		}
		return m
	},
	"maildir": func(t *testing.T, mail []string) LetterOpener {
		root := t.TempDir()
		dir := filepath.Join(root, "fred", "Maildir", "new")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for i, msg := range mail {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.M%dP1.x", 1_000_000_000+i, i)), []byte(msg), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		m, err := NewMaildir(root, DefaultMaildir)
		if err != nil {
			t.Fatal(err)
		}
		return m
	},
	"mbox": func(t *testing.T, mail []string) LetterOpener {
		root := t.TempDir()
		if err := os.MkdirAll(filepath.Join(root, "fred"), 0o700); err != nil {
			t.Fatal(err)
		}
		var all bytes.Buffer
		for _, msg := range mail {
			all.WriteString("From x@y Mon Oct  1 09:18:00 1984\n")
			for line := range strings.Lines(msg) {
				if strings.HasPrefix(strings.TrimLeft(line, ">"), "From ") {
					all.WriteByte('>')
				}
				all.WriteString(line)
			}
			if !strings.HasSuffix(msg, "\n") {
				all.WriteByte('\n')
			}
			all.WriteByte('\n')
		}
		if err := os.WriteFile(filepath.Join(root, "fred", "inbox"), all.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := NewMbox(root, DefaultMbox, 0)
		if err != nil {
			t.Fatal(err)
		}
		return m
	},
}

func openLetters(t *testing.T, drops LetterOpener) Letters {
	t.Helper()
	l, err := drops.OpenLetters(t.Context(), "fred", "inbox")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// texts reads all letters, which must be as long as they say and have ids of their own.
func texts(t *testing.T, l Letters) (all, ids []string) {
	t.Helper()
	seen := map[string]bool{}
	for i, letter := range l.Letters() {
		var b bytes.Buffer
		if err := l.WriteLetter(&b, i); err != nil {
			t.Fatal(err)
		}
		if int64(b.Len()) != letter.Octets {
			t.Errorf("message %d has %d octets, it said %d", i, b.Len(), letter.Octets)
		}
		if seen[letter.ID] || letter.ID == "" || len(letter.ID) > maxID {
			t.Errorf("message %d has the id %q", i, letter.ID)
		}
		seen[letter.ID] = true
		all, ids = append(all, b.String()), append(ids, letter.ID)
	}
	return all, ids
}

var odd = []string{
	"Subject: one\n\nbody\n", "Subject: one\n\nbody\n", "Subject: crlf\r\n\r\nbody\r\n", "Subject: no end",
	"Subject: from\n\nFrom here\n>From there\n>>From\n\n", "Subject: dots\n\n.\n..\n", "S: blank\n\n\n\n",
	"Subject: long\n\n" + strings.Repeat("x", 300_000) + "\n", "Subject: bare\rcr\n\nx\n",
}

func TestLetters(t *testing.T) {
	for kind, open := range kinds {
		t.Run(kind, func(t *testing.T) {
			drops := open(t, odd)
			l := openLetters(t, drops)
			got, ids := texts(t, l)
			for i, want := range odd {
				if got[i] != asSent(want) {
					t.Errorf("message %d is %.80q, want %.80q", i, got[i], asSent(want))
				}
			}
			if _, err := drops.OpenLetters(t.Context(), "fred", "inbox"); !errors.Is(err, ErrLocked) {
				t.Errorf("a second session: %v", err)
			}
			if err := l.Remove(t.Context(), []int{0, 3, 4}); err != nil {
				t.Fatal(err)
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			l = openLetters(t, drops)
			left, leftIDs := texts(t, l)
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			at := 0
			for i := range odd {
				if i == 0 || i == 3 || i == 4 {
					continue
				}
				if left[at] != got[i] {
					t.Errorf("message %d became %.80q", i, left[at])
				}
				// Two equal messages of an mbox have ids by their number.
				if leftIDs[at] != ids[i] && (kind != "mbox" || i != 1) {
					t.Errorf("message %d had the id %s, now %s", i, ids[i], leftIDs[at])
				}
				at++
			}
		})
	}
}

// TestLettersRemoved removes any messages from any mailbox, while others arrive.
func TestLettersRemoved(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		line := rapid.SampledFrom([]string{"x", "", "From y", ">From z", ".", "a longer line of text"})
		message := rapid.Custom(func(rt *rapid.T) string {
			return "Subject: s\n\n" + strings.Join(rapid.SliceOfN(line, 0, 6).Draw(rt, "lines"), "\n") + "\n"
		})
		mail := rapid.SliceOfN(message, 0, 8).Draw(rt, "mail")
		kind := rapid.SampledFrom([]string{"memory", "maildir", "mbox"}).Draw(rt, "kind")
		drops := kinds[kind](t, mail)
		l := openLetters(t, drops)
		var which []int
		var want []string
		for i, msg := range mail {
			if rapid.Bool().Draw(rt, "remove") {
				which = append(which, i)
			} else {
				want = append(want, asSent(msg))
			}
		}
		late := "Subject: late\n\nnew\n"
		if d, ok := drops.(Deliverer); ok {
			arrive(rt, d, late)
			want = append(want, asSent(late))
		}
		if err := errors.Join(l.Remove(t.Context(), which), l.Close()); err != nil {
			rt.Fatal(err)
		}
		l = openLetters(t, drops)
		got, _ := texts(t, l)
		if err := l.Close(); err != nil {
			rt.Fatal(err)
		}
		for i := range got { // a delivery notes the sender
			got[i] = strings.TrimPrefix(got[i], "Return-Path: <late@example.org>\r\n")
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			rt.Fatalf("left %q, want %q", got, want)
		}
	})
}

func arrive(t *rapid.T, d Deliverer, text string) {
	s, err := d.Stage(context.Background(), "fred", Envelope{Sender: "late@example.org"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Commit(context.Background()), s.Abort()); err != nil {
		t.Fatal(err)
	}
}

// TestLettersChanged: what another program has changed is not sent as it is, and stays.
func TestLettersChanged(t *testing.T) {
	m := kinds["maildir"](t, odd[:2]).(*Maildir)
	l := openLetters(t, m)
	name := filepath.Join(m.root.Name(), "fred", "Maildir", "new", "1000000001.M1P1.x")
	if err := os.WriteFile(name, []byte("Subject: two\n\nbody\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := l.WriteLetter(new(bytes.Buffer), 1); !errors.Is(err, ErrChanged) {
		t.Errorf("WriteLetter: %v", err)
	}
	var partial *ExpungeError
	if err := l.Remove(t.Context(), []int{0, 1}); !errors.As(err, &partial) || partial.Left != 1 {
		t.Errorf("Remove: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(name); err != nil {
		t.Errorf("the changed message: %v", err)
	}
}

func TestRawFileHasNoLetters(t *testing.T) {
	drops, err := NewFile(t.TempDir(), DefaultMbox, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := drops.(LetterOpener); ok {
		t.Error("a file of any format hands out letters")
	}
}
