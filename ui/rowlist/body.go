package rowlist

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/theme"
)

// body draws the rows in sight.
type body struct {
	widget.BaseWidget
	list *List
}

// slot is a row object with the ground behind it.
type slot struct {
	ground *canvas.Rectangle
	row    fyne.CanvasObject
}

func (b *body) CreateRenderer() fyne.WidgetRenderer {
	return &bodyRenderer{list: b.list}
}

type bodyRenderer struct {
	list  *List
	slots []slot
	shown int
}

func (r *bodyRenderer) MinSize() fyne.Size { return fyne.NewSize(0, 0) }
func (r *bodyRenderer) Destroy()           {}
func (r *bodyRenderer) Layout(fyne.Size)   { r.Refresh() }
func (r *bodyRenderer) ground(i int) fyne.ThemeColorName {
	switch l := r.list; {
	case l.IsPicked(i) && l.focused:
		return theme.ColorNameRowSelected
	case l.IsPicked(i):
		return theme.ColorNameRowSelectedUnfocused
	case i == l.hovered:
		return theme.ColorNameRowHover
	}
	return ""
}

// cursor outlines the row that the keys move from, where others may be chosen too, and the
// one that something dragged would go to.
func (r *bodyRenderer) cursor(ground *canvas.Rectangle, i int) {
	l := r.list
	ground.StrokeWidth = 0
	if i != l.target && (i != l.selected || l.picks.rows == nil || !l.focused) {
		return
	}
	if ground.Hidden {
		ground.Hidden, ground.FillColor = false, color.Transparent
	}
	ground.StrokeWidth, ground.StrokeColor = 1, fynetheme.ColorForWidget(theme.ColorNameAccent, l)
}

func (r *bodyRenderer) Refresh() {
	l := r.list
	from, to := l.InSight()
	r.shown = max(0, to-from)
	for len(r.slots) < r.shown {
		r.slots = append(r.slots, slot{canvas.NewRectangle(nil), l.source.NewRow()})
	}
	for k, s := range r.slots[:r.shown] {
		i := from + k
		at, size := l.RowAt(i)
		size.Width = l.RowWidth()
		s.ground.Move(at)
		s.ground.Resize(fyne.NewSize(l.Size().Width, size.Height))
		s.ground.Hidden = true
		if name := r.ground(i); name != "" {
			s.ground.Hidden = false
			s.ground.FillColor = fynetheme.ColorForWidget(name, l)
		}
		r.cursor(s.ground, i)
		s.ground.Refresh()
		s.row.Move(at)
		s.row.Resize(size)
		l.source.ShowRow(i, s.row, State{Selected: l.IsPicked(i), Focused: l.focused})
	}
	canvas.Refresh(r.list.body)
}

func (r *bodyRenderer) Objects() []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, 0, 2*r.shown)
	for _, s := range r.slots[:r.shown] {
		out = append(out, s.ground, s.row)
	}
	return out
}
