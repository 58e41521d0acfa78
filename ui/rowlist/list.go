// Package rowlist is a list of rows of one height, as many as there are: it draws
// those in sight only, and scrolls exactly to every row. The toolkit's own list
// counts in 32-bit floats, which can't tell the rows of a million apart, and makes
// rows taller than a mail program wants. There is no mail in it.
package rowlist

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/theme"
)

// State is how a row is to look.
type State struct {
	Selected, Focused bool
}

// Source gives a list its rows. All calls come on Fyne's goroutine.
type Source interface {
	// NewRow makes an empty row object. It is used for many rows in turn.
	NewRow() fyne.CanvasObject
	// ShowRow fills an object made by NewRow with row i.
	ShowRow(i int, row fyne.CanvasObject, s State)
	// Selected is told that row i was chosen, by pointer or key.
	Selected(i int)
	// Key is offered the keys that the list itself has no use for.
	Key(name fyne.KeyName)
	// Rune is offered what is typed.
	Rune(r rune)
}

// Presser is a Source in whose rows is something to click.
type Presser interface {
	// Pressed is told of a click without a modifier at x in row i, before the row is
	// chosen. It is not if the click was for something in it.
	Pressed(i int, x float32) bool
}

// List is the widget. Like all widgets it belongs to Fyne's goroutine.
type List struct {
	widget.BaseWidget

	source   Source
	focus    func(fyne.Focusable) // asks the window for the keyboard
	size     fyne.ThemeSizeName   // of a row
	length   int
	top      float64 // of what is in sight, in units from the first row's top
	selected int     // -1 for none
	hovered  int
	target   int // the row that something dragged would go to, -1 for none
	focused  bool
	shift    bool // is held
	picks    picks
	carry    carry
	body     *body
	bar      *bar

	// OnShortcut is offered the shortcuts that the list has no use for; the toolkit
	// gives them to nobody else while the list has the keyboard.
	OnShortcut func(fyne.Shortcut)
}

var (
	_ fyne.Focusable      = (*List)(nil)
	_ fyne.Tabbable       = (*List)(nil)
	_ fyne.Tappable       = (*List)(nil)
	_ fyne.Scrollable     = (*List)(nil)
	_ fyne.Draggable      = (*List)(nil)
	_ fyne.DoubleTappable = (*List)(nil)
	_ fyne.Shortcutable   = (*List)(nil)
	_ desktop.Keyable     = (*List)(nil)
	_ desktop.Hoverable   = (*List)(nil)
	_ desktop.Mouseable   = (*List)(nil)
	_ fyne.WidgetRenderer = (*renderer)(nil)
)

// New makes an empty list. focus gives a widget the keyboard; a widget does not
// know its window.
func New(s Source, focus func(fyne.Focusable)) *List {
	l := &List{source: s, focus: focus, size: theme.SizeNameRow, selected: -1, hovered: -1, target: -1, carry: carry{grip: -1, single: -1}}
	l.body = &body{list: l}
	l.body.ExtendBaseWidget(l.body)
	l.bar = newBar(l)
	l.ExtendBaseWidget(l)
	return l
}

// SizedBy says which measure of the theme is the height of a row.
func (l *List) SizedBy(name fyne.ThemeSizeName) { l.size = name }

// Length returns how many rows there are.
func (l *List) Length() int { return l.length }

// SelectedRow returns the chosen row, -1 for none.
func (l *List) SelectedRow() int { return l.selected }

// SetLength says how many rows there are, and which of them is chosen, -1 for
// none. It does not call Source.Selected. Of several chosen rows that one is left.
func (l *List) SetLength(n, selected int) {
	l.length, l.selected = n, selected
	l.unpick()
	l.picks.anchor = max(0, selected)
	if selected >= n {
		l.selected = -1
	}
	l.scrollTo(l.top)
}

// Select chooses a row, brings it in sight and tells the source.
func (l *List) Select(i int) {
	if l.length == 0 {
		return
	}
	i = min(max(i, 0), l.length-1)
	changed := i != l.selected || l.picks.rows != nil
	l.unpick()
	l.selected, l.picks.anchor = i, i
	if l.picks.many() {
		l.picks.last = 1
	}
	l.Reveal(i)
	if changed {
		l.source.Selected(i)
	}
}

// Reveal scrolls no further than needed to have row i in sight.
func (l *List) Reveal(i int) {
	h := float64(l.rowHeight())
	switch at := float64(i) * h; {
	case at < l.top:
		l.scrollTo(at)
	case at+h > l.top+l.height():
		l.scrollTo(at + h - l.height())
	default:
		l.Refresh()
	}
}

// InSight returns the first row in sight and one behind the last.
func (l *List) InSight() (from, to int) {
	h := float64(l.rowHeight())
	from = int(l.top / h)
	return from, min(l.length, int((l.top+l.height())/h)+1)
}

// Top returns the row at the upper edge and how much of it is above the edge.
func (l *List) Top() (row int, above float64) {
	h := float64(l.rowHeight())
	row = int(l.top / h)
	return row, l.top - float64(row)*h
}

// ScrollTo brings a row to the upper edge, with so much of it above the edge, as
// far as there are rows.
func (l *List) ScrollTo(row int, above float64) {
	l.scrollTo(float64(row)*float64(l.rowHeight()) + above)
}

// RowAt returns where row i is within the list, for whoever wants to click it.
func (l *List) RowAt(i int) (fyne.Position, fyne.Size) {
	h := l.rowHeight()
	return fyne.NewPos(0, float32(float64(i)*float64(h)-l.top)), fyne.NewSize(l.Size().Width, h)
}

// RowWidth returns how wide a row object is.
func (l *List) RowWidth() float32 { return l.Size().Width - barWidth }

func (l *List) rowHeight() float32 { return l.Theme().Size(l.size) }

// height is that of what is in sight.
func (l *List) height() float64 { return float64(l.Size().Height) }

// scrollTo brings the unit at top to the upper edge, as far as there are rows.
func (l *List) scrollTo(top float64) {
	most := float64(l.length)*float64(l.rowHeight()) - l.height()
	l.top = max(0, min(top, most))
	l.Refresh()
}

// CreateRenderer is Fyne's way to the list's objects.
func (l *List) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{list: l, clip: container.NewClip(l.body)}
}

// MinSize is small: a list lives on the room that it is given.
func (l *List) MinSize() fyne.Size { return fyne.NewSize(60, l.rowHeight()*3) }

type renderer struct {
	list *List
	clip *container.Clip
}

func (r *renderer) Layout(s fyne.Size) {
	r.clip.Resize(s)
	r.list.body.Resize(s)
	r.list.bar.place(s)
	r.list.scrollTo(r.list.top)
}

func (r *renderer) MinSize() fyne.Size { return r.list.MinSize() }

func (r *renderer) Refresh() {
	r.list.body.Refresh()
	r.list.bar.place(r.list.Size())
	canvas.Refresh(r.list)
}

func (r *renderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.clip, r.list.bar}
}

func (r *renderer) Destroy() {}
