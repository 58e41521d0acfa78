package rtf

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

func decode(b []byte, page int) string {
	m := charmap.Windows1252
	if page == 1251 {
		m = charmap.Windows1251
	}
	s, err := m.NewDecoder().Bytes(b)
	if err != nil {
		return string(b)
	}
	return string(s)
}

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{\rtf1\ansi\ansicpg1252 Gr\'fc\'dfe\par two}`:                                    "Grüße\ntwo",
		`{\rtf1{\fonttbl{\f0\fswiss Arial;}}{\colortbl;\red0;}\f0 a{\b b}c\par}`:          "abc\n",
		`{\rtf1\uc1 \u1055?\u1088\'3f\u-10179?\u-8704? x}`:                                "Пр😀 x",
		`{\rtf1\ansicpg1252{\fonttbl{\f1\fcharset204 A;}}{\f1\'cf\'f0}\'fc}`:              "Прü",
		`{\rtf1 a\~b\emdash c\{\}\\{\*\unknown hidden}d{\pict 00ff00}}`:                   "a\u00a0b—c{}\\d",
		`{\rtf1 one\cell two\cell\row three}`:                                             "one\ttwo\t\nthree",
		`{\rtf1 a\bin3 {}}b{\v hidden}c}`:                                                 "abc",
		"{\\rtf1 a\r\nb\\\nc":                                                             "ab\nc",
		`{\rtf1 {\field{\*\fldinst HYPERLINK "http://a.example"}{\fldrslt the link}} end`: "the link end",
		`}}}{\rtf1 a}}\`: "a",
		`\'`:             "",
		`{\rtf1 \'zz a`:  "zz a",
	} {
		if got := Text([]byte(in), decode); got != want {
			t.Errorf("%s gives %q, want %q", in, got, want)
		}
	}
}

func TestHTML(t *testing.T) {
	t.Parallel()
	in := `{\rtf1\ansi\ansicpg1251\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}
{\*\htmltag19 <html>}{\*\htmltag50 <body>}\htmlrtf \pard\plain \htmlrtf0 {\*\htmltag64 <p title="\'cf">}\htmlrtf {\htmlrtf0 text\'cf\htmlrtf\par}\htmlrtf0
{\*\htmltag72 </p>}{\*\mhtmltag64 <p src="cid:x">}\par{\*\htmltag58 </body>}}`
	if got, want := HTML([]byte(in), decode), "<html><body><p title=\"П\">textП</p>\n</body>"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := HTML([]byte(`{\rtf1 plain}`), decode); got != "" {
		t.Errorf("of no HTML: %q", got)
	}
}

func TestDeep(t *testing.T) {
	t.Parallel()
	const n = 200_000
	if got := Text([]byte(`{\rtf1`+strings.Repeat("{", n)+"a"+strings.Repeat("}", n)+"b}"), decode); got != "ab" {
		t.Errorf("%q", got)
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte(`{\rtf1\ansi\fromhtml1{\fonttbl{\f1\fcharset204 A;}}\f1\'cf\uc2\u1055??{\*\htmltag <p>}\htmlrtf x\bin2 ab\htmlrtf0}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, s := range []string{Text(b, decode), HTML(b, decode)} {
			if len(s) > 10*len(b)+10 {
				t.Errorf("%d octets of %d", len(s), len(b))
			}
		}
	})
}
