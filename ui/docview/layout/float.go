package layout

import (
	"slices"

	"restante.app/ui/docview/dom"
)

// floats are those of a block formatting context (CSS 2.1 section 9.5), in
// coordinates of the box that makes the context.
type floats struct {
	left, right []placed // those that may still be beside something
	top         float32  // no float goes above it (9.5.1 rule 5)
}

// placed is the margin box of a float.
type placed struct{ x, y, w, h float32 }

// maxFloats is how many floats may stand beside each other; more are blocks.
const maxFloats = 500

// forget drops the floats that end above y: nothing is placed there any more.
func (c *floats) forget(y float32) {
	for _, side := range []*[]placed{&c.left, &c.right} {
		kept := (*side)[:0]
		for _, p := range *side {
			if p.y+p.h > y {
				kept = append(kept, p)
			}
		}
		*side = kept
	}
}

// copy is another context with the same floats. One without any is nil, and a copy of nil
// is empty.
func (c *floats) copy() *floats {
	if c == nil {
		return &floats{}
	}
	if c.empty() && c.top == 0 {
		return nil
	}
	return &floats{slices.Clone(c.left), slices.Clone(c.right), c.top}
}

func (c *floats) empty() bool { return len(c.left) == 0 && len(c.right) == 0 }

// beside narrows the stretch from x to x+w by the floats between y and y+h.
func (c *floats) beside(x, w, y, h float32) (float32, float32) {
	from, to := x, x+w
	for _, p := range c.left {
		if p.y < y+max(h, 0.01) && p.y+p.h > y {
			from = max(from, p.x+p.w)
		}
	}
	for _, p := range c.right {
		if p.y < y+max(h, 0.01) && p.y+p.h > y {
			to = min(to, p.x)
		}
	}
	return from, max(to-from, 0)
}

// below returns the nearest end of a float below y, y if there is none.
func (c *floats) below(y float32) float32 {
	best := float32(extent * 2)
	for _, side := range [][]placed{c.left, c.right} {
		for _, p := range side {
			if end := p.y + p.h; end > y {
				best = min(best, end)
			}
		}
	}
	if best == extent*2 {
		return y
	}
	return best
}

// clear returns where something goes that clears floats.
func (c *floats) clear(what dom.Float, y float32) float32 {
	if what == dom.FloatLeft || what == dom.FloatBoth {
		for _, p := range c.left {
			y = max(y, p.y+p.h)
		}
	}
	if what == dom.FloatRight || what == dom.FloatBoth {
		for _, p := range c.right {
			y = max(y, p.y+p.h)
		}
	}
	return y
}

// place finds the place of a float's margin box of w by h in the stretch from x to
// x+width, at y or below.
func (c *floats) place(side dom.Float, x, width, y, w, h float32) placed {
	y = max(y, c.top)
	for {
		from, room := c.beside(x, width, y, h)
		if w <= room+0.01 || c.empty() {
			return c.put(side, from, room, y, w, h)
		}
		next := c.below(y)
		if next <= y {
			return c.put(side, from, room, y, w, h)
		}
		y = next
	}
}

func (c *floats) put(side dom.Float, from, room, y, w, h float32) placed {
	p := placed{from, y, w, h}
	c.top = y
	if side == dom.FloatRight {
		p.x = from + room - w
		if h > 0 {
			c.right = append(c.right, p)
		}
		return p
	}
	if h > 0 {
		c.left = append(c.left, p)
	}
	return p
}
