package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"restante.app/localstore/search"
	"restante.app/ui/theme"
)

// hitMarks show what a search has found in a line: a ground behind it and a stroke below
// it, so that it is told by more than its colour.
type hitMarks struct {
	object *fyne.Container
	spans  []search.Span
	shown  int
}

func newHitMarks() *hitMarks { return &hitMarks{object: container.NewWithoutLayout()} }

// underline is the height of the stroke below what was found.
const underline = 1.5

// place marks the spans in a line that was placed, as far as they were not cut off.
func (m *hitMarks) place(l *line) {
	m.shown = 0
	for _, s := range m.spans {
		cut := len(l.Text.Text)
		if cut < len(l.whole) {
			cut -= len("…")
		}
		if s.From < 0 || s.From >= min(s.To, cut) {
			continue
		}
		m.rects(l, s.From, min(s.To, cut))
	}
	for i, o := range m.object.Objects {
		if i >= 2*m.shown {
			o.Hide()
		}
	}
	m.object.Refresh()
}

// rects puts the next two rectangles at a part of a line's text.
func (m *hitMarks) rects(l *line, from, to int) {
	left := fyne.MeasureText(l.Text.Text[:from], l.TextSize, l.TextStyle).Width
	right := fyne.MeasureText(l.Text.Text[:to], l.TextSize, l.TextStyle).Width
	if len(m.object.Objects) <= 2*m.shown {
		m.object.Add(canvas.NewRectangle(color.Transparent))
		m.object.Add(canvas.NewRectangle(color.Transparent))
	}
	at, height := l.Position(), l.Size().Height
	for i, name := range []fyne.ThemeColorName{theme.ColorNameHit, theme.ColorNameInk} {
		r, ok := m.object.Objects[2*m.shown+i].(*canvas.Rectangle)
		if !ok {
			continue
		}
		r.FillColor = colorOf(name)
		r.Show()
		if i == 0 {
			r.Move(fyne.NewPos(at.X+left, at.Y))
			r.Resize(fyne.NewSize(right-left, height))
		} else {
			r.Move(fyne.NewPos(at.X+left, at.Y+height-underline))
			r.Resize(fyne.NewSize(right-left, underline))
		}
		r.Refresh()
	}
	m.shown++
}
