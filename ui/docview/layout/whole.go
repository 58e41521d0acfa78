package layout

import (
	"math"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// task is work on a box that is done in steps, and is no placing of children: measuring,
// the rows of a table.
type task interface {
	// step does some of the work, or puts what must be done first onto the stack; it
	// tells whether all is done.
	step(s *stack) (done bool)
}

// off tells whether a frame's box is not in the tree yet: it gets its place by fr.then.
func (fr *frame) off() bool { return fr.then != nil || fr.task != nil }

// placedFrames are the frames whose boxes are in the tree, the innermost last; within
// tells that something is being laid out in that which is not.
func (f *Flow) placedFrames() (frames []*frame, within bool) {
	for i, fr := range f.stack {
		if fr.off() {
			return f.stack[:i], true
		}
	}
	return f.stack, false
}

// whole lays out a box that makes a block formatting context, at most so wide as it
// is wanted, within a containing block.
func (f *Flow) whole(n dom.Node, room, within float32) (b *box) {
	var s stack
	f.begin(&s, n, room, within, func(laid *box) { b = laid })
	f.run(&s)
	return b
}

// run takes all steps of what is on a stack.
func (f *Flow) run(s *stack) {
	for len(*s) > 0 {
		f.advance(s)
	}
}

// begin is whole in steps: then is called with the box.
func (f *Flow) begin(s *stack, n dom.Node, room, within float32, then func(*box)) {
	f.laid++
	switch {
	case n.Kind() == dom.Picture:
		f.weight++
		f.work++
		b := f.picture(n, room, within)
		delete(f.widths, n)
		then(b)
	case isTable(n):
		t := &tableau{f: f, node: n, room: room, within: within, measuring: f.measuring(n)}
		s.push(&frame{node: n, task: t, then: func(*box) { then(t.box) }})
	case f.shrinks(n):
		m := f.measuring(n)
		s.push(&frame{node: n, task: m, then: func(*box) { f.beginBlock(s, n, room, within, then) }})
	default:
		f.beginBlock(s, n, room, within, then)
	}
}

func (f *Flow) beginBlock(s *stack, n dom.Node, room, within float32, then func(*box)) {
	b := f.newBox(n, within)
	b.w = f.wholeWidth(n, room, within, b)
	b.marked = n.Marker() != ""
	fr := f.openFrame(b, n, &floats{})
	fr.then = then
	s.push(fr)
}

// shrinks tells whether a box is as wide as what is in it.
func (f *Flow) shrinks(n dom.Node) bool {
	return (n.Style().Float != dom.FloatNone || n.Style().Display == dom.InlineBlock) && n.Style().Width.Unit == dom.Auto
}

// measuring finds the intrinsic widths in a subtree from below, so that none takes long.
type measuring struct {
	f     *Flow
	stack []measured
	text  *typeset.Measure // a long text, at the top of the stack
	first dom.Node         // of it
}

// measured is a node whose children are being measured.
type measured struct {
	node dom.Node
	kids queue
}

func (f *Flow) measuring(n dom.Node) *measuring {
	m := &measuring{f: f}
	m.push(n)
	return m
}

// How much is measured in a step.
const (
	manyNodes  = 64
	manyPieces = 512
	longText   = 4 << 10 // octets of a text that is measured in steps
)

func (m *measuring) step(*stack) (done bool) {
	for range manyNodes {
		if len(m.stack) == 0 {
			return true
		}
		if m.text != nil {
			if m.text.Some(manyPieces) {
				least, most := m.text.Widths()
				m.f.long[m.first], m.text = span{least, most}, nil
			}
			return false
		}
		m.next()
	}
	return false
}

// next looks at the next child, or at the node whose children were looked at.
func (m *measuring) next() {
	f, top := m.f, &m.stack[len(m.stack)-1]
	if top.kids.none() {
		n := top.node
		m.stack = m.stack[:len(m.stack)-1]
		if len(m.stack) > 0 {
			m.finish(n)
		}
		return
	}
	if !f.inlineLevel(top.kids.at) {
		m.push(f.next(&top.kids))
		return
	}
	nodes, last := f.texts(&top.kids)
	if last.End()-nodes.at.Start() >= longText && !f.blank(nodes) {
		if _, ok := f.long[nodes.at]; !ok {
			m.begin(top.node, nodes)
		}
	}
}

// begin begins to measure a text unless it has boxes, which are measured twice, or
// floats, which are measured first.
func (m *measuring) begin(n dom.Node, nodes queue) {
	b := m.f.widthsOf(n, nodes, false)
	for i := 0; b.Text(i) != nil; i += partSize {
	}
	for _, kid := range b.floats {
		m.push(kid)
	}
	if !b.boxes && len(b.floats) == 0 {
		m.text, m.first = m.f.paragraph(b, n.Style(), 0).Measure(), nodes.at
	}
}

// push goes into a node, unless its widths are known without.
func (m *measuring) push(n dom.Node) {
	if _, known := m.f.widths[n]; known || n.Kind() != dom.Box {
		return
	}
	st := n.Style()
	var kids queue
	switch {
	case st.Display == dom.Table || st.Display == dom.InlineTable || st.Display == dom.RowGroup || st.Display == dom.Row:
		kids = queue{n, firstOf(n), math.MaxInt32}
	case st.Display == dom.Cell || st.Width.Unit != dom.Px:
		kids = m.f.kidsOf(n)
	default:
		return
	}
	m.stack = append(m.stack, measured{node: n, kids: kids})
}

// finish finds the widths of a node from those of what is in it.
func (m *measuring) finish(n dom.Node) {
	switch n.Style().Display {
	case dom.RowGroup, dom.Row:
	case dom.Cell:
		if _, ok := m.f.widths[n]; !ok {
			m.f.widths[n] = m.f.contentSpan(n, m.f.kidsOf(n))
		}
	default:
		m.f.intrinsic(n)
	}
}
