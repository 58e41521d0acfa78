// Package textview is a read-only widget for long plain text: it wraps, scrolls,
// selects and copies, and a line of ten megabytes costs no more to show than a
// note, because it lays out only what can be seen.
//
// The text is cut into segments of at most 32 KiB, at line ends where there are
// any. A segment is wrapped when one of its rows is looked at. So the scroll bar of
// a text over 64 KiB is a good guess at first, and in a paragraph longer than a
// segment a reader who comes from below meets a short row about every 32 KiB. Beside the text itself, a view keeps two
// octets for each row that it has shown.
//
// Nothing in the text is obeyed: control characters, bidirectional overrides and
// octets that are not UTF-8 are shown as marks such as ^[ and [U+202E]. What is
// selected and copied is the text as it was given.
package textview

import (
	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	look "restante.app/ui/theme"
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
	// OnFocus gives the view the keyboard when it is clicked: a widget does not know
	// its window. Nil leaves the focus where it is.
	OnFocus func(fyne.Focusable)
	// OnMenu is called for a click with the second button: where on the canvas, and
	// the link there or "". The owner may open a menu. Nil ignores such clicks.
	OnMenu func(at fyne.Position, link string)

	// OnKey is told of the keys that the view has no use for. Nil ignores them.
	OnKey func(fyne.KeyName)
	// OnRune is told of what is typed: the text is not to be edited. Nil ignores it.
	OnRune func(rune)
	// OnShortcut is told of the shortcuts that the view has no use for: the toolkit
	// gives them to nobody else while the view has the keyboard. Nil ignores them.
	OnShortcut func(fyne.Shortcut)

	options Options
	text    string
	face    face  // as last used
	page    *page // nil until the text is shown in a size
	sel     selection
	mouse   pointer
	focused bool
}

// New gives an empty view.
func New(o Options) *View {
	v := &View{options: o}
	v.ExtendBaseWidget(v)
	return v
}

// SetText shows s from its start and drops the selection. It costs one pass over s
// to find its lines; the string is kept, not copied.
func (v *View) SetText(s string) {
	v.stopScrolling()
	v.text, v.page = s, nil
	v.sel, v.mouse = selection{}, pointer{now: v.mouse.now}
	v.Refresh()
}

// Text gives what SetText was given.
func (v *View) Text() string { return v.text }

// SetOptions shows the same text in another way. The selection is kept, and so is
// the place.
func (v *View) SetOptions(o Options) {
	if o == v.options {
		return
	}
	v.options = o
	v.Refresh()
}

// Selected gives the selected text as it is in what SetText was given.
func (v *View) Selected() string {
	start, end := v.sel.span()
	return v.text[start:end]
}

// SelectAll selects the whole text.
func (v *View) SelectAll() {
	v.sel = selection{held: link{0, 0}, loose: link{len(v.text), len(v.text)}}
	v.Refresh()
}

// Copy puts the selected text on the clipboard; with nothing selected it leaves
// the clipboard alone.
func (v *View) Copy(c fyne.Clipboard) {
	if s := v.Selected(); s != "" {
		c.SetContent(s)
	}
}

// MinSize is small: a view lives on the room that it is given.
func (v *View) MinSize() fyne.Size {
	v.ExtendBaseWidget(v)
	return fyne.NewSize(80, 40)
}

// CreateRenderer is Fyne's way to the view's objects.
func (v *View) CreateRenderer() fyne.WidgetRenderer {
	v.ExtendBaseWidget(v)
	return newRenderer(v)
}

// ready makes the page fit the view's size, options and theme, and tells whether
// there is room for one.
func (v *View) ready() bool {
	size := v.Size()
	if size.Width < 1 || size.Height < 1 {
		return false
	}
	f := v.faceNow()
	v.face = f
	switch {
	case v.page == nil:
		v.page = newPage(v.text, f, v.options.Links)
	case v.page.face.key != f.key:
		v.page = newPage(v.text, f, v.options.Links).startingAt(v.page.anchor)
	}
	v.page.show(size, v.options.Links)
	return true
}

// faceNow gives the measures of the theme that counts. The meter of an unchanged face
// is kept.
func (v *View) faceNow() face {
	style := fyne.TextStyle{Monospace: v.options.Monospace}
	size := fynetheme.SizeForWidget(look.SizeNameMessageText, v)
	if v.options.Monospace {
		size = fynetheme.SizeForWidget(look.SizeNameListText, v)
	}
	if size <= 0 {
		size = fynetheme.SizeForWidget(fynetheme.SizeNameText, v)
	}
	key := faceKey{style: style, size: size, font: v.Theme().Font(style)}
	if v.face.key == key {
		return v.face
	}
	return newFace(key)
}
