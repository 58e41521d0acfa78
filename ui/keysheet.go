package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/present"
)

// keySections are all keys of the window: those of the panes, and those that the menus
// name.
func (m *menus) keySections() []present.KeySection {
	return append(present.PaneKeys(), m.named...)
}

// keysWidth is that of the sheet of keys, and of their names in it.
const (
	keysWidth  = 620
	keysColumn = 190
)

// showKeys opens the sheet that lists all keys.
func (d *desk) showKeys() {
	rows := container.NewVBox()
	for _, s := range d.keySections() {
		title := widget.NewLabel(s.Where)
		title.TextStyle.Bold = true
		rows.Add(title)
		for _, l := range s.Lines {
			keys, does := widget.NewLabel(l.Keys), newNote(l.Does, fyne.TextAlignLeading).wrapped()
			keys.Wrapping = fyne.TextWrapWord
			rows.Add(container.New(&tight{overlap: lineOverlap}, container.NewBorder(nil, nil, container.New(wide(keysColumn), keys), nil, does)))
		}
	}
	var s *sheet
	done := d.newAnswer("Close", func() { s.close() })
	s = d.newLongSheet("Keys", keysWidth, rows, done)
	d.marks["keys-close"] = done
	s.closed = func() { d.marks.drop("keys-") }
	s.open(done)
}

// keysPage is the list of keys as docs/keys.md has it.
func keysPage(sections []present.KeySection) string {
	var b strings.Builder
	b.WriteString("# Keys\n\nHelp, Keys (F1) shows the same in the window. On a Mac, Command stands for Ctrl.\n")
	for _, s := range sections {
		b.WriteString("\n## " + s.Where + "\n\n| key | what it does |\n|---|---|\n")
		for _, l := range s.Lines {
			b.WriteString("| " + l.Keys + " | " + l.Does + " |\n")
		}
	}
	return b.String()
}
