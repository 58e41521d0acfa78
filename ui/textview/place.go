package textview

// xOf gives where the boundary at offset lies in a row, seen from its left edge.
func (c *composer) xOf(r row, offset int) float32 {
	if len(r.pieces) == 0 {
		if r.rtl {
			return c.doc.width
		}
		return 0
	}
	for _, p := range r.pieces {
		if offset >= p.start && offset < p.end {
			return c.xIn(p, offset)
		}
	}
	return c.xIn(r.pieces[c.lastOf(r)], offset)
}

// lastOf gives the piece that ends the row in the order of the text.
func (c *composer) lastOf(r row) int {
	last := 0
	for i := range r.pieces {
		if r.pieces[i].end > r.pieces[last].end {
			last = i
		}
	}
	return last
}

// xIn gives where the boundary at offset, clamped to the piece, lies.
func (c *composer) xIn(p piece, offset int) float32 {
	w := float32(0)
	switch {
	case offset <= p.start:
	case offset >= p.end:
		w = p.w
	case !p.mark && !p.tab():
		w = min(p.w, c.m.measure(shownText(c.doc.text[p.start:offset])))
	}
	if p.rtl {
		return p.x + p.w - w
	}
	return p.x + w
}

// offsetAt gives the boundary between characters that is nearest to x in a row.
func (c *composer) offsetAt(r row, x float32) int {
	if len(r.pieces) == 0 {
		return r.start
	}
	first, last := r.pieces[0], r.pieces[len(r.pieces)-1]
	if x <= first.x {
		return edge(first, true)
	}
	if x >= last.x+last.w {
		return edge(last, false)
	}
	for _, p := range r.pieces {
		if x <= p.x+p.w {
			return c.offsetIn(p, x)
		}
	}
	return r.end
}

func edge(p piece, left bool) int {
	if left != p.rtl {
		return p.start
	}
	return p.end
}

// offsetIn finds the boundary in a piece by halving.
func (c *composer) offsetIn(p piece, x float32) int {
	bounds := boundaries(c.doc.text[p.start:p.end], p)
	low, high := 0, len(bounds)-1
	for low < high {
		mid := (low + high) / 2
		middle := (c.xIn(p, bounds[mid]) + c.xIn(p, bounds[mid+1])) / 2
		if x <= middle != p.rtl {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return bounds[low]
}

// boundaries gives where a caret may stand in a piece, ends included.
func boundaries(s string, p piece) []int {
	if p.mark || p.tab() {
		return []int{p.start, p.end}
	}
	bounds := []int{p.start}
	joined := false
	for i := 0; i < len(s); {
		g := decode(s[i:])
		if i > 0 && !joined && !joins(g.r) && !g.none {
			bounds = append(bounds, p.start+i)
		}
		joined = g.r == 0x200d
		i += g.size
	}
	return append(bounds, p.end)
}

// band is a stretch of a row from x0 to x1.
type band struct{ x0, x1 float32 }

// bands gives what of a row lies in the octets [start,end), joined where it touches.
func (c *composer) bands(r row, start, end int) []band {
	var out []band
	for _, p := range r.pieces {
		from, to := max(start, p.start), min(end, p.end)
		if from >= to {
			continue
		}
		x0, x1 := c.xIn(p, from), c.xIn(p, to)
		if x0 > x1 {
			x0, x1 = x1, x0
		}
		if n := len(out); n > 0 && x0-out[n-1].x1 < 0.5 {
			out[n-1].x1 = x1
			continue
		}
		out = append(out, band{x0, x1})
	}
	return out
}
