package layout

import (
	"strings"

	"restante.app/ui/docview/dom"
)

// frame is a block container whose children are being placed. The open ones are on a
// stack of their own, so that a document can be laid out as far as it is seen, and so
// that its depth is no depth of calls.
type frame struct {
	box    *box
	node   dom.Node
	kids   queue    // those to come
	last   dom.Node // the one before
	i      int      // how many there were
	x, w   float32  // of the content
	y      float32  // how far down the content reaches
	floor  float32  // no child begins above it
	fc     *floats
	fx, fy float32    // the box's place in the coordinates of fc
	margin margin     // of the child before
	outer  margin     // the margins above this box, which collapse through it if it is empty
	empty  bool       // nothing in flow has been placed
	eaten  bool       // its first child's top margin is part of its own
	root   bool       // it makes a block formatting context
	text   *inline    // lines that are being placed
	task   task       // what is done in the frame's stead
	then   func(*box) // takes the box where it is not in its parent yet
	begun  begun      // the stretch that it is at
	again  bool       // it lays out a stretch again, and not all of its children
}

type stack []*frame

func (s *stack) push(fr *frame) { *s = append(*s, fr) }

func (s *stack) pop() {
	n := len(*s) - 1
	(*s)[n] = nil // nothing holds on to what it was about
	*s = (*s)[:n]
}

// at is how far the frame is in the flat text; within tells that its last child is being
// laid out.
func (fr *frame) at(within bool) int {
	if fr.text != nil {
		return fr.text.at
	}
	if within && fr.i > 0 {
		return fr.last.Start()
	}
	if !fr.kids.none() {
		return fr.kids.at.Start()
	}
	return int(fr.box.end)
}

// margin is a set of adjoining margins (CSS 2.1 section 8.3.1).
type margin struct{ plus, minus float32 }

func (m margin) with(o margin) margin {
	return margin{max(m.plus, o.plus), min(m.minus, o.minus)}
}
func (m margin) value() float32 { return m.plus + m.minus }

func single(v float32) margin { return margin{max(v, 0), min(v, 0)} }

// openFrame begins to fill a box that makes a block formatting context.
func (f *Flow) openFrame(b *box, n dom.Node, fc *floats) *frame {
	x, y, w := b.inner()
	b.context = true
	return &frame{box: b, node: n, kids: f.kidsOf(n), x: x, w: w, y: y, floor: y, fc: fc, empty: true, root: true}
}

// advance places the next child, or some lines.
func (f *Flow) advance(s *stack) {
	fr := (*s)[len(*s)-1]
	switch {
	case fr.task != nil:
		if fr.task.step(s) {
			s.pop()
			fr.then(nil)
		}
	case fr.text != nil:
		if f.moreLines(fr) {
			fr.text = nil
		}
	case fr.kids.none():
		s.pop()
		var parent *frame
		if len(*s) > 0 {
			parent = (*s)[len(*s)-1]
		}
		f.closeFrame(fr, parent)
	case f.inlineLevel(fr.kids.at):
		f.divide(fr)
		f.group(s, fr)
	default:
		f.divide(fr)
		fr.last = f.next(&fr.kids)
		fr.i++
		f.place(s, fr, fr.last)
	}
}

// group sets the inline children that follow each other: in the box itself if there
// are no others, or else in a box of their own.
func (f *Flow) group(s *stack, fr *frame) {
	nodes, last := f.texts(&fr.kids)
	all := fr.i == 0 && fr.kids.none()
	fr.i, fr.last = fr.i+int(nodes.left), last
	if f.blank(nodes) {
		return
	}
	if all && !fr.again {
		fr.y += fr.margin.value()
		fr.margin, fr.empty = margin{}, false
		fr.text = f.newInline(fr, nodes)
		return
	}
	fr.y = max(fr.y+fr.margin.value(), fr.floor)
	fr.margin, fr.empty, fr.floor = margin{}, false, fr.y
	b := bareBox(fr.node)
	b.start, b.end = int32(nodes.at.Start()), int32(last.End())
	b.x, b.y, b.w = fr.x, fr.y, fr.w
	fr.box.add(b)
	s.push(&frame{box: b, node: fr.node, kids: nodes, w: fr.w, fc: fr.fc, fx: fr.fx + b.x, fy: fr.fy + b.y, empty: true})
}

// empty tells whether an inline node has nothing to show.
func empty(n dom.Node) bool {
	st := n.Style()
	switch n.Kind() {
	case dom.Text:
		return (st.Space == dom.Normal || st.Space == dom.NoWrap) && strings.Trim(n.Text(), " \t\n") == ""
	case dom.Box:
		if st.Float != dom.FloatNone || st.Display != dom.Inline || !bareInline(st) {
			return false
		}
		for k := range n.Children() {
			if !empty(k) {
				return false
			}
		}
		return true
	}
	return false
}

// bareInline tells whether an inline box takes no room of its own.
func bareInline(s *dom.Style) bool {
	return s.Padding[dom.Left].Value == 0 && s.Padding[dom.Right].Value == 0 && s.Border[dom.Left].Width == 0 && s.Border[dom.Right].Width == 0
}

// place puts a block-level child below those before it.
func (f *Flow) place(s *stack, fr *frame, n dom.Node) {
	st := n.Style()
	if st.Float != dom.FloatNone && len(fr.fc.left)+len(fr.fc.right) < maxFloats {
		f.float(s, fr, n, fr.y+fr.margin.value())
		return
	}
	above, _ := f.topMargin(n, fr.w)
	gap := fr.margin.with(above)
	y := fr.y + gap.value()
	if fr.empty && fr.eaten {
		y = fr.y
	}
	y = max(y, fr.floor)
	if st.Clear != dom.FloatNone {
		y = max(y, fr.fc.clear(st.Clear, fr.fy+y)-fr.fy)
	}
	fr.floor = y
	fr.fc.forget(fr.fy + y)
	if n.Kind() == dom.Picture || f.isolated(n) {
		f.placeWhole(s, fr, n, y)
		return
	}
	x, w := f.blockWidth(n, fr.w)
	b := f.newBox(n, fr.w)
	b.x, b.y, b.w = fr.x+x, y, w
	fr.box.add(b)
	cx, cy, cw := b.inner()
	kid := &frame{
		box: b, node: n, kids: f.kidsOf(n), x: cx, w: cw, y: cy, floor: cy, fc: fr.fc, fx: fr.fx + b.x, fy: fr.fy + y,
		empty: true, outer: gap, eaten: b.border[dom.Top] == 0 && b.padding[dom.Top] == 0,
	}
	if st.Contain {
		b.context = true
		kid.fc, kid.fx, kid.fy, kid.root, kid.eaten = &floats{}, 0, 0, true, false
	}
	b.marked = n.Marker() != ""
	f.foldable(kid)
	s.push(kid)
}

// isolated tells whether a block makes a block formatting context of its own.
func (f *Flow) isolated(n dom.Node) bool {
	switch n.Style().Display {
	case dom.Table, dom.InlineTable, dom.InlineBlock, dom.Cell, dom.Caption:
		return true
	}
	return n.Style().Clip
}

// placeWhole lays out a picture, a table or another box that floats do not reach into.
func (f *Flow) placeWhole(s *stack, fr *frame, n dom.Node, y float32) {
	ml, mr := f.sideMargins(n, fr.w)
	room, from := fr.w, float32(0)
	for !fr.fc.empty() {
		// How high it will be is not known before it is laid out, and it is laid out once
		// only, or boxes in boxes beside floats would be laid out twice on every level.
		x, w := fr.fc.beside(fr.fx+fr.x, fr.w, fr.fy+y, extent)
		if w >= fr.w-0.01 {
			break
		}
		if f.widthIn(n, w, fr.w)+ml+mr <= w+0.01 {
			room, from = w, x-fr.fx-fr.x
			break
		}
		next := fr.fc.below(fr.fy+y) - fr.fy
		if next <= y {
			break
		}
		y = next
	}
	f.begin(s, n, room-ml-mr, fr.w, func(b *box) {
		b.x = fr.x + from + f.aligned(n, b.w, room)
		b.y = y
		fr.box.add(b)
		fr.box.done(b)
		fr.y, fr.floor, fr.empty = y+b.h, y, false
		fr.margin = single(f.marginOf(n, dom.Bottom, fr.w))
	})
}

// widthIn is how wide whole makes a box beside floats that leave so much room.
func (f *Flow) widthIn(n dom.Node, room, within float32) float32 {
	ml, mr := f.sideMargins(n, within)
	switch {
	case n.Kind() == dom.Picture:
		return f.picture(n, within-ml-mr, within).w
	case isTable(n):
		g := f.gridOf(n)
		return f.tableWidth(g, f.tableBox(n, within), room-ml-mr, within)
	}
	w := f.wholeWidth(n, room-ml-mr, within, f.newBox(n, within))
	if least, _ := f.intrinsic(n); n.Style().Width.Unit == dom.Auto {
		w = max(w, least)
	}
	return w
}

func isTable(n dom.Node) bool {
	return n.Style().Display == dom.Table || n.Style().Display == dom.InlineTable
}

// wholeWidth is the width of the border box that whole makes, of what is no table
// and no picture (CSS 2.1 sections 10.3.5 and 10.3.9).
func (f *Flow) wholeWidth(n dom.Node, room, within float32, b *box) float32 {
	if w, ok := f.givenWidth(n, within, b); ok {
		return w
	}
	if n.Style().Float != dom.FloatNone || n.Style().Display == dom.InlineBlock {
		least, most := f.intrinsic(n)
		return f.clampWidth(n, min(max(least, room), most), within, b)
	}
	return f.clampWidth(n, room, within, b)
}

// float lays out a float and puts it at y or below.
func (f *Flow) float(s *stack, fr *frame, n dom.Node, y float32) {
	ml, mr := f.sideMargins(n, fr.w)
	f.begin(s, n, max(fr.w-ml-mr, 0), fr.w, func(b *box) { f.putFloat(fr, n, b, y) })
}

func (f *Flow) putFloat(fr *frame, n dom.Node, b *box, y float32) {
	ml, mr := f.sideMargins(n, fr.w)
	mt, mb := f.marginOf(n, dom.Top, fr.w), f.marginOf(n, dom.Bottom, fr.w)
	if n.Style().Clear != dom.FloatNone {
		y = max(y, fr.fc.clear(n.Style().Clear, fr.fy+y)-fr.fy)
	}
	p := fr.fc.place(n.Style().Float, fr.fx+fr.x, fr.w, fr.fy+y, max(b.w+ml+mr, 0), max(b.h+mt+mb, 0))
	b.x, b.y = p.x-fr.fx+ml, p.y-fr.fy+mt
	own := fr.box.own()
	own.floats = append(own.floats, b)
	fr.box.include(b)
}

// closeFrame completes a box and tells its parent.
func (f *Flow) closeFrame(fr, parent *frame) {
	f.divide(fr)
	f.weight++
	f.work++
	b, st := fr.box, fr.node.Style()
	below := margin{}
	if !b.bare {
		below = single(f.marginOf(fr.node, dom.Bottom, b.w))
	}
	tail := b.border[dom.Bottom] + b.padding[dom.Bottom]
	height, fixed := f.givenHeight(fr, b)
	switch {
	case fr.root || tail > 0 || fixed:
		fr.y += fr.margin.value()
	default:
		below = below.with(fr.margin)
	}
	if fr.root {
		fr.y = max(fr.y, fr.fc.clear(dom.FloatBoth, fr.y))
	}
	b.h = max(fr.y+tail, 0)
	if fixed {
		b.h = height
	}
	if st.Contain && !b.bare {
		b.h = max(b.h, b.bottom)
	}
	b.close()
	if !b.bare { // nobody asks for it any more
		delete(f.widths, fr.node)
	}
	switch {
	case fr.then != nil:
		fr.then(b)
		return
	case parent == nil:
		return
	}
	parent.box.done(b)
	if fr.empty && !b.bare && b.h == 0 && st.Height.Unit == dom.Auto {
		parent.margin = fr.outer.with(below)
		return
	}
	parent.y = b.y + b.h
	parent.margin = below
	parent.empty = false
}
