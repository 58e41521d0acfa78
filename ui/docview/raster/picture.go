package raster

import (
	"image"
	"image/color"
	"image/draw"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
)

// picture paints an image scaled to its place.
func (c *canvas) picture(i *layout.Item) {
	at := snap(i.Rect).Add(c.off)
	if !at.Overlaps(c.clip) || i.Color.A == 0 || c.p.images == nil {
		return
	}
	v := view{src: i.Src, size: at.Size(), dim: c.dim}
	if !c.show(v, at, i.Radius, i.Color.A) {
		c.frame(i)
	}
}

// show paints a view of a picture with rounded corners. It is false if there is nothing
// to be seen, now or at all.
func (c *canvas) show(v view, at image.Rectangle, radius [4]float32, alpha uint8) bool {
	if square(radius) {
		return c.scaled(v, at.Min, at.Intersect(c.clip), alpha)
	}
	radii := fit(radius, boxOf(at))
	return c.within(at, radii, func(r image.Rectangle) bool { return c.scaled(v, at.Min, r, alpha) })
}

// within calls paint with the parts of a box with rounded corners, so that what it
// paints has them.
func (c *canvas) within(at image.Rectangle, radii [4]corner, paint func(image.Rectangle) bool) bool {
	cells := cornerCells(at, radii, [4]int{})
	done := true
	for _, piece := range without(at.Intersect(c.clip), cells[:]) {
		if !piece.Empty() {
			done = paint(piece) && done
		}
	}
	for _, cell := range cells {
		if in := cell.Intersect(c.clip); !in.Empty() {
			done = c.masked(at, radii, cell, in, paint) && done
		}
	}
	return done
}

// masked paints a corner: what was there comes back where the corner is cut off.
func (c *canvas) masked(at image.Rectangle, radii [4]corner, cell, in image.Rectangle, paint func(image.Rectangle) bool) bool {
	if cell.Dx() > maxCover || cell.Dy() > maxCover {
		cell = in
	}
	before := image.NewRGBA(in)
	draw.Draw(before, in, c.dst, in.Min, draw.Src)
	done := paint(in)
	cover := c.p.cover(cell, func(p *path) { p.rounded(boxOf(at.Sub(cell.Min)), radii) })
	for y := in.Min.Y; y < in.Max.Y; y++ {
		line := cover[(y-cell.Min.Y)*cell.Dx()+in.Min.X-cell.Min.X:]
		to, from := c.dst.Pix[c.dst.PixOffset(in.Min.X, y):], before.Pix[before.PixOffset(in.Min.X, y):]
		for i := range 4 * in.Dx() {
			a := uint32(line[i/4])
			to[i] = uint8(div255(uint32(to[i])*a + uint32(from[i])*(255-a)))
		}
	}
	return done
}

// scaled paints what of a view whose top left is at origin lies in r.
func (c *canvas) scaled(v view, origin image.Point, r image.Rectangle, alpha uint8) bool {
	if r.Empty() {
		return true
	}
	seen := r.Sub(origin)
	for ty := seen.Min.Y / tileSide; ty*tileSide < seen.Max.Y; ty++ {
		for tx := seen.Min.X / tileSide; tx*tileSide < seen.Max.X; tx++ {
			t := c.p.tile(v, image.Pt(tx, ty))
			if t == nil {
				return false
			}
			to := t.pix.Rect.Add(origin).Intersect(r)
			lay(c.dst, to, t, to.Min.Sub(origin), alpha)
		}
	}
	return true
}

// lay paints a part of a tile.
func lay(dst *image.RGBA, to image.Rectangle, t *tile, from image.Point, alpha uint8) {
	switch {
	case alpha < 255:
		draw.DrawMask(dst, to, t.pix, from, image.NewUniform(color.Alpha{A: alpha}), image.Point{}, draw.Over)
	case t.opaque:
		draw.Draw(dst, to, t.pix, from, draw.Src)
	default:
		draw.Draw(dst, to, t.pix, from, draw.Over)
	}
}

// tiles paints a background image (CSS 2.1 section 14.2.1): placed in the padding box,
// seen in the borders, too. It is not dimmed, as what is on it keeps its colours.
func (c *canvas) tiles(i *layout.Item) {
	at := snap(i.Rect).Add(c.off)
	if !at.Overlaps(c.clip) || c.p.images == nil || i.Node.IsZero() || i.Node.Style().Backdrop == nil {
		return
	}
	b := i.Node.Style().Backdrop
	size, first, ok := c.p.images.backdrop(i.Node.Style(), at, i.Scale)
	if !ok {
		return
	}
	p := &pattern{view: view{src: i.Src, size: size}, first: first, alpha: opacity(i.Node.Style().Opacity), x: b.RepeatX, y: b.RepeatY}
	if square(i.Radius) {
		c.pattern(p, at.Intersect(c.clip))
		return
	}
	c.within(at, fit(i.Radius, boxOf(at)), func(r image.Rectangle) bool { return c.pattern(p, r) })
}

// Backdrop is where a background image of a style lies in a box (CSS 2.1 section 14.2.1):
// the one that all others repeat. ok is false if there is none, or nothing to see of it.
func (m *Images) Backdrop(st *dom.Style, box layout.Rect, scale float32) (at layout.Rect, ok bool) {
	if st.Backdrop == nil {
		return layout.Rect{}, false
	}
	size, first, ok := m.backdrop(st, snap(box), scale)
	return layout.Rect{X: float32(first.X), Y: float32(first.Y), W: float32(size.X), H: float32(size.Y)}, ok
}

func (m *Images) backdrop(st *dom.Style, at image.Rectangle, scale float32) (size, first image.Point, ok bool) {
	b := st.Backdrop
	w, h, ok := m.Size(b.Src)
	if !ok || w <= 0 || h <= 0 {
		return image.Point{}, image.Point{}, false
	}
	var e [4]int
	for s := range e {
		e[s] = int(st.Border[s].Width * scale)
	}
	area := image.Rectangle{
		Min: image.Pt(at.Min.X+e[dom.Left], at.Min.Y+e[dom.Top]), Max: image.Pt(at.Max.X-e[dom.Right], at.Max.Y-e[dom.Bottom]),
	}
	size = backdropSize(b, area.Size(), w*scale, h*scale, scale)
	if area.Empty() || size.X <= 0 || size.Y <= 0 {
		return image.Point{}, image.Point{}, false
	}
	first = area.Min.Add(image.Pt(offset(b.X, area.Dx()-size.X, scale), offset(b.Y, area.Dy()-size.Y, scale)))
	return size, first, true
}

func opacity(o float32) uint8 { return uint8(min(max(o, 0), 1) * 255) }

// offset is where a background image begins, room being what is beside it.
func offset(l dom.Length, room int, scale float32) int {
	switch l.Unit {
	case dom.Px:
		return round(l.Value * scale)
	case dom.Percent:
		return round(l.Value * float32(room) / 100)
	}
	return 0
}

// backdropSize is how large a background image is shown in an area
// (CSS Backgrounds 3, section 3.9). w and h are its own size.
func backdropSize(b *dom.Backdrop, area image.Point, w, h, scale float32) image.Point {
	aw, ah := float32(area.X), float32(area.Y)
	switch {
	case b.Cover:
		f := max(aw/w, ah/h)
		w, h = w*f, h*f
	case b.Contain:
		f := min(aw/w, ah/h)
		w, h = w*f, h*f
	case b.Width.Unit != dom.Auto && b.Height.Unit != dom.Auto:
		w, h = sized(b.Width, aw, scale), sized(b.Height, ah, scale)
	case b.Width.Unit != dom.Auto:
		to := sized(b.Width, aw, scale)
		w, h = to, h*to/w
	case b.Height.Unit != dom.Auto:
		to := sized(b.Height, ah, scale)
		w, h = w*to/h, to
	}
	if !(w > 0 && h > 0) {
		return image.Point{}
	}
	return image.Pt(max(round(w), 1), max(round(h), 1))
}

func sized(l dom.Length, of, scale float32) float32 {
	if l.Unit == dom.Percent {
		return l.Value * of / 100
	}
	return l.Value * scale
}

// pattern is a background image that may repeat.
type pattern struct {
	view
	first image.Point // where one of it lies
	alpha uint8
	x, y  bool // repeats
}

// small is up to which side repeated images are joined to larger ones before they are
// painted: a background of one pixel is not painted a million times.
const small = 128

// pattern paints what of a repeated image lies in r.
func (c *canvas) pattern(p *pattern, r image.Rectangle) bool {
	v, step := p.view, p.size
	if p.x && step.X < small {
		v.timesX = (small + step.X - 1) / step.X
		step.X *= v.timesX
	}
	if p.y && step.Y < small {
		v.timesY = (small + step.Y - 1) / step.Y
		step.Y *= v.timesY
	}
	from, to := p.first, p.first.Add(image.Pt(1, 1))
	if p.x {
		from.X = p.first.X + floorDiv(r.Min.X-p.first.X, step.X)*step.X
		to.X = r.Max.X
	}
	if p.y {
		from.Y = p.first.Y + floorDiv(r.Min.Y-p.first.Y, step.Y)*step.Y
		to.Y = r.Max.Y
	}
	for y := from.Y; y < to.Y; y += step.Y {
		for x := from.X; x < to.X; x += step.X {
			one := image.Rectangle{Max: step}.Add(image.Pt(x, y))
			if !c.scaled(v, one.Min, one.Intersect(r), p.alpha) {
				return false
			}
		}
	}
	return true
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
