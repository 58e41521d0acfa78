package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/present"
)

// hint says what to do where there is nothing to show.
type hint struct {
	object *fyne.Container
	title  *widget.Label
	next   *widget.Label
}

func newHint() *hint {
	h := &hint{title: widget.NewLabel(""), next: widget.NewLabel("")}
	h.title.TextStyle.Bold = true
	h.title.Alignment, h.next.Alignment = fyne.TextAlignCenter, fyne.TextAlignCenter
	h.title.SizeName = "subHeadingText"
	h.next.Importance = widget.LowImportance
	h.next.Wrapping = fyne.TextWrapWord
	h.object = container.NewVBox(widget.NewLabel(""), h.title, h.next)
	h.object.Hide()
	return h
}

// set shows or hides the hint for a list.
func (h *hint) set(empty bool, accounts int, chosen bool) {
	h.say(present.Empty(accounts, chosen))
	if !empty {
		h.object.Hide()
	}
}

func (h *hint) say(title, next string) {
	h.title.SetText(title)
	h.next.SetText(next)
	h.object.Show()
}
