package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/theme"
)

// header is the line above a list: a click on a name sorts, an edge drags, and a name can
// be dragged to another place.
type header struct {
	widget.BaseWidget
	cols   *columns
	names  []*line
	ground *ground
	rule   *ground
	edge   *canvas.Rectangle
	pull   pull
	// unsorted says that the rows are in another order than that of a column.
	unsorted bool
	moved    func()                 // the columns are being changed
	changed  func(sorted bool)      // they were changed, or the order of the rows
	offer    func(at fyne.Position) // opens a menu of the columns, nil for none
}

// pull is what the pointer does with the columns.
type pull struct {
	edge int // the column whose edge is under the pointer or being dragged, -1 for none
	grip int // the column whose name the button was pressed on, -1 for none
	to   int // where in their order it would go now, -1 for nowhere
}

func newHeader(c *columns, moved func(), changed func(sorted bool)) *header {
	h := &header{cols: c, moved: moved, changed: changed, pull: pull{-1, -1, -1}, edge: canvas.NewRectangle(color.Transparent)}
	h.ground, h.rule = newGround(theme.ColorNameSidebarBackground), newRule()
	for _, col := range c.of {
		h.names = append(h.names, newLine(theme.SizeNameSmallText, theme.ColorNameFaint))
		if col.trailing {
			h.names[len(h.names)-1].Alignment = fyne.TextAlignTrailing
		}
	}
	h.ExtendBaseWidget(h)
	return h
}

// CreateRenderer is Fyne's way to the header's objects.
func (h *header) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{h.ground, h.rule}
	for _, n := range h.names {
		objects = append(objects, n.Text)
	}
	return &rowRenderer{layout: h.layout, objects: append(objects, h.edge)}
}

// MinSize is the height of the heading.
func (h *header) MinSize() fyne.Size { return fyne.NewSize(0, 24) }

func (h *header) layout(s fyne.Size) {
	h.ground.Resize(s)
	h.rule.Move(fyne.NewPos(0, s.Height-1))
	h.rule.Resize(fyne.NewSize(s.Width, 1))
	x, w := h.at()
	for i, n := range h.names {
		n.show(h.name(i), i == h.cols.Sort && !h.unsorted, theme.ColorNameFaint)
		n.Alignment = fyne.TextAlignLeading
		if h.cols.of[i].trailing && !h.cols.stacked {
			n.Alignment = fyne.TextAlignTrailing
		}
		n.place(x[i], w[i], s.Height)
	}
	at := h.mark()
	h.edge.Hidden = at < 0
	h.edge.FillColor = colorOf(theme.ColorNameAccent)
	h.edge.Move(fyne.NewPos(at-1, 3))
	h.edge.Resize(fyne.NewSize(2, s.Height-6))
	h.edge.Refresh()
}

// name is what the heading of a column says.
func (h *header) name(col int) string {
	name := h.cols.of[col].name
	if col == h.cols.Sort && !h.unsorted {
		name += map[bool]string{false: " ↑", true: " ↓"}[h.cols.Descending]
	}
	return name
}

// at returns where the names of the columns begin, and how wide they may be. Over rows of
// two lines they stand one after the other.
func (h *header) at() (x, w []float32) {
	if !h.cols.stacked {
		return h.cols.at(h.Size().Width - 10)
	}
	x, w = make([]float32, len(h.names)), make([]float32, len(h.names))
	left := float32(stackedText)
	for _, i := range h.cols.Order {
		if x[i] = left; h.cols.sorts(i) {
			w[i] = fyne.MeasureText(h.cols.of[i].name+" ↓", h.names[i].TextSize, fyne.TextStyle{Bold: true}).Width + 2
			left += w[i] + 2*columnGap
		}
	}
	return x, w
}

// mark is where a line is drawn: at the edge that can be dragged, or where a column would
// go; less than 0 for nowhere.
func (h *header) mark() float32 {
	switch {
	case h.pull.to >= 0:
		x, w := h.at()
		if h.pull.to < len(h.cols.Order) {
			return x[h.cols.Order[h.pull.to]] - columnGap/2
		}
		last := h.cols.Order[len(h.cols.Order)-1]
		return x[last] + w[last] + columnGap/2
	case h.pull.edge >= 0:
		return h.edgeOf(h.pull.edge)
	}
	return -1
}

// edgeOf returns where the edge is that resizes a column: its right one, or its left
// one if it is right of the column that takes the rest.
func (h *header) edgeOf(col int) float32 {
	x, w := h.at()
	if h.cols.beforeFlex(col) {
		return x[col] + w[col] + columnGap/2
	}
	return x[col] - columnGap/2
}

// near returns the column whose edge is at x, -1 for none.
func (h *header) near(x float32) int {
	_, w := h.at()
	for i, col := range h.cols.of {
		if i == h.cols.flex || col.name == "" || h.cols.stacked || w[i] == 0 {
			continue
		}
		if d := x - h.edgeOf(i); d > -6 && d < 6 {
			return i
		}
	}
	return -1
}

// over returns the column with a name at x, -1 for none.
func (h *header) over(at float32) int {
	x, w := h.at()
	for i, col := range h.cols.of {
		if col.name != "" && w[i] > 0 && at >= x[i] && at <= x[i]+w[i] {
			return i
		}
	}
	return -1
}

// Tapped sorts by the column under the pointer.
func (h *header) Tapped(e *fyne.PointEvent) {
	i := h.over(e.Position.X)
	if i >= 0 && h.cols.sorts(i) && h.near(e.Position.X) < 0 {
		h.sort(i)
	}
}

// sort puts the rows into the order of a column; again, the other way round.
func (h *header) sort(i int) {
	if h.cols.Sort == i && !h.unsorted {
		h.cols.Descending = !h.cols.Descending
	} else {
		h.cols.Sort, h.cols.Descending = i, h.cols.of[i].name == "Date" || h.cols.of[i].name == "Size"
	}
	h.changed(true)
	h.Refresh()
}

// TappedSecondary offers which columns there are.
func (h *header) TappedSecondary(e *fyne.PointEvent) {
	if h.offer != nil {
		h.offer(e.Position)
	}
}

// MouseDown notes the name under the pointer, which may be dragged.
func (h *header) MouseDown(e *desktop.MouseEvent) {
	h.pull.grip = -1
	if h.near(e.Position.X) < 0 && !h.cols.stacked {
		h.pull.grip = h.over(e.Position.X)
	}
}

// MouseUp is part of desktop.Mouseable.
func (h *header) MouseUp(*desktop.MouseEvent) {}

// MouseIn notes the edge under the pointer.
func (h *header) MouseIn(e *desktop.MouseEvent) { h.MouseMoved(e) }

// MouseMoved notes the edge under the pointer.
func (h *header) MouseMoved(e *desktop.MouseEvent) {
	if n := h.near(e.Position.X); n != h.pull.edge {
		h.pull.edge = n
		h.Refresh()
	}
}

// MouseOut forgets it.
func (h *header) MouseOut() {
	h.pull.edge = -1
	h.Refresh()
}

// Cursor shows that an edge can be dragged.
func (h *header) Cursor() desktop.Cursor {
	if h.pull.edge >= 0 {
		return desktop.HResizeCursor
	}
	return desktop.DefaultCursor
}

// Dragged resizes the column whose edge is under the pointer, or shows where the one would
// go whose name is dragged.
func (h *header) Dragged(e *fyne.DragEvent) {
	switch edge := h.pull.edge; {
	case h.pull.grip >= 0:
		h.pull.edge, h.pull.to = -1, h.target(e.Position.X)
	case edge >= 0:
		by := e.Dragged.DX
		if !h.cols.beforeFlex(edge) {
			by = -by
		}
		h.cols.Widths[edge] = max(h.cols.of[edge].least, min(h.cols.Widths[edge]+by, h.Size().Width/2))
		h.moved()
	}
	h.Refresh()
}

// target returns where in the order a column goes that is let go at x: behind what has no
// name at the left.
func (h *header) target(at float32) int {
	x, w := h.at()
	for n, i := range h.cols.Order {
		if n == 0 && h.cols.of[i].name == "" || !h.cols.shown(i) {
			continue
		}
		if at < x[i]+w[i]/2 {
			return n
		}
	}
	return len(h.cols.Order)
}

// DragEnd keeps the widths and the order.
func (h *header) DragEnd() {
	if h.pull.to >= 0 && h.pull.grip >= 0 {
		h.cols.place(h.pull.grip, h.pull.to)
	}
	h.pull.grip, h.pull.to = -1, -1
	h.changed(false)
	h.Refresh()
}
