package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// finder is a text that can be searched. Find marks every place of a query, FindStep
// goes to the next (1) or the previous (-1) one. Whoever owns it calls tell with what
// came of either.
type finder interface {
	Find(query string)
	FindStep(by int)
	ClearFind()
}

// findBar looks for words in the message shown.
type findBar struct {
	desk    *desk
	in      finder
	object  *fyne.Container
	query   *typing
	count   *widget.Label
	closed  func()
	offered string // a word that nobody typed
}

// Widths of the entry: a few words.
const (
	findWidth = 260
	findLeast = 90
)

// newFindBar makes a bar that is not shown yet. closed is called when it closes.
func newFindBar(d *desk, in finder, closed func()) *findBar {
	b := &findBar{desk: d, in: in, count: widget.NewLabel(""), closed: closed}
	b.query = d.newTyping("", "Find in this message")
	b.query.escape = b.close
	b.query.OnChanged = func(string) { b.seek() }
	b.query.OnSubmitted = func(string) { b.step(1) }
	previous, next := d.newAnswer("Previous", func() { b.step(-1) }), d.newAnswer("Next", func() { b.step(1) })
	done := d.newAnswer("Close", b.close)
	for _, a := range []*answer{previous, next, done} {
		a.Importance, a.escape = widget.LowImportance, b.close
	}
	row := container.New(leading{findLeast, findWidth}, b.query, previous, next, b.count)
	b.object = container.NewStack(newGround(theme.ColorNameNoticeBanner), indented(container.NewBorder(nil, nil, nil, done, row)))
	b.object.Hide()
	d.marks["find-query"], d.marks["find-next"], d.marks["find-count"] = b.query, next, b.count
	return b
}

// offer puts a word into the bar while it is closed.
func (b *findBar) offer(word string) {
	if !b.object.Visible() && (word != "" || b.query.Text == b.offered) {
		b.offered = word
		b.query.OnChanged = nil
		b.query.SetText(word)
		b.query.OnChanged = func(string) { b.seek() }
	}
}

// open shows the bar and gives it the keyboard; what stands in it is looked for again.
func (b *findBar) open() {
	b.object.Show()
	b.desk.focus(b.query)
	b.query.TypedShortcut(&fyne.ShortcutSelectAll{})
	b.seek()
}

// close hides the bar and takes its marks away.
func (b *findBar) close() {
	if !b.object.Visible() {
		return
	}
	b.object.Hide()
	b.in.ClearFind()
	b.closed()
}

// again looks for the same in a message that was put in its place.
func (b *findBar) again() {
	if b.object.Visible() {
		b.seek()
	}
}

func (b *findBar) seek() {
	if b.query.Text == "" {
		b.in.ClearFind()
		b.tell(0, 0)
		return
	}
	b.in.Find(b.query.Text)
}

func (b *findBar) step(by int) { b.in.FindStep(by) }

// tell says which of how many places is shown, from 1.
func (b *findBar) tell(current, total int) {
	b.count.SetText(present.FoundCount(b.query.Text, current, total))
}
