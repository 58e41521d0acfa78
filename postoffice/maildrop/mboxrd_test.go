package maildrop

import (
	"bufio"
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	fromLines   = regexp.MustCompile(`(?m)^(>*From )`)
	quotedLines = regexp.MustCompile(`(?m)^>(>*From )`)
)

// lineGen draws texts in which what matters is frequent.
var textGen = rapid.Custom(func(t *rapid.T) string {
	parts := rapid.SliceOf(rapid.SampledFrom([]string{"From ", "From", "F", "Fro", ">", ">>", "\n", "\n", "\r\n", " ", "x", "From: a"})).Draw(t, "parts")
	return strings.Join(parts, "")
})

// In whatever pieces a message is written, its From lines are quoted as the plain
// definition of mboxrd says, and can be unquoted again.
func TestQuoting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := textGen.Draw(t, "text")
		var out bytes.Buffer
		q := &quoter{w: &out, last: [2]byte{'\n', '\n'}}
		for rest := []byte(text); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			if k, err := q.Write(rest[:n]); k != n || err != nil {
				t.Fatalf("%d, %v", k, err)
			}
			rest = rest[n:]
		}
		if err := q.close("\n"); err != nil {
			t.Fatal(err)
		}
		want := fromLines.ReplaceAllString(text, ">$1")
		if !strings.HasSuffix(want, "\n") && want != "" {
			want += "\n"
		}
		want += "\n"
		if out.String() != want {
			t.Fatalf("%q: got %q, want %q", text, out.String(), want)
		}
		back := quotedLines.ReplaceAllString(out.String(), "$1")
		if !strings.HasPrefix(back, text) {
			t.Fatalf("%q: comes back as %q", text, back)
		}
	})
}

func TestEntry(t *testing.T) {
	at := time.Date(1984, time.October, 9, 12, 30, 1, 0, time.FixedZone("", 3600))
	for _, c := range []struct{ name, sender, in, want string }{
		{"LF", "", "A: b\n\nc\n", "From MAILER-DAEMON Tue Oct  9 11:30:01 1984\nA: b\n\nc\n\n"},
		{"CRLF", "", "A: b\r\n\r\nc\r\n", "From MAILER-DAEMON Tue Oct  9 11:30:01 1984\r\nA: b\r\n\r\nc\r\n\r\n"},
		{"no end of line", "", "A: b", "From MAILER-DAEMON Tue Oct  9 11:30:01 1984\nA: b\n\n"},
		{"empty", "", "", "From MAILER-DAEMON Tue Oct  9 11:30:01 1984\n\n"},
		{"sender given", "a@b", "Return-Path: <c@d>\n", "From a@b Tue Oct  9 11:30:01 1984\nReturn-Path: <c@d>\n\n"},
		{"return path", "", "X: y\nreturn-path: <c@d>\n", "From c@d Tue Oct  9 11:30:01 1984\nX: y\nreturn-path: <c@d>\n\n"},
		{"bounce", "", "Return-Path: <>\n", "From MAILER-DAEMON Tue Oct  9 11:30:01 1984\nReturn-Path: <>\n\n"},
		{"in the body", "", "X: y\n\nReturn-Path: <c@d>\n", "From MAILER-DAEMON Tue Oct  9 11:30:01 1984\nX: y\n\nReturn-Path: <c@d>\n\n"},
		{"hostile sender", "", "Return-Path: <a b\x00>\n", "From MAILER-DAEMON Tue Oct  9 11:30:01 1984\nReturn-Path: <a b\x00>\n\n"},
		{"starts with From", "", "From x\n", "From MAILER-DAEMON Tue Oct  9 11:30:01 1984\n>From x\n\n"},
		{"ends in From", "", "x\n>From ", "From MAILER-DAEMON Tue Oct  9 11:30:01 1984\nx\n>>From \n\n"},
		{"ends in Fro", "", "x\nFro", "From MAILER-DAEMON Tue Oct  9 11:30:01 1984\nx\nFro\n\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := writeEntry(&out, bufio.NewReader(strings.NewReader(c.in)), c.sender, at); err != nil {
				t.Fatal(err)
			}
			if out.String() != c.want {
				t.Errorf("got  %q\nwant %q", out.String(), c.want)
			}
		})
	}
}

// However a run is cut into writes, its separators are counted alike.
func TestSeparators(t *testing.T) {
	sep := regexp.MustCompile(`(?:\A|\n\r?\n)From `)
	rapid.Check(t, func(t *rapid.T) {
		text := textGen.Draw(t, "text")
		c := new(separators)
		for rest := []byte(text); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			_, _ = c.Write(rest[:n])
			rest = rest[n:]
		}
		// An empty line at the very start has no line end before it.
		want := len(sep.FindAllString("\n"+text, -1))
		if strings.HasPrefix(text, "From ") {
			want++
		}
		if c.n != want {
			t.Fatalf("%q: %d, want %d", text, c.n, want)
		}
	})
}
