package typeset

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/bidi"
	"pgregory.net/rapid"
)

// TestParagraphLevels are cases of UAX 9, levels written as digits. Capitals are Hebrew
// letters, "'" is Arabic, "#" an Arabic digit, <> [] are isolates of LRI and RLI with
// their PDI, {} an embedding of RLE.
func TestParagraphLevels(t *testing.T) {
	for _, c := range []struct {
		name, text, levels string
		base               uint8
	}{
		{"plain", "abc", "000", 0},
		{"a word", "a BC d", "001100", 0},
		{"two words", "a B C d", "0011100", 0},
		{"number behind", "B 12", "1122", 0},
		{"number in front", "12 B", "0001", 0},
		{"number behind latin", "a 12 B", "000001", 0},
		{"arabic digit", "a # B", "002" + "11", 0},
		{"number after arabic", "' 1", "112", 0},
		{"latin in rtl", "B cd E", "112211", 1},
		{"number in rtl", "B 1,2 c", "1122212", 1},
		{"sign", "B -1", "1112", 0},
		{"brackets", "a (B) c", "0001000", 0},
		{"brackets in rtl", "B (c) D", "1112111", 1},
		{"brackets by context", "B (c)", "11121", 1},
		{"isolate", "a [b C] d", "0" + "00" + "211" + "000", 0},
		{"isolate in rtl", "A <b C> D", "1" + "11" + "223" + "111", 1},
		{"embedding", "a {b C} d", "0" + "00" + "211" + "100", 0},
		{"isolate left open", "a [B", "0001", 0},
		{"too many ends", "a >> B", "000001", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			runes := []rune(strings.NewReplacer("A", "א", "B", "ב", "C", "ג", "D", "ד", "E", "ה", "'", "ع", "#", "١",
				"<", "\u2066", ">", "\u2069", "[", "\u2067", "]", "\u2069", "{", "\u202b", "}", "\u202c").Replace(c.text))
			var got strings.Builder
			for _, l := range paragraphLevels(runes, c.base) {
				got.WriteByte('0' + l)
			}
			if diff := cmp.Diff(c.levels, got.String()); diff != "" {
				t.Error(c.text, diff)
			}
		})
	}
}

// TestLevelsAgreeInDirection compares with the library, which tells odd levels from
// even ones. Brackets are left out: the library does not pair them.
func TestLevelsAgreeInDirection(t *testing.T) {
	letters := []rune("aB1 א ב ع ١,.-+$<>\u0301\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e\u200d")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom(letters), 1, 24).Draw(t, "text")
		rtl := rapid.Bool().Draw(t, "rtl")
		lead, base := '\u200e', uint8(0)
		if rtl {
			lead, base = '\u200f', 1
		}
		all := append([]rune{lead}, text...)
		all = append(all, 'x') // the white space of a line's end is another matter
		levels := paragraphLevels(all, base)
		var p bidi.Paragraph
		if _, err := p.SetString(string(all)); err != nil {
			return // the library refuses some
		}
		o, err := p.Order()
		if err != nil {
			t.Fatal(err)
		}
		for k := range o.NumRuns() {
			run := o.Run(k)
			from, to := run.Pos()
			for i := from; i <= to; i++ {
				c, _ := bidi.LookupRune(all[i])
				switch c.Class() {
				case bidi.BN, bidi.LRE, bidi.RLE, bidi.LRO, bidi.RLO, bidi.PDF:
					continue // they are not there any more by rule X9
				}
				if (levels[i]&1 == 1) != (run.Direction() == bidi.RightToLeft) {
					t.Fatalf("%q in %q: level %d", all[i], string(all), levels[i])
				}
			}
		}
	})
}
