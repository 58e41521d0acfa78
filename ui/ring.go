package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"restante.app/ui/theme"
)

// ring shows that a control has the keyboard: a line around it, and one within that in
// the colour of the ground, so that it is seen on a control of any colour. The toolkit
// tints the control, which nobody can tell from its neighbours.
type ring struct {
	fyne.WidgetRenderer
	focused     *bool
	line, inner *canvas.Rectangle
}

// ringWidth is how wide the line is.
const ringWidth = 2

// ringed adds the ring to a control's renderer.
func ringed(r fyne.WidgetRenderer, focused *bool) fyne.WidgetRenderer {
	out := &ring{WidgetRenderer: r, focused: focused, line: canvas.NewRectangle(color.Transparent), inner: canvas.NewRectangle(color.Transparent)}
	out.line.StrokeWidth, out.inner.StrokeWidth = ringWidth, 1
	out.line.CornerRadius, out.inner.CornerRadius = 4, 3
	out.show()
	return out
}

// Objects are the control's, and the ring above them.
func (r *ring) Objects() []fyne.CanvasObject {
	return append(r.WidgetRenderer.Objects()[:len(r.WidgetRenderer.Objects()):len(r.WidgetRenderer.Objects())], r.line, r.inner)
}

// Layout puts the ring at the control's edge.
func (r *ring) Layout(s fyne.Size) {
	r.WidgetRenderer.Layout(s)
	r.line.Resize(s)
	r.inner.Move(fyne.NewPos(ringWidth, ringWidth))
	r.inner.Resize(s.SubtractWidthHeight(2*ringWidth, 2*ringWidth))
}

// Refresh is called when the control gets or loses the keyboard, too.
func (r *ring) Refresh() {
	r.WidgetRenderer.Refresh()
	r.show()
}

func (r *ring) show() {
	r.line.StrokeColor, r.inner.StrokeColor = colorOf(theme.ColorNameAccent), colorOf(theme.ColorNamePaneBackground)
	r.line.Hidden, r.inner.Hidden = !*r.focused, !*r.focused
	r.line.Refresh()
	r.inner.Refresh()
}
