package textview

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// What the view answers to.
var (
	_ fyne.Focusable         = (*View)(nil)
	_ fyne.Shortcutable      = (*View)(nil)
	_ fyne.Scrollable        = (*View)(nil)
	_ fyne.Draggable         = (*View)(nil)
	_ fyne.SecondaryTappable = (*View)(nil)
	_ desktop.Mouseable      = (*View)(nil)
	_ desktop.Hoverable      = (*View)(nil)
	_ desktop.Cursorable     = (*View)(nil)
)

const (
	clickTime = 400 * time.Millisecond // between the clicks of a double click
	clickMove = 4                      // pixels
	wheelStep = 2.5                    // Fyne reports about 17 pixels for a notch, less than a row
	edgeStep  = 0.5                    // how much of the way outside the view is scrolled at each frame
)

// grip is what the pressed pointer moves.
type grip int

const (
	gripNone grip = iota
	gripText
	gripThumb
)

// pointer is what is known of the mouse.
type pointer struct {
	grip    grip
	clicks  int
	last    time.Time
	at      fyne.Position // of the last press, then of the last move while dragging
	link    string        // that was pressed
	hovered desktop.Cursor
	thumb   float32 // from the thumb's top to where it was gripped
	edge    *fyne.Animation
	now     func() time.Time // nil for the real clock
}

// MouseDown starts a selection, follows the thumb or extends what is selected.
func (v *View) MouseDown(ev *desktop.MouseEvent) {
	v.takeFocus()
	if ev.Button != desktop.MouseButtonPrimary || !v.ready() {
		return
	}
	v.countClick(ev.Position)
	if ev.Position.X >= v.Size().Width-thumbZone && v.pressBar(ev.Position.Y) {
		return
	}
	v.mouse.grip = gripText
	v.mouse.link = v.page.linkAt(ev.Position)
	offset := v.page.offsetAt(ev.Position)
	if ev.Modifier&fyne.KeyModifierShift != 0 {
		v.sel.loose = unitAt(v.text, offset, v.sel.unit)
		v.mouse.link = ""
		v.Refresh()
		return
	}
	u := unit(min(v.mouse.clicks, 3) - 1)
	at := unitAt(v.text, offset, u)
	v.sel = selection{held: at, loose: at, unit: u}
	v.Refresh()
}

// MouseUp ends what MouseDown began and opens the link that was clicked.
func (v *View) MouseUp(ev *desktop.MouseEvent) {
	v.stopScrolling()
	pressed := v.mouse.link
	v.mouse.grip, v.mouse.link = gripNone, ""
	if pressed == "" || v.Selected() != "" || !v.ready() || v.OnLink == nil {
		return
	}
	if v.page.linkAt(ev.Position) == pressed {
		v.OnLink(pressed)
	}
}

// Dragged extends the selection or moves the thumb.
func (v *View) Dragged(ev *fyne.DragEvent) {
	if !v.ready() {
		return
	}
	v.mouse.at = ev.Position
	switch v.mouse.grip {
	case gripThumb:
		v.page.scrollTo(ev.Position.Y - v.mouse.thumb)
		v.Refresh()
	case gripText:
		v.extend()
		if v.outside() != 0 {
			v.startScrolling()
		} else {
			v.stopScrolling()
		}
	}
}

// DragEnd ends a drag.
func (v *View) DragEnd() {
	v.stopScrolling()
	v.mouse.grip = gripNone
}

// Scrolled scrolls by the wheel.
func (v *View) Scrolled(ev *fyne.ScrollEvent) { v.scroll(-wheelStep * ev.Scrolled.DY) }

// TappedSecondary asks the owner for a menu.
func (v *View) TappedSecondary(ev *fyne.PointEvent) {
	if v.OnMenu != nil && v.ready() {
		v.OnMenu(ev.AbsolutePosition, v.page.linkAt(ev.Position))
	}
}

// MouseIn is part of desktop.Hoverable.
func (v *View) MouseIn(ev *desktop.MouseEvent) { v.MouseMoved(ev) }

// MouseMoved notes what is under the pointer.
func (v *View) MouseMoved(ev *desktop.MouseEvent) {
	v.mouse.hovered = desktop.TextCursor
	if !v.ready() {
		return
	}
	switch {
	case ev.Position.X >= v.Size().Width-thumbZone:
		v.mouse.hovered = desktop.DefaultCursor
	case v.page.linkAt(ev.Position) != "":
		v.mouse.hovered = desktop.PointerCursor
	}
}

// MouseOut is part of desktop.Hoverable.
func (v *View) MouseOut() {}

// Cursor is a hand over links and a beam over text.
func (v *View) Cursor() desktop.Cursor {
	if v.mouse.hovered == nil {
		return desktop.TextCursor
	}
	return v.mouse.hovered
}

// FocusGained marks the view.
func (v *View) FocusGained() { v.focused = true; v.Refresh() }

// FocusLost takes the mark away; the selection stays, in a quieter colour.
func (v *View) FocusLost() { v.focused = false; v.Refresh() }

// TypedRune passes on what is typed.
func (v *View) TypedRune(r rune) {
	if v.OnRune != nil {
		v.OnRune(r)
	}
}

// TypedKey scrolls.
func (v *View) TypedKey(ev *fyne.KeyEvent) {
	if !v.ready() {
		return
	}
	switch ev.Name {
	case fyne.KeyUp:
		v.scroll(-3 * v.page.face.height)
	case fyne.KeyDown:
		v.scroll(3 * v.page.face.height)
	case fyne.KeyPageUp:
		v.scroll(-v.page.screen())
	case fyne.KeyPageDown, fyne.KeySpace:
		v.PageDown()
	case fyne.KeyHome:
		v.page.home()
		v.Refresh()
	case fyne.KeyEnd:
		v.page.bottom()
		v.Refresh()
	default:
		if v.OnKey != nil {
			v.OnKey(ev.Name)
		}
	}
}

// TypedShortcut copies, selects all, and passes everything else on.
func (v *View) TypedShortcut(s fyne.Shortcut) {
	switch s := s.(type) {
	case *fyne.ShortcutCopy:
		v.Copy(s.Clipboard)
	case *fyne.ShortcutSelectAll:
		v.SelectAll()
	default:
		if v.OnShortcut != nil {
			v.OnShortcut(s)
		}
	}
}

// PageDown scrolls by a screen and tells whether the text moved: a reader who pages
// through messages goes to the next one when it did not.
func (v *View) PageDown() bool { return v.ready() && v.scroll(v.page.screen()) }
