// Package split divides a room between two panes by a hairline that can be dragged.
// The first pane keeps its size when the window changes, the second takes the rest;
// the toolkit's own split keeps a proportion, and draws a bar where a line will do.
package split

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/theme"
)

// In device-independent pixels: the line, and how far beside it the pointer may be
// to catch it.
const (
	thickness = 1
	reach     = 4
)

// Split is the widget. Like all widgets it belongs to Fyne's goroutine.
type Split struct {
	widget.BaseWidget

	first, second fyne.CanvasObject
	sideBySide    bool
	at            float32 // size of the first pane, as asked for
	handle        *handle
}

// New puts first left of second, or above it unless sideBySide. at is the size of
// the first pane; moved is told the new one when a drag ends.
func New(sideBySide bool, at float32, first, second fyne.CanvasObject, moved func(at float32)) *Split {
	s := &Split{first: first, second: second, sideBySide: sideBySide, at: at}
	s.handle = &handle{split: s, moved: moved, line: canvas.NewRectangle(color.Transparent)}
	s.handle.ExtendBaseWidget(s.handle)
	s.ExtendBaseWidget(s)
	return s
}

// At returns the size of the first pane as it is now.
func (s *Split) At() float32 { return s.within(s.at) }

// along returns the part of a size that is divided.
func (s *Split) along(v fyne.Size) float32 {
	if s.sideBySide {
		return v.Width
	}
	return v.Height
}

// within brings a size of the first pane into what the panes can live with. Where
// there is too little room for both, the first has its way.
func (s *Split) within(at float32) float32 {
	most := s.along(s.Size()) - thickness - s.along(s.second.MinSize())
	return max(min(at, most), s.along(s.first.MinSize()), 0)
}

// CreateRenderer is Fyne's way to the split's objects.
func (s *Split) CreateRenderer() fyne.WidgetRenderer { return &renderer{split: s} }

type renderer struct{ split *Split }

func (r *renderer) Layout(size fyne.Size) {
	s := r.split
	at := s.within(s.at)
	rest := max(s.along(size)-at-thickness, 0)
	if s.sideBySide {
		place(s.first, 0, 0, at, size.Height)
		place(s.second, at+thickness, 0, rest, size.Height)
		place(s.handle, at-reach, 0, 2*reach+thickness, size.Height)
		return
	}
	place(s.first, 0, 0, size.Width, at)
	place(s.second, 0, at+thickness, size.Width, rest)
	place(s.handle, 0, at-reach, size.Width, 2*reach+thickness)
}

func place(o fyne.CanvasObject, x, y, width, height float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(width, height))
}

func (r *renderer) MinSize() fyne.Size {
	a, b := r.split.first.MinSize(), r.split.second.MinSize()
	if r.split.sideBySide {
		return fyne.NewSize(a.Width+b.Width+thickness, max(a.Height, b.Height))
	}
	return fyne.NewSize(max(a.Width, b.Width), a.Height+b.Height+thickness)
}

func (r *renderer) Refresh() {
	r.Layout(r.split.Size())
	r.split.handle.Refresh()
	canvas.Refresh(r.split)
}

func (r *renderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.split.first, r.split.second, r.split.handle}
}

func (r *renderer) Destroy() {}

// handle is the line with the room beside it that catches the pointer.
type handle struct {
	widget.BaseWidget
	split  *Split
	moved  func(float32)
	line   *canvas.Rectangle
	lit    bool
	moving bool
	to     float32 // where the pointer has dragged it, in sight or not
}

var (
	_ fyne.Draggable     = (*handle)(nil)
	_ desktop.Hoverable  = (*handle)(nil)
	_ desktop.Cursorable = (*handle)(nil)
)

// CreateRenderer is Fyne's way to the line.
func (h *handle) CreateRenderer() fyne.WidgetRenderer {
	r := &handleRenderer{h}
	r.Refresh()
	return r
}

type handleRenderer struct{ *handle }

func (r *handleRenderer) Layout(s fyne.Size) {
	wide := float32(thickness)
	if r.lit || r.moving {
		wide = 3
	}
	if r.split.sideBySide {
		place(r.line, reach+(thickness-wide)/2, 0, wide, s.Height)
		return
	}
	place(r.line, 0, reach+(thickness-wide)/2, s.Width, wide)
}

func (r *handleRenderer) MinSize() fyne.Size { return fyne.NewSize(0, 0) }

func (r *handleRenderer) Refresh() {
	name := theme.ColorNameRule
	if r.lit || r.moving {
		name = theme.ColorNameAccent
	}
	r.line.FillColor = fynetheme.ColorForWidget(name, r.handle)
	r.Layout(r.Size())
	canvas.Refresh(r.handle)
}

func (r *handleRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.line} }
func (r *handleRenderer) Destroy()                     {}

// Dragged moves the line.
func (h *handle) Dragged(e *fyne.DragEvent) {
	if !h.moving {
		h.moving, h.to = true, h.split.At()
	}
	h.to += h.split.along(fyne.NewSize(e.Dragged.DX, e.Dragged.DY))
	h.split.at = h.split.within(h.to)
	h.split.Refresh()
}

// DragEnd tells where the line is now.
func (h *handle) DragEnd() {
	h.moving = false
	h.Refresh()
	h.moved(h.split.At())
}

// MouseIn lights the line up.
func (h *handle) MouseIn(*desktop.MouseEvent) { h.light(true) }

// MouseMoved is part of desktop.Hoverable.
func (h *handle) MouseMoved(*desktop.MouseEvent) {}

// MouseOut puts it out.
func (h *handle) MouseOut() { h.light(false) }

func (h *handle) light(on bool) {
	h.lit = on
	h.Refresh()
}

// Cursor shows which way the line can be dragged.
func (h *handle) Cursor() desktop.Cursor {
	if h.split.sideBySide {
		return desktop.HResizeCursor
	}
	return desktop.VResizeCursor
}
