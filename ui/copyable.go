package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// copyable is a label whose text can be copied with the second mouse button. The
// toolkit's selectable labels take the keyboard at a click, and swallow every key.
type copyable struct {
	widget.Label
	desk *desk
}

func newCopyable(d *desk, size fyne.ThemeSizeName) *copyable {
	l := &copyable{desk: d}
	l.SizeName, l.Truncation = size, fyne.TextTruncateEllipsis
	l.ExtendBaseWidget(l)
	return l
}

// TappedSecondary offers to copy the text.
func (l *copyable) TappedSecondary(e *fyne.PointEvent) {
	copyIt := fyne.NewMenuItem("Copy", func() { l.desk.app.Clipboard().SetContent(l.Text) })
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", copyIt), l.desk.window.Canvas(), e.AbsolutePosition)
}
