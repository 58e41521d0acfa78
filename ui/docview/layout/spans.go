package layout

import (
	"slices"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// A text may have any number of spans, each of which takes many times what it is in the
// message. They are made in parts, of so many, and all parts of long texts together hold
// no more than mostParts: others are made again.
const (
	partSize  = 64
	mostParts = 16
)

// spanner makes the spans of some inline nodes (typeset.Spans).
type spanner struct {
	f       *Flow
	block   dom.Node
	within  float32
	inside  bool // the block's marker stands before the text
	nodes   queue
	measure bool // boxes are as wide as they would like to be, and floats are kept apart
	least   bool // with measure: as narrow as they can be
	again   bool // all of it was laid out before

	boxes  bool         // there are, among the spans so far
	floats []dom.Node   // with measure: those in the text so far
	cuts   []spanCut    // where each part begins, as far as is known
	total  int          // spans, -1 before it is known
	parts  []*part      // that are held
	laid   int          // the span behind those whose box was laid out once
	heavy  map[int]*box // boxes that are too much to be laid out again, by their span
}

// spanCut is a place before a span: what those behind it depend on.
type spanCut struct {
	node   dom.Node // that the span is of
	before float32  // the room that inline boxes opened
	left   int32    // of the nodes, with the one that it is in
	closes bool     // the span is at the node's end
}

// part is some spans.
type part struct {
	from  int // the first
	spans []typeset.Span
	refs  []ref
}

// ref is what a span stands for; it comes back with the runs.
type ref struct {
	node  dom.Node
	box   *box    // of pictures and inline blocks
	x, y  float32 // of its margins, how far it is from its place in the line
	float bool    // a float that stands here in the text
	due   bool    // the box is not laid out yet
}

// Text returns a span whose box may have no size.
func (s *spanner) Text(i int) *typeset.Span {
	if p := s.part(i); p != nil && i < p.from+len(p.spans) {
		return &p.spans[i-p.from]
	}
	return nil
}

// Span returns a span.
func (s *spanner) Span(i int) *typeset.Span {
	p := s.part(i)
	if p == nil || i >= p.from+len(p.spans) {
		return nil
	}
	if r := &p.refs[i-p.from]; r.due {
		r.due = false
		s.lay(&p.spans[i-p.from], r, i)
	}
	return &p.spans[i-p.from]
}

// part is the part that a span is in, nil if there is none.
func (s *spanner) part(i int) *part {
	for k := len(s.parts) - 1; k >= 0; k-- {
		if p := s.parts[k]; i >= p.from && i < p.from+partSize {
			return p
		}
	}
	if s.total >= 0 && i >= s.total {
		return nil
	}
	for k := i / partSize; ; {
		made := min(k, len(s.cuts)-1)
		switch p := s.make(made); {
		case made == k:
			return p
		case s.total >= 0:
			return nil
		}
	}
}

// make makes a part whose beginning is known.
func (s *spanner) make(k int) *part {
	g := &generator{spanner: s, first: k+1 == len(s.cuts) && s.total < 0}
	weight, work, laid := s.f.weight, s.f.work, s.f.laid
	p := &part{from: k * partSize}
	next, more := g.run(k)
	p.spans, p.refs = slices.Clip(g.spans), slices.Clip(g.refs)
	for i := range p.spans {
		if r := &p.refs[i]; !r.node.IsZero() {
			p.spans[i].Ref = r
		}
	}
	switch {
	case !g.first:
	case more:
		s.cuts = append(s.cuts, next)
	default:
		s.total = p.from + len(p.spans)
	}
	if s.again || !g.first {
		s.f.weight, s.f.work, s.f.laid = weight, work, laid
	}
	s.hold(p)
	return p
}

// hold notes that a part is held. The only one of a short text lives as long as that.
func (s *spanner) hold(p *part) {
	s.parts = append(s.parts, p)
	if s.total >= 0 && s.total <= partSize {
		return
	}
	f := s.f
	f.parts = append(f.parts, heldPart{s, p})
	if len(f.parts) > mostParts {
		old := f.parts[0]
		f.parts = append(f.parts[:0], f.parts[1:]...)
		old.of.parts = slices.DeleteFunc(old.of.parts, func(p *part) bool { return p == old.part })
	}
}

// heldPart is a part of a text.
type heldPart struct {
	of   *spanner
	part *part
}

// long tells whether the spans are many, or have boxes that must not be laid out again:
// then they are kept to set lines again.
func (s *spanner) long() bool { return s.total < 0 || s.total > manySpans || len(s.heavy) > 0 }

// lay lays out an inline block.
func (s *spanner) lay(sp *typeset.Span, r *ref, i int) {
	f := s.f
	b := s.heavy[i]
	if b == nil {
		weight, work, laid := f.weight, f.work, f.laid
		ml, mr := f.sideMargins(r.node, s.within)
		b = f.whole(r.node, max(s.within-ml-mr, 0), s.within)
		switch {
		case s.again || i < s.laid:
			f.weight, f.work, f.laid = weight, work, laid
		case f.work-work > mostWork:
			if s.heavy == nil {
				s.heavy = map[int]*box{}
			}
			s.heavy[i] = b
		}
		s.laid = max(s.laid, i+1)
	}
	s.size(sp, r, b)
}

// size gives a span the size of its box.
func (s *spanner) size(sp *typeset.Span, r *ref, b *box) {
	f, n := s.f, r.node
	ml, mr := f.sideMargins(n, s.within)
	mt, mb := f.marginOf(n, dom.Top, s.within), f.marginOf(n, dom.Bottom, s.within)
	r.box, r.x, r.y = b, ml, mt
	sp.Width = max(b.w+ml+mr, 0)
	f.hang(sp, n, b, mt, mb)
}

// hang aligns a box of a line vertically (CSS 2.1 section 10.8.1).
func (f *Flow) hang(sp *typeset.Span, n dom.Node, o *box, above, below float32) {
	h := max(above+o.h+below, 0)
	m := f.o.Fonts.Metrics(sp.Look)
	sp.Ascent = h
	if y, ok := o.baseline(false); ok && !n.Style().Clip {
		sp.Ascent = above + y
	}
	switch n.Style().VAlign {
	case dom.VTop:
		sp.Edge = typeset.TopEdge
	case dom.VBottom:
		sp.Edge = typeset.BottomEdge
	case dom.VMiddle:
		sp.Ascent = h/2 + m.XHeight/2
	case dom.TextTop:
		sp.Ascent = m.Ascent
	case dom.TextBottom:
		sp.Ascent = h - m.Descent
	case dom.Sub, dom.Super, dom.Shift:
		sp.Raise += f.raised(n, sp.Look)
	}
	sp.Descent = h - sp.Ascent
}
