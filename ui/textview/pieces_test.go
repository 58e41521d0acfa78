package textview

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// compositionOf lays out a text that fits one row.
func compositionOf(text string, width float32) (*composer, row) {
	m := newMeter(fixedWidth)
	d := newDocument(text, &wrapper{m: m}, width)
	c := &composer{doc: d, m: m, links: true}
	return c, c.compose(place{})
}

// seen is a row as it is drawn from left to right. Words of right-to-left scripts
// are in the order of the text, because turning them is the font engine's part.
func seen(r row) []string {
	var out []string
	for _, p := range r.pieces {
		out = append(out, p.shown)
	}
	return out
}

func TestPieces(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"plain", "a note", []string{"a note"}},
		{"line end is not drawn", "a note\r\n", []string{"a note"}},
		{"controls are marked", "a\x1bb\x00\x7f", []string{"a", "^[", "b", "^@", "^?"}},
		{"overrides are marked", "x\u202egpj.exe\u2066", []string{"x", "[U+202E]", "gpj.exe", "[U+2066]"}},
		{"a lone CR is marked", "a\rb", []string{"a", "^M", "b"}},
		{"separators are marked", "a\u2028b\u0085", []string{"a", "[U+2028]", "b", "[U+0085]"}},
		{"octets that are not UTF-8", "\xffa", []string{"[FF]", "a"}},
		{"the character U+FFFD is itself", "\ufffda", []string{"\ufffda"}},
		{"unseen characters go", "a\u200bb\u00ad\ufeff", []string{"ab"}},
		{"joiners stay", "👩\u200d🚒", []string{"👩\u200d🚒"}},
		{"tab", "a\tb", []string{"a", "", "b"}},
		{"link", "see http://a.example/x.", []string{"see ", "http://a.example/x", "."}},
		{"Hebrew", "שלום עולם!", []string{"!", "עולם", " ", "שלום"}},
		{"brackets turn", "א (ב)", []string{"(", "ב", ") ", "א"}},
		{"English in Hebrew", "א abc ב", []string{"ב", " ", "abc", " ", "א"}},
		{"Hebrew in English", "ab אב גד cd", []string{"ab ", "גד", " ", "אב", " cd"}},
		{"a number in Hebrew", "א 12 ב", []string{"ב", " ", "12", " ", "א"}},
		{"a number after Hebrew in English", "ab א 12 cd", []string{"ab ", "12", " ", "א", " cd"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, r := compositionOf(tt.text, 200)
			if diff := cmp.Diff(tt.want, seen(r)); diff != "" {
				t.Errorf("pieces (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRightToLeftRowsEndAtTheRight(t *testing.T) {
	_, r := compositionOf("שלום", 100)
	if last := r.pieces[len(r.pieces)-1]; !r.rtl || last.x+last.w != 100 {
		t.Errorf("right to left %v, ends at %v", r.rtl, last.x+last.w)
	}
}

func TestPiecesCoverTheRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.ReplaceAll(anyText().Draw(t, "text"), "\n", " ")
		c, r := compositionOf(text, float32(rapid.IntRange(5, 90).Draw(t, "width")))
		covered := make([]int, r.end+1)
		x := float32(-1)
		for _, p := range r.pieces {
			for i := p.start; i < p.end; i++ {
				covered[i]++
			}
			if p.x < x {
				t.Fatalf("piece %q at %v after %v", p.shown, p.x, x)
			}
			x = p.x + p.w
		}
		for i, n := range covered[r.start:r.end] {
			if n != 1 {
				t.Fatalf("octet %d of %q is in %d pieces", i, text, n)
			}
		}
		offset := c.offsetAt(r, float32(rapid.IntRange(-5, 100).Draw(t, "x")))
		if offset < r.start || offset > r.end {
			t.Fatalf("octet %d is not in the row [%d,%d]", offset, r.start, r.end)
		}
	})
}

func TestPointsAndOffsets(t *testing.T) {
	tests := []struct {
		name, text string
		x          float32
		want       int
	}{
		{"left of the row", "abcd", -3, 0},
		{"first half of a character", "abcd", 1.4, 1},
		{"second half", "abcd", 1.6, 2},
		{"right of the row", "abcd", 50, 4},
		{"wide characters", "中文", 1.2, 3},
		{"never within a cluster", "e\u0301x", 0.6, 3},
		{"a mark is one", "\x1bx", 1.5, 1},
		{"a tab is one", "\tx", 6, 1},
		{"Hebrew counts from the right", "אבג", 99.4, 2},
		{"the left end of Hebrew is its end", "אבג", 0, 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, r := compositionOf(tt.text, 100)
			if got := c.offsetAt(r, tt.x); got != tt.want {
				t.Errorf("offset %d, want %d", got, tt.want)
			}
		})
	}
}

func TestBands(t *testing.T) {
	tests := []struct {
		name, text string
		start, end int
		want       []band
	}{
		{"nothing", "abcd", 2, 2, nil},
		{"inside", "abcd", 1, 3, []band{{1, 3}}},
		{"over pieces", "ab\x1bcd", 1, 4, []band{{1, 5}}},
		{"over both directions", "ab אב", 1, 5, []band{{1, 3}, {4, 5}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, r := compositionOf(tt.text, 100)
			if diff := cmp.Diff(tt.want, c.bands(r, tt.start, tt.end), cmp.AllowUnexported(band{})); diff != "" {
				t.Errorf("bands (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindLinks(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"nothing here: no", nil},
		{"http://a.example", []string{"http://a.example"}},
		{"HTTPS://A.example/B and mailto:c@a.example.", []string{"HTTPS://A.example/B", "mailto:c@a.example"}},
		{"(see http://a.example/b)", []string{"http://a.example/b"}},
		{"http://a.example/b_(c) d", []string{"http://a.example/b_(c)"}},
		{"<http://a.example/?q=1&r=2>", []string{"http://a.example/?q=1&r=2"}},
		{"http://", nil},
		{"mailto:", nil},
		{"xhttp://a.example", nil},
		{"javascript:alert(1) file:///etc/passwd ftp://a.example", nil},
		{"http://a.example/\u202egpj", []string{"http://a.example/"}},
		{"http://a.example\u200b.b.example", []string{"http://a.example"}},
		{"http://a.example:8080/x, http://b.example", []string{"http://a.example:8080/x", "http://b.example"}},
		{"http://a.example/?u=http://b.example/", []string{"http://a.example/?u=http://b.example/"}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			var got []string
			for _, l := range findLinks(tt.text) {
				got = append(got, tt.text[l.start:l.end])
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("links (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnits(t *testing.T) {
	const text = "It's a letter, 中文!\nsecond line\n"
	tests := []struct {
		name   string
		offset int
		unit   unit
		want   string
	}{
		{"character", 3, byCharacter, ""},
		{"word with an apostrophe", 1, byWord, "It's"},
		{"word", 9, byWord, "letter"},
		{"space", 4, byWord, " "},
		{"stop", 13, byWord, ","},
		{"line", 7, byLine, "It's a letter, 中文!\n"},
		{"last line", 25, byLine, "second line\n"},
		{"word at the end", len(text), byWord, ""},
		{"line at the end", len(text), byLine, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := unitAt(text, tt.offset, tt.unit)
			if got := text[l.start:l.end]; got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
