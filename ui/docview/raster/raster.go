// Package raster paints what layout has placed: fills, borders, glyphs and pictures,
// into an image.RGBA that shows a part of the document. It knows no toolkit. Pictures
// come from an Images, which decodes octets within budgets.
//
// All places are snapped in the document's own pixels, so that what is painted in two
// pieces, or scrolled by whole pixels, looks the same as what is painted at once.
package raster

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"

	"restante.app/ui/docview/layout"
)

// Source has the items to paint. *layout.Flow is one.
type Source interface {
	// Items yields what touches a rectangle of the document, in painting order.
	Items(r layout.Rect, yield func(*layout.Item) bool)
}

// Options say how a document is painted.
type Options struct {
	Canvas color.NRGBA // what is behind everything, also where it is not opaque
	Dim    bool        // pictures are darkened a little, for dark surroundings
	Washes []Wash      // what lies behind text, in this order
}

// Painter paints documents. It keeps glyphs and scaled pictures from one Paint to the
// next, within bounds, and belongs to one goroutine at a time.
type Painter struct {
	images *Images
	glyphs glyphCache
	scaled scaledCache
	raster vector.Rasterizer
}

// New returns a Painter that takes its pictures from images. nil has none.
func New(images *Images) *Painter { return &Painter{images: images} }

// Paint paints the part of a document whose top left is at x, y, in px of the output,
// into all of dst. The place is rounded to whole pixels.
func (p *Painter) Paint(dst *image.RGBA, src Source, x, y float32, o Options) {
	draw.Draw(dst, dst.Rect, image.NewUniform(o.Canvas), image.Point{}, draw.Src)
	c := &canvas{p: p, dst: dst, off: origin(dst, x, y), clip: dst.Rect, dim: o.Dim}
	b := dst.Rect.Sub(c.off).Inset(-overhang)
	w := newWasher(c, o.Washes)
	src.Items(layout.Rect{X: float32(b.Min.X), Y: float32(b.Min.Y), W: float32(b.Dx()), H: float32(b.Dy())}, func(i *layout.Item) bool {
		w.under(i)
		c.item(i)
		return true
	})
	w.finish()
}

// overhang is how far letters, and boxes among them, may stick out of their lines, in px.
// A Source knows where lines are, so it is asked for what is so near.
const overhang = 64

// Fill paints rectangles of a document whose top left is at x, y in dst, over all that is
// there. Where they overlap, a colour that is not opaque is laid on once.
func (p *Painter) Fill(dst *image.RGBA, x, y float32, rects []layout.Rect, col color.NRGBA) {
	off := origin(dst, x, y)
	var done []image.Rectangle
	for _, r := range rects {
		at := snap(r).Add(off).Intersect(dst.Rect)
		for _, piece := range without(at, done) {
			blend(dst, piece, col)
		}
		if !at.Empty() {
			done = append(done, at)
		}
		if len(done) > 512 { // what overlaps is near
			done = done[256:]
		}
	}
}

// without cuts from r what is in one of the others.
func without(r image.Rectangle, others []image.Rectangle) []image.Rectangle {
	pieces := []image.Rectangle{r}
	for _, o := range others {
		if !o.Overlaps(r) {
			continue
		}
		var rest []image.Rectangle
		for _, p := range pieces {
			in := p.Intersect(o)
			if in.Empty() {
				rest = append(rest, p)
				continue
			}
			rest = append(rest,
				image.Rect(p.Min.X, p.Min.Y, p.Max.X, in.Min.Y), image.Rect(p.Min.X, in.Max.Y, p.Max.X, p.Max.Y),
				image.Rect(p.Min.X, in.Min.Y, in.Min.X, in.Max.Y), image.Rect(in.Max.X, in.Min.Y, p.Max.X, in.Max.Y))
		}
		pieces = rest
	}
	return pieces
}

// canvas is where one Paint paints.
type canvas struct {
	p    *Painter
	dst  *image.RGBA
	off  image.Point // of the document's top left in dst
	clip image.Rectangle
	dim  bool
}

func (c *canvas) item(i *layout.Item) {
	c.clip = c.dst.Rect
	if i.Clip != nil {
		c.clip = c.clip.Intersect(snap(*i.Clip).Add(c.off))
	}
	if c.clip.Empty() {
		return
	}
	switch i.Kind {
	case layout.Fill:
		c.fill(i.Rect, i.Radius, i.Color)
	case layout.Stroke:
		c.stroke(i.Rect, i.Color)
	case layout.Glyphs:
		if c.beside(i) {
			return
		}
		c.run(i.Run, i.Rect.X, i.Baseline, i.Color)
	case layout.Edge:
		c.edges(i)
	case layout.Picture:
		c.picture(i)
	case layout.Tiles:
		c.tiles(i)
	case layout.Frame:
		c.frame(i)
	}
}

// beside tells whether letters are above or below what is painted.
func (c *canvas) beside(i *layout.Item) bool {
	top := round(i.Rect.Y-i.Rect.H) + c.off.Y
	return top > c.clip.Max.Y || round(i.Rect.Y+2*i.Rect.H)+c.off.Y < c.clip.Min.Y
}

// origin is where the document's top left lies in dst if x, y of it is dst's top left.
func origin(dst *image.RGBA, x, y float32) image.Point {
	return dst.Rect.Min.Sub(image.Pt(round(x), round(y)))
}

// far bounds coordinates, so that sums of them stay within an int32.
const far = 1 << 28

func round(v float32) int {
	if v != v { // not a number
		return 0
	}
	return int(math.Floor(float64(min(max(v, -far), far)) + 0.5))
}

// snap moves a rectangle's edges to whole pixels. What has an extent keeps one.
func snap(r layout.Rect) image.Rectangle {
	s := image.Rectangle{Min: image.Pt(round(r.X), round(r.Y)), Max: image.Pt(round(r.X+r.W), round(r.Y+r.H))}
	if r.W > 0 && s.Max.X == s.Min.X {
		s.Max.X++
	}
	if r.H > 0 && s.Max.Y == s.Min.Y {
		s.Max.Y++
	}
	if s.Max.X < s.Min.X || s.Max.Y < s.Min.Y {
		return image.Rectangle{}
	}
	return s
}
