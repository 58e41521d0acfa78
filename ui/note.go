package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/theme"
)

// note is a sentence in the quiet colour. The toolkit's labels have one for what is
// disabled only, which is too faint to read.
type note struct {
	*widget.RichText
	segment *widget.TextSegment
}

func newNote(text string, align fyne.TextAlign) *note {
	s := &widget.TextSegment{Text: text, Style: widget.RichTextStyle{ColorName: theme.ColorNameFaint, Alignment: align}}
	return &note{RichText: widget.NewRichText(s), segment: s}
}

// wrapped lets the note take as many lines as it needs.
func (n *note) wrapped() *note {
	n.Wrapping = fyne.TextWrapWord
	return n
}

func (n *note) say(text string) {
	if n.segment.Text != text {
		n.segment.Text = text
		n.Refresh()
	}
}
