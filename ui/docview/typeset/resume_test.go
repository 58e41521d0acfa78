package typeset

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// scraps are what paragraphs of the tests are made of.
var scraps = []string{
	"word ", "a longer stretch of words ", "extraordinarily", "well-known ", "שלום ", "عربي ", "中文字", "e\u0301", "\t", "\n", "  ", "\u00a0", "extra\u00adordinary ",
	"12,5 ", "(ב) ", "👩\u200d👩", "\u2067", "\u2069", "a.example/path?x=y ", strings.Repeat("long", 200), strings.Repeat("ארוך", 100), strings.Repeat("many words ", 900),
}

func randomSpans(t *rapid.T) []Span {
	var out []Span
	at := 0
	for range rapid.IntRange(1, 5).Draw(t, "spans") {
		sp := Span{Start: at, Look: mono()}
		switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); kind {
		case 0:
			sp.Box, sp.Width, sp.Ascent = true, 30, 10
		case 1:
			sp.Before, sp.After = 3, 4
		default:
			sp.Text = strings.Join(rapid.SliceOfN(rapid.SampledFrom(scraps), 1, 8).Draw(t, "text"), "")
			sp.BreakWord, sp.BreakAll, sp.NoWrap, sp.Preserve = kind > 3, kind == 4, kind == 3, kind > 6
			if kind == 5 {
				sp.Bidi, sp.RTL, sp.Look.Weight = Isolate, true, 600
			}
			if kind == 6 {
				sp.Look.Family, sp.Before, sp.After, sp.Look.LetterSpace = Sans, 2, 1, 1
			}
		}
		at += len(sp.Text)
		out = append(out, sp)
	}
	return out
}

// bare is a line without what leads back to its paragraph.
func bare(l Line) Line {
	for i := range l.Runs {
		l.Runs[i].Span, l.Runs[i].Face = nil, nil
	}
	return l
}

// TestResume sets lines again from every place that a line began at, in a Text of its
// own, and wants the same lines.
func TestResume(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := randomSpans(t)
		o := Paragraph{Strut: mono(), RTL: rapid.Bool().Draw(t, "rtl"), Indent: 20}
		widths := rapid.SliceOfN(rapid.Float32Range(1, 700), 1, 5).Draw(t, "widths")
		text := shared().Paragraph(spans, o)
		var marks []Mark
		var lines []Line
		for {
			m := text.Mark()
			l, ok := text.Next(widths[len(lines)%len(widths)])
			if !ok {
				break
			}
			marks, lines = append(marks, m), append(lines, bare(l))
		}
		again := shared().Paragraph(spans, o)
		for range min(len(lines), 12) {
			i := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
			again.Resume(marks[i])
			for k := i; k < min(i+3, len(lines)); k++ {
				l, ok := again.Next(widths[k%len(widths)])
				if diff := cmp.Diff(lines[k], bare(l)); !ok || diff != "" {
					t.Fatalf("line %d, set again from %d of %d (%v): %s", k, i, len(lines), marks[i], diff)
				}
			}
		}
	})
}
