package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/mimeview"
	"restante.app/ui/present"
	"restante.app/ui/rowlist"
	"restante.app/ui/theme"
)

// command is something that the palette does.
type command struct {
	present.Command
	do func()
}

// palette finds everything that can be done, and every mailbox, by some of its name.
type palette struct {
	narrowing
	cols  *columns
	all   []command
	names []present.Command
	found []command
	seek  func(query string) command // what is done with words that name nothing else
}

// The columns of the palette.
var paletteColumns = []column{{name: "What"}, {name: "Where", width: 90, least: 60}, {name: "Key", width: 110, least: 60, trailing: true}}

// openPalette opens it.
func (w *Window) openPalette() {
	d := w.desk
	if d.asking() {
		return
	}
	p := &palette{cols: columnsOf(paletteColumns, 0, 0), all: w.commands()}
	p.narrowing = d.newNarrowing(p, "What do you want to do, or where do you want to go?", p.narrow, p.take)
	p.entry.other = p.Key
	p.seek = func(query string) command {
		return command{present.Command{Label: "Search all mail for “" + mimeview.Clean(query, 80) + "”", Where: "Search"}, func() { w.search.look(query) }}
	}
	for _, c := range p.all {
		p.names = append(p.names, c.Command)
	}
	do := d.newAnswer("Do it", p.take)
	do.Importance = widget.HighImportance
	body := container.NewBorder(p.entry, nil, nil, nil, container.NewStack(newGround(theme.ColorNameListBackground), framed(p.list)))
	size := d.window.Canvas().Size()
	p.sheet = d.newSheet("Do something", fyne.NewSize(min(560, size.Width-40), min(460, size.Height-60)), body, d.newAnswer("Cancel", func() { p.sheet.close() }), do)
	d.marks["palette-entry"], d.marks["palette-list"], d.marks["palette-do"] = p.entry, p.list, do
	p.sheet.closed = func() { d.marks.drop("palette-") }
	p.narrow("")
	p.sheet.open(p.entry)
}

// commands are the lines of the menus, and the ways to the mailboxes.
func (w *Window) commands() []command {
	var out []command
	for _, c := range w.menus.commands {
		if c.Label != paletteLabel {
			out = append(out, c)
		}
	}
	for _, p := range present.Destinations(w.sidebar.places) {
		out = append(out, command{present.Command{Label: p.Name, Where: "Go to", Keys: p.Unread}, func() { w.sidebar.goTo(p.Mailbox) }})
	}
	return out
}

// narrow shows the commands whose names hold what was typed.
func (p *palette) narrow(typed string) {
	p.found = p.found[:0]
	for _, i := range present.MatchCommands(p.names, typed) {
		p.found = append(p.found, p.all[i])
	}
	if query := strings.TrimSpace(typed); query != "" {
		p.found = append(p.found, p.seek(query))
	}
	p.list.SetLength(len(p.found), 0)
	p.list.ScrollTo(0, 0)
}

// take does what is chosen, once the palette is gone.
func (p *palette) take() {
	if at := p.list.SelectedRow(); at >= 0 && at < len(p.found) {
		do := p.found[at].do
		p.sheet.close()
		do()
	}
}

// NewRow is part of rowlist.Source.
func (p *palette) NewRow() fyne.CanvasObject { return newCellsRow(p.cols) }

// ShowRow is part of rowlist.Source.
func (p *palette) ShowRow(i int, row fyne.CanvasObject, _ rowlist.State) {
	if r, ok := row.(*cellsRow); ok && i < len(p.found) {
		c := p.found[i]
		r.show([]string{c.Label, c.Where, c.Keys}, false, 1)
	}
}
