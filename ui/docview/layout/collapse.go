package layout

import "restante.app/ui/docview/dom"

// collapseBorders gives each edge between cells, rows and the table one border, the
// strongest of those that meet there (CSS 2.1 section 17.6.2.1). A cell has those at
// its top and left; only the last ones have those at the right and the bottom.
func (g *grid) collapseBorders() {
	rows, cols := len(g.rows), len(g.columns)
	if rows == 0 || cols == 0 {
		return
	}
	above := make([]*gridCell, cols) // the cell above each column
	st := g.node.Style()
	alike := map[[4]dom.Border]*[4]dom.Border{} // cells share what is the same of most
	for i := range g.rows {
		r := &g.rows[i]
		for j := range r.cells {
			c := &r.cells[j]
			e := c.node.Style().Border
			last, bottom := c.col+c.cols >= cols, i+c.rows >= rows
			switch {
			case c.col == 0:
				e[dom.Left] = stronger(e[dom.Left], st.Border[dom.Left])
			case j > 0:
				e[dom.Left] = stronger(e[dom.Left], r.cells[j-1].node.Style().Border[dom.Right])
			}
			if up := above[c.col]; up != nil {
				e[dom.Top] = stronger(e[dom.Top], up.node.Style().Border[dom.Bottom])
			} else if i == 0 {
				e[dom.Top] = stronger(e[dom.Top], st.Border[dom.Top])
			}
			if !r.node.IsZero() {
				e[dom.Top] = stronger(e[dom.Top], r.node.Style().Border[dom.Top])
			}
			if i > 0 && !g.rows[i-1].node.IsZero() {
				e[dom.Top] = stronger(e[dom.Top], g.rows[i-1].node.Style().Border[dom.Bottom])
			}
			e[dom.Right], e[dom.Bottom] = g.outer(r, e, last, bottom)
			if c.edges = alike[e]; c.edges == nil {
				c.edges = &[4]dom.Border{}
				*c.edges = e
				alike[e] = c.edges
			}
			for k := c.col; k < c.col+c.cols; k++ {
				above[k] = c
			}
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
