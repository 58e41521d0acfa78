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

// The columns of the message list, from left to right. The subject takes what the
// others leave.
const (
	colMark = iota
	colFrom
	colSubject
	colClip
	colDate
	colSize
	colCount
)

var messageColumns = []column{
	colMark:    {width: 32, least: 32},
	colFrom:    {name: "From", width: 190, least: 60},
	colSubject: {name: "Subject", least: 80},
	colClip:    {width: 20, least: 20},
	colDate:    {name: "Date", width: 92, least: 92}, // a date is never cut: "28 Sep 2026" needs this
	colSize:    {name: "Size", width: 64, least: 60, trailing: true},
}

// columns are the widths of a list's columns, and by which of them it is sorted.
type columns struct {
	Widths     []float32
	Sort       int
	Descending bool

	of   []column
	flex int // the column that takes what the others leave
}

const columnsSetting = "ui.columns"

func newColumns() *columns { return columnsOf(messageColumns, colSubject, colDate) }

// columnsOf makes columns that are sorted by one of them, the largest first.
func columnsOf(of []column, flex, sort int) *columns {
	c := &columns{of: of, flex: flex, Sort: sort, Descending: true}
	for _, col := range of {
		c.Widths = append(c.Widths, col.width)
	}
	return c
}

// load takes over what was kept, if it makes sense.
func (c *columns) load(kept []byte) {
	n := *c
	n.Widths = slices.Clone(c.Widths)
	if json.Unmarshal(kept, &n) != nil || len(n.Widths) != len(c.of) || n.Sort < 0 || n.Sort >= len(c.of) || c.of[n.Sort].name == "" {
		return // nothing kept, or nothing usable: the defaults stay
	}
	for i := range n.Widths {
		n.Widths[i] = max(min(n.Widths[i], 900), c.of[i].least)
	}
	*c = n
}

func (c *columns) save() []byte {
	b, err := json.Marshal(c)
	if err != nil {
		return nil // there is nothing in it that can't be marshalled
	}
	return b
}

// flexShare is what the column that takes the rest has at least of a narrow list, as far
// as the others can become narrower.
const flexShare = 0.4

// at returns where the columns begin and how wide they are in a row of this width.
func (c *columns) at(width float32) (x, w []float32) {
	const gap = 8
	w = slices.Clone(c.Widths)
	rest := width - gap
	for i := range w {
		if i != c.flex {
			rest -= w[i] + gap
		}
	}
	for i := range w {
		if short := width*flexShare - (rest - gap); short > 0 && i != c.flex {
			cut := min(short, max(w[i]-c.of[i].least, 0))
			w[i], rest = w[i]-cut, rest+cut
		}
	}
	w[c.flex] = max(rest-gap, 40)
	left := float32(gap)
	for _, width := range w {
		x = append(x, left)
		left += width + gap
	}
	return x, w
}
