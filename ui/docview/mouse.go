package docview

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"restante.app/ui/docview/viewport"
)

// What the view answers to by mouse.
var (
	_ fyne.Scrollable        = (*View)(nil)
	_ fyne.Draggable         = (*View)(nil)
	_ fyne.SecondaryTappable = (*View)(nil)
	_ desktop.Mouseable      = (*View)(nil)
	_ desktop.Hoverable      = (*View)(nil)
	_ desktop.Cursorable     = (*View)(nil)
)

const (
	clickTime = 400 * time.Millisecond // between the clicks of a double click
	clickMove = 4                      // px
)

// grip is what the pressed pointer moves.
type grip int

const (
	gripNone grip = iota
	gripText
	gripDown   // the thumb of the bar at the side
	gripAcross // that of the bar below
)

// pointer is what is known of the mouse.
type pointer struct {
	renderer *renderer
	grip     grip
	clicks   int
	last     time.Time
	at       fyne.Position // of the last press, then of the last move while dragging
	link     *Link         // that was pressed
	over     *Link         // that the pointer is on
	cursor   desktop.Cursor
	thumb    float32 // from the thumb's start to where it was gripped
	edge     *fyne.Animation
	now      func() time.Time // nil for the real clock
}

// px is a point in px of the output.
func (v *View) px(at fyne.Position) (x, y float32) { return at.X * v.scale, at.Y * v.scale }

// MouseDown starts a selection, grips a bar or extends what is selected.
func (v *View) MouseDown(ev *desktop.MouseEvent) {
	if v.OnFocus != nil && !v.focused {
		v.OnFocus(v)
	}
	if ev.Button != desktop.MouseButtonPrimary {
		return
	}
	v.glide.stop()
	v.countClick(ev.Position)
	if v.pressBar(ev.Position) {
		return
	}
	v.mouse.grip = gripText
	x, y := v.px(ev.Position)
	extend := ev.Modifier&fyne.KeyModifierShift != 0
	v.mouse.link = nil
	if h := v.port.At(x, y); h.Link != nil && !extend {
		v.mouse.link = h.Link
	} else if h.Fold {
		v.mouse.grip = gripNone
		v.port.Fold(x, y)
		v.kick()
		return
	}
	v.port.Press(x, y, viewport.Unit(min(v.mouse.clicks, 3)-1), extend)
	v.kick()
}

// MouseUp ends what MouseDown began and opens the link that was clicked.
func (v *View) MouseUp(ev *desktop.MouseEvent) {
	v.stopScrolling()
	pressed := v.mouse.link
	v.mouse.grip, v.mouse.link = gripNone, nil
	if pressed == nil || ev.Button != desktop.MouseButtonPrimary || v.port.Selected() != "" {
		return
	}
	if h := v.port.At(v.px(ev.Position)); h.Link != nil && *h.Link == *pressed {
		v.Follow(*pressed)
	}
}

// Dragged extends the selection or moves a thumb.
func (v *View) Dragged(ev *fyne.DragEvent) {
	v.mouse.at = ev.Position
	switch v.mouse.grip {
	case gripDown, gripAcross:
		v.dragBar()
	case gripText:
		v.drag()
		if v.outside() != 0 {
			v.startScrolling()
		} else {
			v.stopScrolling()
		}
	}
}

// drag takes the selection to where the pointer is.
func (v *View) drag() {
	x, y := v.px(v.mouse.at)
	v.port.Drag(x, min(max(y, 0), v.Size().Height*v.scale-1))
	v.kick()
}

// DragEnd ends a drag.
func (v *View) DragEnd() {
	v.stopScrolling()
	v.mouse.grip = gripNone
}

// Scrolled scrolls by the wheel, and zooms with Ctrl.
func (v *View) Scrolled(ev *fyne.ScrollEvent) {
	if v.super && v.focused {
		v.zoomBy(ev.Scrolled.DY)
		return
	}
	dx, dy := -wheelStep*ev.Scrolled.DX, -wheelStep*ev.Scrolled.DY
	if v.shift && v.focused && dx == 0 {
		dx, dy = dy, 0
	}
	v.scroll(dx, dy)
}

// TappedSecondary asks the owner for a menu.
func (v *View) TappedSecondary(ev *fyne.PointEvent) {
	if v.OnMenu != nil {
		v.OnMenu(ev.AbsolutePosition, v.port.At(v.px(ev.Position)))
	}
}

// MouseIn is part of desktop.Hoverable.
func (v *View) MouseIn(ev *desktop.MouseEvent) { v.MouseMoved(ev) }

// MouseMoved notes what is under the pointer, unless the view is busy.
func (v *View) MouseMoved(ev *desktop.MouseEvent) {
	h, ok := v.port.TryAt(v.px(ev.Position))
	if !ok {
		return
	}
	b := v.bars()
	switch {
	case ev.Position.X >= v.Size().Width-thumbZone && b.down.length > 0, ev.Position.Y >= v.Size().Height-thumbZone && b.across.length > 0:
		h, v.mouse.cursor = Hit{}, desktop.DefaultCursor
	case h.Link != nil, h.Fold:
		v.mouse.cursor = desktop.PointerCursor
	case h.Inside:
		v.mouse.cursor = desktop.TextCursor
	default:
		v.mouse.cursor = desktop.DefaultCursor
	}
	v.hover(h.Link)
}

// hover tells the owner of a link under the pointer or in focus, once.
func (v *View) hover(l *Link) {
	if v.mouse.over == nil && l == nil || v.mouse.over != nil && l != nil && *v.mouse.over == *l {
		return
	}
	v.mouse.over = l
	if v.OnHover != nil {
		v.OnHover(l)
	}
}

// MouseOut is part of desktop.Hoverable.
func (v *View) MouseOut() { v.hover(nil) }

// Cursor is a hand over links and a beam over text.
func (v *View) Cursor() desktop.Cursor {
	if v.mouse.cursor == nil {
		return desktop.DefaultCursor
	}
	return v.mouse.cursor
}

// countClick tells double and triple clicks by time and place.
func (v *View) countClick(at fyne.Position) {
	clock := v.mouse.now
	if clock == nil {
		clock = time.Now
	}
	now := clock()
	moved := at.Subtract(v.mouse.at)
	near := moved.X*moved.X+moved.Y*moved.Y <= clickMove*clickMove
	if near && now.Sub(v.mouse.last) <= clickTime && v.mouse.clicks < 3 {
		v.mouse.clicks++
	} else {
		v.mouse.clicks = 1
	}
	v.mouse.last, v.mouse.at = now, at
}
