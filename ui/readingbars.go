package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// bar is a line above the text that says something and offers what to do about it.
type bar struct {
	object *fyne.Container
	words  *widget.Label
	tools  []*tool
}

func newBar(ground fyne.ThemeColorName, tools ...*tool) *bar {
	b := &bar{words: widget.NewLabel(""), tools: tools}
	b.words.Wrapping = fyne.TextWrapWord
	row := container.NewHBox()
	for _, t := range tools {
		t.Importance = widget.MediumImportance
		row.Add(t)
	}
	b.object = container.NewStack(newGround(ground), indented(container.NewBorder(nil, nil, nil, container.NewPadded(row), b.words)))
	b.object.Hide()
	return b
}

// say shows the bar with these words, or hides it without any.
func (b *bar) say(words string) {
	b.words.SetText(words)
	setShown(b.object, words != "")
	for _, t := range b.tools {
		setShown(t, words != "")
	}
}

// status says where a link leads, over the foot of the text.
type status struct {
	object *fyne.Container
	ground *ground
	words  *widget.Label
}

func newStatus() *status {
	s := &status{ground: newGround(theme.ColorNameNoticeBanner), words: widget.NewLabel("")}
	s.words.Truncation = fyne.TextTruncateEllipsis
	line := container.NewStack(s.ground, s.words)
	s.object = container.NewBorder(nil, line, nil, nil)
	s.object.Hide()
	return s
}

// say shows where a link leads, and a warning in its own colour and words.
func (s *status) say(l *present.Link) {
	setShown(s.object, l != nil)
	if l == nil {
		return
	}
	s.ground.in(theme.ColorNameNoticeBanner)
	if !l.Quiet() {
		s.ground.in(theme.ColorNameWarningBanner)
	}
	s.words.SetText(l.Hover())
	s.object.Refresh()
}
