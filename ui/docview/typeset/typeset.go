// Package typeset makes lines of glyphs from styled text: fonts and their fallbacks,
// shaping, the bidirectional algorithm, line breaking. It knows no toolkit and no
// document. The fonts are those that the caller gives; others of the system stand in
// for characters that these lack.
package typeset

import (
	"image/color"

	"github.com/go-text/typesetting/font"
)

// Family of fonts.
type Family uint8

// Families.
const (
	Sans Family = iota
	Serif
	Mono
)

// Look is how a text is set.
type Look struct {
	Family      Family
	Size        float32 // px of an em at the scale that is laid out for
	Weight      int     // 100 to 900
	Italic      bool
	LetterSpace float32
	WordSpace   float32
}

// Span is a stretch of text in one look, or a box among the text.
type Span struct {
	Text  string // UTF-8; "\n" ends a line always. "" for a box
	Start int    // where Text begins in the document's flat text, in octets
	Look  Look
	Ref   any // the caller's, comes back with the runs
	// LineHeight is what a line with this span takes at least, 0 is the font's own.
	LineHeight float32
	// Raise is how far the baseline lies above that of the line: vertical-align.
	Raise float32
	// NoWrap forbids line breaks within the text. Preserve keeps the blanks at the
	// ends of lines, and tabs.
	NoWrap, Preserve bool
	// BreakWord allows a break between any two clusters where no other is; BreakAll allows it anywhere.
	BreakWord, BreakAll bool
	// Bidi wraps the text in the direction given (unicode-bidi).
	Bidi Bidi
	RTL  bool
	// Box is an object of a size of its own. Ascent is above the baseline, Descent below.
	Box             bool
	Width           float32
	Ascent, Descent float32
	// Edge puts the box at the line's top or bottom, whatever its baseline.
	Edge Edge
	// Before and After are room at the span's ends: the margins, borders and padding
	// of inline boxes.
	Before, After float32
}

// Edge of a line that a box hangs at.
type Edge uint8

// Edges.
const (
	NoEdge Edge = iota
	TopEdge
	BottomEdge
)

// Bidi is unicode-bidi.
type Bidi uint8

// Bidi values.
const (
	BidiNormal Bidi = iota
	Embed
	Override
	Isolate
)

// Glyph is a glyph at its place.
type Glyph struct {
	ID      font.GID
	X, Y    float32 // offset from the pen; y grows down
	Advance float32
	Cluster int32 // octets from Run.Start to where its character begins in the text
	Blank   bool  // a blank, which justified text widens
}

// Run is glyphs of one font, from left to right, of one span on one line.
type Run struct {
	Face *font.Face
	Size float32
	// Bold and Slant ask for what the face has not: strokes made thicker, glyphs slanted.
	Bold, Slant bool
	Color       color.NRGBA // for the caller to set or ignore
	Glyphs      []Glyph
	X           float32 // from the line's left end
	Width       float32
	Raise       float32
	Start       int // of its text in the flat text, in octets
	End         int
	RTL         bool
	Ascent      float32 // of the font at this size, above the baseline
	Descent     float32 // below, positive
	Span        *Span
}

// Line is a line, its runs in visual order.
type Line struct {
	Runs    []Run
	Width   float32 // without blanks at its end
	Ascent  float32 // from the line's top to the baseline, half of the leading included
	Descent float32
	Start   int  // in the flat text
	End     int  // where the next line begins
	Hard    bool // ended by "\n" or by the paragraph's end
	RTL     bool // direction of the paragraph
}

// Height of the line.
func (l *Line) Height() float32 { return l.Ascent + l.Descent }
