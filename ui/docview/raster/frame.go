package raster

import (
	"image"
	"image/color"

	"restante.app/ui/docview/layout"
)

// smallest is the side of a frame below which none is seen: of a picture that small
// nothing is missed.
const smallest = 8

// frame paints what shows where an image is not: a hairline around its place and, if
// no text stands for it, the sign of a picture. Grey shows on light and on dark.
func (c *canvas) frame(i *layout.Item) {
	at := snap(i.Rect).Add(c.off)
	if at.Dx() < smallest || at.Dy() < smallest || !at.Overlaps(c.clip) {
		return
	}
	grey := func(a uint32) color.NRGBA {
		return color.NRGBA{128, 128, 128, uint8(div255(a * uint32(i.Color.A)))}
	}
	radii := fit(i.Radius, boxOf(at))
	r := &ring{at: at, radii: radii, width: [4]int{1, 1, 1, 1}, cells: cornerCells(at, radii, [4]int{1, 1, 1, 1})}
	line := grey(120)
	r.color = [4]color.NRGBA{line, line, line, line}
	for k := range r.cells {
		c.corner(r, k)
		c.side(r, k)
	}
	if !i.Node.IsZero() && i.Node.Image() != nil && i.Node.Image().Alt == "" && at.Dx() >= 4*smallest && at.Dy() >= 4*smallest {
		c.sign(at, line)
	}
}

// sign paints hills and a sun in the middle of a place.
func (c *canvas) sign(at image.Rectangle, col color.NRGBA) {
	side := min(at.Dx()/2, at.Dy()/2, 48)
	cell := image.Rect(0, 0, side, side).Add(at.Min).Add(image.Pt((at.Dx()-side)/2, (at.Dy()-side)/2))
	s := float32(side)
	c.shape(cell, col, func(p *path) {
		p.polygon([2]float32{0, s * 0.85}, [2]float32{s * 0.35, s * 0.3}, [2]float32{s * 0.55, s * 0.62}, [2]float32{s * 0.7, s * 0.45}, [2]float32{s, s * 0.85})
		p.circle(s*0.75, s*0.22, s*0.1)
	})
}
