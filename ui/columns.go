package ui

import (
	"encoding/json"
	"slices"
)

// column is one column of a list.
type column struct {
	name     string  // "" for one that has no heading and does not sort
	width    float32 // at first
	least    float32
	trailing bool // its text ends at the right
}

// The columns of the message list, from left to right at first. The subject takes what
// the others leave.
const (
	colMark = iota
	colFrom
	colSubject
	colClip
	colDate
	colSize
	colPlace // the mailbox, where messages of several are listed
	colCount
)

var messageColumns = []column{
	colMark:    {width: 32, least: 32},
	colFrom:    {name: "From", width: 190, least: 60},
	colSubject: {name: "Subject", least: 80},
	colClip:    {width: 20, least: 20},
	colDate:    {name: "Date", width: 92, least: 92}, // a date is never cut: "28 Sep 2026" needs this
	colSize:    {name: "Size", width: 64, least: 60, trailing: true},
	colPlace:   {name: "Mailbox", width: 130, least: 60},
}

// columns are the widths and the order of a list's columns, and by which of them it is
// sorted.
type columns struct {
	Widths     []float32
	Order      []int  // the columns from left to right
	Hidden     []bool // by column
	Sort       int
	Descending bool

	of      []column
	flex    int   // the column that takes what the others leave
	without []int // columns that have nothing to show now
	spare   []int // columns that go where there is little room, the first one first
	stacked bool  // a row has two lines, not columns
}

const columnsSetting = "ui.columns"

func newColumns() *columns {
	c := columnsOf(messageColumns, colSubject, colDate)
	c.Order = []int{colMark, colFrom, colSubject, colPlace, colClip, colDate, colSize}
	c.without, c.spare = []int{colPlace}, []int{colSize, colPlace}
	return c
}

// columnsOf makes columns that are sorted by one of them, the largest first.
func columnsOf(of []column, flex, sort int) *columns {
	c := &columns{of: of, flex: flex, Sort: sort, Descending: true, Hidden: make([]bool, len(of))}
	for i, col := range of {
		c.Widths, c.Order = append(c.Widths, col.width), append(c.Order, i)
	}
	return c
}

// usual gives the columns the widths, the order and the places that they had at first.
func (c *columns) usual() {
	n := newColumns()
	c.Widths, c.Order, c.Hidden = n.Widths, n.Order, n.Hidden
}

// load takes over what was kept, if it makes sense. Columns that are new since then are as
// they are at first.
func (c *columns) load(kept []byte) {
	n := columns{Sort: c.Sort, Descending: c.Descending}
	if json.Unmarshal(kept, &n) != nil || len(n.Widths) == 0 || len(n.Widths) > len(c.of) || n.Sort < 0 || n.Sort >= len(c.of) || !c.sorts(n.Sort) {
		return // nothing kept, or nothing usable: the defaults stay
	}
	c.Sort, c.Descending = n.Sort, n.Descending
	for i, w := range n.Widths {
		c.Widths[i] = max(min(w, 900), c.of[i].least)
	}
	for i := range n.Hidden[:min(len(n.Hidden), len(c.of))] {
		c.Hidden[i] = n.Hidden[i] && c.hides(i)
	}
	if sorted := slices.Sorted(slices.Values(n.Order)); slices.Equal(sorted, slices.Sorted(slices.Values(c.Order))) {
		c.Order = n.Order
	}
}

// sorts tells whether a list can be sorted by a column.
func (c *columns) sorts(col int) bool { return c.of[col].name != "" && col != colPlace }

// hides tells whether a column may be hidden.
func (c *columns) hides(col int) bool { return c.of[col].name != "" && col != c.flex }

func (c *columns) save() []byte {
	b, err := json.Marshal(c)
	if err != nil {
		return nil // there is nothing in it that can't be marshalled
	}
	return b
}

// shown tells whether a column is there now.
func (c *columns) shown(col int) bool { return !c.Hidden[col] && !slices.Contains(c.without, col) }

// place puts a column before the one that is n-th from the left, of all there are.
func (c *columns) place(col, n int) {
	at := slices.Index(c.Order, col)
	if at < n {
		n--
	}
	c.Order = slices.Insert(slices.Delete(slices.Clone(c.Order), at, at+1), n, col)
}

// flexShare is what the column that takes the rest has at least of a narrow list, as far
// as the others can become narrower.
const flexShare = 0.4

// columnGap is between columns, and before the first.
const columnGap = 8

// at returns where the columns begin and how wide they are in a row of this width. What is
// not shown has no width. Where there is too little room for the column that takes the
// rest, the others become narrower, and those that can be spared go.
func (c *columns) at(width float32) (x, w []float32) {
	w = slices.Clone(c.Widths)
	for i := range w {
		if !c.shown(i) {
			w[i] = 0
		}
	}
	short := c.fit(w, width)
	for _, i := range c.spare {
		if short > 0 && w[i] > 0 {
			w[i], short = 0, c.fit(w, width)
		}
	}
	x = make([]float32, len(c.of))
	left := float32(columnGap)
	for _, i := range c.Order {
		if x[i] = left; w[i] > 0 {
			left += w[i] + columnGap
		}
	}
	return x, w
}

// fit gives the column that takes the rest its width, and cuts the others as far as they
// can become narrower. It returns how much is still lacking.
func (c *columns) fit(w []float32, width float32) (short float32) {
	rest := width - 2*columnGap
	for i := range w {
		if i != c.flex && w[i] > 0 {
			rest -= w[i] + columnGap
		}
	}
	for i := len(w) - 1; i >= 0; i-- { // who wrote becomes narrow last
		if short = width*flexShare - rest; short > 0 && i != c.flex && w[i] > 0 {
			cut := min(short, max(w[i]-c.of[i].least, 0))
			w[i], rest = w[i]-cut, rest+cut
		}
	}
	w[c.flex] = max(rest, 40)
	return width*flexShare - rest
}

// beforeFlex tells whether a column is left of the one that takes the rest.
func (c *columns) beforeFlex(col int) bool {
	return slices.Index(c.Order, col) < slices.Index(c.Order, c.flex)
}

// columnEntries are the columns that can be hidden, or shown again.
func (p *listPane) columnEntries() []entry {
	var out []entry
	for i, col := range p.cols.of {
		if !p.cols.hides(i) {
			continue
		}
		label := "Hide " + col.name
		if p.cols.Hidden[i] {
			label = "Show " + col.name
		}
		out = append(out, entry{label, func() {
			p.cols.Hidden[i] = !p.cols.Hidden[i]
			p.columnsChanged(false)
		}, nil, ""})
	}
	return append(out, entry{}, entry{"Columns as they were at first", func() {
		p.cols.usual()
		p.columnsChanged(false)
	}, nil, ""})
}
