package layout

import (
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// inline is an inline formatting context (CSS 2.1 section 9.4.2) being placed.
type inline struct {
	text  *typeset.Text
	block dom.Node
	at    int // in the flat text
	strut float32
	// late are floats that did not fit beside the line that they stood on.
	late    []dom.Node
	passage *passage // where its lines go
	kept    bool     // its spans are needed to set lines again
}

// ref is what a span stands for; it comes back with the runs.
type ref struct {
	node  dom.Node
	box   *box     // of pictures and inline blocks
	float dom.Node // a float that stands here in the text
}

// builder makes spans of inline nodes.
type builder struct {
	f       *Flow
	block   dom.Node
	within  float32
	spans   []typeset.Span
	measure bool // boxes are as wide as they would like to be, and floats are kept apart
	least   bool // with measure: as narrow as they can be
	before  float32
	boxes   bool
	floats  []dom.Node // with measure: those in the text
}

// state is what inline boxes hand down.
type state struct {
	raise float32
	bidi  typeset.Bidi
	rtl   bool
	style *dom.Style // of the parent
}

func (f *Flow) newInline(fr *frame, nodes []dom.Node) *inline {
	in := &inline{block: fr.node, at: nodes[0].Start()}
	in.passage = &passage{nodes: nodes, block: fr.node, within: fr.w}
	if fr.box.marked && fr.node.Style().MarkerInside {
		fr.box.marked, in.passage.inside = false, true
	}
	var b builder
	in.text = f.inlineText(in.passage, &b)
	in.passage.text, in.kept = in.text, b.boxes || len(b.spans) > manySpans
	set := f.set(fr.node.Style())
	in.strut = set.lineHeight
	if in.strut <= 0 {
		m := f.o.Fonts.Metrics(set.look)
		in.strut = m.Ascent + m.Descent + m.Gap
	}
	return in
}

func (f *Flow) paragraph(spans []typeset.Span, st *dom.Style, within float32) *typeset.Text {
	set := f.set(st)
	indent, _ := f.length(st.Indent, within)
	return f.o.Fonts.Paragraph(spans, typeset.Paragraph{
		RTL: st.RTL, Auto: st.Bidi == dom.PlainText, Indent: indent, Strut: set.look, StrutHeight: set.lineHeight, NoStrut: st.NoStrut,
	})
}

func (b *builder) nodes(nodes []dom.Node, s state) {
	for _, n := range nodes {
		b.node(n, s)
	}
}

func (b *builder) node(n dom.Node, s state) {
	switch {
	case n.Kind() == dom.Text:
		b.text(n, s)
	case n.Kind() == dom.Break:
		b.add(typeset.Span{Text: "\n", Start: n.Start(), Look: b.f.set(n.Style()).look, Ref: &ref{node: n}}, n.Style(), s)
	case n.Style().Float != dom.FloatNone:
		if b.measure {
			b.floats = append(b.floats, n)
			return
		}
		b.spans = append(b.spans, typeset.Span{Box: true, NoWrap: true, Start: n.Start(), Ref: &ref{node: n, float: n}})
	case n.Kind() == dom.Picture, n.Style().Display != dom.Inline:
		b.object(n, s)
	default:
		b.box(n, s)
	}
}

func (b *builder) text(n dom.Node, s state) {
	if n.Text() == "" {
		return
	}
	b.add(typeset.Span{Text: n.Text(), Start: n.Start(), Look: b.f.set(n.Style()).look, Ref: &ref{node: n}}, n.Style(), s)
}

// add adds a span of text, with the room before it that inline boxes opened.
func (b *builder) add(sp typeset.Span, st *dom.Style, s state) {
	set := b.f.set(st)
	sp.LineHeight, sp.Raise, sp.Bidi, sp.RTL = set.lineHeight, s.raise, s.bidi, s.rtl
	sp.NoWrap = st.Space == dom.NoWrap || st.Space == dom.Pre
	sp.Preserve = st.Space == dom.Pre || st.Space == dom.PreWrap
	sp.BreakWord, sp.BreakAll = st.BreakWord, st.BreakAll
	sp.Before, b.before = b.before, 0
	b.spans = append(b.spans, sp)
}

// box adds what is in an inline box.
func (b *builder) box(n dom.Node, s state) {
	st := n.Style()
	f := b.f
	pad, edge := f.paddings(st, b.within), f.borders(st)
	ml, mr := f.sideMargins(n, b.within)
	b.before += ml + edge[dom.Left] + pad[dom.Left]
	inner := state{raise: s.raise + b.shift(n, s), bidi: s.bidi, rtl: s.rtl, style: st}
	if st.Bidi == dom.Embed || st.Bidi == dom.Override || st.Bidi == dom.Isolate {
		inner.bidi, inner.rtl = typeset.Bidi(st.Bidi), st.RTL
	}
	from := len(b.spans)
	for k := range n.Children() {
		b.node(k, inner)
	}
	after := mr + edge[dom.Right] + pad[dom.Right]
	if len(b.spans) == from && (b.before != 0 || after != 0) {
		b.add(typeset.Span{Start: n.Start(), Look: f.set(st).look, Ref: &ref{node: n}}, st, s)
	}
	if len(b.spans) > from {
		b.spans[len(b.spans)-1].After += after
	}
}

// shift is how far vertical-align raises an inline box of text above its parent.
func (b *builder) shift(n dom.Node, s state) float32 {
	look, own := b.f.set(s.style).look, b.f.set(n.Style()).look
	switch n.Style().VAlign {
	case dom.Sub:
		return -look.Size / 5
	case dom.Super:
		return look.Size / 3
	case dom.Shift:
		return b.f.px(n.Style().VShift)
	case dom.VMiddle:
		m, o := b.f.o.Fonts.Metrics(look), b.f.o.Fonts.Metrics(own)
		return m.XHeight/2 - (o.Ascent-o.Descent)/2
	case dom.TextTop, dom.VTop:
		return b.f.o.Fonts.Metrics(look).Ascent - b.f.o.Fonts.Metrics(own).Ascent
	case dom.TextBottom, dom.VBottom:
		return b.f.o.Fonts.Metrics(own).Descent - b.f.o.Fonts.Metrics(look).Descent
	}
	return 0
}

// object adds a picture or an inline block.
func (b *builder) object(n dom.Node, s state) {
	f := b.f
	b.boxes = true
	ml, mr := f.sideMargins(n, b.within)
	mt, mb := f.marginOf(n, dom.Top, b.within), f.marginOf(n, dom.Bottom, b.within)
	sp := typeset.Span{Box: true, Start: n.Start(), Text: "", NoWrap: s.style.Space == dom.NoWrap || s.style.Space == dom.Pre, Look: f.set(s.style).look}
	sp.Before, b.before = b.before, 0
	if b.measure {
		least, most := f.intrinsic(n)
		sp.Width = most + ml + mr
		if b.least {
			sp.Width = least + ml + mr
		}
		b.spans = append(b.spans, sp)
		return
	}
	o := f.whole(n, max(b.within-ml-mr, 0), b.within)
	if n.Kind() == dom.Picture && o.missing && o.w == 0 {
		return
	}
	sp.Width = max(o.w+ml+mr, 0)
	sp.Ref = &ref{node: n, box: o}
	o.x, o.y = ml, mt
	b.hang(&sp, n, s, o, mt, mb)
	b.spans = append(b.spans, sp)
}

// hang aligns a box of a line vertically (CSS 2.1 section 10.8.1).
func (b *builder) hang(sp *typeset.Span, n dom.Node, s state, o *box, above, below float32) {
	h := max(above+o.h+below, 0)
	m := b.f.o.Fonts.Metrics(b.f.set(s.style).look)
	sp.Ascent, sp.Raise = h, s.raise
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
		sp.Raise += b.shift(n, s)
	}
	sp.Descent = h - sp.Ascent
}
