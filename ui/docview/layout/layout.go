// Package layout places the boxes and lines of a styled document (CSS 2.1 chapters 8
// to 10 and 17): blocks, floats, lists, tables, inline boxes, images. It works from the
// top and no further than it is asked to, in time linear in what it has placed. Of what
// nobody has looked at for a while only the places are kept, of lines (passage) and of boxes
// (stretch): it is laid out again, to the same, for whoever asks.
//
// A Flow belongs to one goroutine at a time.
package layout

import (
	"image/color"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// Options say how a document is laid out.
type Options struct {
	Width float32 // of the view, in px of the output
	// Zoom is px of the output for each CSS px: the reader's zoom times the screen's scale.
	Zoom  float32
	Fonts *typeset.Fonts
	// Size tells how large the image of a source is, in CSS px; ok is false if it is
	// not there (yet): then its alternative text is shown in a frame. Never nil.
	Size func(src string) (w, h float32, ok bool)
	// Folded tells whether a quotation (dom.Node.Fold) shows one line in its stead. nil is
	// never, and then no quotation has a line to fold it with.
	Folded func(dom.Node) bool
	// FoldLabel is what that line says, of a quotation of so many lines.
	FoldLabel func(lines int, folded bool) string
	// Link is the colour of that line.
	Link color.NRGBA
}

// Rect is a rectangle in px of the output, y growing down from the document's top.
type Rect struct{ X, Y, W, H float32 }

// ItemKind tells what an Item paints.
type ItemKind uint8

// Kinds of items.
const (
	Fill    ItemKind = iota // Rect, rounded by Radius, in Color
	Edge                    // the borders of Rect
	Glyphs                  // Run with its left end at Rect.X and its baseline at Baseline
	Stroke                  // a line of text decoration: Rect in Color
	Picture                 // the image of Src scaled to Rect
	Tiles                   // Backdrop of Node within Rect
	Frame                   // an image that is not there: Rect, alternative text comes as Glyphs
)

// Item is one thing to paint. Items come in painting order (CSS 2.1 appendix E, as far
// as mail needs it).
type Item struct {
	Kind     ItemKind
	Rect     Rect
	Clip     *Rect // nil is none
	Color    color.NRGBA
	Radius   [4]float32
	Border   [4]dom.Border // widths in px of the output
	Run      *typeset.Run
	Baseline float32
	Src      string
	Scale    float32 // Tiles: px of the output for each CSS px
	Node     dom.Node
}

// Hit is what is at a point.
type Hit struct {
	Offset int      // in the flat text: the caret's place nearest to the point
	Inside bool     // the point is on text, not beside it
	Link   dom.Node // that the link there begins at
	Node   dom.Node // the innermost box or picture, nil beside all
	Fold   dom.Node // the quotation whose fold line or marker is there
}
