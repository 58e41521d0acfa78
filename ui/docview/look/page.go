package look

import (
	"image"
	"image/color"
)

// Page is what a renderer made of a message, in CSS px. Both renderers' pages are in the
// order of the document's tree.
type Page struct {
	Width, Height float64
	Words         []Word
	Boxes         []Box
	Image         image.Image
}

// Word is a run of text without blanks, within one element.
type Word struct {
	Text  string
	Color color.NRGBA
	Back  color.NRGBA // what lies behind it
	Known bool        // Back is known: not so over pictures
}

// BoxKind tells what makes a box worth comparing.
type BoxKind uint8

// Kinds of boxes.
const (
	TextBox    BoxKind = iota // the extent of the lines that a block has of its own
	PaintedBox                // the border box of what has a background or a border
	ImageBox                  // a picture
)

func (k BoxKind) String() string { return [...]string{"text", "painted", "image"}[k] }

// Box is a rectangle that is there to be seen.
type Box struct {
	Kind       BoxKind
	Text       string // the words in it, of a picture its source: what it is known by
	X, Y, W, H float64
}

// union is the smallest box around both; an empty one adds nothing.
func (b Box) union(x, y, w, h float64) Box {
	if b.W == 0 && b.H == 0 {
		b.X, b.Y, b.W, b.H = x, y, w, h
		return b
	}
	right, bottom := max(b.X+b.W, x+w), max(b.Y+b.H, y+h)
	b.X, b.Y = min(b.X, x), min(b.Y, y)
	b.W, b.H = right-b.X, bottom-b.Y
	return b
}

// over lays a colour over an opaque one.
func over(c, back color.NRGBA) color.NRGBA {
	mix := func(c8, b8, a8 uint8) uint8 {
		a := int(a8)
		return uint8((int(c8)*a + int(b8)*(255-a) + 127) / 255)
	}
	return color.NRGBA{mix(c.R, back.R, c.A), mix(c.G, back.G, c.A), mix(c.B, back.B, c.A), 255}
}
