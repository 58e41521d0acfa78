package raster

import (
	"image"
	"image/color"

	"restante.app/ui/docview/layout"
)

// Wash is a colour behind text, in rectangles of the document: what is selected or
// found. It lies over the backgrounds and under the letters, which keep their colour, and
// over pictures. Where its rectangles overlap it is laid on once.
type Wash struct {
	Rects []layout.Rect
	Color color.NRGBA
}

// washer lays washes on as the text on them comes.
type washer struct {
	c    *canvas
	left [][]image.Rectangle // of each wash, what is not laid on yet
	of   []Wash
}

func newWasher(c *canvas, washes []Wash) *washer {
	w := &washer{c: c, of: washes, left: make([][]image.Rectangle, len(washes))}
	for i, wash := range washes {
		var done []image.Rectangle
		for _, r := range wash.Rects {
			at := snap(r).Add(c.off).Intersect(c.dst.Rect)
			if at.Empty() {
				continue
			}
			w.left[i] = append(w.left[i], without(at, done)...)
			done = append(done, at)
			if len(done) > 512 { // what overlaps is near
				done = done[256:]
			}
		}
	}
	return w
}

// under lays on what is behind an item, if that is text.
func (w *washer) under(i *layout.Item) {
	if i.Kind != layout.Glyphs && i.Kind != layout.Stroke {
		return
	}
	at := snap(i.Rect).Add(w.c.off)
	for n := range w.left {
		rest := w.left[n][:0]
		for _, r := range w.left[n] {
			if r.Overlaps(at) {
				blend(w.c.dst, r, w.of[n].Color)
			} else {
				rest = append(rest, r)
			}
		}
		w.left[n] = rest
	}
}

// finish lays on what no text was on.
func (w *washer) finish() {
	for n, left := range w.left {
		for _, r := range left {
			blend(w.c.dst, r, w.of[n].Color)
		}
	}
}
