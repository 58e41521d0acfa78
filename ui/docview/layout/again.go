package layout

import (
	"math"
	"slices"

	"restante.app/ui/docview/dom"
)

// tabular is what all rows of a table that are laid out again share.
type tabular struct {
	node  dom.Node
	lefts []float32 // of the columns, and of what is behind the last
}

// tableRows are rows of a table, below each other in the same box, which is at x and y in
// the table's.
type tableRows struct {
	of     *tabular
	first  dom.Node // the first of them
	group  dom.Node // that they are in
	shapes []shape  // of the rows, or of all if there is one
	down   downs
	count  int32
	x, y   float32
}

// rowCells are cells beside each other in a row that is too long to be laid out again as a
// whole. They are x from where it begins.
type rowCells struct {
	of      *tabular
	row     dom.Node // none where they stand without one
	first   dom.Node
	cells   shape
	down    downs
	deepest float32 // baseline in the row
	count   int32
	col     int32 // of the first
	x       float32
}

// shape is where the cells of a row are, nil where each is in the next column, or in the
// last, and spans no other.
type shape []cellPlace

// cellPlace is where a cell is among the columns, what it spans, and its borders where
// these are collapsed.
type cellPlace struct {
	edges           *[4]dom.Border
	col, cols, rows uint16
}

// last is the last column.
func (a *tabular) last() int { return len(a.lefts) - 2 }

func (a *tabular) shapeOf(cells []gridCell, col int) shape {
	plain := true
	for j := range cells {
		c := &cells[j]
		plain = plain && c.col == min(col+j, a.last()) && c.cols == 1 && c.rows == 1 && c.edges == nil
	}
	if plain {
		return nil
	}
	out := make(shape, len(cells))
	for j := range cells {
		c := &cells[j]
		out[j] = cellPlace{c.edges, uint16(c.col), uint16(c.cols), uint16(c.rows)}
	}
	return out
}

// lay gives cells their places, from a column on.
func (a *tabular) lay(s shape, cells []gridCell, col int) {
	for j := range cells {
		c, p := &cells[j], cellPlace{col: uint16(min(col+j, a.last())), cols: 1, rows: 1}
		if s != nil {
			p = s[j]
		}
		c.col, c.cols, c.rows, c.edges = int(p.col), int(p.cols), int(p.rows), p.edges
	}
}

// manyShapes is how many shapes of rows are compared with the next row's.
const manyShapes = 4

// shapesOf are those of some rows. Rows of one shape share it.
func (t *tableau) shapesOf(from, to int) []shape {
	out := make([]shape, 0, to-from)
	one := true
	for i := from; i < to; i++ {
		s := t.tabular().shapeOf(t.g.rows[i].cells, 0)
		if s != nil {
			if k := slices.IndexFunc(t.shapes, func(o shape) bool { return slices.Equal(o, s) }); k >= 0 {
				s = t.shapes[k]
			} else {
				t.shapes = append(t.shapes[max(len(t.shapes)-manyShapes+1, 0):], s)
			}
		}
		one = one && (i == from || alike(s, out[0]))
		out = append(out, s)
	}
	if one {
		return slices.Clone(out[:1])
	}
	return out
}

// alike tells whether two shapes are one.
func alike(s, o shape) bool { return len(s) == len(o) && (len(s) == 0 || &s[0] == &o[0]) }

// downs is where rows are below each other: the place of the first and their heights, or
// that of all if there is one.
type downs struct {
	top     float32
	heights []float32
	count   int32
}

func downsOf(tops, heights []float32) downs {
	d := downs{top: tops[0], heights: heights, count: int32(len(heights))}
	if !slices.ContainsFunc(heights, func(h float32) bool { return h != heights[0] }) {
		d.heights = heights[:1]
	}
	d.heights = slices.Clone(d.heights)
	return d
}

// lay gives a table's rows their places, as tableau.placeRows does.
func (d *downs) lay(t *tableau) {
	y := d.top
	for i := range int(d.count) {
		h := d.heights[min(i, len(d.heights)-1)]
		t.tops, t.heights = append(t.tops, y), append(t.heights, h)
		y += h + t.g.down
	}
}

// rowsOf is what is kept of some rows.
func (t *tableau) rowsOf(from, to int, parent *box) *tableRows {
	first, reach := &t.g.rows[from], to
	for i := from; i < to; i++ {
		reach = max(reach, spanned(i, t.g.rows[i].cells))
	}
	return &tableRows{
		of: t.tabular(), first: first.first, group: first.group, shapes: t.shapesOf(from, to), down: downsOf(t.tops[from:reach], t.heights[from:reach]),
		count: int32(to - from), x: parent.x, y: parent.y,
	}
}

// spanned is the row behind those that cells of a row span.
func spanned(row int, cells []gridCell) int {
	reach := row + 1
	for i := range cells {
		reach = max(reach, row+cells[i].rows)
	}
	return reach
}

// tabular is what all stretches of the table's rows share.
func (t *tableau) tabular() *tabular {
	if t.shared == nil {
		t.shared = &tabular{t.node, t.lefts}
	}
	return t.shared
}

// tableau is a table that has some rows alone.
func (a *tabular) tableau(f *Flow, b *box, g *grid, down *downs) *tableau {
	t := &tableau{f: f, node: a.node, g: g, lefts: a.lefts, row: len(g.rows), box: bareBox(b.node), fixed: make([]bool, len(g.rows))}
	t.box.w = b.w
	down.lay(t)
	for i := range g.rows {
		cells := g.rows[i].cells
		for k := range cells {
			f.run(&stack{t.cellFrame(&cells[k], i)})
		}
	}
	return t
}

func (r *tableRows) remake(f *Flow, b *box) *box {
	t := r.of.tableau(f, b, r.grid(f), &r.down)
	t.baselines()
	t.fillRows(math.MaxInt)
	in := bareBox(b.node)
	in.kids = t.rows
	for _, row := range t.rows {
		row.x -= r.x
		row.y -= r.y
	}
	return in
}

// grid is the part of the table's that has these rows.
func (r *tableRows) grid(f *Flow) *grid {
	g := f.newGrid(r.of.node)
	for n := r.first; len(g.rows) < int(r.count) && !n.IsZero(); n = n.Next() {
		if d := n.Style().Display; !r.group.IsZero() || d != dom.Caption && d != dom.RowGroup {
			g.addRow(n, r.group)
		}
	}
	for i := range g.rows {
		r.of.lay(r.shapes[min(i, len(r.shapes)-1)], g.rows[i].cells, 0)
	}
	return g
}

func (r *rowCells) remake(f *Flow, b *box) *box {
	g := f.newGrid(r.of.node)
	row := gridRow{node: r.row, first: r.row}
	for n := r.first; len(row.cells) < int(r.count) && !n.IsZero(); n = n.Next() {
		row.addCell(n)
	}
	r.of.lay(r.cells, row.cells, int(r.col))
	g.rows = []gridRow{row}
	t := r.of.tableau(f, b, g, &r.down)
	t.deepest = []float32{r.deepest}
	t.baselines()
	t.fillRows(math.MaxInt)
	in := bareBox(b.node)
	in.kids = t.rows[0].kids
	for _, c := range in.kids {
		c.x -= r.x
	}
	return in
}

// divideRow puts the cells of a long row into stretches.
func (t *tableau) divideRow(i int, cells []cellBox) {
	row := t.rows[i-t.from]
	row.kids, row.complete = nil, 0
	for from := 0; from < len(cells); {
		c := &cells[from]
		to, weight, work := from+1, c.weight, c.work
		for to < len(cells) && weight < leastStretch && work+cells[to].work <= mostWork {
			weight, work = weight+cells[to].weight, work+cells[to].work
			to++
		}
		k := c.box
		if work <= mostWork {
			k = t.cellStretch(i, row, cells[from:to], weight, from)
		}
		row.add(k)
		row.done(k)
		from = to
	}
}

// cellStretch makes a stretch of cells of a row, of which the first is given.
func (t *tableau) cellStretch(i int, row *box, cells []cellBox, weight, first int) *box {
	s := bareBox(row.node)
	left, right, hollow := cells[0].box.x, float32(0), false
	for k := range cells {
		b := cells[k].box
		left, right = min(left, b.x), max(right, b.x+b.w)
		s.kids = append(s.kids, b)
		hollow = hollow || cells[k].hollow
	}
	s.x, s.w = left, right-left
	for _, b := range s.kids {
		b.x -= left
	}
	r := &t.g.rows[i]
	own := r.cells[first : first+len(cells)]
	reach := spanned(i, own)
	again := &rowCells{
		of: t.tabular(), row: r.node, first: own[0].node, cells: t.tabular().shapeOf(own, own[0].col), down: downsOf(t.tops[i:reach], t.heights[i:reach]),
		deepest: t.deepest[i-t.from], count: int32(len(cells)), col: int32(own[0].col), x: left,
	}
	t.f.gather(s, 0, weight, again)
	if hollow {
		t.f.stretches = t.f.stretches[:len(t.f.stretches)-1]
		t.f.drop(s)
	}
	return s
}
