package maildrop

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"restante.app/localstore/custody"
)

// piece is a delivery read to its end.
type piece struct{ Prefix, Message, Suffix, Format string }

func read(d custody.Delivery) (piece, error) {
	p := piece{Prefix: string(d.Prefix), Message: string(d.Octets), Format: d.Format}
	if d.Rest != nil {
		rest, err := io.ReadAll(d.Rest)
		if err != nil {
			return p, err
		}
		p.Message += string(rest)
	}
	if d.Suffix != nil {
		p.Suffix = string(d.Suffix())
	}
	return p, nil
}

func split(r io.Reader, o Options) (pieces []piece, err error) {
	s := NewSplitter(r, o)
	defer func() { err = errors.Join(err, s.Close()) }()
	for {
		d, err := s.Next()
		if errors.Is(err, io.EOF) {
			return pieces, nil
		}
		if err != nil {
			return pieces, err
		}
		p, err := read(d)
		if err != nil {
			return pieces, err
		}
		pieces = append(pieces, p)
	}
}

func join(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Prefix + p.Message + p.Suffix)
	}
	return b.String()
}

func messages(pieces []piece) []string {
	var out []string
	for _, p := range pieces {
		out = append(out, p.Message)
	}
	return out
}

const (
	a = "From: a@example.org\nSubject: a\n\nHello.\n"
	b = "From: b@example.org\nSubject: b\n\nBye.\n"

	fromA = "From a@example.org Mon Nov 12 20:30:00 1984\n"
	fromB = "From b@example.org Mon Nov 12 20:31:00 1984\n"
	ctrl  = "\x01\x01\x01\x01\n"
)

func cl(m string, n int) string { return fmt.Sprintf("Content-Length: %d\n%s", n, m) }

// oddities are runs with one oddity each. why says what it is; every one is also
// read with CRLF line ends, unless it is about octet counts.
var oddities = []struct {
	why, format, run string
	want             []string // messages
	formats          string   // of the messages, joined by commas
	lfOnly           bool
}{
	{"an mbox", "", fromA + a + "\n" + fromB + b + "\n", []string{a, b}, "mbox,mbox", false},
	{"no empty line at the end", "", fromA + a + "\n" + fromB + b, []string{a, b}, "mbox,mbox", false},
	{"no line end at the end", "", fromA + a + "\n" + fromB + "x: y\n\nend", []string{a, "x: y\n\nend"}, "mbox,mbox", false},
	{"empty lines before the first", "", "\n\n" + fromA + a, []string{a}, "mbox", false},
	{"From without an empty line before it", "", fromA + "x: y\n\ntext\n" + fromB + b, []string{"x: y\n\ntext\n" + fromB + b}, "mbox", false},
	{"From with no date", "", fromA + "x: y\n\ntext\n\nFrom me to you\n", []string{"x: y\n\ntext\n\nFrom me to you\n"}, "mbox", false},
	{"a quoted From", "", fromA + "x: y\n\n\n>" + fromB, []string{"x: y\n\n\n>" + fromB}, "mbox", false},
	{"empty messages", "", fromA + "\n" + fromB + "\n", []string{"", ""}, "mbox,mbox", false},
	{"a message of one empty line", "", fromA + "\n\n" + fromB + b, []string{"\n", b}, "mbox,mbox", false},
	{"seconds missing, zone before the year", "", "From x Wed Dec  2 05:53 PST 1992\n" + a, []string{a}, "mbox", false},
	{"zone after the year", "", "From x Wed Dec  2 05:53:22 1992 -0700\n" + a, []string{a}, "mbox", false},
	{"remote from", "", "From x Wed Dec  2 05:53:22 1992 remote from seismo\n" + a, []string{a}, "mbox", false},
	{"a sender with spaces", "", "From \"John Doe\" Wed Dec  2 05:53:22 1992\n" + a, []string{a}, "mbox", false},
	{"no sender", "", "From Wed Dec  2 05:53:22 1992\n" + a, []string{"From Wed Dec  2 05:53:22 1992\n" + a}, "bare", false},
	{"a day that does not exist", "", "From x Wed Dec 32 05:53:22 1992\n" + a, []string{"From x Wed Dec 32 05:53:22 1992\n" + a}, "bare", false},
	{"a Content-Length that holds", "", fromA + cl(a, 7) + "\n" + fromB + b, []string{cl(a, 7), b}, "mboxcl,mbox", true},
	{"one that holds with a From line inside", "", fromA + cl("x: y\n\none\n\n"+fromB+"two\n", 5+len(fromB)+4) + "\n" + fromB + b,
		[]string{cl("x: y\n\none\n\n"+fromB+"two\n", 5+len(fromB)+4), b}, "mboxcl2,mbox", true},
	{"a Content-Length that is too small", "", fromA + cl(a, 3) + "\n" + fromB + b, []string{cl(a, 3), b}, "mbox,mbox", true},
	{"one beyond the end", "", fromA + cl(a, 1<<40) + "\n" + fromB + b, []string{cl(a, 1<<40), b}, "mbox,mbox", false},
	{"one that is no number", "", fromA + "Content-Length: -1\n" + a + "\n" + fromB + b, []string{"Content-Length: -1\n" + a, b}, "mbox,mbox", false},
	{"one in mboxrd counts nothing", "mboxrd", fromA + cl("x: y\n\none\n\n"+fromB+"two\n", 5+len(fromB)+4),
		[]string{cl("x: y\n\none\n", 5+len(fromB)+4), "two\n"}, "mboxrd,mboxrd", true},
	{"MMDF", "", ctrl + a + ctrl + ctrl + b + ctrl, []string{a, b}, "mmdf,mmdf", false},
	{"MMDF with From lines", "", ctrl + fromA + a + ctrl + ctrl + fromB + b + ctrl, []string{a, b}, "mmdf,mmdf", false},
	{"MMDF without its last line", "", ctrl + a + ctrl + ctrl + b, []string{a, b}, "mmdf,mmdf", false},
	{"MMDF with one line between", "", ctrl + a + ctrl + b + ctrl, []string{a, b}, "mmdf,mmdf", false},
	{"MMDF with an empty message", "", ctrl + ctrl + ctrl + b + ctrl, []string{"", b}, "mmdf,mmdf", false},
	{"five control-A are text", "", ctrl + "x: y\n\n\x01\x01\x01\x01\x01\n" + ctrl, []string{"x: y\n\n\x01\x01\x01\x01\x01\n"}, "mmdf", false},
	{"TENEX", "", tx(a, len(a)) + tx(b, len(b)), []string{a, b}, "tenex,tenex", true},
	{"a size that counts LF, sent with CRLF", "", crlf(tx(a, len(a)) + tx(b, len(b))), []string{crlf(a), crlf(b)}, "tenex,tenex", true},
	{"a size that is too small", "", tx(a, len(a)-2) + tx(b, len(b)), []string{a, b}, "tenex,tenex", true},
	{"a size beyond the end", "", tx(a, len(a)) + tx(b, 9999), []string{a, b}, "tenex,tenex", true},
	{"a size of 0", "", tx(a, 0) + tx(b, len(b)), []string{a, b}, "tenex,tenex", true},
	{"a size in the petabytes", "", tx(a, 999999999999999) + tx(b, len(b)), []string{a, b}, "tenex,tenex", true},
	{"a four-digit year and a numeric zone", "", "2-Dec-1992 05:53:22 -0700,7;000000000000\nx: y\n\nz", []string{"x: y\n\nz"}, "tenex", true},
	{"a bare message", "", a, []string{a}, "bare", false},
	{"no mail at all", "", "\x00\xff\x01", []string{"\x00\xff\x01"}, "bare", false},
	{"empty lines alone", "", "\n\n\n", []string{"\n\n\n"}, "bare", false},
	{"an mbox that is said to be MMDF", "mmdf", fromA + a + "\n" + fromB + b, []string{a, b}, "mbox,mbox", false},
	{"an mbox that is said to be bare", "bare", fromA + a + "\n" + fromB + b, []string{fromA + a + "\n" + fromB + b}, "bare", false},
	{"nothing", "", "", nil, "", false},
}

func tx(m string, size int) string {
	return fmt.Sprintf("12-NOV-84 20:30:00-PST,%d;000000000001\n%s", size, m)
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

func TestOddities(t *testing.T) {
	for _, c := range oddities {
		t.Run(c.why, func(t *testing.T) {
			check(t, c.run, c.format, c.want, c.formats)
			if c.lfOnly {
				return
			}
			var want []string
			for _, m := range c.want {
				want = append(want, crlf(m))
			}
			check(t, crlf(c.run), c.format, want, c.formats)
		})
	}
}

func check(t *testing.T, run, format string, want []string, formats string) {
	t.Helper()
	for name, r := range map[string]io.Reader{
		"at once": strings.NewReader(run), "octet by octet": iotest.OneByteReader(strings.NewReader(run)),
		"the end with the data": iotest.DataErrReader(strings.NewReader(run)),
	} {
		got, err := split(r, Options{Format: format, SpoolDir: t.TempDir()})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d := cmp.Diff(want, messages(got)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if j := join(got); j != run {
			t.Errorf("%s: joined they are %q, want %q", name, j, run)
		}
		var f []string
		for _, p := range got {
			f = append(f, p.Format)
		}
		if g := strings.Join(f, ","); g != formats {
			t.Errorf("%s: formats %q, want %q", name, g, formats)
		}
	}
}

// TestBrokenRun cuts runs at every octet: what is delivered must be a beginning of
// what would have been, and the cut message must not be among it.
func TestBrokenRun(t *testing.T) {
	broken := errors.New("the line broke")
	for _, c := range oddities {
		whole, err := split(strings.NewReader(c.run), Options{Format: c.format, SpoolDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		for n := range len(c.run) + 1 {
			r := io.MultiReader(strings.NewReader(c.run[:n]), iotest.ErrReader(broken))
			got, err := split(r, Options{Format: c.format, SpoolDir: t.TempDir()})
			if !errors.Is(err, broken) {
				t.Fatalf("%s, cut at %d: error %v", c.why, n, err)
			}
			// The closing line of MMDF shows that the last message is whole.
			closed := c.formats != "" && strings.HasPrefix(c.formats, "mmdf")
			if len(got) > len(whole) || len(got) == len(whole) && len(whole) > 0 && !closed {
				t.Fatalf("%s, cut at %d: %d messages of %d", c.why, n, len(got), len(whole))
			}
			for i := range got {
				if got[i].Message != whole[i].Message {
					t.Fatalf("%s, cut at %d: message %d is %q, whole it is %q", c.why, n, i, got[i].Message, whole[i].Message)
				}
			}
		}
	}
}

// big is a message of n octets with something in it that looks like the end.
func big(n int, trap string) string {
	return "From: a@example.org\n\n" + strings.Repeat("0123456789abcde\n", n/16) + trap + "end\n"
}

func TestLongMessages(t *testing.T) {
	for _, n := range []int{custody.MaxInline - 64, custody.MaxInline - 1, custody.MaxInline, custody.MaxInline + 16, 3 << 20, 5 << 20} {
		m := big(n, "\n>From x Mon Nov 12 20:31:00 1984\n\x01\x01\x01\n")
		trap := big(n, "\n"+fromB)
		body := len(trap) - strings.Index(trap, "\n\n") - 2
		for name, c := range map[string]struct {
			run  string
			want []string
		}{
			"mbox":    {fromA + m + "\n" + fromB + b + "\n", []string{m, b}},
			"mbox1":   {fromA + m, []string{m}},
			"mboxcl2": {fromA + cl(trap, body) + "\n" + fromB + b, []string{cl(trap, body), b}},
			"mmdf":    {ctrl + m + ctrl + ctrl + b + ctrl, []string{m, b}},
			"tenex":   {tx(m, len(m)) + tx(b, len(b)), []string{m, b}},
			"bare":    {m, []string{m}},
		} {
			t.Run(fmt.Sprintf("%s/%d", name, n), func(t *testing.T) {
				got, err := split(strings.NewReader(c.run), Options{SpoolDir: t.TempDir()})
				if err != nil {
					t.Fatal(err)
				}
				if !cmp.Equal(messages(got), c.want) {
					t.Errorf("%d messages, lengths differ: %v, want %v", len(got), lengths(messages(got)), lengths(c.want))
				}
				if join(got) != c.run {
					t.Error("joined they are not the run")
				}
			})
		}
	}
}

func lengths(s []string) (n []int) {
	for _, m := range s {
		n = append(n, len(m))
	}
	return n
}

// TestExactness builds mailboxes of random messages and wants just those back.
func TestExactness(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom([]string{"", "text", ">From me", "x\x00\xff", strings.Repeat("w", 500), ".", "a: b"})
		ms := rapid.SliceOfN(rapid.SliceOfN(line, 1, 20), 1, 6).Draw(t, "messages")
		format := rapid.SampledFrom([]string{"mbox", "mboxcl2", "mmdf", "tenex"}).Draw(t, "format")
		eol := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")
		var run bytes.Buffer
		var want []string
		for _, lines := range ms {
			body := strings.Join(lines, eol) + eol
			m := "Subject: s" + eol + eol + body
			switch format {
			case "mbox":
				run.WriteString(strings.TrimSuffix(fromA, "\n") + eol + m + eol)
			case "mboxcl2":
				m = fmt.Sprintf("Content-Length: %d%s%s", len(body), eol, m)
				run.WriteString(strings.TrimSuffix(fromA, "\n") + eol + m + eol)
			case "mmdf":
				run.WriteString(strings.ReplaceAll(ctrl+strings.ReplaceAll(m, "\r\n", "\n")+ctrl, "\n", eol))
			case "tenex":
				fmt.Fprintf(&run, "12-NOV-84 20:30:00-PST,%d;000000000001%s%s", len(m), eol, m)
			}
			want = append(want, m)
		}
		got, err := split(iotest.HalfReader(bytes.NewReader(run.Bytes())), Options{SpoolDir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, messages(got)); d != "" {
			t.Fatalf("%s: (-want +got)\n%s", format, d)
		}
	})
}

// FuzzSplit holds for every run: the pieces joined are the octets received.
func FuzzSplit(f *testing.F) {
	for _, c := range oddities {
		f.Add([]byte(c.run), c.format)
		f.Add([]byte(crlf(c.run)), c.format)
	}
	f.Fuzz(func(t *testing.T, run []byte, format string) {
		got, err := split(bytes.NewReader(run), Options{Format: format, SpoolDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if j := join(got); j != string(run) {
			t.Fatalf("joined they are %q, want %q", j, run)
		}
		if slow, err := split(iotest.OneByteReader(bytes.NewReader(run)), Options{Format: format, SpoolDir: t.TempDir()}); err != nil || !cmp.Equal(slow, got) {
			t.Fatalf("octet by octet it splits otherwise (%v):\n%s", err, cmp.Diff(got, slow))
		}
	})
}
