package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"

	"restante.app/localstore"
	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// carry takes the chosen messages to a mailbox by the pointer. A tag beside the pointer
// says what becomes of them if they are let go.
type carry struct {
	window *Window
	layer  *fyne.Container // above the panes; it catches no click
	tag    *fyne.Container
	ground *ground
	words  *line
	under  bool // it is being carried
	to     present.Place
}

func newCarry(w *Window) *carry {
	c := &carry{window: w, ground: newGround(theme.ColorNameAccent), words: newLine(theme.SizeNameListText, fynetheme.ColorNameForegroundOnPrimary)}
	c.ground.rect.CornerRadius = 3
	c.tag = container.NewWithoutLayout(c.ground, c.words.Text)
	c.tag.Hide()
	c.layer = container.NewWithoutLayout(c.tag)
	return c
}

// isCopy tells whether what is carried shall stay where it is, too.
func (c *carry) isCopy() bool {
	d, ok := c.window.desk.app.Driver().(desktop.Driver)
	return ok && d.CurrentKeyModifiers()&fyne.KeyModifierShortcutDefault != 0
}

// carried is told where in the window the pointer is.
func (c *carry) carried(at fyne.Position) {
	w := c.window
	places := w.sidebar.list
	within := at.Subtract(w.desk.app.Driver().AbsolutePositionForObject(places))
	places.Nudge(within)
	row := places.RowUnder(within)
	c.under, c.to = true, present.Place{}
	if row >= 0 && row < len(w.sidebar.places) {
		c.to = w.sidebar.places[row]
	}
	lands := present.Lands(w.shown(), c.to)
	if !lands {
		row = -1
	}
	places.Target(row)
	n, _ := w.list.messages()
	c.show(at, present.Carried(n, c.to, lands, c.isCopy()), lands)
}

// show puts the tag beside the pointer, within the window.
func (c *carry) show(at fyne.Position, words string, lands bool) {
	const beside, room = 14, 7
	c.ground.name = theme.ColorNameFaint
	if lands {
		c.ground.name = theme.ColorNameAccent
	}
	c.words.show(words, lands, fynetheme.ColorNameForegroundOnPrimary)
	width := fyne.MeasureText(words, c.words.TextSize, c.words.TextStyle).Width + 1
	size := fyne.NewSize(width+2*room, fynetheme.Size(theme.SizeNameRow))
	all := c.window.desk.window.Canvas().Size()
	origin := c.window.desk.app.Driver().AbsolutePositionForObject(c.layer)
	at = at.Subtract(origin).AddXY(beside, beside)
	at.X, at.Y = max(0, min(at.X, all.Width-size.Width)), max(0, min(at.Y, all.Height-origin.Y-size.Height))
	c.tag.Move(at)
	c.tag.Resize(size)
	c.ground.Resize(size)
	c.words.place(room, width, size.Height)
	c.tag.Show()
	c.tag.Refresh()
}

// dropped is told that the button was let go: the messages go where they were carried.
func (c *carry) dropped() {
	w, to, isCopy := c.window, c.to, c.isCopy()
	if !c.stop() || !present.Lands(w.shown(), to) {
		w.desk.rest()
		return
	}
	w.list.withChosen(func(ids []localstore.MessageID) { w.putInto(ids, to, isCopy) })
	w.desk.rest()
}

// stop leaves what is carried where it was, and tells whether there was anything.
func (c *carry) stop() bool {
	was := c.under
	c.under, c.to = false, present.Place{}
	c.window.sidebar.list.Target(-1)
	c.tag.Hide()
	c.layer.Refresh()
	return was
}
