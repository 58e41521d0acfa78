package raster

import (
	"image"
	"image/color"
	"math"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
)

// Corners of a box, in CSS order, as indices.
const (
	topLeft = iota
	topRight
	bottomRight
	bottomLeft
)

// across and down are the sides that meet in each corner: a horizontal and a vertical.
var (
	across = [4]int{dom.Top, dom.Top, dom.Bottom, dom.Bottom}
	down   = [4]int{dom.Left, dom.Right, dom.Right, dom.Left}
)

// ring is the borders of a box: straight stretches, and cells where they meet.
type ring struct {
	at    image.Rectangle
	width [4]int
	style [4]dom.BorderStyle
	color [4]color.NRGBA
	radii [4]corner
	cells [4]image.Rectangle
}

// edges paints the borders of a box.
func (c *canvas) edges(i *layout.Item) {
	at := snap(i.Rect).Add(c.off)
	if !at.Overlaps(c.clip) {
		return
	}
	r := newRing(at, i)
	if r == nil {
		return
	}
	for k := range r.cells {
		c.corner(r, k)
	}
	for s := range r.width {
		c.side(r, s)
	}
}

// newRing makes widths whole pixels, as browsers do: none is lost, and none grows.
func newRing(at image.Rectangle, i *layout.Item) *ring {
	r := &ring{at: at, radii: fit(i.Radius, boxOf(at))}
	seen := false
	for s, b := range i.Border {
		if !(b.Width > 0) {
			continue
		}
		r.width[s] = max(int(min(b.Width, far)), 1)
		r.style[s], r.color[s] = b.Style, b.Color
		seen = seen || b.Color.A > 0
		if r.width[s] < 3 && b.Style == dom.Double {
			r.style[s] = dom.Solid
		}
	}
	if !seen {
		return nil
	}
	r.width[dom.Top] = min(r.width[dom.Top], at.Dy())
	r.width[dom.Bottom] = min(r.width[dom.Bottom], at.Dy()-r.width[dom.Top])
	r.width[dom.Left] = min(r.width[dom.Left], at.Dx())
	r.width[dom.Right] = min(r.width[dom.Right], at.Dx()-r.width[dom.Left])
	r.cells = cornerCells(at, r.radii, r.width)
	return r
}

// cornerCells are the parts of a box in which its corners are, none over another.
func cornerCells(at image.Rectangle, radii [4]corner, width [4]int) (cells [4]image.Rectangle) {
	for k, c := range radii {
		w := min(max(int(math.Ceil(float64(c.rx))), width[down[k]]), at.Dx())
		h := min(max(int(math.Ceil(float64(c.ry))), width[across[k]]), at.Dy())
		cell := image.Rect(at.Min.X, at.Min.Y, at.Min.X+w, at.Min.Y+h)
		if down[k] == dom.Right {
			cell = cell.Add(image.Pt(at.Dx()-w, 0))
		}
		if across[k] == dom.Bottom {
			cell = cell.Add(image.Pt(0, at.Dy()-h))
		}
		for _, before := range cells[:k] {
			if !cell.Overlaps(before) {
				continue
			}
			if across[k] == dom.Bottom && cell.Max.Y > before.Max.Y {
				cell.Min.Y = before.Max.Y
			} else {
				cell.Min.X = min(before.Max.X, cell.Max.X)
			}
		}
		cells[k] = cell
	}
	return cells
}

// alike tells whether two sides look the same where they meet.
func (r *ring) alike(a, b int) bool {
	return r.width[a] > 0 && r.width[b] > 0 && r.color[a] == r.color[b] && r.style[a] == r.style[b]
}

// corner paints what two sides share.
func (c *canvas) corner(r *ring, k int) {
	cell, h, v := r.cells[k], across[k], down[k]
	if !cell.Overlaps(c.clip) {
		return
	}
	flat := r.radii[k] == corner{}
	if r.alike(h, v) && flat && r.style[h] != dom.Double {
		if r.style[h] != dom.Dotted { // its dot is the side's
			blend(c.dst, cell.Intersect(c.clip), r.color[h])
		}
		return
	}
	if cell.Dx() > maxCover || cell.Dy() > maxCover {
		c.shape(cell, r.color[h], func(p *path) { r.solid(p, r.at.Sub(cell.Min)) })
		return
	}
	hs := c.share(r, k, h)
	if r.alike(h, v) {
		c.stamp(&mask{at: cell, alpha: hs}, image.Point{}, r.color[h])
		return
	}
	vs := hs
	if r.style[h] != r.style[v] {
		vs = c.share(r, k, v)
	}
	c.mixed(r, k, hs, vs)
}

// mixed paints a corner of two colours, divided from the outer corner to the inner one.
func (c *canvas) mixed(r *ring, k int, hs, vs []uint8) {
	cell := r.cells[k]
	split := c.p.cover(cell, func(p *path) { r.vertical(p, k) })
	hr, hg, hb, ha := premultiplied(r.color[across[k]])
	vr, vg, vb, va := premultiplied(r.color[down[k]])
	in := cell.Intersect(c.clip)
	for y := in.Min.Y; y < in.Max.Y; y++ {
		o := (y-cell.Min.Y)*cell.Dx() + in.Min.X - cell.Min.X
		row := c.dst.Pix[c.dst.PixOffset(in.Min.X, y):]
		for x := range in.Dx() {
			part := uint32(split[o+x])
			h, v := div255(uint32(hs[o+x])*(255-part)), div255(uint32(vs[o+x])*part)
			keep := 255 - min(div255(ha*h)+div255(va*v), 255)
			px := row[4*x : 4*x+4 : 4*x+4]
			px[0] = uint8(min(div255(hr*h)+div255(vr*v)+div255(uint32(px[0])*keep), 255))
			px[1] = uint8(min(div255(hg*h)+div255(vg*v)+div255(uint32(px[1])*keep), 255))
			px[2] = uint8(min(div255(hb*h)+div255(vb*v)+div255(uint32(px[2])*keep), 255))
			px[3] = uint8(min(255-keep+div255(uint32(px[3])*keep), 255))
		}
	}
}

// vertical adds what of a corner is the vertical side's.
func (r *ring) vertical(p *path, k int) {
	cell := r.cells[k]
	at := boxOf(r.at.Sub(cell.Min))
	far := float32(max(cell.Dx(), cell.Dy()))
	x, dx := at.x0, float32(r.width[down[k]])*far
	if down[k] == dom.Right {
		x, dx = at.x1, -dx
	}
	y, dy := at.y0, float32(r.width[across[k]])*far
	if across[k] == dom.Bottom {
		y, dy = at.y1, -dy
	}
	if dy == 0 { // all of it
		p.rounded(box{0, 0, float32(cell.Dx()), float32(cell.Dy())}, [4]corner{})
		return
	}
	p.polygon([2]float32{x, y}, [2]float32{x + dx, y + dy}, [2]float32{x, y + dy})
}

// share is the mask of what a side with its style would paint of a corner.
func (c *canvas) share(r *ring, k, side int) []uint8 {
	cell := r.cells[k]
	at := r.at.Sub(cell.Min)
	switch r.style[side] {
	case dom.Double:
		return c.p.cover(cell, func(p *path) { r.double(p, at) })
	case dom.Dotted:
		return c.p.cover(cell, func(p *path) { r.cornerDots(p, k, side) })
	case dom.Dashed:
		if r.radii[k] != (corner{}) {
			return c.cornerDashes(r, k, side)
		}
	}
	return c.p.cover(cell, func(p *path) { r.solid(p, at) })
}

// inner adds the box that is inside the borders by num/den of their widths, as a hole
// or not.
func (r *ring) inner(p *path, at image.Rectangle, num, den int, hole bool) {
	var w [4]float32
	for s := range w {
		w[s] = float32((r.width[s]*num + den/2) / den)
	}
	b := boxOf(at).inset(w[0], w[1], w[2], w[3])
	radii := shrink(r.radii, w[0], w[1], w[2], w[3])
	if hole {
		p.hole(b, radii)
	} else {
		p.rounded(b, radii)
	}
}

func (r *ring) solid(p *path, at image.Rectangle) {
	r.inner(p, at, 0, 1, false)
	r.inner(p, at, 1, 1, true)
}

// double is two rings, a third of the width each.
func (r *ring) double(p *path, at image.Rectangle) {
	r.inner(p, at, 0, 1, false)
	r.inner(p, at, 1, 3, true)
	r.inner(p, at, 2, 3, false)
	r.inner(p, at, 1, 1, true)
}

// straight is the stretch of a side between its corners.
func (r *ring) straight(side int) image.Rectangle {
	w := r.width[side]
	s := r.at
	switch side {
	case dom.Top:
		s.Min.X, s.Max.X, s.Max.Y = r.cells[topLeft].Max.X, r.cells[topRight].Min.X, s.Min.Y+w
	case dom.Bottom:
		s.Min.X, s.Max.X, s.Min.Y = r.cells[bottomLeft].Max.X, r.cells[bottomRight].Min.X, s.Max.Y-w
	case dom.Left:
		s.Min.Y, s.Max.Y, s.Max.X = r.cells[topLeft].Max.Y, r.cells[bottomLeft].Min.Y, s.Min.X+w
	case dom.Right:
		s.Min.Y, s.Max.Y, s.Min.X = r.cells[topRight].Max.Y, r.cells[bottomRight].Min.Y, s.Max.X-w
	}
	return s
}

// side paints a side between its corners.
func (c *canvas) side(r *ring, side int) {
	s, w := r.straight(side), r.width[side]
	if w == 0 {
		return
	}
	switch r.style[side] {
	case dom.Dashed:
		c.dashes(r, side)
		return
	case dom.Dotted:
		c.dots(r, side)
		return
	case dom.Double:
		first, second, third := s, s, (w+1)/3
		if level(side) {
			first.Max.Y, second.Min.Y = s.Min.Y+third, s.Max.Y-third
		} else {
			first.Max.X, second.Min.X = s.Min.X+third, s.Max.X-third
		}
		blend(c.dst, first.Intersect(c.clip), r.color[side])
		blend(c.dst, second.Intersect(c.clip), r.color[side])
		return
	}
	blend(c.dst, s.Intersect(c.clip), r.color[side])
}
