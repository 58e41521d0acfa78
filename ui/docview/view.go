// Package docview is a widget for documents: HTML as it was meant, and plain text. It
// scrolls, zooms, selects and copies, finds, follows links and folds quotations, by
// mouse and by keyboard. There is no mail in it, and it opens no file and no connection:
// pictures come from the owner.
//
// Documents are made, laid out and painted away from Fyne's goroutine, which gets whole
// frames and waits for nothing. Only what is in sight is painted, and layout goes no
// further than half a megabyte of text beyond it, so that the scroll bar of a long
// document is an estimate.
package docview

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/raster"
	"restante.app/ui/docview/typeset"
	"restante.app/ui/docview/viewport"
)

// Link is a text that leads somewhere.
type Link = viewport.Link

// Hit is what is at a point of the view.
type Hit = viewport.Hit

// Hands run what is not done at once.
type Hands struct {
	Go func(func()) // elsewhere
	Do func(func()) // on Fyne's goroutine, soon
}

// Source is what a view shows.
type Source struct {
	// Make makes the document. It is called elsewhere, again when the theme changes, and
	// if it is fluid when the width does.
	Make func(Setting) *dom.Document
	// Load returns the octets of a picture, nil if it is not there (yet). It is called
	// elsewhere, and must not wait. nil has no pictures.
	Load   func(src string) []byte
	Fluid  bool // the document depends on the width
	Sheet  bool // it is meant for white paper, not for the colours of the window
	Margin bool // it has no margins of its own
	Folded bool // quotations are folded at first
	Large  bool // making it may take longer than one likes to see what was shown before
}

// Setting is what a document is made for.
type Setting struct {
	Width            float32 // of the view, in CSS px
	Size             float32 // of the letters of the window's text, in CSS px
	Dark             bool
	Text, Back, Link color.NRGBA
	Quotes           []color.NRGBA
}

// Options are what a view is made with.
type Options struct {
	Hands     Hands
	Fonts     *typeset.Fonts // used by this view alone
	FoldLabel func(lines int, folded bool) string
}

// pictures is how many octets of decoded pictures a view keeps.
const pictures = 96 << 20

// View shows a document. Like all Fyne widgets it belongs to Fyne's goroutine. The
// functions may be nil.
type View struct {
	widget.BaseWidget

	// OnLink is called for a link that was clicked, or followed with Enter, if it leads
	// out of the document.
	OnLink func(Link)
	// OnHover is told of the link under the pointer or in focus, nil when there is none.
	OnHover func(*Link)
	// OnMenu is called for a click with the second button: where on the canvas, and what
	// is there.
	OnMenu func(at fyne.Position, h Hit)
	// OnMenuKey is called for the key of menus: where in the view, and the link in focus.
	OnMenuKey func(within fyne.Position, h Hit)
	// OnFound is told when a search has ended, or has gone to another place.
	OnFound func(current, total int)
	// OnZoom is told of the zoom that keys chose.
	OnZoom func(float32)
	// OnShown is told of each document once it is there, before it is laid out.
	OnShown func(*dom.Document)
	Keys
	marks func(text string) []dom.Span

	hands  Hands
	port   *viewport.View
	work   worker
	source Source
	turn   int     // counts what was asked to be made
	making bool    // what was asked for last is being made
	set    setting // what it is made for
	images *raster.Images
	frame  *image.RGBA // what is shown, nil for nothing
	zoom   float32
	scale  float32 // px of the output for each of Fyne's
	mouse  pointer
	glide  glide
}

// Keys tell the owner of what the view has no use for: the toolkit gives it to nobody
// else while the view has the keyboard.
type Keys struct {
	// OnFocus gives the view the keyboard when it is clicked: a widget does not know its
	// window.
	OnFocus    func(fyne.Focusable)
	OnKey      func(fyne.KeyName)
	OnRune     func(rune)
	OnShortcut func(fyne.Shortcut)

	focused      bool
	shift, super bool // held; super is Ctrl, or Command on a Mac
}

// New gives an empty view.
func New(o Options) *View {
	v := &View{hands: o.Hands, zoom: 1, scale: 1}
	v.port = viewport.New(viewport.Options{Fonts: o.Fonts, FoldLabel: o.FoldLabel})
	v.ExtendBaseWidget(v)
	return v
}

// Display shows a document from its top. What was shown before is seen until it is made,
// unless that may take long.
func (v *View) Display(s Source) {
	v.stopScrolling()
	v.glide.stop()
	v.source, v.mouse.link = s, nil
	v.hover(nil)
	if s.Large {
		v.frame = nil
		v.Refresh()
	}
	images := raster.NewImages(s.Load, pictures)
	images.Notify(func(string) { v.hands.Do(func() { v.pictured(images) }) })
	v.images = images
	set := v.setting()
	v.make(set, func(doc *dom.Document) {
		v.port.Show(doc, images, set.look(s), s.Folded)
		if v.OnShown != nil {
			v.OnShown(doc)
		}
	})
}

// make makes the document elsewhere and gives it to done, unless another one was asked
// for meanwhile.
func (v *View) make(set setting, done func(*dom.Document)) {
	v.turn++
	v.set, v.making = set, true
	turn, source := v.turn, v.source
	if source.Make == nil {
		source.Make = func(Setting) *dom.Document { return dom.FromText("", dom.TextOptions{}) }
	}
	v.hands.Go(func() {
		doc := source.Make(set.forDocument(source))
		v.hands.Do(func() {
			if turn == v.turn {
				v.making = false
				done(doc)
				if v.marks != nil {
					v.mark()
				}
				v.again()
				v.kick()
			}
		})
	})
}

// again makes the document anew where it depends on what has changed. While one is being
// made that waits: a width that is being dragged would have them pile up.
func (v *View) again() {
	now := v.setting()
	if v.making || v.turn == 0 {
		return
	}
	if now.colours == v.set.colours && (!v.source.Fluid || now.width/now.zoom == v.set.width/v.set.zoom) {
		return
	}
	look := now.look(v.source)
	v.make(now, func(doc *dom.Document) { v.port.Again(doc, look) })
}

// pictured is told that a picture can be painted now.
func (v *View) pictured(of *raster.Images) {
	if of == v.images {
		v.port.Repaint()
		v.kick()
	}
}

// ImagesChanged tells that Load may have pictures that it had not. The place is kept.
func (v *View) ImagesChanged() {
	v.port.Reload()
	v.kick()
}

// Text is the text of what is shown, as it is copied.
func (v *View) Text() string { return v.port.Text() }

// Frame is the picture that is shown, nil before the first. It is not to be changed.
func (v *View) Frame() *image.RGBA { return v.frame }

// ScrollBy goes so many of Fyne's px further down, at once.
func (v *View) ScrollBy(by float32) {
	p := v.port.Place()
	v.jump(p.X, p.Y+by*v.scale)
}

// Document is what is shown, nil before the first.
func (v *View) Document() *dom.Document { return v.port.Document() }

// Selected is the text that is selected.
func (v *View) Selected() string { return v.port.Selected() }

// SelectAll selects the whole text.
func (v *View) SelectAll() {
	v.port.SelectAll()
	v.kick()
}

// Copy puts the selected text on the clipboard; with nothing selected it leaves the
// clipboard alone.
func (v *View) Copy(c fyne.Clipboard) {
	if s := v.port.Selected(); s != "" {
		c.SetContent(s)
	}
}

// FoldAll folds the quotations, or unfolds them.
func (v *View) FoldAll(folded bool) {
	v.source.Folded = folded
	v.port.FoldAll(folded)
	v.kick()
}

// Zoom is how large the document is shown, 1 is usual.
func (v *View) Zoom() float32 { return v.zoom }

// The least and the greatest zoom.
const (
	MinZoom = 0.3
	MaxZoom = 5
)

// SetZoom changes how large the document is shown. What is at the top stays there.
func (v *View) SetZoom(z float32) {
	if z != z {
		return
	}
	v.zoom = min(max(z, MinZoom), MaxZoom)
	v.resize()
}

// SetMarks has stretches of every document marked that is shown from now on, and of the
// one that is: those that find returns for the text, in order and without overlaps. find
// is called elsewhere; nil marks nothing.
func (v *View) SetMarks(find func(text string) []dom.Span) {
	had := v.marks != nil
	v.marks = find
	if had || find != nil {
		v.mark()
	}
}

func (v *View) mark() {
	find := v.marks
	v.hands.Go(func() {
		doc := v.port.Document()
		if find == nil {
			v.port.Mark(doc, nil)
		} else {
			v.port.Mark(doc, find(doc.Flat()))
		}
		v.hands.Do(v.kick)
	})
}

// Find looks for a query and goes to the first place at or below what is in sight.
// OnFound is told how many there are.
func (v *View) Find(query string) {
	v.hands.Go(func() {
		v.port.Find(query)
		v.hands.Do(v.found)
	})
}

// FindStep goes to the next (1) or the previous (-1) place, and round at the ends.
func (v *View) FindStep(by int) {
	v.port.FindStep(by)
	v.found()
}

// ClearFind takes the marks away.
func (v *View) ClearFind() {
	v.port.ClearFind()
	v.kick()
}

func (v *View) found() {
	v.kick()
	if v.OnFound != nil {
		v.OnFound(v.port.Found())
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
