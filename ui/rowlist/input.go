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
	l.focused = false
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
		l.Select(l.selected - 1)
	case fyne.KeyDown:
		l.Select(l.selected + 1)
	case fyne.KeyPageUp:
		l.Select(l.selected - page)
	case fyne.KeyPageDown:
		l.Select(l.selected + page)
	case fyne.KeyHome:
		l.Select(0)
	case fyne.KeyEnd:
		l.Select(l.length - 1)
	default:
		l.source.Key(e.Name)
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

// Tapped is part of fyne.Tappable; MouseDown has chosen the row already.
func (l *List) Tapped(*fyne.PointEvent) {}

// MouseDown chooses the row under the pointer and takes the focus.
func (l *List) MouseDown(e *desktop.MouseEvent) {
	l.focus(l)
	if i := l.row(e.Position.Y); i >= 0 {
		l.Select(i)
	}
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
