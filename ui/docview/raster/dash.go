package raster

import (
	"image"
	"math"

	"restante.app/ui/docview/dom"
)

// level tells whether a side is horizontal.
func level(side int) bool { return side == dom.Top || side == dom.Bottom }

// ends are the corners at which sides begin and end, from the left or from the top.
var ends = [4][2]int{
	dom.Top: {topLeft, topRight}, dom.Right: {topRight, bottomRight}, dom.Bottom: {bottomLeft, bottomRight}, dom.Left: {topLeft, bottomLeft},
}

// extent is where a side's straight stretch begins and ends, from the box's left or top.
func (r *ring) extent(side int) (from, to int) {
	s := r.straight(side).Sub(r.at.Min)
	if level(side) {
		return s.Min.X, s.Max.X
	}
	return s.Min.Y, s.Max.Y
}

// sharp tells whether a side ends in a square corner.
func (r *ring) sharp(side, end int) bool { return r.radii[ends[side][end]] == corner{} }

// rhythm is how marks repeat along a line: so many, so far from one to the next.
func rhythm(length, mark, gap float64) (n int, step float64) {
	n = max(int(math.Round((length+gap)/(mark+gap))), 2)
	return n, (length - mark) / float64(n-1)
}

// dashLength is how long dashes of a width are, and about how far apart.
func dashLength(w int) (dash, gap float64) {
	if w < 3 {
		return float64(3 * w), float64(2 * w)
	}
	return float64(2 * w), float64(w)
}

// dashes paints a dashed side. A dash goes around each square corner, and one lies half
// in each rounded one.
func (c *canvas) dashes(r *ring, side int) {
	s, w := r.straight(side), r.width[side]
	from, to := r.extent(side)
	dash, gap := dashLength(w)
	begin, end := float64(from)-dash/2, float64(to)+dash/2
	whole := r.at.Dx()
	if !level(side) {
		whole = r.at.Dy()
	}
	if r.sharp(side, 0) {
		begin = 0
	}
	if r.sharp(side, 1) {
		end = float64(whole)
	}
	s = s.Intersect(c.clip)
	if s.Empty() {
		return
	}
	if end-begin < 2*dash {
		blend(c.dst, s, r.color[side])
		return
	}
	n, step := rhythm(end-begin, dash, gap)
	origin, low, high := r.at.Min.X, s.Min.X, s.Max.X
	if !level(side) {
		origin, low, high = r.at.Min.Y, s.Min.Y, s.Max.Y
	}
	first := max(int((float64(low-origin)-begin)/step)-1, 0)
	for i := first; i < n; i++ {
		at := begin + step*float64(i)
		a, b := origin+int(math.Round(at)), origin+int(math.Round(at+dash))
		if a >= high {
			return
		}
		one := s
		if level(side) {
			one.Min.X, one.Max.X = max(a, s.Min.X), min(b, s.Max.X)
		} else {
			one.Min.Y, one.Max.Y = max(a, s.Min.Y), min(b, s.Max.Y)
		}
		blend(c.dst, one, r.color[side])
	}
}

// dots paints a dotted side, with a dot in each corner.
func (c *canvas) dots(r *ring, side int) {
	w := r.width[side]
	from, to := r.extent(side)
	begin, end := float64(from), float64(to)
	half := float64(w) / 2
	last := r.at.Dx()
	if !level(side) {
		last = r.at.Dy()
	}
	if r.sharp(side, 0) {
		begin = half
	}
	if r.sharp(side, 1) {
		end = float64(last) - half
	}
	if end < begin {
		return
	}
	n, step := rhythm(end-begin+2*half, 2*half, 2*half)
	first, past := 0, n
	if !level(side) { // the dots of square corners are the horizontal sides'
		if r.sharp(side, 0) && r.width[dom.Top] > 0 && r.style[dom.Top] == dom.Dotted {
			first++
		}
		if r.sharp(side, 1) && r.width[dom.Bottom] > 0 && r.style[dom.Bottom] == dom.Dotted {
			past--
		}
	}
	dot := c.dot(w)
	place := func(i int) image.Point {
		at := int(math.Floor(begin + step*float64(i) - half + 0.5))
		switch side {
		case dom.Top:
			return r.at.Min.Add(image.Pt(at, 0))
		case dom.Bottom:
			return image.Pt(r.at.Min.X+at, r.at.Max.Y-w)
		case dom.Left:
			return r.at.Min.Add(image.Pt(0, at))
		}
		return image.Pt(r.at.Max.X-w, r.at.Min.Y+at)
	}
	low, high := c.clip.Min.X-r.at.Min.X, c.clip.Max.X-r.at.Min.X
	if !level(side) {
		low, high = c.clip.Min.Y-r.at.Min.Y, c.clip.Max.Y-r.at.Min.Y
	}
	step = max(step, 1)
	first = max(first, int((float64(low)-begin-half)/step)-1)
	past = min(past, int(math.Ceil((float64(high)-begin+half)/step))+1)
	for i := first; i < past; i++ {
		c.stamp(dot, place(i), r.color[side])
	}
}

// dot is a mask of a dot, square where it is too small to be round.
func (c *canvas) dot(w int) *mask {
	w = min(w, maxCover)
	at := image.Rect(0, 0, w, w)
	return &mask{at: at, alpha: c.p.cover(at, func(p *path) {
		if w == 1 {
			p.rounded(boxOf(at), [4]corner{})
			return
		}
		p.circle(float32(w)/2, float32(w)/2, float32(w)/2)
	})}
}

func (p *path) circle(x, y, r float32) {
	c := corner{r, r}
	p.rounded(box{x - r, y - r, x + r, y + r}, [4]corner{c, c, c, c})
}

// arc is the middle of a rounded corner's border, from its horizontal side.
type arc struct {
	x, y   float64 // centre, from the cell's top left
	sx, sy float64 // which way it bulges
	r      float64
}

func (r *ring) arc(k, side int) arc {
	b := boxOf(r.at.Sub(r.cells[k].Min))
	c := r.radii[k]
	a := arc{float64(b.x0 + c.rx), float64(b.y0 + c.ry), -1, -1, math.Max(float64(c.rx)-float64(r.width[side])/2, 0)}
	if down[k] == dom.Right {
		a.x, a.sx = float64(b.x1-c.rx), 1
	}
	if across[k] == dom.Bottom {
		a.y, a.sy = float64(b.y1-c.ry), 1
	}
	return a
}

func (a arc) length() float64 { return a.r * math.Pi / 2 }

// at is a point so far along the arc, at a distance from its centre.
func (a arc) at(along, radius float64) [2]float32 {
	sin, cos := math.Sincos(along / math.Max(a.r, 1e-3))
	return [2]float32{float32(a.x + a.sx*sin*radius), float32(a.y + a.sy*cos*radius)}
}

// cornerDots adds the dots within a rounded corner.
func (r *ring) cornerDots(p *path, k, side int) {
	a, w := r.arc(k, side), float64(r.width[side])
	if a.r == 0 || w == 0 {
		return
	}
	n := int(math.Round(a.length() / (2 * w)))
	for i := 1; i < n; i++ {
		at := a.at(a.length()*float64(i)/float64(n), a.r)
		p.circle(at[0], at[1], float32(w)/2)
	}
}

// cornerDashes is the mask of a rounded corner that is dashed.
func (c *canvas) cornerDashes(r *ring, k, side int) []uint8 {
	cell := r.cells[k]
	mask := c.p.cover(cell, func(p *path) { r.solid(p, r.at.Sub(cell.Min)) })
	a := r.arc(k, side)
	dash, gap := dashLength(r.width[side])
	length := a.length()
	if length < 2*dash {
		return mask
	}
	n, step := rhythm(length+dash, dash, gap)
	wedges := c.p.cover(cell, func(p *path) {
		for i := range n {
			from := math.Max(step*float64(i)-dash/2, 0)
			to := math.Min(step*float64(i)+dash/2, length)
			beyond := 4 * (a.r + float64(r.width[side]))
			p.polygon([2]float32{float32(a.x), float32(a.y)}, a.at(from, beyond), a.at(to, beyond))
		}
	})
	for i := range mask {
		mask[i] = uint8(div255(uint32(mask[i]) * uint32(wedges[i])))
	}
	return mask
}
