package mimeview

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// seeds adds the demo's mail, each of which has an oddity, to a fuzzer's corpus.
func seeds(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("..", "assets", "demo", "*.eml"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if len(b) < 8<<10 {
			f.Add(b)
		}
	}
}

func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		v := Parse(io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b))), Options{})
		check(t, v)
		_, body, _ := splitHeader(b, DefaultBudget.HeaderOctets)
		if v.Text == "" && len(v.Parts) == 0 && strings.TrimSpace(lineEnds(string(body))) != "" && ascii(body) && bytes.IndexByte(body, 0x1b) < 0 {
			t.Errorf("nothing is shown of %q", body)
		}
	})
}

func FuzzSummarize(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		s := Summarize(b)
		for _, v := range append([]string{s.FromName, s.FromAddress, s.To, s.Subject, s.MessageID, s.InReplyTo}, s.References...) {
			if !utf8.ValidString(v) || len([]rune(v)) > 1000 || strings.ContainsFunc(v, hidden) {
				t.Errorf("%q", v)
			}
		}
		if len(s.References) > maxReferences || s.Date.Year() > 9999 {
			t.Errorf("%d references, date %v", len(s.References), s.Date)
		}
	})
}

func FuzzSafeName(f *testing.F) {
	for claimed := range safeNames {
		f.Add(claimed, "application/pdf", 3)
	}
	f.Fuzz(func(t *testing.T, claimed, mediaType string, index int) {
		safe(t, claimed, SafeName(claimed, mediaType, index))
	})
}

func FuzzTextOf(f *testing.F) {
	f.Add("<p>a<a href=http://b.example>c</a><ul><li>d</ul><table><tr><td>e<td>f</table><pre>g\nh</pre>")
	f.Fuzz(func(t *testing.T, s string) {
		if got := TextOf(s); !utf8.ValidString(got) {
			t.Errorf("%q", got)
		}
	})
}
