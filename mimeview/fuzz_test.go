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

// FuzzField reads a field in every way that there is.
func FuzzField(f *testing.F) {
	for _, s := range []string{
		"=?utf-8?q?Gr=C3?= =?utf-8?q?=BC?= =?x?b?!?=", "a@b, \"c\\\"\" <d@e> (f (g)); h: <i", "attachment; filename*1*=utf-8''%C3; filename*0=\"x\"; a=b",
		"Do., 25 Dez 2003 14:05:22 +0100 (MEZ)", "12/25/2003 2:05 PM", "20031225T140522Z", "\xcf\xf0\xe8\xe2", "=?utf-7?q?+APw-?=", "=?iso-2022-kr?b?DiQk?=",
	} {
		f.Add([]byte(s), "windows-1251")
	}
	f.Fuzz(func(t *testing.T, b []byte, charset string) {
		if s := text(b, charset); !utf8.ValidString(s) {
			t.Errorf("text %q", s)
		}
		for _, a := range addresses(b, charset, 10) {
			if !utf8.ValidString(a.Name+a.Address) || len([]rune(a.Name)) > maxName || strings.ContainsFunc(a.Name+a.Address, hidden) {
				t.Errorf("address %q", a)
			}
		}
		p := contentType(b, charset)
		for k, v := range p.params {
			if !utf8.ValidString(v) {
				t.Errorf("parameter %q %q", k, v)
			}
		}
		if d := date(string(b)); !d.IsZero() && (d.Year() < 0 || d.Year() > 9999) {
			t.Errorf("date %v", d)
		}
		if s := headerCharset(charset, b, nil, nil); s != charset && s != detect(b) {
			t.Errorf("charset %q", s)
		}
	})
}

func FuzzCalendar(f *testing.F) {
	f.Add("BEGIN:VEVENT\nSUMMARY;X=\"a:b\":c\\,\\n\n d\nDTSTART;TZID=x:20261123T091500\nDTEND:20261124\nEND:VEVENT")
	f.Fuzz(func(t *testing.T, s string) {
		if got := calendarText(s); len(got) > 20*len(s)+100*maxEvents {
			t.Errorf("%d octets of %d", len(got), len(s))
		}
	})
}
