// Package viewport is a window onto a document: what of it is in sight, scrolled,
// zoomed, selected, found and focused, and the frames that show it. It knows no toolkit
// and no mail; package docview makes a widget of it.
//
// Nothing here takes longer than about a frame but Find and what must be waited for
// because another method holds the view: layout goes on in slices, by Work, and only as
// far as somebody looks.
package viewport

import (
	"image/color"
	"sync"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
	"restante.app/ui/docview/raster"
	"restante.app/ui/docview/typeset"
)

// Options are what a view is made with.
type Options struct {
	Fonts *typeset.Fonts // used by this view alone
	// FoldLabel is what the line says that folds a quotation of so many lines. nil folds none.
	FoldLabel func(lines int, folded bool) string
}

// Look is in which colours a view is painted, and what is around the document.
type Look struct {
	Canvas    color.NRGBA // behind a document that does not say what is
	Selection color.NRGBA // laid over what is selected
	Found     color.NRGBA // laid over what was found
	Mark      color.NRGBA // around the place that was found last, and around the link in focus
	Fold      color.NRGBA // of the lines that fold quotations
	Dim       bool        // pictures are darkened a little
	Margin    float32     // around the document, in CSS px
}

// View is a window onto a document. All methods are safe for concurrent use.
type View struct {
	mu      sync.Mutex
	o       Options
	doc     *dom.Document
	look    Look
	images  *raster.Images
	painter *raster.Painter

	flow   *layout.Flow // what is shown
	next   *layout.Flow // what will be, once it is laid out as far as is in sight; nil if nothing changes
	size   size
	x, y   float32 // of the view's top left from that of the margin, in px of the output
	goal   goal
	open   map[dom.Node]bool // quotations that were unfolded, or folded (false)
	folded bool              // those of which open says nothing

	sel      selection
	found    found
	marked   []dom.Span // as Mark was told
	stops    []stop     // links and folds, nil until they are asked for
	stop     int        // the one in focus, -1 for none
	unmarked bool       // that is not shown
	version  int        // counts what changed in the picture besides its place
	frames   frames
}

// size is that of a view, and what a CSS px is in it.
type size struct {
	w, h int     // px of the output
	zoom float32 // px of the output for each CSS px
}

// New returns a View of nothing.
func New(o Options) *View {
	v := &View{o: o, size: size{1, 1, 1}, stop: -1}
	v.doc = dom.FromText("", dom.TextOptions{})
	v.painter = raster.New(nil)
	v.flow = v.newFlow()
	return v
}

// Show shows a document from its top. images has its pictures, nil for none; the view
// asks them and no one else. folded folds quotations.
func (v *View) Show(doc *dom.Document, images *raster.Images, look Look, folded bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.doc, v.look, v.images, v.folded = doc, look, images, folded
	v.painter = raster.New(images)
	v.open = map[dom.Node]bool{}
	v.x, v.y, v.goal = 0, 0, goal{}
	v.sel, v.found, v.marked, v.stops, v.stop = selection{}, found{}, nil, nil, -1
	v.next, v.flow = nil, v.newFlow()
	v.version++
}

// Again shows the same document made anew, in other colours or for another width: the
// place is kept, and what is selected and found if the text is the same.
func (v *View) Again(doc *dom.Document, look Look) {
	v.mu.Lock()
	defer v.mu.Unlock()
	open := map[dom.Node]bool{}
	was, is := layout.Foldable(v.doc), layout.Foldable(doc)
	if len(was) == len(is) {
		for i, n := range was {
			if o, ok := v.open[n]; ok {
				open[is[i]] = o
			}
		}
	}
	if doc.Flat() != v.doc.Flat() {
		v.sel, v.found, v.marked = selection{}, found{}, nil
	}
	v.anchor()
	v.doc, v.look, v.open = doc, look, open
	v.stops, v.stop = nil, -1
	v.next = v.newFlow()
	v.version++
}

// Resize tells the size of the view, and how many px of the output a CSS px is. The
// text at the top stays there.
func (v *View) Resize(w, h int, zoom float32) {
	v.mu.Lock()
	defer v.mu.Unlock()
	to := size{max(w, 1), max(h, 1), min(max(zoom, 0.05), 50)}
	if to == v.size {
		return
	}
	again := to.w != v.size.w || to.zoom != v.size.zoom
	if again {
		v.anchor()
	}
	v.size = to
	switch {
	case !again:
	case v.flow.Placed() == 0:
		v.flow = v.newFlow()
	default:
		v.next = v.newFlow()
	}
	v.version++
}

// Reload lays the document out anew: pictures came, or went. The place is kept.
func (v *View) Reload() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.relay()
}

func (v *View) relay() {
	v.anchor()
	v.next = v.newFlow()
	v.version++
}

// Repaint tells that a picture can be painted that could not before.
func (v *View) Repaint() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.version++
}

// Text is the whole text of the document, as it is copied.
func (v *View) Text() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.doc.Flat()
}

// Document is what is shown.
func (v *View) Document() *dom.Document {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.doc
}

func (v *View) newFlow() *layout.Flow {
	o := layout.Options{
		Width: max(float32(v.size.w)-2*v.margin(), 1), Zoom: v.size.zoom, Fonts: v.o.Fonts, Link: v.look.Fold,
		Size: func(string) (float32, float32, bool) { return 0, 0, false },
	}
	if v.images != nil {
		o.Size = v.images.Size
	}
	if v.o.FoldLabel != nil {
		open, folded := v.open, v.folded
		o.FoldLabel = v.o.FoldLabel
		o.Folded = func(n dom.Node) bool {
			if is, ok := open[n]; ok {
				return !is
			}
			return folded
		}
	}
	return layout.New(v.doc, o)
}

// margin is that around the document, in px of the output.
func (v *View) margin() float32 { return v.look.Margin * v.size.zoom }
