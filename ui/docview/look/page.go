package look

import (
	"fmt"
	"image"
	"image/color"
)

// Page is what a renderer made of a message, in CSS px. Words and boxes are in the order
// of the document's tree, whatever the renderer.
type Page struct {
	Width, Height float64
	Words         []Word
	Boxes         []Box
	// Stand are the fonts that stood in for the program's own, by name. Only ours tells.
	Stand []string
	Image *image.RGBA
}

// Word is a run of text without blanks, within one element.
type Word struct {
	Text  string
	Color color.NRGBA
	Back  color.NRGBA // what lies behind it, the zero value over pictures: not known
}

// BoxKind tells what makes a box worth comparing.
type BoxKind uint8

// Kinds of boxes.
const (
	TextBox    BoxKind = iota // the extent of the lines that a block has of its own
	PaintedBox                // the border box of what has a background or a border
	ImageBox                  // a picture
)

func (k BoxKind) String() string { return [...]string{"text", "painted", "picture"}[k] }

// Box is a rectangle that is there to be seen. It is known by the words in it: their
// place among the page's, and how many they are.
type Box struct {
	Kind       BoxKind
	First      int
	Count      int
	X, Y, W, H float64
	Color      color.NRGBA // of a PaintedBox its own background, the zero value if it has none
}

func (b Box) String() string {
	return fmt.Sprintf("%s at %.0f,%.0f of %.0f×%.0f", b.Kind, b.X, b.Y, b.W, b.H)
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

// behind is the colour that layers make on white, the outermost last.
func behind(layers []color.NRGBA) color.NRGBA {
	back := color.NRGBA{255, 255, 255, 255}
	for i := len(layers) - 1; i >= 0; i-- {
		back = over(layers[i], back)
	}
	return back
}
