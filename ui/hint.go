package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/present"
)

// hint says what to do where there is nothing to show, with a button that does it.
type hint struct {
	object *fyne.Container
	title  *widget.Label
	next   *note
	button *widget.Button // hidden but where there is something to press
}

func newHint() *hint {
	h := &hint{title: widget.NewLabel(""), next: newNote("", fyne.TextAlignCenter).wrapped(), button: widget.NewButton("", nil)}
	h.title.TextStyle.Bold = true
	h.title.Alignment = fyne.TextAlignCenter
	h.title.SizeName = "subHeadingText"
	h.button.Importance = widget.HighImportance
	h.button.Hide()
	words := container.New(&tight{overlap: lineOverlap}, h.title, h.next)
	h.object = container.NewVBox(layout.NewSpacer(), words, container.NewCenter(h.button), layout.NewSpacer(), layout.NewSpacer())
	h.object.Hide()
	return h
}

// set shows or hides the hint for a list.
func (h *hint) set(empty bool, accounts int, chosen bool) {
	if !empty {
		h.object.Hide()
		return
	}
	h.say(present.Empty(accounts, chosen))
}

func (h *hint) say(title, next string) {
	h.title.SetText(title)
	h.next.say(next)
	h.button.Hide()
	h.object.Show()
}

// offer adds a button that does what the hint says.
func (h *hint) offer(label string, do func()) {
	h.button.OnTapped = do
	h.button.SetText(label)
	h.button.Show()
	h.object.Refresh()
}
