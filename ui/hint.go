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
	button *fyne.Container // empty but where there is something to press
}

func newHint() *hint {
	h := &hint{title: widget.NewLabel(""), next: widget.NewLabel(""), button: container.NewCenter()}
	h.title.TextStyle.Bold = true
	h.title.Alignment, h.next.Alignment = fyne.TextAlignCenter, fyne.TextAlignCenter
	h.title.SizeName = "subHeadingText"
	h.next.Importance = widget.LowImportance
	h.next.Wrapping = fyne.TextWrapWord
	h.object = container.NewVBox(widget.NewLabel(""), h.title, h.next, h.button)
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
	h.button.Objects = nil
	h.object.Show()
}

// offer adds a button to what was said.
func (h *hint) offer(label string, do func()) {
	b := widget.NewButton(label, do)
	b.Importance = widget.HighImportance
	h.button.Objects = []fyne.CanvasObject{b}
	h.button.Refresh()
}
