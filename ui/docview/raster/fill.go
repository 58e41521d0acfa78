package raster

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"restante.app/ui/docview/layout"
)

// fill paints a rectangle with rounded corners.
func (c *canvas) fill(r layout.Rect, radius [4]float32, col color.NRGBA) {
	at := snap(r).Add(c.off)
	if col.A == 0 || !at.Overlaps(c.clip) {
		return
	}
	if square(radius) {
		blend(c.dst, at.Intersect(c.clip), col)
		return
	}
	// Only the corners need to be looked at pixel by pixel.
	radii := fit(radius, boxOf(at))
	cells := cornerCells(at, radii, [4]int{})
	for _, piece := range without(at.Intersect(c.clip), cells[:]) {
		blend(c.dst, piece, col)
	}
	for _, cell := range cells {
		c.shape(cell, col, func(p *path) { p.rounded(boxOf(at.Sub(cell.Min)), radii) })
	}
}

// stroke paints a line of text decoration, whole pixels thick.
func (c *canvas) stroke(r layout.Rect, col color.NRGBA) {
	thick := max(round(r.H), 1)
	top := round(r.Y + r.H/2 - float32(thick)/2)
	at := image.Rect(round(r.X), top, round(r.X+r.W), top+thick).Add(c.off)
	blend(c.dst, at.Intersect(c.clip), col)
}

// shape fills a path, given from the top left of bounds; what is beyond them is not
// painted. Small ones are made whole, wherever the clip is, so that every pixel comes
// out the same when the document is painted in pieces.
func (c *canvas) shape(bounds image.Rectangle, col color.NRGBA, build func(*path)) {
	in := bounds.Intersect(c.clip)
	if in.Empty() || col.A == 0 {
		return
	}
	of := bounds
	if bounds.Dx() > maxCover || bounds.Dy() > maxCover {
		of = in
	}
	from := bounds.Min.Sub(of.Min)
	m := mask{at: of, alpha: c.p.cover(of, func(p *path) {
		p.dx, p.dy = p.dx+float32(from.X), p.dy+float32(from.Y)
		build(p)
	})}
	c.stamp(&m, image.Point{}, col)
}

// maxCover is up to which size a shape is made as a whole, in px.
const maxCover = 1024

// cover is how much of each pixel of a rectangle a path covers, which is given from its
// top left.
func (p *Painter) cover(r image.Rectangle, build func(*path)) []uint8 {
	a := image.Alpha{Pix: make([]uint8, r.Dx()*r.Dy()), Stride: r.Dx(), Rect: image.Rectangle{Max: r.Size()}}
	if len(a.Pix) == 0 {
		return nil
	}
	z := &p.raster
	z.Reset(r.Dx(), r.Dy())
	build(&path{z: z})
	z.DrawOp = draw.Src
	z.Draw(&a, a.Rect, image.Opaque, image.Point{})
	return a.Pix
}

// blend lays a colour over a rectangle, which must be within dst.
func blend(dst *image.RGBA, r image.Rectangle, col color.NRGBA) {
	if r.Empty() || col.A == 0 {
		return
	}
	sr, sg, sb, sa := premultiplied(col)
	keep := 255 - sa
	first := dst.Pix[dst.PixOffset(r.Min.X, r.Min.Y):]
	row := first[: r.Dx()*4 : r.Dx()*4]
	if sa == 255 {
		for i := 0; i < len(row); i += 4 {
			row[i], row[i+1], row[i+2], row[i+3] = uint8(sr), uint8(sg), uint8(sb), 255
		}
		for y := r.Min.Y + 1; y < r.Max.Y; y++ {
			copy(dst.Pix[dst.PixOffset(r.Min.X, y):], row)
		}
		return
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		o := dst.PixOffset(r.Min.X, y)
		row := dst.Pix[o : o+r.Dx()*4 : o+r.Dx()*4]
		for i := 0; i < len(row); i += 4 {
			row[i] = uint8(sr + div255(uint32(row[i])*keep))
			row[i+1] = uint8(sg + div255(uint32(row[i+1])*keep))
			row[i+2] = uint8(sb + div255(uint32(row[i+2])*keep))
			row[i+3] = uint8(sa + div255(uint32(row[i+3])*keep))
		}
	}
}

func premultiplied(c color.NRGBA) (r, g, b, a uint32) {
	a = uint32(c.A)
	return div255(uint32(c.R) * a), div255(uint32(c.G) * a), div255(uint32(c.B) * a), a
}

// div255 divides by 255, rounded, what is at most 255*255.
func div255(v uint32) uint32 {
	v += 128
	return (v + v>>8) >> 8
}

// box is a rectangle by its edges.
type box struct{ x0, y0, x1, y1 float32 }

func boxOf(r image.Rectangle) box {
	return box{float32(r.Min.X), float32(r.Min.Y), float32(r.Max.X), float32(r.Max.Y)}
}

func (b box) inset(top, right, bottom, left float32) box {
	b = box{b.x0 + left, b.y0 + top, b.x1 - right, b.y1 - bottom}
	b.x1, b.y1 = max(b.x1, b.x0), max(b.y1, b.y0)
	return b
}

func square(r [4]float32) bool { return r == [4]float32{} }

// corner is the radii of a rounded corner, across and down.
type corner struct{ rx, ry float32 }

// fit makes radii small enough for a box (CSS Backgrounds 3, section 4.5).
func fit(r [4]float32, b box) (out [4]corner) {
	w, h := b.x1-b.x0, b.y1-b.y0
	f := float32(1)
	for i := range r {
		r[i] = max(r[i], 0)
	}
	for _, s := range [4][2]float32{{w, r[0] + r[1]}, {h, r[1] + r[2]}, {w, r[2] + r[3]}, {h, r[3] + r[0]}} {
		if s[1] > s[0] {
			f = min(f, s[0]/s[1])
		}
	}
	for i := range r {
		out[i] = corner{r[i] * f, r[i] * f}
	}
	return out
}

// shrink is the corners of what is inside of borders so wide.
func shrink(c [4]corner, top, right, bottom, left float32) [4]corner {
	across, down := [4]float32{left, right, right, left}, [4]float32{top, top, bottom, bottom}
	for i := range c {
		c[i] = corner{max(c[i].rx-across[i], 0), max(c[i].ry-down[i], 0)}
		if c[i].rx == 0 || c[i].ry == 0 {
			c[i] = corner{}
		}
	}
	return c
}

// tracer draws outlines, as vector.Rasterizer does.
type tracer interface {
	MoveTo(x, y float32)
	LineTo(x, y float32)
	QuadTo(bx, by, cx, cy float32)
	CubeTo(bx, by, cx, cy, dx, dy float32)
	ClosePath()
}

// path gives outlines to a tracer, moved to their place.
type path struct {
	z      tracer
	dx, dy float32
}

func (p *path) move(x, y float32) { p.z.MoveTo(x+p.dx, y+p.dy) }
func (p *path) line(x, y float32) { p.z.LineTo(x+p.dx, y+p.dy) }
func (p *path) cube(bx, by, cx, cy, x, y float32) {
	p.z.CubeTo(bx+p.dx, by+p.dy, cx+p.dx, cy+p.dy, x+p.dx, y+p.dy)
}

// polygon adds a closed polygon.
func (p *path) polygon(at ...[2]float32) {
	p.move(at[0][0], at[0][1])
	for _, q := range at[1:] {
		p.line(q[0], q[1])
	}
	p.z.ClosePath()
}

// kappa places the control points of a cubic that stands for a quarter of a circle.
const kappa = 4 * (math.Sqrt2 - 1) / 3

// rounded adds a box with rounded corners, clockwise.
func (p *path) rounded(b box, c [4]corner) {
	const k = 1 - kappa
	p.move(b.x0+c[0].rx, b.y0)
	p.line(b.x1-c[1].rx, b.y0)
	p.cube(b.x1-c[1].rx*k, b.y0, b.x1, b.y0+c[1].ry*k, b.x1, b.y0+c[1].ry)
	p.line(b.x1, b.y1-c[2].ry)
	p.cube(b.x1, b.y1-c[2].ry*k, b.x1-c[2].rx*k, b.y1, b.x1-c[2].rx, b.y1)
	p.line(b.x0+c[3].rx, b.y1)
	p.cube(b.x0+c[3].rx*k, b.y1, b.x0, b.y1-c[3].ry*k, b.x0, b.y1-c[3].ry)
	p.line(b.x0, b.y0+c[0].ry)
	p.cube(b.x0, b.y0+c[0].ry*k, b.x0+c[0].rx*k, b.y0, b.x0+c[0].rx, b.y0)
	p.z.ClosePath()
}

// hole adds a box with rounded corners the other way round: what is in it is left out.
func (p *path) hole(b box, c [4]corner) {
	const k = 1 - kappa
	p.move(b.x0+c[0].rx, b.y0)
	p.cube(b.x0+c[0].rx*k, b.y0, b.x0, b.y0+c[0].ry*k, b.x0, b.y0+c[0].ry)
	p.line(b.x0, b.y1-c[3].ry)
	p.cube(b.x0, b.y1-c[3].ry*k, b.x0+c[3].rx*k, b.y1, b.x0+c[3].rx, b.y1)
	p.line(b.x1-c[2].rx, b.y1)
	p.cube(b.x1-c[2].rx*k, b.y1, b.x1, b.y1-c[2].ry*k, b.x1, b.y1-c[2].ry)
	p.line(b.x1, b.y0+c[1].ry)
	p.cube(b.x1, b.y0+c[1].ry*k, b.x1-c[1].rx*k, b.y0, b.x1-c[1].rx, b.y0)
	p.z.ClosePath()
}
