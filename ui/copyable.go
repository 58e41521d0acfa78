package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/docview/typeset"
)

// copyable is a label whose text can be copied with the second mouse button. The
// toolkit's selectable labels take the keyboard at a click, and swallow every key.
type copyable struct {
	widget.Label
	desk  *desk
	whole string // in its own order; the label has it as it is seen
}

func newCopyable(d *desk, size fyne.ThemeSizeName) *copyable {
	l := &copyable{desk: d}
	l.SizeName, l.Truncation = size, fyne.TextTruncateEllipsis
	l.ExtendBaseWidget(l)
	return l
}

// SetText shows a text, which the toolkit does not put in the order in which it is seen.
func (l *copyable) SetText(text string) {
	l.whole = text
	l.Label.SetText(typeset.Visual(text))
}

// TappedSecondary offers to copy the text.
func (l *copyable) TappedSecondary(e *fyne.PointEvent) {
	copyIt := fyne.NewMenuItem("Copy", func() { l.desk.app.Clipboard().SetContent(l.whole) })
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", copyIt), l.desk.window.Canvas(), e.AbsolutePosition)
}
