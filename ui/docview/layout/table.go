package layout

import (
	"restante.app/ui/docview/dom"
)

// step lays out a table in the room that there is (CSS 2.1 chapter 17): first its
// columns, then a cell at a time, then all its rows.
func (t *tableau) step(s *stack) (done bool) {
	switch {
	case t.measuring != nil:
		if t.measuring.step(s) {
			t.measuring = nil
			if t.f.tables[t.node] == nil {
				t.reading = t.f.reading(t.node)
			}
		}
	case t.reading != nil:
		if t.reading.some() {
			t.reading = nil
		}
	case t.box == nil:
		t.columns()
		t.begin()
	case t.row < len(t.g.rows):
		t.nextCell(s)
	default:
		return t.end()
	}
	return false
}

// columns finds the widths of the table and of its columns.
func (t *tableau) columns() {
	f, n := t.f, t.node
	g := f.gridOf(n)
	b := f.tableBox(n, t.within)
	edge := f.tableEdge(g, b)
	b.w = f.tableWidth(g, b, t.room, t.within)
	w := b.w
	if n.Style().FixedTable && n.Style().Width.Unit != dom.Auto {
		t.widths = f.fixedColumns(g, w-edge)
		b.w = max(w, total(t.widths)+edge)
	} else {
		t.widths = g.distribute(w - edge)
	}
	t.g, t.box = g, b
}

// tableWidth is the width of a table's border box (CSS 2.1 section 17.5.2).
func (f *Flow) tableWidth(g *grid, b *box, room, within float32) float32 {
	st := g.node.Style()
	edge := f.tableEdge(g, b)
	least, most := g.sums()
	w, given := f.length(st.Width, within)
	switch {
	case given && st.FixedTable:
	case given:
		w = max(w, least+edge)
	default:
		w = min(max(least+edge, room), g.wanted(most)+edge)
	}
	if v, ok := f.length(st.MaxWidth, within); ok {
		w = max(min(w, v), least+edge)
	}
	if v, ok := f.length(st.MinWidth, within); ok {
		w = max(w, v)
	}
	return w
}

// tableau is a table being laid out.
type tableau struct {
	f         *Flow
	node      dom.Node
	room      float32
	within    float32
	measuring *measuring // nil once the columns can be found
	reading   *reading   // the same
	row, cell int        // that come next
	g         *grid
	box       *box // nil before the columns are found
	widths    []float32
	lefts     []float32
	y         float32
	heights   []float32
	tops      []float32
	fixed     []bool // rows that a height is asked for, from the first that is laid out
	from      int    // that row
	weights   []int  // of the rows: what is in them, by Flow.weight
	works     []int  // the same by Flow.work
	work      int    // what there was before
	shared    *tabular
	held      int // of them, in boxes and passages
	hollow    int // the first row that has let go of what is in it
	groups    []*box
	shapes    []shape   // the last of the rows
	deepest   []float32 // of each row, the deepest baseline of the cells that are aligned by it
	rows      []*box
	parents   []*box // of each row: its group's box, or the table's
	cells     []cellBox
	filled    int  // of them, that are in their rows
	filling   *box // the row that they come into
	begun     int  // the first of it
	gathered  int  // of the rows, that are in the table or in stretches
}

type cellBox struct {
	*gridCell
	row      int
	box      *box
	natural  float32
	baseline float32
	lined    bool // it has a baseline, and is aligned by it
	hollow   bool // it has let go of what is in it
	weight   int  // of it, by Flow.weight
	work     int  // the same by Flow.work
}

func (t *tableau) begin() {
	b, g := t.box, t.g
	x, y, _ := b.inner()
	t.y = y
	t.captions(false)
	t.lefts = make([]float32, len(t.widths)+1)
	for i, w := range t.widths {
		t.lefts[i] = x + g.across
		x += g.across + w
	}
	t.lefts[len(t.widths)] = x + g.across
	t.heights, t.fixed = make([]float32, len(g.rows)), make([]bool, len(g.rows))
	t.weights, t.works, t.work = make([]int, len(g.rows)), make([]int, len(g.rows)), t.f.work
	t.hollow = len(g.rows)
}

// end gives the rows their places, some at a time, and tells whether it is done.
func (t *tableau) end() (done bool) {
	b := t.box
	switch {
	case t.tops == nil:
		t.f.weight += 1 + len(t.g.rows)
		t.sizeRows()
		t.placeRows()
		return false
	case len(t.rows) < len(t.g.rows):
		t.fillRows(manyCells)
		return false
	case t.gathered < len(t.rows):
		t.gatherRows(manyCells)
		return false
	}
	t.endGroups()
	t.captions(true)
	b.h = t.y + b.padding[dom.Bottom] + b.border[dom.Bottom]
	b.close()
	delete(t.f.tables, t.node) // it is read again if the table is laid out again
	delete(t.f.widths, t.node)
	return true
}

// captions places those at the top or at the bottom.
func (t *tableau) captions(bottom bool) {
	for _, n := range t.g.captions {
		if n.Style().CaptionBottom != bottom {
			continue
		}
		c := t.f.whole(n, t.box.w, t.box.w)
		c.x, c.y = 0, t.y
		t.box.add(c)
		t.box.done(c)
		t.y += c.h
	}
}

// nextCell lays out what is in the next cell, at the width of its columns.
func (t *tableau) nextCell(s *stack) {
	r := &t.g.rows[t.row]
	if t.cell == 0 && !r.node.IsZero() {
		if h, ok := t.f.length(r.node.Style().Height, -1); ok {
			t.heights[t.row], t.fixed[t.row] = max(h, 0), h > 0
		}
	}
	if t.cell >= len(r.cells) {
		t.endRow()
		t.row, t.cell = t.row+1, 0
		return
	}
	c, row := &r.cells[t.cell], t.row
	t.cell++
	weight, work := t.f.weight, t.f.work
	fr := t.cellFrame(c, row)
	add := fr.then
	fr.then = func(b *box) {
		weight, work = t.f.weight-weight, t.f.work-work
		t.weights[row] += weight
		t.works[row] += work
		add(b)
		own := &t.cells[len(t.cells)-1]
		own.weight, own.work = weight, work
		if t.works[row] > mostWork && t.weights[row] > t.f.keptBoxes && work <= mostWork {
			b.empty()
			own.hollow = true
		}
	}
	s.push(fr)
}

// cellFrame begins to lay out a cell of a row.
func (t *tableau) cellFrame(c *gridCell, row int) *frame {
	right := t.lefts[c.col+c.cols] - t.g.across
	b := t.f.cellBox(c, max(right-t.lefts[c.col], 0))
	b.w = max(right-t.lefts[c.col], 0)
	if !b.bare {
		b.marked = c.node.Marker() != ""
	}
	fr := t.f.openFrame(b, c.node, &floats{})
	if b.bare { // something that stands in a table without being a cell
		fr.kids = alone(c.node)
	}
	fr.then = func(b *box) { t.addCell(c, row, b) }
	return fr
}

// sizeRows finds the heights of the rows: first by the cells in one row, then by those
// that span more; what a table's own height adds is shared out (17.5.3).
func (t *tableau) sizeRows() {
	t.baselines()
	for _, c := range t.cells {
		if c.rows == 1 {
			t.heights[c.row] = max(t.heights[c.row], c.box.h)
		}
	}
	for _, c := range t.cells {
		if c.rows == 1 {
			continue
		}
		sum := t.g.down * float32(c.rows-1)
		for _, h := range t.heights[c.row : c.row+c.rows] {
			sum += h
		}
		if lack := c.box.h - sum; lack > 0 {
			t.stretch(c.row, c.row+c.rows, lack)
		}
	}
	want, ok := t.f.length(t.g.node.Style().Height, -1)
	if !ok || len(t.heights) == 0 {
		return
	}
	sum := total(t.heights) + t.g.down*float32(len(t.heights)+1) + t.box.border.down() + t.box.padding.down()
	if lack := want - sum; lack > 0 {
		all := total(t.heights)
		for i := range t.heights {
			if all > 0 {
				t.heights[i] += lack * t.heights[i] / all
			} else {
				t.heights[i] += lack / float32(len(t.heights))
			}
		}
	}
}

// stretch shares out among rows what a cell that spans them lacks: among those without
// a height of their own that have something in them, else among all, in proportion.
// Empty rows stay so but for the last.
func (t *tableau) stretch(from, to int, lack float32) {
	free, all := float32(0), float32(0)
	for i := from; i < to; i++ {
		all += t.heights[i]
		free += when(!t.fixed[i], t.heights[i])
	}
	switch {
	case free > 0:
		for i := from; i < to; i++ {
			t.heights[i] += when(!t.fixed[i], lack*t.heights[i]/free)
		}
	case all > 0:
		for i := from; i < to; i++ {
			t.heights[i] += lack * t.heights[i] / all
		}
	default:
		t.heights[to-1] += lack
	}
}

func byBaseline(v dom.VAlign) bool {
	return v != dom.VTop && v != dom.VMiddle && v != dom.VBottom
}
