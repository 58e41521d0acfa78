package layout

import (
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// Flow is a document being laid out.
type Flow struct {
	doc   *dom.Document
	o     Options
	root  *box
	stack stack
	// placed is how far down everything has its place.
	placed float32
	rise   float32 // how far what is to come may go up: negative margins
	done   bool
	laid   int // boxes that were laid out whole

	heldLines
	heldBoxes
	known
	sizes   map[string]natural        // of images
	counts  map[dom.Node]int          // lines of quotations that can be folded
	look    map[*dom.Style]styleSet   // what styles come down to at this zoom
	labels  map[*dom.Style]*dom.Style // of the lines that fold quotations of a style
	markers map[*dom.Style]*dom.Style // of the markers of a style
}

// known is what was found out of boxes that have no place yet.
type known struct {
	widths map[dom.Node]span  // intrinsic widths, of nodes that were asked for
	long   map[dom.Node]span  // the same of long texts, by their first nodes
	tables map[dom.Node]*grid // tables whose columns were asked for
}

func nothingKnown() known {
	return known{map[dom.Node]span{}, map[dom.Node]span{}, map[dom.Node]*grid{}}
}

// styleSet is a style at the flow's zoom.
type styleSet struct {
	look       typeset.Look
	lineHeight float32
}

// New begins to lay out a document. Nothing is placed yet.
func New(doc *dom.Document, o Options) *Flow {
	if !(o.Zoom > 0) { // not a number, too
		o.Zoom = 1
	}
	o.Zoom = min(max(o.Zoom, 1.0/64), 64)
	o.Width = max(bound(o.Width), 1)
	f := &Flow{
		doc: doc, o: o, heldLines: heldLines{kept: leastHeld}, heldBoxes: heldBoxes{keptBoxes: leastKept}, known: nothingKnown(),
		sizes: map[string]natural{}, counts: map[dom.Node]int{}, look: map[*dom.Style]styleSet{},
		labels: map[*dom.Style]*dom.Style{}, markers: map[*dom.Style]*dom.Style{},
	}
	f.rise = min(f.rises(doc.Root), maxRise)
	f.root = f.newBox(doc.Root, o.Width)
	f.root.w = o.Width
	f.stack.push(f.openFrame(f.root, doc.Root, &floats{}))
	return f
}

// maxRise is how far negative margins are thought to bring something up.
const maxRise = 4000

// rises is the sum of the negative margins in a subtree, above and below.
func (f *Flow) rises(n dom.Node) (sum float32) {
	if n.Kind() == dom.Box || n.Kind() == dom.Picture {
		sum = max(-f.marginOf(n, dom.Top, f.o.Width), 0) + max(-f.marginOf(n, dom.Bottom, f.o.Width), 0)
	}
	for k := range n.Children() {
		if sum >= maxRise {
			break
		}
		sum += f.rises(k)
	}
	return sum
}

// Until places everything down to y, and tells whether the document ends there.
func (f *Flow) Until(y float32) (done bool) {
	for !f.done && f.placed <= y {
		f.step()
	}
	return f.done
}

// few is how many steps are taken without a look at the clock.
const few = 2

// Toward places some of what is above y, in a few ms at most, and tells whether the
// document ends there.
func (f *Flow) Toward(y float32) (done bool) {
	for n := 0; n < few && !f.done && f.placed <= y; n++ {
		f.step()
	}
	return f.done
}

// All places everything.
func (f *Flow) All() {
	for !f.done {
		f.step()
	}
}

func (f *Flow) step() {
	if len(f.stack) == 0 {
		f.done, f.stack = true, nil
		f.known = nothingKnown()
		f.placed = max(f.root.h, f.root.bottom)
		return
	}
	f.advance(&f.stack)
	f.trim()
	y := float32(0)
	frames, _ := f.placedFrames()
	for i, fr := range frames {
		if i > 0 {
			y += fr.box.y
		}
	}
	if n := len(frames); n > 0 {
		f.placed = max(f.placed, y+frames[n-1].y-f.rise)
	}
}

// Height is that of the document in px; exact is false while not all is placed, and
// then it is an estimate by the share of the text that has its place.
func (f *Flow) Height() (h float32, exact bool) {
	if f.done {
		return max(f.root.h, f.root.bottom), true
	}
	share := float32(max(f.Reached()-f.doc.Root.Start(), 1)) / float32(max(f.doc.Root.End()-f.doc.Root.Start(), 1))
	return max(f.placed, f.placed/min(max(share, 1e-6), 1)), false
}

// Width is what the document takes of what is placed: the width asked for, or more
// if something can't be narrower.
func (f *Flow) Width() float32 {
	f.asked()
	return max(f.o.Width, f.root.right)
}

// asked is what comes before an answer about what is placed: nobody looks at what is in
// the stretches now, and the boxes that are not complete yet are told how far they reach.
func (f *Flow) asked() {
	f.trim()
	down := float32(0)
	frames, _ := f.placedFrames()
	for i := len(frames) - 1; i >= 0; i-- {
		fr := frames[i]
		down = max(down, fr.y)
		fr.box.h = max(fr.box.h, down)
		fr.box.span()
		if i > 0 {
			frames[i-1].box.include(fr.box)
			down += fr.box.y
		}
	}
}

func (f *Flow) px(v float32) float32 { return v * f.o.Zoom }

func (f *Flow) set(st *dom.Style) styleSet {
	if s, ok := f.look[st]; ok {
		return s
	}
	s := styleSet{
		look: typeset.Look{
			Family: typeset.Family(st.Family), Size: min(max(f.px(st.Size), 0.01), maxFont), Weight: st.Weight, Italic: st.Italic,
			LetterSpace: f.px(st.LetterSpace), WordSpace: f.px(st.WordSpace),
		},
		lineHeight: min(f.px(st.LineHeight), maxFont*2),
	}
	f.look[st] = s
	return s
}

// maxFont bounds the size of letters, in px of the output.
const maxFont = 1000

// length is a length in px of the output; ok is false for auto, and for a percentage
// of what is not known (of less than 0).
func (f *Flow) length(l dom.Length, of float32) (v float32, ok bool) {
	switch l.Unit {
	case dom.Px:
		return bound(f.px(l.Value)), true
	case dom.Percent:
		if of < 0 {
			return 0, false
		}
		return bound(l.Value * of / 100), true
	}
	return 0, false
}

// extent bounds every coordinate, far beyond any real document.
const extent = 1 << 22

func bound(v float32) float32 {
	if v != v { // not a number
		return 0
	}
	return min(max(v, -extent), extent)
}
