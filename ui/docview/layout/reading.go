package layout

import (
	"sort"

	"restante.app/ui/docview/dom"
)

// reading reads a table's structure, some rows at a time, and finds what its columns ask
// for: a table may have any number of rows.
type reading struct {
	f      *Flow
	g      *grid
	kid    dom.Node // of the table, that comes next
	row    dom.Node // of the group that kid is, that comes next
	inside bool     // row counts
	placed bool     // the cells have their columns
	edged  int      // rows whose borders are collapsed
	above  []*gridCell
	alike  map[[4]dom.Border]*[4]dom.Border // cells share what is the same of most
	rows   int                              // that are measured
	cell   int                              // of the next, that comes next
	wide   []*gridCell
}

// manyCells is how many cells, and rows, are read in a step.
const manyCells = 512

func (f *Flow) reading(n dom.Node) *reading {
	return &reading{f: f, g: f.newGrid(n), kid: firstOf(n), alike: map[[4]dom.Border]*[4]dom.Border{}}
}

// some does some of the work, and tells whether all is done.
func (r *reading) some() (done bool) {
	switch {
	case !r.kid.IsZero():
		r.read()
	case !r.placed:
		r.g.arrange()
		r.placed = true
		r.above = make([]*gridCell, len(r.g.columns))
	case r.g.collapse && r.edged < len(r.g.rows):
		for n := manyCells; n > 0 && r.edged < len(r.g.rows); r.edged++ {
			n -= 1 + len(r.g.rows[r.edged].cells)
			r.collapse(r.edged)
		}
	case r.rows < len(r.g.rows):
		r.measure()
	default:
		r.end()
		return true
	}
	return false
}

// read reads rows.
func (r *reading) read() {
	for n := manyCells; n > 0 && !r.kid.IsZero(); {
		had := len(r.g.rows)
		switch {
		case r.inside && r.row.IsZero():
			r.inside, r.kid = false, r.kid.Next()
		case r.inside:
			r.g.addRow(r.row, r.kid)
			r.row = r.row.Next()
		case r.kid.Style().Display == dom.RowGroup:
			r.inside, r.row = true, firstOf(r.kid)
		case r.kid.Style().Display == dom.Caption:
			r.g.captions = append(r.g.captions, r.kid)
			r.kid = r.kid.Next()
		default:
			r.g.addRow(r.kid, dom.Node{})
			r.kid = r.kid.Next()
		}
		n--
		if len(r.g.rows) > had {
			n -= len(r.g.rows[had].cells)
		}
	}
}

// measure finds what the columns ask for by cells that are in one column.
func (r *reading) measure() {
	if r.rows+r.cell == 0 {
		r.asked()
	}
	for n := manyCells; n > 0 && r.rows < len(r.g.rows); n-- {
		cells := r.g.rows[r.rows].cells
		some := cells[r.cell:min(r.cell+n, len(cells))]
		r.measureCells(some)
		n, r.cell = n-len(some), r.cell+len(some)
		if r.cell == len(cells) {
			r.rows, r.cell = r.rows+1, 0
		}
	}
}

func (r *reading) measureCells(cells []gridCell) {
	f, g := r.f, r.g
	for j := range cells {
		c := &cells[j]
		if c.cols > 1 {
			r.wide = append(r.wide, c)
			continue
		}
		least, most, edge := f.cellSpan(c)
		col := &g.columns[c.col]
		if c.node.Kind() == dom.Box && c.node.Style().Display == dom.Cell {
			f.ask(col, c.node.Style().Width, edge)
		}
		col.least = max(col.least, least)
		if !col.fixed {
			col.most = max(col.most, most)
		}
	}
}

// asked notes the widths of col elements.
func (r *reading) asked() {
	for i, w := range r.g.asked {
		r.f.ask(&r.g.columns[i], w, 0)
	}
}

// end finds what the columns ask for by the cells that span more than one.
func (r *reading) end() {
	f, g := r.f, r.g
	if len(g.rows) == 0 {
		r.asked()
	}
	for i := range g.columns {
		g.columns[i].most = max(g.columns[i].most, g.columns[i].least)
	}
	sort.SliceStable(r.wide, func(i, j int) bool { return r.wide[i].cols < r.wide[j].cols })
	for _, c := range r.wide {
		f.spread(g, c)
	}
	f.tables[g.node] = g
}
