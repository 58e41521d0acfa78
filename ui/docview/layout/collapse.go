package layout

import "restante.app/ui/docview/dom"

// collapse gives the cells of a row their borders: each edge between cells, rows and the
// table has one, the strongest of those that meet there (CSS 2.1 section 17.6.2.1). A cell
// has those at its top and left; only the last ones have those at the right and the bottom.
func (r *reading) collapse(i int) {
	g := r.g
	if len(g.columns) == 0 {
		return
	}
	row, st := &g.rows[i], g.node.Style()
	for j := range row.cells {
		c := &row.cells[j]
		e := c.node.Style().Border
		last, bottom := c.col+c.cols >= len(g.columns), i+c.rows >= len(g.rows)
		switch {
		case c.col == 0:
			e[dom.Left] = stronger(e[dom.Left], st.Border[dom.Left])
		case j > 0:
			e[dom.Left] = stronger(e[dom.Left], row.cells[j-1].node.Style().Border[dom.Right])
		}
		if up := r.above[c.col]; up != nil {
			e[dom.Top] = stronger(e[dom.Top], up.node.Style().Border[dom.Bottom])
		} else if i == 0 {
			e[dom.Top] = stronger(e[dom.Top], st.Border[dom.Top])
		}
		if !row.node.IsZero() {
			e[dom.Top] = stronger(e[dom.Top], row.node.Style().Border[dom.Top])
		}
		if i > 0 && !g.rows[i-1].node.IsZero() {
			e[dom.Top] = stronger(e[dom.Top], g.rows[i-1].node.Style().Border[dom.Bottom])
		}
		e[dom.Right], e[dom.Bottom] = g.outer(row, e, last, bottom)
		if c.edges = r.alike[e]; c.edges == nil {
			c.edges = &[4]dom.Border{}
			*c.edges = e
			r.alike[e] = c.edges
		}
		for k := c.col; k < c.col+c.cols; k++ {
			r.above[k] = c
		}
	}
}

// outer returns a cell's right and bottom borders: none but at the table's own edges.
func (g *grid) outer(r *gridRow, e [4]dom.Border, last, bottom bool) (right, below dom.Border) {
	if last {
		right = stronger(e[dom.Right], g.node.Style().Border[dom.Right])
	}
	if bottom {
		below = stronger(e[dom.Bottom], g.node.Style().Border[dom.Bottom])
		if !r.node.IsZero() {
			below = stronger(below, r.node.Style().Border[dom.Bottom])
		}
	}
	return right, below
}

func stronger(a, b dom.Border) dom.Border {
	if b.Width > a.Width || b.Width == a.Width && b.Style == dom.Double && a.Style != dom.Double {
		return b
	}
	return a
}
