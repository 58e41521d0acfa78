package ui

import (
	"fyne.io/fyne/v2"

	"restante.app/ui/rowlist"
)

// narrowing is a sheet with an entry and a list that what is typed narrows. The keyboard
// may be in either: the entry offers its keys, the list its letters.
type narrowing struct {
	desk  *desk
	entry *typing
	list  *rowlist.List
	sheet *sheet
	do    func() // with what is chosen
}

// newNarrowing makes the entry and, of the rows of source, the list.
func (d *desk) newNarrowing(source rowlist.Source, hint string, narrow func(string), take func()) narrowing {
	n := narrowing{desk: d, entry: d.newTyping("", hint), list: rowlist.New(source, d.focus), do: take}
	n.entry.OnChanged, n.entry.OnSubmitted = narrow, func(string) { take() }
	return n
}

// Selected is part of rowlist.Source.
func (n *narrowing) Selected(int) {}

// Opened is part of rowlist.Opener.
func (n *narrowing) Opened(int) { n.do() }

// Key is part of rowlist.Source.
func (n *narrowing) Key(name fyne.KeyName) {
	switch name {
	case fyne.KeyReturn, fyne.KeyEnter:
		n.do()
	case fyne.KeyEscape:
		n.sheet.close()
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown:
		n.list.TypedKey(&fyne.KeyEvent{Name: name})
	}
}

// Rune is part of rowlist.Source.
func (n *narrowing) Rune(r rune) {
	n.desk.focus(n.entry)
	n.entry.TypedRune(r)
}
