package layout

import "restante.app/ui/docview/dom"

// addCell takes a cell that is laid out.
func (t *tableau) addCell(c *gridCell, row int, b *box) {
	cb := cellBox{gridCell: c, row: row, box: b, natural: b.h}
	if h, ok := t.f.length(c.node.Style().Height, -1); ok && !b.bare {
		if !c.node.Style().BorderBox {
			h += b.border.down() + b.padding.down()
		}
		b.h = max(b.h, h)
		t.fixed[row-t.from] = t.fixed[row-t.from] || c.rows == 1 && h > 0
	}
	if byBaseline(c.node.Style().VAlign) && !b.bare {
		cb.baseline, cb.lined = b.baseline(true)
	}
	t.cells = append(t.cells, cb)
}

// endRow lets go of what is in the cells of a row where much is held of the table by now.
// They keep their sizes, and the row is in a stretch that is dropped from the beginning.
func (t *tableau) endRow() {
	t.held += 1 + t.weights[t.row]
	if t.held <= t.f.keptBoxes || t.f.work-t.work <= mostWork || t.works[t.row] > mostWork {
		return
	}
	t.hollow = min(t.hollow, t.row)
	for i := len(t.cells) - 1; i >= 0 && t.cells[i].row == t.row; i-- {
		t.cells[i].box.empty()
	}
}

// empty lets go of what is in a box that keeps its size.
func (b *box) empty() {
	b.afloat = b.afloat || len(b.floats) > 0
	b.kids, b.text, b.extra, b.complete = nil, nil, &noExtra, 0
}

// baselines moves down what is in cells that are aligned by their first lines.
func (t *tableau) baselines() {
	if t.deepest == nil {
		t.deepest = make([]float32, t.row-t.from)
		for i := range t.cells {
			if c := &t.cells[i]; c.lined {
				t.deepest[c.row-t.from] = max(t.deepest[c.row-t.from], c.baseline)
			}
		}
	}
	for i := range t.cells {
		if c := &t.cells[i]; c.lined && c.baseline >= 0 {
			by := t.deepest[c.row-t.from] - c.baseline
			c.box.shift(by)
			c.box.h = max(c.box.h, c.natural+by)
			c.natural += by
		}
	}
}

// placeRows gives the rows their places, and the cells in them.
func (t *tableau) placeRows() {
	t.y += when(len(t.heights) > 0, t.g.down)
	t.tops = make([]float32, len(t.heights))
	for i := range t.g.rows {
		t.tops[i] = t.y
		parent := t.group(t.g.rows[i].group)
		t.parents = append(t.parents, parent)
		t.y += t.heights[i] + t.g.down
		if parent != t.box {
			parent.h = t.y - t.g.down - parent.y
		}
	}
}

// endGroups completes the boxes of row groups.
func (t *tableau) endGroups() {
	for _, g := range t.groups {
		g.close()
	}
	for _, k := range t.box.kids[t.box.complete:] {
		t.box.done(k)
	}
}

// fillRows makes the boxes of the next rows with their cells, until there are so many.
func (t *tableau) fillRows(many int) {
	for ; many > 0 && len(t.rows) < t.row-t.from; many-- {
		i := t.from + len(t.rows)
		if t.filling == nil {
			t.filling, t.begun = t.rowBox(i), t.filled
		}
		row, from := t.filling, t.begun
		for t.filled < len(t.cells) && t.cells[t.filled].row == i {
			if many <= 0 {
				return
			}
			t.placeCell(&t.cells[t.filled], row)
			t.filled++
			many--
		}
		t.rows, t.filling = append(t.rows, row), nil
		if i < len(t.works) && t.works[i] > mostWork { // too long to be in a stretch
			t.divideRow(i, t.cells[from:t.filled])
		}
		row.close()
	}
}

// rowBox is the box of a row, at its place in the table.
func (t *tableau) rowBox(i int) *box {
	r := &t.g.rows[i-t.from]
	row := rimmed(t.g.node, edges{}, edges{})
	row.bare = true
	if !r.node.IsZero() {
		row = rimmed(r.node, edges{}, edges{})
	} else if len(r.cells) > 0 {
		row.start, row.end = int32(r.cells[0].node.Start()), int32(r.cells[0].node.End())
	}
	row.x, row.w = t.across()
	row.y, row.h = t.tops[i], t.heights[i]
	return row
}

// across is where rows begin, and how wide they are.
func (t *tableau) across() (x, w float32) {
	if n := len(t.lefts) - 1; n > 0 {
		return t.lefts[0], t.lefts[n] - t.g.across - t.lefts[0]
	}
	return 0, t.box.w
}

// gatherRows puts so many rows, or some more, into the boxes that they are in, those of a
// long table in stretches.
func (t *tableau) gatherRows(many int) {
	long := t.f.work-t.work > mostWork
	for end := t.gathered + many; t.gathered < len(t.rows) && t.gathered < end; {
		from := t.gathered
		parent, to := t.parents[from], from+1
		if parent != t.box && len(parent.kids) == 0 {
			t.box.add(parent)
		}
		weight, work := 1+t.weights[from], t.works[from]
		for long && to < len(t.rows) && t.parents[to] == parent && weight < leastStretch && work+t.works[to] <= mostWork {
			weight, work = weight+1+t.weights[to], work+t.works[to]
			to++
		}
		rows := t.rows[from:to]
		for _, row := range rows {
			t.put(row, parent)
		}
		if long && work <= mostWork {
			s := t.stretchOf(rows, parent, weight, t.rowsOf(from, to, parent))
			if to > t.hollow {
				t.f.stretches = t.f.stretches[:len(t.f.stretches)-1]
				t.f.drop(s)
			}
			rows = []*box{s}
		}
		for _, k := range rows {
			parent.add(k)
			if parent != t.box {
				parent.done(k)
			}
		}
		t.gathered = to
	}
}

// put gives a row, which has its place in the table, that in the box that it is in.
func (t *tableau) put(row, parent *box) {
	if parent != t.box {
		row.x -= parent.x
		row.y -= parent.y
	}
}

// stretchOf makes a stretch of rows.
func (t *tableau) stretchOf(rows []*box, parent *box, weight int, of *tableRows) *box {
	s := bareBox(parent.node)
	s.w, s.kids = parent.w, append([]*box(nil), rows...)
	t.f.gather(s, rows[0].y, weight, of)
	return s
}

// group returns the box of the row group that the next row belongs to.
func (t *tableau) group(n dom.Node) *box {
	if n.IsZero() {
		return t.box
	}
	if k := len(t.groups); k > 0 && t.groups[k-1].node == n {
		return t.groups[k-1]
	}
	g := rimmed(n, edges{}, edges{})
	g.y = t.y
	g.x, g.w = t.across()
	t.groups = append(t.groups, g)
	return g
}

// placeCell puts a cell into its row.
func (t *tableau) placeCell(c *cellBox, row *box) {
	last := c.row + c.rows - 1
	h := t.tops[last] + t.heights[last] - t.tops[c.row]
	b := c.box
	switch c.node.Style().VAlign {
	case dom.VMiddle:
		b.shift((h - c.natural) / 2)
	case dom.VBottom:
		b.shift(h - c.natural)
	}
	b.h = h
	b.bottom = max(b.bottom, h)
	left := t.lefts[0]
	x := t.lefts[c.col]
	if t.g.node.Style().RTL {
		n := len(t.lefts) - 1
		x = left + (t.lefts[n] - t.g.across) - (x + b.w)
	}
	b.x, b.y = x-left, 0
	row.add(b)
	row.done(b)
}
