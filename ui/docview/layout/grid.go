package layout

import "restante.app/ui/docview/dom"

// grid is a table's cells by row and column (CSS 2.1 section 17.2).
type grid struct {
	node     dom.Node
	rows     []gridRow
	captions []dom.Node
	columns  []column
	asked    []dom.Length // the widths of col elements, as far as there are columns
	across   float32      // border-spacing
	down     float32
	collapse bool
}

type gridRow struct {
	node  dom.Node // none where a cell stands without one
	first dom.Node // of what is in the table: the row, or the cell
	group dom.Node
	cells []gridCell
}

type gridCell struct {
	node       dom.Node
	col        int
	cols, rows int
	edges      *[4]dom.Border // collapsed
}

// column is what the cells of a column ask for.
type column struct {
	least, most float32
	fixed       bool    // most is a width that was asked for
	percent     float32 // 0 is none
}

// Bounds of a table. What is beyond is one cell after the other in one column.
const (
	maxColumns = 1000
	maxSpan    = 1000
)

// gridOf reads a table's structure.
func (f *Flow) gridOf(n dom.Node) *grid {
	if g := f.tables[n]; g != nil {
		return g
	}
	r := f.reading(n)
	for !r.some() {
	}
	return r.g
}

// newGrid is a table without rows yet.
func (f *Flow) newGrid(n dom.Node) *grid {
	g := &grid{node: n, collapse: n.Style().Collapse}
	if !g.collapse {
		g.across, g.down = f.px(n.Style().Spacing[0]), f.px(n.Style().Spacing[1])
	}
	return g
}

func (g *grid) addRow(n, group dom.Node) {
	if n.Kind() != dom.Box || n.Style().Display != dom.Row {
		if empty(n) {
			return
		}
		g.rows = append(g.rows, gridRow{first: n, group: group, cells: []gridCell{{node: n, cols: 1, rows: 1}}})
		return
	}
	r := gridRow{node: n, first: n, group: group}
	for kid := range n.Children() {
		r.addCell(kid)
	}
	g.rows = append(g.rows, r)
}

// addCell adds what is in a row, unless it has nothing to show and is no cell.
func (r *gridRow) addCell(n dom.Node) {
	if n.Style().Display != dom.Cell && empty(n) {
		return
	}
	c := gridCell{node: n, cols: 1, rows: 1}
	if n.Kind() == dom.Box && n.Style().Display == dom.Cell {
		c.cols, c.rows = n.Spans()
		c.cols, c.rows = min(c.cols, maxSpan), min(c.rows, maxSpan)
	}
	r.cells = append(r.cells, c)
}

// arrange gives each cell its column.
func (g *grid) arrange() {
	taken := []int{} // rows that a column is still taken for, from above
	width := 0
	for i := range g.rows {
		col := 0
		for j := range g.rows[i].cells {
			c := &g.rows[i].cells[j]
			for col < len(taken) && taken[col] > 0 {
				col++
			}
			c.col = min(col, maxColumns-1)
			c.cols = min(c.cols, maxColumns-c.col)
			c.rows = min(c.rows, g.groupEnd(i, c.rows)-i)
			col = c.col + c.cols
			for len(taken) < col {
				taken = append(taken, 0)
			}
			for k := c.col; k < col; k++ {
				taken[k] = c.rows
			}
		}
		for k := range taken {
			taken[k] = max(taken[k]-1, 0)
		}
		width = max(width, len(taken))
	}
	g.columns = make([]column, width)
	g.asked = g.node.Columns()
	g.asked = g.asked[:min(len(g.asked), width)]
	if !g.node.Style().FixedTable {
		g.merge()
	}
}

// groupEnd is where the rows end that a cell of row i may span, at most so many: those
// of its group.
func (g *grid) groupEnd(i, rows int) int {
	end := i + 1
	for end < len(g.rows) && end < i+rows && g.rows[end].group == g.rows[i].group {
		end++
	}
	return end
}

// merge makes one of columns that no cell begins at and that no col asks a width for:
// a cell that spans a thousand of them has no thousand gaps in it.
func (g *grid) merge() {
	begins := make([]bool, len(g.columns)+1)
	for i := range g.rows {
		for j := range g.rows[i].cells {
			begins[g.rows[i].cells[j].col] = true
		}
	}
	for i, l := range g.asked {
		begins[i] = begins[i] || l.Unit != dom.Auto
	}
	to := make([]int, len(g.columns)+1) // how many columns begin before
	var asked []dom.Length
	n := 0
	for i := range g.columns {
		to[i] = n
		if begins[i] {
			n++
			if i < len(g.asked) {
				asked = append(asked, g.asked[i])
			}
		}
	}
	to[len(g.columns)] = n
	for i := range g.rows {
		for j := range g.rows[i].cells {
			c := &g.rows[i].cells[j]
			end := to[c.col+c.cols]
			c.col = to[c.col]
			c.cols = max(end-c.col, 1)
		}
	}
	g.columns, g.asked = g.columns[:n], asked
}

// ask notes a width that a column is asked to have; edge is what a cell adds to it.
func (f *Flow) ask(col *column, w dom.Length, edge float32) {
	switch w.Unit {
	case dom.Px:
		v := max(f.px(w.Value), 0) + edge
		if w.Value > 0 && (!col.fixed || v > col.most) {
			col.fixed, col.most = true, v
		}
	case dom.Percent:
		if w.Value > 0 {
			col.percent = max(col.percent, min(w.Value, 100))
		}
	}
}

// cellSpan is a cell's widths; edge is what its border and padding add to its style's width.
func (f *Flow) cellSpan(c *gridCell) (least, most, edge float32) {
	n := c.node
	b := f.cellBox(c, 0)
	edge = b.border.across() + b.padding.across()
	if n.Kind() == dom.Box && n.Style().Display == dom.Cell {
		s, ok := f.widths[n]
		if !ok {
			s = f.contentSpan(n, f.kidsOf(n))
			f.widths[n] = s
		}
		least, most = s.least+edge, s.most+edge
		if n.Style().Space == dom.NoWrap && n.Style().Width.Unit == dom.Px {
			most = max(most, least)
		}
		least, most = f.clampWidth(n, least, -1, b), f.clampWidth(n, most, -1, b)
	} else {
		s := f.contentSpan(n, alone(n))
		least, most, edge = s.least, s.most, 0
	}
	if n.Style().BorderBox {
		edge = 0
	}
	return least, max(least, most), edge
}

func (f *Flow) cellBox(c *gridCell, within float32) *box {
	if c.node.Kind() != dom.Box || c.node.Style().Display != dom.Cell {
		return bareBox(c.node)
	}
	b := f.newBox(c.node, within)
	if c.edges != nil {
		b.rim = &rim{padding: b.padding, edges: c.edges}
		for i := range b.border {
			b.border[i] = f.px(c.edges[i].Width)
		}
	}
	return b
}

// spread makes columns wide enough for a cell that spans them.
func (f *Flow) spread(g *grid, c *gridCell) {
	least, most, edge := f.cellSpan(c)
	cols := g.columns[c.col : c.col+c.cols]
	gaps := g.across * float32(c.cols-1)
	if c.node.Style().Width.Unit == dom.Px && c.node.Style().Width.Value > 0 {
		most = max(least, f.px(c.node.Style().Width.Value)+edge)
	}
	widen(cols, least-gaps, func(c *column) *float32 { return &c.least })
	for i := range cols {
		cols[i].most = max(cols[i].most, cols[i].least)
	}
	widen(cols, most-gaps, func(c *column) *float32 { return &c.most })
	if p := c.node.Style().Width; p.Unit == dom.Percent && p.Value > 0 {
		rest, free := p.Value, 0
		for i := range cols {
			rest -= cols[i].percent
			if cols[i].percent == 0 {
				free++
			}
		}
		for i := range cols {
			if cols[i].percent == 0 && rest > 0 {
				cols[i].percent = rest / float32(free)
			}
		}
	}
}

// widen adds to columns what they lack together, in proportion to what they would
// like, and first to those without a width of their own.
func widen(cols []column, want float32, of func(*column) *float32) {
	sum, free, like := float32(0), 0, float32(0)
	for i := range cols {
		sum += *of(&cols[i])
		if !cols[i].fixed && cols[i].percent == 0 {
			free++
			like += cols[i].most
		}
	}
	lack := want - sum
	if lack <= 0 {
		return
	}
	all := free == 0
	if all {
		free = len(cols)
		for i := range cols {
			like += cols[i].most
		}
	}
	for i := range cols {
		c := &cols[i]
		if !all && (c.fixed || c.percent != 0) {
			continue
		}
		if like > 0 {
			*of(c) += lack * c.most / like
		} else {
			*of(c) += lack / float32(free)
		}
	}
}
