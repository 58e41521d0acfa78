package mimeview

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

func parse(t testing.TB, message string, o Options) *View {
	t.Helper()
	v := Parse(io.NewSectionReader(strings.NewReader(message), 0, int64(len(message))), o)
	check(t, v)
	return v
}

// noticed tells whether one of the notices has these words.
func noticed(v *View, words string) bool {
	for _, n := range v.Notices {
		if strings.Contains(n, words) {
			return true
		}
	}
	return false
}

func TestNestedParts(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("From: a@example.org\n")
	for i := range 5000 {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	b.WriteString("Content-Type: text/plain\n\nthe bottom\n")
	v := parse(t, b.String(), Options{})
	if !noticed(v, "nested too deep") {
		t.Errorf("no notice of the depth: %q", v.Notices)
	}
	if !strings.Contains(v.Text, "the bottom") {
		t.Error("what is beyond the depth can't be read")
	}
}

func TestNestedMessages(t *testing.T) {
	t.Parallel()
	v := parse(t, "Subject: a\n"+strings.Repeat("Content-Type: message/rfc822\n\n", 5000)+"Subject: b\n\nx\n", Options{})
	if !noticed(v, "nested too deep") || len(v.Parts) > DefaultBudget.Depth+2 {
		t.Errorf("%d parts, notices %q", len(v.Parts), v.Notices)
	}
}

func TestManyParts(t *testing.T) {
	t.Parallel()
	m := "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 200_000) + "--b--\n"
	v := parse(t, m, Options{})
	if !noticed(v, "too many parts") {
		t.Errorf("no notice of the number: %q", v.Notices)
	}
	if n := strings.Count(v.Text, "x"); n < 900 || n > DefaultBudget.Parts {
		t.Errorf("%d texts are shown", n)
	}
}

func TestManyBoundaries(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"--\n", "--b", "begin 644 x\n", "=?utf-8?q?", "<", "begin 644 x\n`\n"} {
		parse(t, "Subject: a\nContent-Type: multipart/mixed; boundary=\"b\"\n\n"+strings.Repeat(line, 2<<20/len(line)), Options{})
		parse(t, "Subject: a\n\n"+strings.Repeat(line, 2<<20/len(line)), Options{})
	}
}

func TestParameterSegments(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"; filename*%d=x", ";\n filename*%d*=%%41", "; p%d=\"x", "; p%d=x", ";%d=(("} {
		var b strings.Builder
		b.WriteString("Content-Type: application/x\nContent-Disposition: attachment")
		for i := range 100_000 {
			fmt.Fprintf(&b, form, i)
		}
		v := parse(t, b.String()+"\n\nbody\n", Options{})
		if len(v.Parts)+len(v.Text) == 0 {
			t.Errorf("with %s nothing is shown", form)
		}
	}
}

func TestHugeHeader(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]string{
		"one field":     "Subject: " + strings.Repeat("x", 2<<20) + "\n\nbody\n",
		"folds":         "Subject: a\n" + strings.Repeat(" x\n", 1<<20) + "\nbody\n",
		"many fields":   strings.Repeat("X-A: b\n", 2<<20/7) + "\nbody\n",
		"words":         "Subject: " + strings.Repeat("=?utf-8?q?=C3=A9?= ", 2<<20/19) + "\n\nbody\n",
		"addresses":     "To: " + strings.Repeat("a@b.c, ", 2<<20/7) + "\n\nbody\n",
		"brackets":      "From: " + strings.Repeat("<", 2<<20) + "\n\nbody\n",
		"parentheses":   "From: " + strings.Repeat("(", 2<<20) + "\n\nbody\n",
		"quotes":        "From: " + strings.Repeat("\"\\", 1<<20) + "\n\nbody\n",
		"no colons":     "Subject: a\n" + strings.Repeat("x y z\n", 2<<20/6),
		"references":    "References: " + strings.Repeat("<a@b> ", 2<<20/6) + "\n\nbody\n",
		"open brackets": "References: " + strings.Repeat("<", 2<<20) + "\n\nbody\n",
	} {
		v := parse(t, m, Options{})
		if v.Text == "" {
			t.Errorf("%s: nothing is shown", name)
		}
		if s := Summarize([]byte(m)); len([]rune(s.Subject)) > maxSubject || len(s.References) > maxReferences {
			t.Errorf("%s: the summary has no bounds", name)
		}
	}
}

func TestDecodedBudget(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	body := base64.StdEncoding.EncodeToString(make([]byte, size))
	m := "Content-Type: application/x\nContent-Transfer-Encoding: base64\n\n" + body + "\n"
	if v := parse(t, m, Options{}); len(v.Parts) != 1 || len(v.Parts[0].Octets) != size {
		t.Fatal("the part is not whole within the budget")
	}
	v := parse(t, m, Options{Budget: Budget{DecodedOctets: 1 << 20}})
	total := 0
	for _, p := range v.Parts {
		total += len(p.Octets)
	}
	if total > 1<<20 || !noticed(v, "only its beginning is shown") {
		t.Errorf("%d octets, notices %q", total, v.Notices)
	}
}

func TestTextBudget(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("Grüße\n", 1000)
	for _, kind := range []string{"text/plain", "text/html"} {
		v := parse(t, "Content-Type: "+kind+"; charset=utf-8\n\n"+text, Options{Budget: Budget{TextOctets: 1001}})
		if len(v.Text) > 1100 || !strings.HasPrefix(v.Text, "Grüße") || !noticed(v, "very long") {
			t.Errorf("%s: %d octets, notices %q", kind, len(v.Text), v.Notices)
		}
	}
}

func TestTimeBudget(t *testing.T) {
	t.Parallel()
	m := "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n"
	v := parse(t, m, Options{Budget: Budget{Time: time.Nanosecond}})
	if !noticed(v, "takes too long") || v.Text == "" {
		t.Errorf("text %q, notices %q", v.Text, v.Notices)
	}
}

func TestTwoFroms(t *testing.T) {
	t.Parallel()
	v := parse(t, "From: Good <good@example.org>\nFrom: Bad <bad@example.org>\nSubject: x\n\nbody\n", Options{})
	if len(v.From) != 2 || !noticed(v, "more than one From") {
		t.Errorf("from %v, notices %q", v.From, v.Notices)
	}
}

func TestEncodedAddressIsNoAddress(t *testing.T) {
	t.Parallel()
	m := "From: =?utf-8?q?Bank_=3Csupport@bank.example=3E?= <thief@example.org>\n\n"
	if s := Summarize([]byte(m)); s.FromAddress != "thief@example.org" {
		t.Errorf("the address is %q", s.FromAddress)
	}
	if s := Summarize([]byte("From: =?utf-8?q?=3Csupport@bank.example=3E?=\n\n")); s.FromAddress != "" {
		t.Errorf("an encoded word passes for the address %q", s.FromAddress)
	}
}

func TestHiddenCharacters(t *testing.T) {
	t.Parallel()
	m := "From: \"a\u202eb\u200bc\x07\" <x\u2066y@example.org>\nSubject: =?utf-8?b?" +
		base64.StdEncoding.EncodeToString([]byte("one\u202etwo\u0000three\r\nBcc: x")) + "?=\n\nbody\n"
	v := parse(t, m, Options{})
	if v.From[0] != (Address{"abc", "xy@example.org"}) || v.Subject != "onetwothree Bcc: x" {
		t.Errorf("%q %q", v.From, v.Subject)
	}
}

func TestNothingParses(t *testing.T) {
	t.Parallel()
	for _, m := range []string{"no header\nat all\n", "\x00\xff\xfe\x01", "\n\n\njust text\n", ": : :\n", strings.Repeat("\xff", 5000)} {
		if v := parse(t, m, Options{}); !v.Raw || v.Text == "" || len(v.Notices) == 0 {
			t.Errorf("%.20q: raw %v, text %q", m, v.Raw, v.Text)
		}
	}
	if v := parse(t, "", Options{}); v.Text != "" {
		t.Errorf("an empty message says %q", v.Text)
	}
}

func TestHostileHTML(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]string{
		"nested":      strings.Repeat("<div><blockquote><table><ul>", 50_000) + "the end",
		"one line":    strings.Repeat("x ", 2<<20) + "the end",
		"attributes":  "<a " + strings.Repeat("a=b ", 500_000) + ">x</a> the end",
		"links":       strings.Repeat("<a href=http://a.example>x", 100_000) + "the end",
		"comment":     "the end<!--" + strings.Repeat("-", 1<<20),
		"less-than":   strings.Repeat("<", 1<<20) + " the end",
		"end tags":    strings.Repeat("</ul></blockquote></pre></a>", 100_000) + "the end",
		"no end tag":  "the end<script>" + strings.Repeat("x", 1<<20),
		"entities":    strings.Repeat("&amp;", 300_000) + " the end",
		"empty items": strings.Repeat("<li>", 300_000) + "the end",
	} {
		if got := TextOf(s); !strings.Contains(got, "the end") {
			t.Errorf("%s: the text is lost", name)
		}
	}
}

func TestReaderThatFails(t *testing.T) {
	t.Parallel()
	r := io.NewSectionReader(failing{strings.NewReader("Subject: x\n\nbody\n")}, 0, 1<<40)
	v := Parse(r, Options{})
	if v.Subject != "x" || v.Text != "body\n" || !noticed(v, "could be read") {
		t.Errorf("%q %q %q", v.Subject, v.Text, v.Notices)
	}
}

// failing is a reader that fails where its octets end.
type failing struct{ r io.ReaderAt }

func (f failing) ReadAt(b []byte, at int64) (int, error) {
	n, err := f.r.ReadAt(b, at)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
