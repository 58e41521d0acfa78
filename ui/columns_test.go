package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

func TestColumnsAreMovedAndHidden(t *testing.T) {
	b := shelves(t)
	h := b.list.header
	middle := func(col int) fyne.Position {
		x, w := h.at()
		return fyne.NewPos(x[col]+w[col]/2, 5)
	}
	h.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: middle(colDate)}})
	h.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: middle(colFrom).SubtractXY(30, 0)}})
	if h.edge.Hidden {
		t.Error("nothing shows where the column would go")
	}
	h.DragEnd()
	b.settle()
	if x, _ := h.at(); x[colDate] >= x[colFrom] || x[colDate] < x[colMark] {
		t.Errorf("the date is at %v, From at %v", x[colDate], x[colFrom])
	}
	take(t, b.list.columnEntries(), "Hide Size")
	b.settle()
	kept := newColumns()
	kept.load(must(b.core.Setting(columnsSetting)))
	if !kept.Hidden[colSize] || kept.Order[1] != colDate {
		t.Errorf("kept: %+v", kept)
	}
	if at := h.over(middle(colFrom).X); at != colFrom {
		t.Errorf("over From there is column %d", at)
	}
	take(t, b.list.columnEntries(), "Show Size")
	take(t, b.list.columnEntries(), "Columns as they were at first")
	if b.settle(); !slices.Equal(h.cols.Order, newColumns().Order) || h.cols.Hidden[colSize] {
		t.Errorf("at first: %v, %v", h.cols.Order, h.cols.Hidden)
	}
}

func TestColumnsOfAnEarlierVersion(t *testing.T) {
	c := newColumns()
	c.load([]byte(`{"Widths":[32,100,0,20,92,64],"Sort":2,"Descending":false}`))
	if c.Widths[colFrom] != 100 || c.Widths[colPlace] != messageColumns[colPlace].width || c.Sort != colSubject || len(c.Order) != colCount {
		t.Errorf("%+v", c)
	}
	for _, odd := range []string{`{"Widths":[1],"Order":[0,0,0,0,0,0,0],"Sort":1}`, `{"Widths":[1],"Order":[9],"Sort":1}`, `{"Widths":[1],"Hidden":[true,true,true,true,true,true,true,true,true],"Sort":1}`} {
		c.load([]byte(odd))
		if !slices.Equal(c.Order, newColumns().Order) || c.Hidden[colSubject] || c.Hidden[colMark] {
			t.Errorf("%s gives %v, %v", odd, c.Order, c.Hidden)
		}
	}
}

// TestASearchSaysWhereMailIs and a mailbox does not.
func TestASearchSaysWhereMailIs(t *testing.T) {
	b := shelves(t)
	if b.list.cols.shown(colPlace) {
		t.Error("the mailbox is named in the mailbox")
	}
	b.search.look("subject 00000")
	b.settle()
	if row := b.list.row(b.list.rows.At(0), b.list.listed); !b.list.cols.shown(colPlace) || row.Place != "Post" {
		t.Errorf("it is in %q, the column is shown: %t", row.Place, b.list.cols.shown(colPlace))
	}
	b.search.clear()
	if b.settle(); b.list.cols.shown(colPlace) {
		t.Error("after the search the mailbox is still named")
	}
}
