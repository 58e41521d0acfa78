package pdf

import (
	"math"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
)

// kappa places the control points of a cubic that stands for a quarter of a circle.
const kappa = 4 * (math.Sqrt2 - 1) / 3

// rounded adds a rectangle with rounded corners to the path.
func (p *page) rounded(r layout.Rect, radius [4]float32) {
	radius = fit(radius, r)
	if radius == [4]float32{} {
		p.op("%s re", rect(r))
		return
	}
	x0, y0, x1, y1 := r.X, r.Y, r.X+r.W, r.Y+r.H
	a, b, c, d := radius[0], radius[1], radius[2], radius[3]
	const k = 1 - kappa
	p.op("%s %s m %s %s l", num(x0+a), num(y0), num(x1-b), num(y0))
	p.curve(x1-b*k, y0, x1, y0+b*k, x1, y0+b)
	p.op("%s %s l", num(x1), num(y1-c))
	p.curve(x1, y1-c*k, x1-c*k, y1, x1-c, y1)
	p.op("%s %s l", num(x0+d), num(y1))
	p.curve(x0+d*k, y1, x0, y1-d*k, x0, y1-d)
	p.op("%s %s l", num(x0), num(y0+a))
	p.curve(x0, y0+a*k, x0+a*k, y0, x0+a, y0)
	p.op("h")
}

func (p *page) curve(bx, by, cx, cy, x, y float32) {
	p.op("%s %s %s %s %s %s c", num(bx), num(by), num(cx), num(cy), num(x), num(y))
}

// fit makes radii small enough for a rectangle (CSS Backgrounds 3, section 4.5).
func fit(r [4]float32, of layout.Rect) [4]float32 {
	f := float32(1)
	for i := range r {
		r[i] = max(r[i], 0)
	}
	for _, s := range [4][2]float32{{of.W, r[0] + r[1]}, {of.H, r[1] + r[2]}, {of.W, r[2] + r[3]}, {of.H, r[3] + r[0]}} {
		if s[1] > s[0] {
			f = min(f, max(s[0], 0)/s[1])
		}
	}
	for i := range r {
		r[i] *= f
	}
	return r
}

// inset is a rectangle within borders that are part of their width, and its radii.
func inset(r layout.Rect, radius [4]float32, w [4]float32, part float32) (layout.Rect, [4]float32) {
	radius = fit(radius, r)
	t, ri, b, l := w[dom.Top]*part, w[dom.Right]*part, w[dom.Bottom]*part, w[dom.Left]*part
	for i, less := range [4]float32{max(t, l), max(t, ri), max(b, ri), max(b, l)} {
		radius[i] = max(radius[i]-less, 0)
	}
	return layout.Rect{X: r.X + l, Y: r.Y + t, W: max(r.W-l-ri, 0), H: max(r.H-t-b, 0)}, radius
}

// edges draws the borders of a box.
func (p *page) edges(i *layout.Item) {
	var w [4]float32
	alike, seen := true, false
	for s, b := range i.Border {
		w[s] = max(b.Width, 0)
		alike = alike && b == i.Border[0]
		seen = seen || w[s] > 0 && b.Color.A > 0
	}
	if !seen || !finite(i.Rect.X+i.Rect.Y+i.Rect.W+i.Rect.H) {
		return
	}
	if alike {
		p.ring(i, w)
		return
	}
	for s, b := range i.Border {
		if w[s] > 0 && b.Color.A > 0 {
			p.apart(func() { p.edge(i, w, s) })
		}
	}
}

// ring draws borders that are the same all around.
func (p *page) ring(i *layout.Item, w [4]float32) {
	b := i.Border[0]
	parts := []float32{0, 1}
	switch b.Style {
	case dom.Dashed, dom.Dotted:
		p.apart(func() {
			p.strokeColor(b.Color)
			p.dash(b)
			p.rounded(inset(i.Rect, i.Radius, w, 0.5))
			p.op("S")
		})
		return
	case dom.Double:
		parts = []float32{0, 1.0 / 3, 2.0 / 3, 1}
	}
	p.fillColor(b.Color)
	for _, part := range parts {
		p.rounded(inset(i.Rect, i.Radius, w, part))
	}
	p.op("f*")
}

func (p *page) dash(b dom.Border) {
	w := b.Width
	switch {
	case b.Style == dom.Dotted:
		p.op("%s w 1 J [0 %s] 0 d", num(w), num(2*w))
	case w < 3:
		p.op("%s w [%s %s] 0 d", num(w), num(3*w), num(2*w))
	default:
		p.op("%s w [%s %s] 0 d", num(w), num(2*w), num(w))
	}
}

// edge draws one border: what it has of the ring that all make.
func (p *page) edge(i *layout.Item, w [4]float32, side int) {
	r, b := i.Rect, i.Border[side]
	in, _ := inset(r, [4]float32{}, w, 1)
	outer := [4][2]float32{{r.X, r.Y}, {r.X + r.W, r.Y}, {r.X + r.W, r.Y + r.H}, {r.X, r.Y + r.H}}
	inner := [4][2]float32{{in.X, in.Y}, {in.X + in.W, in.Y}, {in.X + in.W, in.Y + in.H}, {in.X, in.Y + in.H}}
	next := (side + 1) % 4
	p.op("%s m %s l %s l %s l h", point(outer[side]), point(outer[next]), point(inner[next]), point(inner[side]))
	if b.Style == dom.Dashed || b.Style == dom.Dotted {
		p.op("W n")
		p.strokeColor(b.Color)
		p.dash(b)
		p.op("%s m %s l S", point(between(outer[side], inner[side])), point(between(outer[next], inner[next])))
		return
	}
	p.fillColor(b.Color)
	if i.Radius == [4]float32{} && b.Style != dom.Double {
		p.op("f")
		return
	}
	p.op("W n")
	parts := []float32{0, 1}
	if b.Style == dom.Double {
		parts = []float32{0, 1.0 / 3, 2.0 / 3, 1}
	}
	for _, part := range parts {
		p.rounded(inset(r, i.Radius, w, part))
	}
	p.op("f*")
}

func point(at [2]float32) string { return num(at[0]) + " " + num(at[1]) }

func between(a, b [2]float32) [2]float32 { return [2]float32{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2} }
