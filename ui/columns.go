package ui

import (
	"encoding/json"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/theme"
)

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

var (
	colNames  = [colCount]string{"", "From", "Subject", "", "Date", "Size"}
	colWidths = [colCount]float32{18, 190, 0, 20, 92, 64}
	colLeast  = [colCount]float32{18, 60, 80, 20, 92, 60} // a date is never cut: "28 Sep 2026" needs this
)

// columns are the widths of the columns, and by which of them the list is sorted.
type columns struct {
	Widths     [colCount]float32
	Sort       int
	Descending bool
}

const columnsSetting = "ui.columns"

func newColumns() *columns {
	return &columns{Widths: colWidths, Sort: colDate, Descending: true}
}

// load takes over what was kept, if it makes sense.
func (c *columns) load(kept []byte) {
	n := *c
	if json.Unmarshal(kept, &n) != nil || n.Sort <= colMark || n.Sort >= colCount {
		return // nothing kept, or nothing usable: the defaults stay
	}
	for i := range n.Widths {
		n.Widths[i] = max(min(n.Widths[i], 900), colLeast[i])
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

// at returns where the columns begin and how wide they are in a row of this width.
func (c *columns) at(width float32) (x, w [colCount]float32) {
	const gap = 8
	w = c.Widths
	rest := width - gap
	for i := range colCount {
		if i != colSubject {
			rest -= w[i] + gap
		}
	}
	w[colSubject] = max(rest-gap, 40)
	left := float32(gap)
	for i := range colCount {
		x[i] = left
		left += w[i] + gap
	}
	return x, w
}

// header is the line above the list: a click sorts, an edge drags.
type header struct {
	widget.BaseWidget
	cols    *columns
	names   [colCount]*line
	ground  *ground
	rule    *ground
	edge    *canvas.Rectangle
	drag    int               // the edge under the pointer or being dragged, -1 for none
	moved   func()            // a column is being resized
	changed func(sorted bool) // a column was resized, or the order changed
}

func newHeader(c *columns, moved func(), changed func(sorted bool)) *header {
	h := &header{cols: c, moved: moved, changed: changed, drag: -1, edge: canvas.NewRectangle(color.Transparent)}
	h.ground, h.rule = newGround(theme.ColorNameSidebarBackground), newRule()
	for i := range h.names {
		h.names[i] = newLine(theme.SizeNameSmallText, theme.ColorNameFaint)
	}
	h.names[colSize].Alignment = fyne.TextAlignTrailing
	h.ExtendBaseWidget(h)
	return h
}

// CreateRenderer is Fyne's way to the header's objects.
func (h *header) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{h.ground, h.rule, h.edge}
	for _, n := range h.names {
		objects = append(objects, n.Text)
	}
	return &rowRenderer{layout: h.layout, objects: objects}
}

// MinSize is the height of the heading.
func (h *header) MinSize() fyne.Size { return fyne.NewSize(0, 24) }

func (h *header) layout(s fyne.Size) {
	h.ground.Resize(s)
	h.rule.Move(fyne.NewPos(0, s.Height-1))
	h.rule.Resize(fyne.NewSize(s.Width, 1))
	x, w := h.cols.at(s.Width - 10)
	for i, n := range h.names {
		name := colNames[i]
		if i == h.cols.Sort {
			name += map[bool]string{false: " ↑", true: " ↓"}[h.cols.Descending]
		}
		n.show(name, i == h.cols.Sort, theme.ColorNameFaint)
		n.place(x[i], w[i], s.Height)
	}
	h.edge.Hidden = h.drag < 0
	if h.drag >= 0 {
		h.edge.FillColor = colorOf(theme.ColorNameAccent)
		h.edge.Move(fyne.NewPos(h.edgeAt(h.drag)-1, 3))
		h.edge.Resize(fyne.NewSize(2, s.Height-6))
	}
	h.edge.Refresh()
}

// edges are the columns that an edge resizes, and whether it is their right one:
// those right of the subject grow to the left.
var edges = []struct {
	col   int
	right bool
}{{colFrom, true}, {colDate, false}, {colSize, false}}

func (h *header) edgeAt(e int) float32 {
	x, w := h.cols.at(h.Size().Width - 10)
	if edges[e].right {
		return x[edges[e].col] + w[edges[e].col] + 4
	}
	return x[edges[e].col] - 4
}

func (h *header) near(x float32) int {
	for e := range edges {
		if d := x - h.edgeAt(e); d > -6 && d < 6 {
			return e
		}
	}
	return -1
}

// Tapped sorts by the column under the pointer; again, the other way round.
func (h *header) Tapped(e *fyne.PointEvent) {
	x, w := h.cols.at(h.Size().Width - 10)
	for i := range colCount {
		if colNames[i] == "" || e.Position.X < x[i] || e.Position.X > x[i]+w[i] || h.near(e.Position.X) >= 0 {
			continue
		}
		if h.cols.Sort == i {
			h.cols.Descending = !h.cols.Descending
		} else {
			h.cols.Sort, h.cols.Descending = i, i == colDate || i == colSize
		}
		h.changed(true)
		h.Refresh()
		return
	}
}

// MouseIn notes the edge under the pointer.
func (h *header) MouseIn(e *desktop.MouseEvent) { h.MouseMoved(e) }

// MouseMoved notes the edge under the pointer.
func (h *header) MouseMoved(e *desktop.MouseEvent) {
	if n := h.near(e.Position.X); n != h.drag {
		h.drag = n
		h.Refresh()
	}
}

// MouseOut forgets it.
func (h *header) MouseOut() {
	h.drag = -1
	h.Refresh()
}

// Cursor shows that an edge can be dragged.
func (h *header) Cursor() desktop.Cursor {
	if h.drag >= 0 {
		return desktop.HResizeCursor
	}
	return desktop.DefaultCursor
}

// Dragged resizes the column whose edge is under the pointer.
func (h *header) Dragged(e *fyne.DragEvent) {
	if h.drag < 0 {
		return
	}
	c, by := edges[h.drag].col, e.Dragged.DX
	if !edges[h.drag].right {
		by = -by
	}
	h.cols.Widths[c] = max(colLeast[c], min(h.cols.Widths[c]+by, h.Size().Width/2))
	h.moved()
	h.Refresh()
}

// DragEnd keeps the widths.
func (h *header) DragEnd() { h.changed(false) }
