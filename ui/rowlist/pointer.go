package rowlist

import (
	"fyne.io/fyne/v2"
)

// Carrier is a Source whose chosen rows can be dragged out of the list.
type Carrier interface {
	// Carried is told where in the window the pointer is that drags the chosen rows.
	Carried(at fyne.Position)
	// Dropped is told that they were let go, where they were carried last.
	Dropped()
}

// Offerer is a Source that has a menu for the chosen rows.
type Offerer interface {
	// Offer opens the menu of the chosen rows at a place within the list.
	Offer(at fyne.Position)
}

// Opener is a Source whose rows can be opened by a double click.
type Opener interface {
	// Opened is told of a double click on row i, which is chosen already.
	Opened(i int)
}

// carry is what the pointer does with the chosen rows.
type carry struct {
	grip   int  // the row that the button was pressed on, -1 for none
	single int  // the row that is left chosen if they are not dragged, -1 for as they are
	under  bool // they are being dragged
}

// Tapped ends a click that was no drag: of several chosen rows the one clicked is left.
func (l *List) Tapped(*fyne.PointEvent) {
	if i := l.carry.single; i >= 0 && i < l.length {
		l.carry.single = -1
		l.Select(i)
	}
}

// DoubleTapped opens the row.
func (l *List) DoubleTapped(e *fyne.PointEvent) {
	o, ok := l.source.(Opener)
	if i := l.row(e.Position.Y); ok && i >= 0 && i == l.carry.grip {
		l.Tapped(e)
		o.Opened(i)
	}
}

// Dragged carries the chosen rows, if they were gripped.
func (l *List) Dragged(e *fyne.DragEvent) {
	c, ok := l.source.(Carrier)
	if !ok || l.carry.grip < 0 {
		return
	}
	l.carry.under = true
	c.Carried(e.AbsolutePosition)
}

// DragEnd lets them go.
func (l *List) DragEnd() {
	c, ok := l.source.(Carrier)
	if ok && l.carry.under {
		l.carry = carry{grip: -1, single: -1}
		c.Dropped()
	}
}

// TappedSecondary offers the menu of the chosen rows.
func (l *List) TappedSecondary(e *fyne.PointEvent) {
	if o, ok := l.source.(Offerer); ok && l.row(e.Position.Y) >= 0 {
		o.Offer(e.Position)
	}
}

// menuByKey offers the same menu below the row that the keys move from.
func (l *List) menuByKey() {
	o, ok := l.source.(Offerer)
	if !ok || l.selected < 0 {
		return
	}
	l.Reveal(l.selected)
	at, size := l.RowAt(l.selected)
	o.Offer(at.AddXY(size.Height*2, size.Height))
}

// RowUnder returns the row at a place within the list, -1 if there is none.
func (l *List) RowUnder(at fyne.Position) int {
	if at.X < 0 || at.X >= l.Size().Width || at.Y >= l.Size().Height {
		return -1
	}
	return l.row(at.Y)
}

// Nudge scrolls by half a row if a place within the list is at its upper or lower end, so
// that what is dragged can be let go on any row.
func (l *List) Nudge(at fyne.Position) {
	switch h := l.rowHeight(); {
	case l.RowUnder(at) < 0:
	case at.Y < h/2:
		l.scrollTo(l.top - float64(h)/2)
	case at.Y > l.Size().Height-h/2:
		l.scrollTo(l.top + float64(h)/2)
	}
}

// Target outlines the row that something dragged would go to, -1 for none.
func (l *List) Target(i int) {
	if i != l.target {
		l.target = i
		l.Refresh()
	}
}
