package raster

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"

	"restante.app/ui/docview/typeset"
)

// How glyphs are kept: by quarters of a pixel across, and whole pixels down.
const (
	quarters   = 4
	maxMask    = 200      // px of an em above which glyphs are drawn without being kept
	maxGlyphs  = 32 << 20 // octets of masks, about
	maxGlyphPx = 2048     // either side of a glyph in colour
)

// strikeKey is a face at a size.
type strikeKey struct {
	face        *font.Face
	size        float32
	bold, slant bool
}

// strike holds the glyphs of a face at a size, by glyph and quarter.
type strike struct {
	strikeKey
	scale  float32
	glyphs map[uint32]*mask
}

// mask is a painted glyph, placed from the pen's whole pixel.
type mask struct {
	at     image.Rectangle
	alpha  []uint8     // of each pixel; nil if the glyph is blank or in colour
	colour *image.RGBA // of a glyph that has colours of its own
}

// glyphCache keeps masks. The zero value is empty.
type glyphCache struct {
	strikes map[strikeKey]*strike
	size    int
	last    *strike
}

func (g *glyphCache) strike(r *typeset.Run) *strike {
	key := strikeKey{r.Face, r.Size, r.Bold, r.Slant}
	if g.last != nil && g.last.strikeKey == key {
		return g.last
	}
	s := g.strikes[key]
	if s == nil {
		if g.strikes == nil || len(g.strikes) >= 1024 {
			g.strikes, g.size = map[strikeKey]*strike{}, 0
		}
		s = &strike{strikeKey: key, scale: r.Size / float32(max(r.Face.Upem(), 1)), glyphs: map[uint32]*mask{}}
		g.strikes[key] = s
	}
	g.last = s
	return s
}

// run paints glyphs, the first with its pen at x, base.
func (c *canvas) run(r *typeset.Run, x, base float32, col color.NRGBA) {
	if r == nil || r.Face == nil || !(r.Size > 0) || col.A == 0 {
		return
	}
	s := c.p.glyphs.strike(r)
	left, right := float32(c.clip.Min.X-c.off.X), float32(c.clip.Max.X-c.off.X)
	for i := range r.Glyphs {
		g := &r.Glyphs[i]
		at := x + g.X
		if at > right+2*r.Size {
			return
		}
		x += g.Advance
		if g.Blank || at+g.Advance+2*r.Size < left {
			continue
		}
		if r.Size > maxMask {
			c.big(s, g.ID, at, base+g.Y, col)
			continue
		}
		q := round(at * quarters)
		m := c.p.mask(s, g.ID, q&(quarters-1))
		pen := image.Pt(q>>2, round(base+g.Y)).Add(c.off)
		switch {
		case m.colour != nil:
			over := m.at.Add(pen).Intersect(c.clip)
			draw.DrawMask(c.dst, over, m.colour, over.Min.Sub(m.at.Min.Add(pen)), image.NewUniform(color.Alpha{A: col.A}), image.Point{}, draw.Over)
		case m.alpha != nil:
			c.stamp(m, pen, col)
		}
	}
}

// mask returns a glyph with its pen at a quarter of a pixel.
func (p *Painter) mask(s *strike, gid font.GID, quarter int) *mask {
	key := uint32(gid)*quarters + uint32(quarter)
	if m := s.glyphs[key]; m != nil {
		return m
	}
	if p.glyphs.size > maxGlyphs {
		for _, s := range p.glyphs.strikes {
			clear(s.glyphs)
		}
		p.glyphs.size = 0
	}
	m := p.newMask(s, gid, float32(quarter)/quarters)
	p.glyphs.size += 96 + len(m.alpha)
	if m.colour != nil {
		p.glyphs.size += len(m.colour.Pix)
	}
	s.glyphs[key] = m
	return m
}

func (p *Painter) newMask(s *strike, gid font.GID, dx float32) *mask {
	if m := p.coloured(s, gid); m != nil {
		return m
	}
	o, ok := s.face.GlyphDataOutline(uint16(gid))
	if !ok || len(o.Segments) == 0 {
		return &mask{}
	}
	t := s.outline(o.Segments)
	at := t.bounds(dx, 0)
	if at.Empty() || at.Dx() > 4*maxMask || at.Dy() > 4*maxMask {
		return &mask{}
	}
	pix := p.letter(t, at, dx)
	for i, v := range pix {
		pix[i] = contrast[v]
	}
	return &mask{at: at, alpha: pix}
}

// letter is how much of each pixel an outline covers. Bold is the same outline several
// times, a little apart, and the most that any of them covers.
func (p *Painter) letter(t outline, at image.Rectangle, dx float32) []uint8 {
	x, y := dx-float32(at.Min.X), -float32(at.Min.Y)
	if t.bold == 0 {
		return p.cover(at, func(to *path) { t.trace(to.z, x, y) })
	}
	most := make([]uint8, at.Dx()*at.Dy())
	for _, d := range t.copies() {
		for i, v := range p.cover(at, func(to *path) { t.trace(to.z, x+d[0], y+d[1]) }) {
			most[i] = max(most[i], v)
		}
	}
	return most
}

// contrast makes edges of letters heavier, as browsers do, whose text is what people
// are used to: coverage a becomes a + (1-a)·a/2.
var contrast = func() (t [256]uint8) {
	for i := range t {
		a := float64(i) / 255
		t[i] = uint8(math.Round(255 * (a + (1-a)*a*0.5)))
	}
	return t
}()

// big paints a glyph that is too large to keep.
func (c *canvas) big(s *strike, gid font.GID, x, base float32, col color.NRGBA) {
	o, ok := s.face.GlyphDataOutline(uint16(gid))
	if !ok || len(o.Segments) == 0 {
		return
	}
	t := s.outline(o.Segments)
	pen := image.Pt(int(math.Floor(float64(x))), int(math.Floor(float64(base))))
	x, base = x-float32(pen.X), base-float32(pen.Y)
	at := t.bounds(x, base)
	x, base = x-float32(at.Min.X), base-float32(at.Min.Y)
	c.shape(at.Add(pen).Add(c.off), col, func(p *path) { t.add(p.z, x+p.dx, base+p.dy) })
}

// stamp lays a colour on through a mask.
func (c *canvas) stamp(m *mask, pen image.Point, col color.NRGBA) {
	at := m.at.Add(pen)
	over := at.Intersect(c.clip)
	if over.Empty() {
		return
	}
	sr, sg, sb, sa := uint32(col.R), uint32(col.G), uint32(col.B), uint32(col.A)
	w := at.Dx()
	for y := over.Min.Y; y < over.Max.Y; y++ {
		from := (y-at.Min.Y)*w + over.Min.X - at.Min.X
		line := m.alpha[from : from+over.Dx()]
		o := c.dst.PixOffset(over.Min.X, y)
		row := c.dst.Pix[o : o+4*len(line)]
		for i, v := range line {
			if v == 0 {
				continue
			}
			px := row[4*i : 4*i+4 : 4*i+4]
			a := uint32(v)
			if sa != 255 {
				a = div255(a * sa)
			}
			if a == 255 {
				px[0], px[1], px[2], px[3] = uint8(sr), uint8(sg), uint8(sb), 255
				continue
			}
			keep := 255 - a
			px[0] = uint8(div255(sr*a + uint32(px[0])*keep))
			px[1] = uint8(div255(sg*a + uint32(px[1])*keep))
			px[2] = uint8(div255(sb*a + uint32(px[2])*keep))
			px[3] = uint8(div255(255*a + uint32(px[3])*keep))
		}
	}
}

// outline is a glyph's curves and how they become px.
type outline struct {
	segments []opentype.Segment
	scale    float32
	slant    float32 // px to the right for each px up
	bold     float32 // px that strokes grow wider
}

const (
	slant   = 0.21     // tan 12°
	boldest = 1.0 / 26 // of an em that synthetic bold adds to strokes
)

func (s *strike) outline(segments []opentype.Segment) outline {
	o := outline{segments: segments, scale: s.scale}
	if s.slant {
		o.slant = slant
	}
	if s.bold {
		o.bold = max(s.size*boldest, 0.4)
	}
	return o
}

func (o outline) point(p opentype.SegmentPoint) (x, y float32) {
	x, y = p.X*o.scale, -p.Y*o.scale
	return x - y*o.slant, y
}

// bounds are the pixels that the outline with its pen at x, y may touch.
func (o outline) bounds(x, y float32) image.Rectangle {
	x0, y0 := float32(math.Inf(1)), float32(math.Inf(1))
	x1, y1 := -x0, -y0
	for i := range o.segments {
		for _, a := range o.segments[i].ArgsSlice() {
			px, py := o.point(a)
			x0, x1, y0, y1 = min(x0, px), max(x1, px), min(y0, py), max(y1, py)
		}
	}
	if !(x1 >= x0) {
		return image.Rectangle{}
	}
	x1, y0, y1 = x1+o.bold, y0-o.bold/4, y1+o.bold/4
	bound := func(v float32) int { return int(min(max(v, -far), far)) }
	return image.Rect(bound(x0+x)-1, bound(y0+y)-1, bound(x1+x)+2, bound(y1+y)+2)
}

// copies are the places at which an outline is repeated to make it bold.
func (o outline) copies() (out [][2]float32) {
	steps := 1 + int(math.Ceil(float64(o.bold)))
	for i := 0; i <= steps; i++ {
		x := o.bold * float32(i) / float32(steps)
		out = append(out, [2]float32{x, -o.bold / 4}, [2]float32{x, o.bold / 4})
	}
	return out
}

// add gives the outline to a rasterizer, at the size of a headline, where the edges of
// copies that add up can't be seen.
func (o outline) add(z tracer, x, y float32) {
	if o.bold == 0 {
		o.trace(z, x, y)
		return
	}
	for _, d := range o.copies() {
		o.trace(z, x+d[0], y+d[1])
	}
}

func (o outline) trace(z tracer, x, y float32) {
	open := false
	for i := range o.segments {
		s := &o.segments[i]
		ax, ay := o.point(s.Args[0])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			if open {
				z.ClosePath()
			}
			z.MoveTo(ax+x, ay+y)
			open = true
		case opentype.SegmentOpLineTo:
			z.LineTo(ax+x, ay+y)
		case opentype.SegmentOpQuadTo:
			bx, by := o.point(s.Args[1])
			z.QuadTo(ax+x, ay+y, bx+x, by+y)
		case opentype.SegmentOpCubeTo:
			bx, by := o.point(s.Args[1])
			cx, cy := o.point(s.Args[2])
			z.CubeTo(ax+x, ay+y, bx+x, by+y, cx+x, cy+y)
		}
	}
	if open {
		z.ClosePath()
	}
}
