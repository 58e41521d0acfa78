package textview

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// fixedWidth measures like a terminal: one for most characters, two for East Asian ones.
func fixedWidth(s string) float32 {
	w := float32(0)
	for _, r := range s {
		switch {
		case wide(r):
			w += 2
		case !joins(r):
			w++
		}
	}
	return w
}

func fixedWrapper() *wrapper { return &wrapper{m: newMeter(fixedWidth)} }

// rowsOf lays out all of a text.
func rowsOf(text string, width float32) []string {
	d := newDocument(text, fixedWrapper(), width)
	var rows []string
	for at, moved := (place{}), 1; moved == 1; at, moved = d.move(at, 1) {
		start, end := d.span(at)
		rows = append(rows, text[start:end])
	}
	return rows
}

func TestWrap(t *testing.T) {
	tests := []struct {
		name, text string
		width      float32
		want       []string
	}{
		{"empty", "", 10, []string{""}},
		{"short", "a note", 10, []string{"a note"}},
		{"two paragraphs", "one\ntwo", 10, []string{"one\n", "two"}},
		{"a last line end opens a row", "one\n", 10, []string{"one\n", ""}},
		{"blank lines", "a\n\n\nb", 10, []string{"a\n", "\n", "\n", "b"}},
		{"CR LF", "abcd\r\nef\r\n", 4, []string{"abcd\r\n", "ef\r\n", ""}},
		{"at spaces, which hang", "aaa bbb ccc", 7, []string{"aaa bbb ", "ccc"}},
		{"exactly full", "aaaa bbbb", 4, []string{"aaaa ", "bbbb"}},
		{"long word", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"long word after a short one", "ab cdefghij", 4, []string{"ab ", "cdef", "ghij"}},
		{"after a hyphen", "ever-lasting", 6, []string{"ever-", "lastin", "g"}},
		{"address", "http://a.example/path/to", 18, []string{"http://a.example/", "path/to"}},
		{"Chinese anywhere", "中文字中文字", 5, []string{"中文", "字中", "文字"}},
		{"no stop at a row's start", "中文字。中", 6, []string{"中文", "字。中"}},
		{"combining marks stay", "e\u0301e\u0301e\u0301", 2, []string{"e\u0301e\u0301", "e\u0301"}},
		{"tab stops", "a\tb c", 10, []string{"a\tb ", "c"}},
		{"controls take room", "\x1b\x1b\x1b", 4, []string{"\x1b\x1b", "\x1b"}},
		{"a line separator does not break", "a\u2028b", 20, []string{"a\u2028b"}},
		{"octets that are not UTF-8", "\xff\xfe", 4, []string{"\xff", "\xfe"}},
		{"narrower than a character", "中a", 1, []string{"中", "a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, rowsOf(tt.text, tt.width)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

// anyText draws text of many scripts, controls and broken UTF-8.
func anyText() *rapid.Generator[string] {
	part := rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[a-z ]{0,40}`),
		rapid.SampledFrom([]string{"\n", "\r\n", "\r", "\t", "中文", "שלום ", "مرحبا ", "e\u0301", "\u202e", "\x00", "\xff", "👩\u200d🚒", "> > ", "https://a.example/x "}),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 8), func(b []byte) string { return string(b) }),
	)
	return rapid.Map(rapid.SliceOfN(part, 0, 60), func(p []string) string { return strings.Join(p, "") })
}

func TestRowsAreTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		if rapid.IntRange(0, 15).Draw(t, "long") == 0 && text != "" {
			text = strings.Repeat(text, 1+segmentSize/len(text))
		}
		width := float32(rapid.IntRange(1, 120).Draw(t, "width"))
		rows := rowsOf(text, width)
		if joined := strings.Join(rows, ""); joined != text {
			t.Fatalf("rows make %d octets of %d", len(joined), len(text))
		}
		for i, row := range rows {
			if n := strings.Count(row, "\n"); n > 1 || n == 1 && !strings.HasSuffix(row, "\n") {
				t.Fatalf("row %d goes on after its line end: %q", i, row)
			}
			if row == "" && i != len(rows)-1 {
				t.Fatalf("row %d of %d is empty", i, len(rows))
			}
			if row != "" && utf8.ValidString(text) && !utf8.ValidString(row) {
				t.Fatalf("row %d cuts a character: %q", i, row)
			}
		}
	})
}

func TestRowsFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		width := float32(rapid.IntRange(10, 100).Draw(t, "width"))
		m := newMeter(fixedWidth)
		for _, row := range rowsOf(text, width) {
			body := strings.TrimRight(trimBreak(row), " \t")
			x, clusters := float32(0), 0
			for i := 0; i < len(body); {
				g := decode(body[i:])
				if w := m.advance(g, x); w > 0 {
					x += w
					clusters++
				}
				i += g.size
			}
			// An emoji sequence is one cluster that may be wider than the row.
			if x > width && clusters > 1 && !strings.ContainsRune(body, '\u200d') && ordinary(body) {
				t.Fatalf("row is %v wide in %v: %q", x, width, row)
			}
		}
	})
}

// ordinary leaves out text whose clusters join characters in ways that widths of
// single characters do not show.
func ordinary(s string) bool {
	for i := 0; i < len(s); {
		g := decode(s[i:])
		if g.r > 0x2ff && !wide(g.r) || g.none {
			return false
		}
		i += g.size
	}
	return true
}

func TestPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		if rapid.IntRange(0, 15).Draw(t, "long") == 0 && text != "" {
			text = strings.Repeat(text, 1+segmentSize/len(text))
		}
		d := newDocument(text, fixedWrapper(), 40)
		offset := rapid.IntRange(0, len(text)).Draw(t, "offset")
		at := d.find(offset)
		start, end := d.span(at)
		if offset < start || offset > end || offset == end && end != len(text) {
			t.Fatalf("octet %d found in the row [%d,%d)", offset, start, end)
		}
		n := rapid.IntRange(-300, 300).Draw(t, "rows")
		to, moved := d.move(at, n)
		back, returned := d.move(to, -moved)
		if back != at || returned != -moved {
			t.Fatalf("from %v by %d to %v, and back to %v", at, moved, to, back)
		}
		if d.before(to)-d.before(at) != moved {
			t.Fatalf("%d rows above %v, %d above %v, moved %d", d.before(to), to, d.before(at), at, moved)
		}
	})
}

func TestLongLineIsCutAtSpaces(t *testing.T) {
	text := strings.Repeat(sentence, 4*segmentSize/len(sentence))
	d := newDocument(text, fixedWrapper(), 80)
	if len(d.segs) < 4 {
		t.Fatalf("%d segments", len(d.segs))
	}
	for _, s := range d.segs[1:] {
		if !s.cont || text[s.start-1] != ' ' {
			t.Errorf("segment at %d: continued %v, after %q", s.start, s.cont, text[s.start-1])
		}
	}
}

func TestLongLineHasNoShortRowForAReaderFromAbove(t *testing.T) {
	text := strings.Repeat("x", 4*segmentSize)
	for i, row := range rowsOf(text, 81) {
		if len(row) != 81 && (i+1)*81 < len(text) {
			t.Errorf("row %d has %d characters", i, len(row))
		}
	}
}

func TestRowsAreTheTextFromBelowAndAfterAResize(t *testing.T) {
	text := strings.Repeat("中文 e\u0301\x00שלום ", 500) + strings.Repeat("y z ", 2*segmentSize/4)
	for _, jump := range []int{0, 100, segmentSize, segmentSize + 1, 2 * segmentSize, len(text)} {
		d := newDocument(text, fixedWrapper(), 77)
		d.find(jump)
		d.setWidth(60)
		at := d.find(jump)
		for moved := 1; moved == 1; {
			at, moved = d.move(at, 1)
		}
		start, end := d.span(at)
		if end != len(text) {
			t.Errorf("after octet %d the last row ends at %d of %d", jump, end, len(text))
		}
		for {
			above, moved := d.move(at, -1)
			if moved == 0 {
				break
			}
			at = above
			s, e := d.span(at)
			if e != start || s >= e {
				t.Fatalf("after octet %d the row [%d,%d) stands before octet %d", jump, s, e, start)
			}
			start = s
		}
		if start != 0 {
			t.Errorf("after octet %d the first row starts at %d", jump, start)
		}
	}
}

func TestOnlyWhatIsSeenIsLaidOut(t *testing.T) {
	d := newDocument(strings.Repeat("x", 100*segmentSize), fixedWrapper(), 80)
	d.move(place{}, 50)
	laid := 0
	for i := range d.segs {
		if d.segs[i].starts != nil {
			laid++
		}
	}
	if laid != 1 {
		t.Errorf("%d of %d segments laid out for the first screen", laid, len(d.segs))
	}
}

func TestQuoteLevel(t *testing.T) {
	for line, want := range map[string]uint8{
		"":              0,
		"plain":         0,
		"> one":         1,
		">> two":        2,
		"> > > three":   3,
		" > not quoted": 0,
		">":             1,
	} {
		if got := quoteLevel(line); got != want {
			t.Errorf("%q: %d, want %d", line, got, want)
		}
	}
}

func TestQuoteLevelGoesOnAfterACut(t *testing.T) {
	text := "> " + strings.Repeat(sentence, 3*segmentSize/len(sentence))
	d := newDocument(text, fixedWrapper(), 80)
	for at, moved := (place{}), 1; moved == 1; at, moved = d.move(at, 1) {
		if _, _, level := d.paragraph(at); level != 1 {
			t.Fatalf("row %v has the depth %d", at, level)
		}
	}
}
