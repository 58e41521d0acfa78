package rowlist

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// barWidth is the room for the scroll bar; its thumb is never shorter than
// leastThumb, however many rows there are.
const (
	barWidth   = 10
	leastThumb = 24
)

// bar is the scroll bar: a thumb to drag, and a track to click for a page.
type bar struct {
	widget.BaseWidget
	list  *List
	thumb *canvas.Rectangle
	grip  float64 // units of the list for one of the bar
}

func newBar(l *List) *bar {
	b := &bar{list: l, thumb: canvas.NewRectangle(color.Transparent)}
	b.thumb.CornerRadius = 3
	b.ExtendBaseWidget(b)
	return b
}

// place puts the thumb where it belongs in a list of this size.
func (b *bar) place(s fyne.Size) {
	b.Move(fyne.NewPos(s.Width-barWidth, 0))
	b.Resize(fyne.NewSize(barWidth, s.Height))
	total := float64(b.list.length) * float64(b.list.rowHeight())
	height := float64(s.Height)
	if b.thumb.Hidden = total <= height || height <= 0; b.thumb.Hidden {
		b.Refresh()
		return
	}
	thumb := max(leastThumb, height*height/total)
	b.grip = (total - height) / max(1, height-thumb)
	b.thumb.FillColor = fynetheme.ColorForWidget(fynetheme.ColorNameScrollBar, b)
	b.thumb.Resize(fyne.NewSize(barWidth-4, float32(thumb)))
	b.thumb.Move(fyne.NewPos(2, float32(b.list.top/b.grip)))
	b.Refresh()
}

func (b *bar) CreateRenderer() fyne.WidgetRenderer { return barRenderer{b} }

// barRenderer leaves the thumb where the bar put it.
type barRenderer struct{ bar *bar }

func (r barRenderer) Layout(fyne.Size)             {}
func (r barRenderer) MinSize() fyne.Size           { return fyne.NewSize(barWidth, 0) }
func (r barRenderer) Refresh()                     { canvas.Refresh(r.bar) }
func (r barRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.bar.thumb} }
func (r barRenderer) Destroy()                     {}

// Dragged moves the rows with the thumb.
func (b *bar) Dragged(e *fyne.DragEvent) { b.list.scrollTo(b.list.top + float64(e.Dragged.DY)*b.grip) }

// DragEnd is part of fyne.Draggable.
func (b *bar) DragEnd() {}

// Tapped scrolls by a page towards the pointer.
func (b *bar) Tapped(e *fyne.PointEvent) {
	page := b.list.height() * 0.9
	switch thumb := b.thumb.Position().Y; {
	case e.Position.Y < thumb:
		b.list.scrollTo(b.list.top - page)
	case e.Position.Y > thumb+b.thumb.Size().Height:
		b.list.scrollTo(b.list.top + page)
	}
}
