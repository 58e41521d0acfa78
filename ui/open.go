package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/present"
)

// Open brings the window to the front and opens what the desktop handed over: mailto:
// links, and paths of files of mail. It may be called from any goroutine.
func (w *Window) Open(named []string) {
	w.desk.onUI(func() {
		w.raise()
		for _, n := range named {
			if m, ok := present.ParseMailto(n); ok {
				w.desk.mailto(m)
				continue
			}
			w.openFile(n)
		}
	})
}

// mailto shows what a link asks for. Until there is a composer, the address can be copied.
func (d *desk) mailto(m present.Mailto) {
	form := widget.NewForm()
	for _, field := range []struct{ label, text string }{{"To", m.To}, {"Cc", m.Cc}, {"Subject", m.Subject}, {"Text", m.Body}} {
		if field.text != "" {
			form.Append(field.label, d.wrapped(cut(field.text)))
		}
	}
	words := d.wrapped("Restante can't write mail yet. Copy the address into the program that you write with.")
	var s *sheet
	done := d.newAnswer("Close", func() { s.close() })
	copied := d.newAnswer("Copy address", func() {
		d.app.Clipboard().SetContent(m.To)
		s.close()
	})
	copied.Importance = widget.HighImportance
	s = d.newLongSheet("Write to "+m.To, sheetWidth, container.NewVBox(form, words), done, copied)
	d.marks["mailto-copy"] = copied
	s.closed = func() { d.marks.drop("mailto-") }
	s.open(fyne.Focusable(copied))
}

// cut bounds what a label is given: it lays out long text in quadratic time.
func cut(s string) string {
	const most = 1000
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
