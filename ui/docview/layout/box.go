package layout

import (
	"math"
	"slices"
	"sort"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// box is what a node became: its border box, placed in that of its parent. There are as
// many as the document has blocks, so that what few of them have is kept apart.
type box struct {
	node dom.Node
	*rim
	*extra
	kids  []*box   // in flow, from top to bottom
	text  *passage // its lines, nil if it has none
	again *stretch // what it stands for, nil for most

	x, y, w, h    float32 // from the parent's top left
	right, bottom float32 // how far what is in it reaches, itself included
	left          float32 // the same to the left, 0 or less
	reach         float32 // once it is complete: how far it and the kids before it reach in their parent
	start, end    int32   // in the flat text
	complete      int32   // so many kids are complete, and have their reach
	bare          bool    // made by layout: no background or border of its own
	open          bool    // not all of it is placed
	context       bool    // makes a block formatting context
	afloat        bool    // has floats in it
	marked        bool    // a list item's marker stands beside it
}

// rim is what is around a box's content.
type rim struct {
	border  edges
	padding edges
	edges   *[4]dom.Border // the borders to paint where they are not the style's (collapsed ones)
}

// extra is what few boxes have.
type extra struct {
	floats  []*box
	fold    dom.Node
	image   string // what a picture shows, "" if it is no picture
	missing bool   // the picture is not there
}

// noRim and noExtra are those of the boxes that have none. They are never written to.
var (
	noRim   rim
	noExtra extra
)

// rimmed is a box with borders and padding.
func rimmed(n dom.Node, border, padding edges) *box {
	b := &box{node: n, start: int32(n.Start()), end: int32(n.End()), rim: &noRim, extra: &noExtra}
	if border != (edges{}) || padding != (edges{}) {
		b.rim = &rim{border: border, padding: padding}
	}
	return b
}

// own is the box's extra, to be written to.
func (b *box) own() *extra {
	if b.extra == &noExtra {
		b.extra = &extra{}
	}
	return b.extra
}

// line is a line of text in its box.
type line struct {
	typeset.Line
	x, y  float32 // from the left of its box and the top of its batch
	boxes []*box  // inline blocks and pictures on it; x and y are measured likewise
}

// edges are widths on four sides.
type edges [4]float32

func (e edges) across() float32 { return e[dom.Left] + e[dom.Right] }
func (e edges) down() float32   { return e[dom.Top] + e[dom.Bottom] }

func (f *Flow) newBox(n dom.Node, within float32) *box {
	b := rimmed(n, f.borders(n.Style()), f.paddings(n.Style(), within))
	b.open = true
	return b
}

// bareBox is a box for children of a node that need one of their own.
func bareBox(n dom.Node) *box {
	b := rimmed(n, edges{}, edges{})
	b.bare, b.open = true, true
	return b
}

func (f *Flow) borders(s *dom.Style) (e edges) {
	for i := range e {
		e[i] = min(f.px(s.Border[i].Width), maxFont)
		if e[i] > 0 { // whole pixels, at least one (CSS Backgrounds and Borders 3 section 3.3)
			e[i] = max(float32(math.Floor(float64(e[i]))), 1)
		}
	}
	return e
}

func (f *Flow) paddings(s *dom.Style, within float32) (e edges) {
	for i := range e {
		v, _ := f.length(s.Padding[i], max(within, 0))
		e[i] = max(v, 0)
	}
	return e
}

// inner is where the content begins and how wide it is.
func (b *box) inner() (x, y, w float32) {
	return b.border[dom.Left] + b.padding[dom.Left], b.border[dom.Top] + b.padding[dom.Top],
		max(b.w-b.border.across()-b.padding.across(), 0)
}

// add puts a child below those that are there.
func (b *box) add(kid *box) { b.kids = append(b.kids, kid) }

// include makes the box reach as far as a child does.
func (b *box) include(kid *box) { b.includeAt(kid, kid.y) }

// includeAt includes a box at y of this one.
func (b *box) includeAt(kid *box, y float32) {
	b.afloat = b.afloat || kid.afloat || len(kid.floats) > 0
	if b.node.Style().Clip && !b.bare {
		b.span()
		return
	}
	b.right = max(b.right, kid.x+kid.right)
	b.bottom = max(b.bottom, y+kid.bottom)
	b.left = min(b.left, kid.x+kid.left)
}

func (b *box) span() {
	b.right, b.bottom = max(b.right, b.w), max(b.bottom, b.h)
}

// done notes that the next child, kid, is complete, and includes it.
func (b *box) done(kid *box) {
	b.include(kid)
	kid.reach = kid.y + kid.bottom
	if n := b.complete; n > 0 {
		kid.reach = max(kid.reach, b.kids[n-1].reach)
	}
	b.complete++
}

// close completes a box all of whose children have their places.
func (b *box) close() {
	b.open = false
	b.span()
}

// from returns the first child that may reach below y.
func (b *box) from(y float32) int {
	return sort.Search(int(b.complete), func(i int) bool { return b.kids[i].reach >= y })
}

// lineFrom returns the first of some lines that ends below y.
func lineFrom(lines []line, y float32) int {
	return sort.Search(len(lines), func(i int) bool { return lines[i].bottom() >= y })
}

func (l *line) bottom() float32 { return l.y + l.Height() }

// baseline is that of a box's last line, or of its first (CSS 2.1 sections 10.8.1 and
// 17.5.1), from its top; ok is false if it has no line.
func (b *box) baseline(first bool) (y float32, ok bool) {
	if b.node.Kind() == dom.Picture {
		return 0, false
	}
	if s := b.again; s != nil {
		if first {
			return s.first, s.lined
		}
		return s.last, s.lined
	}
	if b.text != nil {
		if first {
			return b.text.first, true
		}
		return b.text.last, true
	}
	kids := b.kids
	for i := range kids {
		k := kids[i]
		if !first {
			k = kids[len(kids)-1-i]
		}
		if y, ok := k.baseline(first); ok {
			return k.y + y, true
		}
	}
	return 0, false
}

// shift moves what is in a box down.
func (b *box) shift(by float32) {
	if by == 0 {
		return
	}
	for _, k := range slices.Concat(b.kids, b.floats) {
		k.y += by
	}
	if b.text != nil {
		b.text.shift(by)
	}
	for _, k := range b.kids[:b.complete] {
		k.reach += by
	}
	b.bottom = max(b.bottom, b.bottom+by)
}
