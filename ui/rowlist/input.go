package rowlist

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// FocusGained marks the chosen row as that of the pane with the focus.
func (l *List) FocusGained() {
	l.focused = true
	l.Refresh()
}

// FocusLost takes that mark away.
func (l *List) FocusLost() {
	l.focused, l.shift = false, false
	l.Refresh()
}

// AcceptsTab is part of fyne.Tabbable: the source decides where Tab leads.
func (l *List) AcceptsTab() bool { return true }

// TypedRune offers what is typed to the source.
func (l *List) TypedRune(r rune) { l.source.Rune(r) }

// TypedKey moves the choice: by a row, a page, or to an end.
func (l *List) TypedKey(e *fyne.KeyEvent) {
	page := l.page()
	switch e.Name {
	case fyne.KeyUp:
		l.goTo(l.selected - 1)
	case fyne.KeyDown:
		l.goTo(l.selected + 1)
	case fyne.KeyPageUp:
		l.goTo(l.selected - page)
	case fyne.KeyPageDown:
		l.goTo(l.selected + page)
	case fyne.KeyHome:
		l.goTo(0)
	case fyne.KeyEnd:
		l.goTo(l.length - 1)
	case desktop.KeyMenu:
		l.menuByKey()
	default:
		if e.Name == fyne.KeyF10 && l.shift {
			l.menuByKey()
			return
		}
		l.source.Key(e.Name)
	}
}

// goTo chooses row i, or with Shift everything up to it.
func (l *List) goTo(i int) {
	if l.shift && l.picks.many() {
		l.extend(i)
		return
	}
	l.Select(i)
}

// KeyDown notes that Shift is held: the toolkit does not say so with other keys.
func (l *List) KeyDown(e *fyne.KeyEvent) { l.held(e, true) }

// KeyUp notes that it no longer is.
func (l *List) KeyUp(e *fyne.KeyEvent) { l.held(e, false) }

func (l *List) held(e *fyne.KeyEvent, down bool) {
	if e.Name == desktop.KeyShiftLeft || e.Name == desktop.KeyShiftRight {
		l.shift = down
	}
}

// page is how many rows a page key goes.
func (l *List) page() int { return max(1, int(l.height()/float64(l.rowHeight()))-1) }

// row returns the row at a height within the list, -1 if there is none.
func (l *List) row(y float32) int {
	i := int((l.top + float64(y)) / float64(l.rowHeight()))
	if y < 0 || i >= l.length {
		return -1
	}
	return i
}

// MouseDown chooses the row under the pointer and takes the focus. Of several chosen rows
// none is let go yet: they may be dragged, or a menu of all of them be asked for.
func (l *List) MouseDown(e *desktop.MouseEvent) {
	l.focus(l)
	i := l.row(e.Position.Y)
	l.carry.grip, l.carry.single = i, -1
	switch {
	case i < 0:
	case e.Button == desktop.MouseButtonSecondary:
		if !l.IsPicked(i) {
			l.Select(i)
		}
	case e.Modifier == 0 && l.pressed(i, e.Position.X):
		l.carry.grip = -1
	case e.Modifier == 0 && l.PickedCount() > 1 && l.IsPicked(i):
		l.carry.single = i
	case l.picks.many() && e.Modifier&fyne.KeyModifierShift != 0:
		l.extend(i)
	case l.picks.many() && e.Modifier&fyne.KeyModifierShortcutDefault != 0:
		l.Toggle(i)
	default:
		l.Select(i)
	}
}

// pressed tells whether the source takes a click for itself.
func (l *List) pressed(i int, x float32) bool {
	p, ok := l.source.(Presser)
	return ok && p.Pressed(i, x)
}

// MouseUp is part of desktop.Mouseable.
func (l *List) MouseUp(*desktop.MouseEvent) {}

// MouseIn notes the row under the pointer.
func (l *List) MouseIn(e *desktop.MouseEvent) { l.MouseMoved(e) }

// MouseMoved notes the row under the pointer.
func (l *List) MouseMoved(e *desktop.MouseEvent) { l.hover(l.row(e.Position.Y)) }

// MouseOut forgets it.
func (l *List) MouseOut() { l.hover(-1) }

func (l *List) hover(i int) {
	if i != l.hovered {
		l.hovered = i
		l.Refresh()
	}
}

// wheelStep makes about two rows of a notch of the wheel, for which the toolkit
// reports less than one.
const wheelStep = 2.5

// Scrolled follows the wheel.
func (l *List) Scrolled(e *fyne.ScrollEvent) { l.scrollTo(l.top - wheelStep*float64(e.Scrolled.DY)) }
