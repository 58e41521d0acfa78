package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/mimeview"
)

// trustLine says which key of a server is trusted in spite of its certificate, and
// offers to forget it.
type trustLine struct {
	desk   *desk
	key    string // "" for none
	object *fyne.Container
}

func (d *desk) newTrustLine(key string) *trustLine {
	t := &trustLine{desk: d, object: container.NewVBox()}
	t.set(key)
	return t
}

func (t *trustLine) set(key string) {
	t.key = key
	t.object.RemoveAll()
	if key == "" {
		return
	}
	what := newNote("Only one key of this server is trusted: "+mimeview.Clean(key, 16), fyne.TextAlignLeading)
	forget := t.desk.newAnswer("Forget it", func() { t.set("") })
	forget.Importance = widget.LowImportance
	t.object.Add(container.NewBorder(nil, nil, nil, forget, what))
}
