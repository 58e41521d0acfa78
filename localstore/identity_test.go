package localstore

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func identify(p []byte) Identity {
	c := newCanonicalizer()
	_, _ = c.Write(p)
	return c.identity()
}

// identifyPieces writes p cut at the places given.
func identifyPieces(c *canonicalizer, p []byte, cuts []int) Identity {
	c.reset()
	for _, n := range cuts {
		n = min(n, len(p))
		_, _ = c.Write(p[:n])
		p = p[n:]
	}
	_, _ = c.Write(p)
	return c.identity()
}

var (
	lineEnd   = regexp.MustCompile(`\r*\n`)
	from      = regexp.MustCompile(`^>*From `)
	clock     = regexp.MustCompile(`\d\d:\d\d`)
	headerEnd = regexp.MustCompile(`\n\r*\n`)
	stuffed   = regexp.MustCompile(`(?m)^(>*From )`)
)

// plainCanonical is the definition of the canonical form, written to be read.
func plainCanonical(p []byte) []byte {
	text := lineEnd.ReplaceAllString(string(p), "\n")
	lines := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	var out []string
	started, header, dropping := false, true, false
	for _, line := range lines {
		head := line[:min(len(line), lineHead)]
		isFrom := from.MatchString(head)
		switch {
		case isFrom && !started && clock.MatchString(head):
			continue
		case isFrom:
			dropping = false
			line = strings.TrimLeft(line, ">")
		case header && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")):
			if dropping {
				continue
			}
		case header:
			dropping = plainDropped(head)
			if dropping {
				continue
			}
		}
		started = true
		if line == "" {
			header = false
		}
		out = append(out, line)
	}
	return []byte(strings.TrimRight(strings.Join(out, "\n"), "\n\r"))
}

func plainDropped(line string) bool {
	name, _, found := strings.Cut(line, ":")
	name = strings.TrimRight(name, " \t")
	for known := range strings.FieldsSeq(`Status X-Status X-UIDL X-UID X-Keywords X-IMAP X-IMAPbase Content-Length Lines
		X-Mozilla-Status X-Mozilla-Status2 X-Mozilla-Keys X-Gmail-Labels X-GM-THRID X-GM-MSGID`) {
		if found && lowerASCII(name) == lowerASCII(known) {
			return true
		}
	}
	return found && len(name) <= 32 && strings.HasPrefix(lowerASCII(name), "x-evolution")
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// messageGen draws mail with everything in it that the canonical form looks at.
var messageGen = rapid.Custom(func(t *rapid.T) []byte {
	header := rapid.SliceOfN(rapid.SampledFrom([]string{
		"From: a@example.org", "Subject: hello", "To: b@example.org", "X-Statusbar: kept", "Lines-of-code: 3",
		"Subject: folded\n continued", "References: <a@b>\n\t<c@d>", "X-Long: " + strings.Repeat("x", 1500), "no colon here",
	}), 1, 6).Draw(t, "header")
	body := rapid.SliceOfN(rapid.SampledFrom([]string{
		"", "text", "From me to you", "Status: not a header", "a\rb", ">quoted", "Fro", ">", ">>Fromage", " From ",
		strings.Repeat("long ", 400), strings.Repeat(">", 30) + "x", "ends with cr\r\rx",
	}), 0, 12).Draw(t, "body")
	return []byte(strings.Join(header, "\n") + "\n\n" + strings.Join(body, "\n") + "\n")
})

// guises are what post offices do to the mail they hand out.
var guises = map[string]func(t *rapid.T, p []byte) []byte{
	"CRLF":    func(_ *rapid.T, p []byte) []byte { return bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n")) },
	"CRCRLF":  func(_ *rapid.T, p []byte) []byte { return bytes.ReplaceAll(p, []byte("\n"), []byte("\r\r\n")) },
	"newline": func(_ *rapid.T, p []byte) []byte { return append(bytes.Clone(p), "\n\n"...) },
	"no newline at the end": func(_ *rapid.T, p []byte) []byte {
		return bytes.TrimRight(p, "\r\n")
	},
	"mbox From_": func(_ *rapid.T, p []byte) []byte {
		return append([]byte("From a@example.org Tue Oct  1 10:00:00 1984\n"), p...)
	},
	"stuffed From_": func(_ *rapid.T, p []byte) []byte {
		return append([]byte(">From uucp Tue Oct  1 10:00:00 1984 remote from x\n"), p...)
	},
	"mboxrd": func(_ *rapid.T, p []byte) []byte {
		return stuffed.ReplaceAll(p, []byte(">$1"))
	},
	"fields": func(t *rapid.T, p []byte) []byte {
		field := rapid.SampledFrom([]string{
			"Status: RO\n", "X-Status: A\n", "X-UIDL: 7\n", "x-uid: 9\n", "X-Keywords:\n  \n", "X-IMAP: 1 2\n",
			"X-IMAPbase: 1 2\n\tmore\n", "X-Mozilla-Status: 0001\n", "X-Mozilla-Status2 : 0\n", "CONTENT-LENGTH: 17\n",
			"Lines: 2\n", "X-Evolution: 1\n", "X-Evolution-Source: x\n",
		}).Draw(t, "field")
		if rapid.Bool().Draw(t, "first") {
			return append([]byte(field), p...)
		}
		if end := headerEnd.FindIndex(p); end != nil {
			return append(append(bytes.Clone(p[:end[0]+1]), field...), p[end[0]+1:]...)
		}
		return p
	},
}

func TestIdentityOfGuises(t *testing.T) {
	names := []string{"CRLF", "CRCRLF", "newline", "no newline at the end", "mbox From_", "stuffed From_", "mboxrd", "fields"}
	rapid.Check(t, func(t *rapid.T) {
		p := messageGen.Draw(t, "message")
		want := identify(p)
		guise := p
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 1, 5).Draw(t, "guises") {
			guise = guises[name](t, guise)
		}
		if identify(guise) != want {
			t.Fatalf("another identity:\n%s", cmp.Diff(string(plainCanonical(p)), string(plainCanonical(guise))))
		}
	})
}

// What differs once the guises are taken off is another message.
func TestIdentityTellsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := messageGen.Draw(t, "a"), messageGen.Draw(t, "b")
		same := bytes.Equal(plainCanonical(a), plainCanonical(b))
		if got := identify(a) == identify(b); got != same {
			t.Fatalf("same identity %t, same canonical form %t\n%q\n%q", got, same, a, b)
		}
	})
}

func TestIdentityOfSmallDifferences(t *testing.T) {
	base := "From: a@b\nMessage-ID: <1@b>\nSubject: x\n\nbody\n\nmore\n"
	for name, other := range map[string]string{
		"subject":                 "From: a@b\nMessage-ID: <1@b>\nSubject: y\n\nbody\n\nmore\n",
		"body, same Message-ID":   "From: a@b\nMessage-ID: <1@b>\nSubject: x\n\nbody\n\nmore!\n",
		"an empty line less":      "From: a@b\nMessage-ID: <1@b>\nSubject: x\n\nbody\nmore\n",
		"a space at a line's end": "From: a@b\nMessage-ID: <1@b>\nSubject: x\n\nbody \n\nmore\n",
		"a field in the body":     "From: a@b\nMessage-ID: <1@b>\nSubject: x\n\nStatus: R\nbody\n\nmore\n",
		"a bare CR":               "From: a@b\nMessage-ID: <1@b>\nSubject: x\n\nbo\rdy\n\nmore\n",
		"the header's end":        "From: a@b\nMessage-ID: <1@b>\nSubject: x\nbody\n\nmore\n",
		"quoting":                 "From: a@b\nMessage-ID: <1@b>\nSubject: x\n\n>body\n\nmore\n",
	} {
		if identify([]byte(base)) == identify([]byte(other)) {
			t.Errorf("%s: the same identity", name)
		}
	}
	// A text without a header that begins with the word keeps its first line.
	if identify([]byte("From here on A\nx")) == identify([]byte("From here on B\nx")) {
		t.Error("two texts are one message")
	}
}

func TestIdentityOfPieces(t *testing.T) {
	c := newCanonicalizer()
	rapid.Check(t, func(t *rapid.T) {
		p := messageGen.Draw(t, "message")
		if rapid.Bool().Draw(t, "crlf") {
			p = bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))
		}
		cuts := rapid.SliceOf(rapid.IntRange(0, 40)).Draw(t, "cuts")
		if identifyPieces(c, p, cuts) != identify(p) {
			t.Fatalf("cut at %v: another identity of %q", cuts, p)
		}
	})
}

func FuzzIdentity(f *testing.F) {
	f.Add([]byte("From x Tue Oct  1 10:00:00 1984\r\nStatus: R\r\n a\r\nA: b\r\n\r\n>From x\r\nb\r\r\n\r\n"), uint8(3))
	f.Add([]byte(">>From 10:00\n\r\n\rStatus: x\n"), uint8(1))
	f.Add(bytes.Repeat([]byte(">"), 2*lineHead), uint8(200))
	f.Add([]byte("X-Evolution"+strings.Repeat("y", 40)+": z\n\n\r"), uint8(5))
	f.Add(append(bytes.Repeat([]byte("\r"), lineHead+3), "\nStatus: x\n"...), uint8(255))
	f.Fuzz(func(t *testing.T, p []byte, step uint8) {
		want := identify(p)
		if identify(plainCanonical(p)) != want && !bytes.Contains(p, []byte("From ")) && !bytes.ContainsAny(p, ":") {
			t.Errorf("the canonical form of %q has another identity", p)
		}
		c := newCanonicalizer()
		for rest := p; len(rest) > 0; {
			n := min(len(rest), int(step)+1)
			_, _ = c.Write(rest[:n])
			rest = rest[n:]
		}
		if c.identity() != want {
			t.Errorf("in pieces of %d: another identity of %q", int(step)+1, p)
		}
		if got := canonicalOctets(p); !bytes.Equal(got, plainCanonical(p)) {
			t.Errorf("canonical form of %q:\n got %q\nwant %q", p, got, plainCanonical(p))
		}
	})
}

// recorder is a hash that keeps what is written.
type recorder struct{ bytes.Buffer }

func (r *recorder) Sum(b []byte) []byte { return b }
func (r *recorder) Size() int           { return 0 }
func (r *recorder) BlockSize() int      { return 1 }

func canonicalOctets(p []byte) []byte {
	var r recorder
	c := newCanonicalizer()
	c.sum = &r
	_, _ = c.Write(p)
	c.identity()
	return r.Bytes()
}
