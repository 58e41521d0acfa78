package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/theme"
)

// header is the line above a list: a click sorts, an edge drags.
type header struct {
	widget.BaseWidget
	cols    *columns
	names   []*line
	ground  *ground
	rule    *ground
	edge    *canvas.Rectangle
	drag    int               // the column whose edge is under the pointer or being dragged, -1 for none
	moved   func()            // a column is being resized
	changed func(sorted bool) // a column was resized, or the order changed
}

func newHeader(c *columns, moved func(), changed func(sorted bool)) *header {
	h := &header{cols: c, moved: moved, changed: changed, drag: -1, edge: canvas.NewRectangle(color.Transparent)}
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
		name := h.cols.of[i].name
		if i == h.cols.Sort {
			name += map[bool]string{false: " ↑", true: " ↓"}[h.cols.Descending]
		}
		n.show(name, i == h.cols.Sort, theme.ColorNameFaint)
		n.place(x[i], w[i], s.Height)
	}
	h.edge.Hidden = h.drag < 0
	if h.drag >= 0 {
		h.edge.FillColor = colorOf(theme.ColorNameAccent)
		h.edge.Move(fyne.NewPos(h.edgeOf(h.drag)-1, 3))
		h.edge.Resize(fyne.NewSize(2, s.Height-6))
	}
	h.edge.Refresh()
}

// edgeOf returns where the edge is that resizes a column: its right one, or its left
// one if it is right of the column that takes the rest.
func (h *header) edgeOf(col int) float32 {
	x, w := h.cols.at(h.Size().Width - 10)
	if col < h.cols.flex {
		return x[col] + w[col] + 4
	}
	return x[col] - 4
}

// near returns the column whose edge is at x, -1 for none.
func (h *header) near(x float32) int {
	for i, col := range h.cols.of {
		if i == h.cols.flex || col.name == "" {
			continue
		}
		if d := x - h.edgeOf(i); d > -6 && d < 6 {
			return i
		}
	}
	return -1
}

// Tapped sorts by the column under the pointer; again, the other way round.
func (h *header) Tapped(e *fyne.PointEvent) {
	x, w := h.cols.at(h.Size().Width - 10)
	for i, col := range h.cols.of {
		if col.name == "" || e.Position.X < x[i] || e.Position.X > x[i]+w[i] || h.near(e.Position.X) >= 0 {
			continue
		}
		if h.cols.Sort == i {
			h.cols.Descending = !h.cols.Descending
		} else {
			h.cols.Sort, h.cols.Descending = i, col.name == "Date" || col.name == "Size"
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
	by := e.Dragged.DX
	if h.drag > h.cols.flex {
		by = -by
	}
	h.cols.Widths[h.drag] = max(h.cols.of[h.drag].least, min(h.cols.Widths[h.drag]+by, h.Size().Width/2))
	h.moved()
	h.Refresh()
}

// DragEnd keeps the widths.
func (h *header) DragEnd() { h.changed(false) }
