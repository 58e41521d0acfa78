package typeset

import (
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"restante.app/assets/fonts"
)

var shared = sync.OnceValue(func() *Fonts {
	f, err := NewFonts([]FaceSource{{Family: Sans, Weight: 400, Data: fonts.Sans}, {Family: Sans, Weight: 600, Data: fonts.SansBold}, {Family: Mono, Weight: 400, Data: fonts.Mono}})
	if err != nil {
		panic(err)
	}
	return f
})

// mono is a look in which every letter is 10 px wide.
func mono() Look {
	l := Look{Family: Mono, Size: 10, Weight: 400}
	l.Size = 10 * 10 / shared().shape("x", shared().choose(l).face, 10, false, 0).advance
	return l
}

// set sets a text in lines of so many letters and returns them.
func set(sp Span, letters float32, o Paragraph) []string {
	sp.Look = mono()
	o.Strut = sp.Look
	text := shared().Paragraph([]Span{sp}, o)
	var out []string
	for {
		l, ok := text.Next(letters*10 + 0.5)
		if !ok {
			return out
		}
		out = append(out, sp.Text[l.Start:l.End])
	}
}

// TestBreaking cuts texts into lines of ten letters.
func TestBreaking(t *testing.T) {
	for _, c := range []struct {
		name string
		sp   Span
		want []string
	}{
		{"at blanks", Span{Text: "one two three four"}, []string{"one two ", "three four"}},
		{"blanks hang", Span{Text: "onetwothre four"}, []string{"onetwothre ", "four"}},
		{"a long word sticks out", Span{Text: "a extraordinarily b"}, []string{"a ", "extraordinarily ", "b"}},
		{"a long word is broken", Span{Text: "a extraordinarily b", BreakWord: true}, []string{"a ", "extraordin", "arily b"}},
		{"anywhere", Span{Text: "a extraordinarily b", BreakAll: true}, []string{"a extraord", "inarily b"}},
		{"hyphens", Span{Text: "well-known-fact"}, []string{"well-", "known-fact"}},
		{"no-break space", Span{Text: "one two\u00a0three"}, []string{"one ", "two\u00a0three"}},
		{"hard", Span{Text: "one\n\ntwo"}, []string{"one\n", "\n", "two"}},
		{"nowrap", Span{Text: "one two three four", NoWrap: true}, []string{"one two three four"}},
		{"soft hyphen", Span{Text: "extra\u00adordinary"}, []string{"extra\u00ad", "ordinary"}},
		{"zero-width space", Span{Text: "extra\u200bordinary"}, []string{"extra\u200b", "ordinary"}},
		{"a web address", Span{Text: "a.example/path/to/it"}, []string{"a.example/", "path/to/it"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, set(c.sp, 10, Paragraph{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestChineseBreaksBetweenCharacters(t *testing.T) {
	got := set(Span{Text: "中文字中文字中文字,中文"}, 4, Paragraph{})
	if len(got) < 2 || strings.Join(got, "") != "中文字中文字中文字,中文" {
		t.Errorf("%q", got)
	}
	for _, l := range got {
		if strings.HasPrefix(l, ",") {
			t.Errorf("a line begins with a comma: %q", got)
		}
	}
}

// visual is a text as it stands on one line, from left to right.
func visual(text string, rtl bool) string {
	l, _ := shared().Paragraph([]Span{{Text: text, Look: mono()}}, Paragraph{RTL: rtl, Strut: mono()}).Next(1e6)
	var b strings.Builder
	for _, r := range l.Runs {
		for _, g := range r.Glyphs {
			c, _ := utf8.DecodeRuneInString(text[r.Start+int(g.Cluster):])
			b.WriteRune(c)
		}
	}
	return b.String()
}

// TestVisualOrder is rule L2 of UAX 9.
func TestVisualOrder(t *testing.T) {
	for _, c := range []struct {
		text, want string
		rtl        bool
	}{
		{"abc אבג def", "abc גבא def", false},
		{"אבג def דהו", "והד def גבא", true},
		{"אבג 12", "12 גבא", true},
		{"אבג 12 def", "12 גבא def", false},
		{"a \u2067אב cd הו\u2069 b", "a \u2067וה cd בא\u2069 b", false},
	} {
		strip := strings.NewReplacer("\u2067", "", "\u2069", "")
		if got := strip.Replace(visual(c.text, c.rtl)); got != strip.Replace(c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// TestLinesAreWhole sets random texts: every octet is on one line, every line makes
// headway, and clusters are characters of the text.
func TestLinesAreWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab  -\n\t\u00ad\u00a0אב中e\u0301👩\u200d🚀\ufe0f/"))).Draw(t, "text")
		sp := Span{Text: text, Look: mono(), BreakWord: rapid.Bool().Draw(t, "break"), NoWrap: rapid.Bool().Draw(t, "nowrap"), Preserve: rapid.Bool().Draw(t, "preserve")}
		p := shared().Paragraph([]Span{sp}, Paragraph{RTL: rapid.Bool().Draw(t, "rtl"), Strut: mono()})
		at := 0
		for {
			l, ok := p.Next(rapid.Float32Range(0, 200).Draw(t, "width"))
			if !ok {
				break
			}
			if l.Start != at || l.End <= l.Start || l.End > len(text) {
				t.Fatalf("a line from %d to %d, after %d of %d", l.Start, l.End, at, len(text))
			}
			at = l.End
			for _, r := range l.Runs {
				for _, g := range r.Glyphs {
					if i := r.Start + int(g.Cluster); i < l.Start || i > l.End || i < len(text) && !utf8.RuneStart(text[i]) {
						t.Fatalf("a cluster at %d of %d to %d", i, l.Start, l.End)
					}
				}
			}
		}
		if at != len(text) {
			t.Fatalf("%d of %d octets are on lines", at, len(text))
		}
	})
}

func TestBoldIsAFaceOfItsOwn(t *testing.T) {
	f := shared()
	bold, heavy, plain := f.choose(Look{Weight: 700}), f.choose(Look{Weight: 700, Family: Mono}), f.choose(Look{Weight: 400, Italic: true})
	if bold.face == plain.face || bold.bold || !heavy.bold || !plain.slant {
		t.Errorf("%+v, %+v, %+v", bold, heavy, plain)
	}
}

func TestStandIn(t *testing.T) {
	// A letter that the mono face lacks comes from another of the faces, in a run of its own.
	r := '\u0000'
	for c := rune(0x100); c < 0x2000 && r == 0; c++ {
		_, in := shared().faces[2].face.NominalGlyph(c)
		if _, other := shared().faces[0].face.NominalGlyph(c); !in && other {
			r = c
		}
	}
	if r == 0 {
		t.Log("both faces have the same letters")
		return
	}
	l, _ := shared().Paragraph([]Span{{Text: "a" + string(r) + "b", Look: mono()}}, Paragraph{Strut: mono()}).Next(1e6)
	if len(l.Runs) != 3 || l.Runs[1].Face != shared().faces[0].face || l.Runs[0].Face != l.Runs[2].Face {
		t.Errorf("%d runs for %q", len(l.Runs), r)
	}
}

// TestLinesEndBetweenSpans breaks lines where one span ends and the next begins, if a
// line may end there.
func TestLinesEndBetweenSpans(t *testing.T) {
	box := Span{Box: true, Width: 30, Ascent: 10}
	for _, c := range []struct {
		name  string
		spans []Span
		want  []int // where lines end
	}{
		{"text and a box", []Span{{Text: "letters"}, {Box: true, Width: 30, Ascent: 10, Start: 7}}, []int{7, 7}},
		{"a box and text", []Span{box, {Text: "letters"}}, []int{0, 7}},
		{"Chinese", []Span{{Text: "中文字中文字中"}, {Text: "文字中文", Start: 21}}, []int{21, 33}},
		{"a word in two", []Span{{Text: "lett"}, {Text: "ers", Start: 4}}, []int{7}},
		{"a box within text, and one without wrapping", []Span{{Text: "letters"}, {Box: true, NoWrap: true, Start: 7}, {Box: true, Width: 30, Ascent: 10, Start: 7}}, []int{7, 7}},
	} {
		for i := range c.spans {
			c.spans[i].Look = mono()
		}
		text := shared().Paragraph(c.spans, Paragraph{Strut: mono()})
		var got []int
		for {
			l, ok := text.Next(75)
			if !ok {
				break
			}
			got = append(got, l.End)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
