package viewport

import (
	"image"
	"image/color"

	"restante.app/ui/docview/layout"
	"restante.app/ui/docview/raster"
)

// frames are the two pictures that take turns: one is shown while the other is painted.
type frames struct {
	shown, spare *image.RGBA
	x, y         float32 // of the one shown
	version      int     // of the one shown
}

// Stale tells whether what is in sight is not what the last frame shows.
func (v *View) Stale() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	f := &v.frames
	return (f.shown == nil || f.version != v.version || f.x != v.x || f.y != v.y)
}

// Paint returns a picture of what is in sight, opaque, in the size of the view. The one
// before stays as it is until the next Paint. Where the view was only scrolled since,
// the new one is made of it and of what came in sight.
func (v *View) Paint() *image.RGBA {
	v.mu.Lock()
	defer v.mu.Unlock()
	f := &v.frames
	img := f.spare
	if img == nil || img.Rect.Dx() != v.size.w || img.Rect.Dy() != v.size.h {
		img = image.NewRGBA(image.Rect(0, 0, v.size.w, v.size.h))
	}
	dx, dy := int(v.x-f.x), int(v.y-f.y)
	if f.shown != nil && f.shown.Rect == img.Rect && f.version == v.version && dx == 0 && abs(dy) < v.size.h {
		v.shift(img, f.shown, dy)
	} else {
		v.paint(img)
	}
	f.spare, f.shown = f.shown, img
	f.x, f.y, f.version = v.x, v.y, v.version
	return img
}

func abs(n int) int { return max(n, -n) }

// shift copies what stays in sight and paints the rest.
func (v *View) shift(to, from *image.RGBA, dy int) {
	h := v.size.h
	fresh := image.Rect(0, h-dy, v.size.w, h)
	if dy >= 0 {
		copy(to.Pix, from.Pix[dy*from.Stride:])
	} else {
		copy(to.Pix[-dy*to.Stride:], from.Pix)
		fresh = image.Rect(0, 0, v.size.w, -dy)
	}
	if dy == 0 {
		return
	}
	if strip, ok := to.SubImage(fresh).(*image.RGBA); ok {
		v.paint(strip)
	}
}

// paint paints the part of the view that dst is.
func (v *View) paint(dst *image.RGBA) {
	m := v.margin()
	x, y := v.x-m+float32(dst.Rect.Min.X), v.y-m+float32(dst.Rect.Min.Y)
	canvas := v.look.Canvas
	if v.doc.Canvas.A > 0 {
		canvas = v.doc.Canvas
	}
	canvas.A = 255
	within := layout.Rect{X: x, Y: y, W: float32(dst.Rect.Dx()), H: float32(dst.Rect.Dy())}
	within = grown(within, 2*outlineWidth(v.size.zoom)) // an outline is seen where what it is around is not
	found, current := v.found.rects(v, within)
	marked := v.rects(v.marked, within)
	washes := []raster.Wash{{Rects: marked, Color: v.look.Found}, {Rects: found, Color: v.look.Found}}
	if from, to := v.sel.span(); from < to {
		washes = append(washes, raster.Wash{Rects: v.flow.Rects(from, to, within), Color: v.look.Selection})
	}
	v.painter.Paint(dst, v.flow, x, y, raster.Options{Canvas: canvas, Dim: v.look.Dim, Washes: washes})
	fill := func(rects []layout.Rect, c color.NRGBA) { v.painter.Fill(dst, x, y, rects, c) }
	fill(underline(marked, v.size.zoom), v.look.Mark)
	fill(outline(current, v.size.zoom), v.look.Mark)
	if v.stop >= 0 && !v.unmarked {
		rects, w := v.stopRects(within), outlineWidth(v.size.zoom)
		fill(outline(rects, v.size.zoom), v.look.Mark)
		for i, r := range rects { // and one around it, so that it is seen on any ground
			rects[i] = layout.Rect{X: r.X - w, Y: r.Y - w, W: r.W + 2*w, H: r.H + 2*w}
		}
		fill(outline(rects, v.size.zoom), v.look.Canvas)
	}
}

func outlineWidth(zoom float32) float32 { return max(1.5*zoom, 1) }

func grown(r layout.Rect, by float32) layout.Rect {
	by = ceil(by) + 1
	return layout.Rect{X: r.X - by, Y: r.Y - by, W: r.W + 2*by, H: r.H + 2*by}
}

// outline is a line around each of some rectangles.
func outline(rects []layout.Rect, zoom float32) (out []layout.Rect) {
	w := outlineWidth(zoom)
	for _, r := range rects {
		x, y, right, bottom := r.X-w, r.Y-w, r.X+r.W+w, r.Y+r.H+w
		out = append(out,
			layout.Rect{X: x, Y: y, W: right - x, H: w}, layout.Rect{X: x, Y: bottom - w, W: right - x, H: w},
			layout.Rect{X: x, Y: y + w, W: w, H: bottom - y - 2*w}, layout.Rect{X: right - w, Y: y + w, W: w, H: bottom - y - 2*w})
	}
	return out
}

// rects are those of what was found within a rectangle of the document, and of the place
// that was gone to last.
func (f *found) rects(v *View, within layout.Rect) (all, current []layout.Rect) {
	v.eachSpan(f.spans, within, func(i int, rects []layout.Rect) {
		all = append(all, rects...)
		if i == f.current {
			current = rects
		}
	})
	return all, current
}

// slack is how far the text beside each other may be apart, as in cells of a table.
const slack = 4096
