package typeset

import (
	"math"
	"unicode"
	"unicode/utf8"

	"github.com/go-text/typesetting/font"
)

// Paragraph says how a text is set as a whole.
type Paragraph struct {
	RTL    bool
	Auto   bool    // the direction is that of the first letter
	Indent float32 // of the first line
	Strut  Look    // what a line is at least as high as
	// StrutHeight is the line-height that goes with it, 0 is the font's own.
	StrutHeight float32
	TabWidth    float32 // 0 is eight blanks of the strut
	// NoStrut makes lines as high as what is on them, and no higher.
	NoStrut bool
}

// kind of a piece.
type kind uint8

const (
	glyphs kind = iota
	blank       // white space at which a line may end
	tab
	object
	hard // ends its line
)

// piece is what a line is made of: no line ends within it, unless a word must be
// broken.
type piece struct {
	of         *Span
	span       int // its index
	start, end int // in the span's text
	kind       kind
	breaks     bool // a line may end behind it
	hyphen     bool // and shows a hyphen then
	first      bool // its span's Before is due
	last       bool // its span's After is due
	level      uint8
	width      float32
	face       *font.Face
	bold       bool
	slant      bool
	joins      bool  // its letters may look otherwise where it is cut
	word       *word // nil for objects, tabs and hard breaks
}

// Text is a paragraph being set, line after line.
type Text struct {
	fonts  *Fonts
	spans  Spans
	o      Paragraph
	rtl    bool
	levels levels
	pieces []piece
	next   int // piece that the next line begins with
	begun  bool
	reads  []origin
	source source
	strut  strut
}

// strut is the least that a line has above and below its baseline.
type strut struct{ ascent, descent float32 }

// Spans are the spans of a paragraph, which need not be there all at once.
type Spans interface {
	// Span returns one by its index, nil behind the last. It is not changed any more, and
	// the same whenever it is asked for but for where it is in memory.
	Span(i int) *Span
	// Text is Span where nobody asks for the size of a box.
	Text(i int) *Span
}

// List is spans that are there.
func List(spans ...Span) Spans { return list(spans) }

type list []Span

func (l list) Text(i int) *Span { return l.Span(i) }

func (l list) Span(i int) *Span {
	if i >= len(l) {
		return nil
	}
	return &l[i]
}

// Paragraph begins to set spans. The spans must not be changed afterwards.
func (f *Fonts) Paragraph(spans []Span, o Paragraph) *Text { return f.Set(List(spans...), o) }

// Set begins to set spans.
func (f *Fonts) Set(spans Spans, o Paragraph) *Text {
	t := &Text{fonts: f, spans: spans, o: o, rtl: o.RTL}
	if o.TabWidth <= 0 {
		t.o.TabWidth = 8 * f.shape(" ", f.choose(o.Strut).face, o.Strut.Size, false, 0).advance
	}
	if o.Auto {
		t.rtl = firstStrong(spans, o.RTL)
	}
	t.levels.spans, t.levels.base = spans, t.base()
	m := f.Metrics(o.Strut)
	if !o.NoStrut {
		t.strut.ascent, t.strut.descent = leaded(m, o.StrutHeight)
	}
	return t
}

// leaded spreads the leading over a font's ascent and descent (CSS 2.1 section 10.8.1).
func leaded(m Metrics, lineHeight float32) (ascent, descent float32) {
	height := m.Ascent + m.Descent + m.Gap
	if lineHeight > 0 {
		height = lineHeight
	}
	// The half above is rounded down, as browsers do, so that letters stay sharp.
	half := float32(math.Floor(float64(height-m.Ascent-m.Descent) / 2))
	return m.Ascent + half, height - m.Ascent - half
}

// strongest is how far the direction of a paragraph is looked for.
const strongest = 1000

func firstStrong(spans Spans, otherwise bool) bool {
	n := 0
	for i := 0; ; i++ {
		sp := spans.Text(i)
		if sp == nil {
			return otherwise
		}
		for _, r := range sp.Text {
			if n++; n > strongest {
				return otherwise
			}
			if runsLeft(r) {
				return true
			}
			if unicode.IsLetter(r) {
				return false
			}
		}
	}
}

// hasRTL tells whether a text has characters that run from right to left.
func hasRTL(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0xd6 { // the first octet of U+0590 and beyond
			r, n := utf8.DecodeRuneInString(s[i:])
			if runsLeft(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == '\u200f' {
				return true
			}
			i += n - 1
		}
	}
	return false
}

func runsLeft(r rune) bool {
	return r >= 0x590 && r <= 0x8ff || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc || r >= 0x10800 && r <= 0x10fff || r >= 0x1e800 && r <= 0x1efff
}
