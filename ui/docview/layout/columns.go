package layout

import (
	"restante.app/ui/docview/dom"
)

// edge is what a table has beside its columns: borders, padding and gaps.
func (f *Flow) tableEdge(g *grid, b *box) float32 {
	e := b.border.across() + b.padding.across()
	if n := len(g.columns); n > 0 {
		e += g.across * float32(n+1)
	}
	return e
}

// tableBox is a table's box, without rows yet.
func (f *Flow) tableBox(n dom.Node, within float32) *box {
	b := f.newBox(n, within)
	if n.Style().Collapse {
		b.rim = &rim{edges: &[4]dom.Border{}}
	}
	return b
}

// tableSpan is a table's widths (CSS 2.1 section 17.5.2.2).
func (f *Flow) tableSpan(n dom.Node) span {
	g := f.gridOf(n)
	b := f.tableBox(n, 0)
	edge := f.tableEdge(g, b)
	least, most := g.sums()
	least += edge
	most = g.wanted(most) + edge
	if w, ok := f.length(n.Style().Width, -1); ok {
		w = max(w, least)
		return span{w, w}
	}
	for _, c := range g.captions {
		l, _ := f.intrinsic(c)
		least, most = max(least, l), max(most, l)
	}
	if v, ok := f.length(n.Style().MinWidth, -1); ok {
		least, most = max(least, v), max(most, v)
	}
	if v, ok := f.length(n.Style().MaxWidth, -1); ok {
		most = max(min(most, v), least)
	}
	return span{least, max(least, most)}
}

func (g *grid) sums() (least, most float32) {
	for i := range g.columns {
		least += g.columns[i].least
		most += max(g.columns[i].most, g.columns[i].least)
	}
	return least, most
}

// wanted is how wide columns would like to be together, so that those with a
// percentage are as wide as they would like to be, too.
func (g *grid) wanted(most float32) float32 {
	const huge = 20_000
	share, rest := float32(0), float32(0)
	for i := range g.columns {
		c := &g.columns[i]
		if c.percent == 0 {
			rest += c.most
			continue
		}
		p := min(c.percent, max(100-share, 0))
		share += p
		if p > 0 {
			most = max(most, min(c.most*100/p, huge))
		}
	}
	if share > 0 && rest > 0 {
		if share >= 100 {
			return max(most, huge)
		}
		most = max(most, min(rest*100/(100-share), huge))
	}
	return most
}

// distribute shares a width out among the columns: the four guesses of CSS Tables 3
// section 3.9.3, and between them.
func (g *grid) distribute(width float32) []float32 {
	n := len(g.columns)
	guesses := [4][]float32{}
	for k := range guesses {
		guesses[k] = make([]float32, n)
	}
	left := float32(100)
	for i := range g.columns {
		c := &g.columns[i]
		p := min(c.percent, left)
		left -= p
		share := max(width*p/100, c.least)
		most := max(c.most, c.least)
		for k := range guesses {
			switch {
			case k > 0 && c.percent > 0:
				guesses[k][i] = share
			case k > 1 && c.fixed && c.percent == 0, k > 2:
				guesses[k][i] = most
			default:
				guesses[k][i] = c.least
			}
		}
	}
	low := guesses[0]
	for k := 1; k < 4; k++ {
		high := guesses[k]
		if a, b := total(low), total(high); width <= b {
			if b <= a {
				return low
			}
			t := max((width-a)/(b-a), 0)
			out := make([]float32, n)
			for i := range out {
				out[i] = low[i] + (high[i]-low[i])*t
			}
			return out
		}
		low = high
	}
	return g.widened(low, width-total(low))
}

// widened shares out what is left beyond what all columns would like.
func (g *grid) widened(w []float32, more float32) []float32 {
	weigh := func(pick func(c *column) float32) bool {
		sum := float32(0)
		for i := range g.columns {
			sum += pick(&g.columns[i])
		}
		if sum <= 0 {
			return false
		}
		for i := range g.columns {
			w[i] += more * pick(&g.columns[i]) / sum
		}
		return true
	}
	free := func(c *column) bool { return !c.fixed && c.percent == 0 }
	switch {
	case weigh(func(c *column) float32 { return when(free(c), c.most) }):
	case weigh(func(c *column) float32 { return when(free(c), 1) }):
	case weigh(func(c *column) float32 { return when(c.fixed && c.percent == 0, c.most) }):
	case weigh(func(c *column) float32 { return c.percent }):
	}
	return w
}

func when(is bool, v float32) float32 {
	if is {
		return v
	}
	return 0
}

func total(w []float32) (sum float32) {
	for _, v := range w {
		sum += v
	}
	return sum
}

// fixedColumns are the widths by table-layout: fixed (CSS 2.1 section 17.5.2.1).
func (f *Flow) fixedColumns(g *grid, width float32) []float32 {
	out := make([]float32, len(g.columns))
	known := make([]bool, len(out))
	set := func(i int, l dom.Length, edge float32, cols int) {
		if v, ok := f.length(l, width); ok && !known[i] {
			for k := i; k < i+cols; k++ {
				out[k], known[k] = (v+when(l.Unit == dom.Px, edge))/float32(cols), true
			}
		}
	}
	for i, l := range g.asked {
		set(i, l, 0, 1)
	}
	if len(g.rows) > 0 {
		for i := range g.rows[0].cells {
			c := &g.rows[0].cells[i]
			_, _, edge := f.cellSpan(c)
			set(c.col, c.node.Style().Width, edge, c.cols)
		}
	}
	sum, free := float32(0), 0
	for i := range out {
		sum += out[i]
		if !known[i] {
			free++
		}
	}
	for i := range out {
		switch {
		case !known[i]:
			out[i] = max(width-sum, 0) / float32(free)
		case free == 0 && sum > 0 && sum < width:
			out[i] *= width / sum
		}
	}
	return out
}
