package layout

import (
	"slices"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// generator makes a part of a spanner's spans: it goes through the nodes, and stops before
// the first span that is too many. What an inline box opens and shuts before that belongs
// to the part.
type generator struct {
	*spanner
	first  bool // the part is made for the first time
	spans  []typeset.Span
	refs   []ref
	before float32
	at     dom.Node // the node that comes next
	closes bool     // its end does
	rest   queue    // the nodes, beginning with that which it is in
	open   []opened // the inline boxes that it is in
}

// opened is an inline box that is open.
type opened struct {
	node  dom.Node
	outer state   // around it
	after float32 // the room at its end
	from  int     // the spans that were before it
}

// state is what inline boxes hand down.
type state struct {
	raise float32
	bidi  typeset.Bidi
	rtl   bool
	style *dom.Style // of the parent
}

// run makes the part k, and tells where the next begins; more tells that there is one.
func (g *generator) run(k int) (next spanCut, more bool) {
	s := state{style: g.block.Style()}
	if k > 0 || g.nodes.left >= partSize/2 {
		g.spans, g.refs = make([]typeset.Span, 0, partSize), make([]ref, 0, partSize)
	}
	if k == 0 {
		if g.inside {
			g.put(g.f.markerSpan(g.block), ref{node: g.block})
		}
		g.rest = g.nodes
		g.at = g.rest.at
	} else {
		s = g.resume(g.cuts[k], s)
	}
	for !g.at.IsZero() {
		var full bool
		if s, full = g.step(s); full {
			return spanCut{g.at, g.before, g.rest.left, g.closes}, true
		}
	}
	return spanCut{}, false
}

// resume goes to where a part begins.
func (g *generator) resume(cut spanCut, s state) state {
	var path []dom.Node
	top := cut.node
	for top.Parent() != g.nodes.of && !top.Parent().Broken() {
		top = top.Parent()
		path = append(path, top)
	}
	g.rest = queue{g.nodes.of, top, cut.left}
	slices.Reverse(path)
	if cut.closes {
		path = append(path, cut.node)
	}
	for _, n := range path {
		s = g.enter(n, s, -1)
	}
	g.at, g.closes, g.before = cut.node, cut.closes, cut.before
	if cut.closes {
		g.open[len(g.open)-1].from = 0
	}
	return s
}

// step goes over the next node, or its end; full tells that its span is too many.
func (g *generator) step(s state) (next state, full bool) {
	n := g.at
	switch {
	case g.closes:
		if full := g.shut(s); full {
			return s, true
		}
		s = g.open[len(g.open)-1].outer
		g.open = g.open[:len(g.open)-1]
	case inlineBox(n):
		s = g.enter(n, s, len(g.spans))
		if g.at = firstOf(n); g.at.IsZero() {
			g.at, g.closes = n, true
		}
		return s, false
	case len(g.spans) >= partSize && g.makes(n):
		return s, true
	default:
		g.leaf(n, s)
	}
	g.closes = false
	switch {
	case len(g.open) == 0:
		g.f.next(&g.rest)
		g.at = g.rest.at
	case n.Next().IsZero():
		g.at, g.closes = g.open[len(g.open)-1].node, true
	default:
		g.at = n.Next()
	}
	return s, false
}

// inlineBox tells whether a node in a text is a box that what is in it is set in.
func inlineBox(n dom.Node) bool {
	return n.Kind() == dom.Box && n.Style().Float == dom.FloatNone && n.Style().Display == dom.Inline
}

// makes tells whether a leaf has a span. That of a picture is known once it is made.
func (g *generator) makes(n dom.Node) bool {
	switch {
	case n.Kind() == dom.Text:
		return n.Text() != ""
	case n.Kind() == dom.Break:
		return true
	case n.Style().Float != dom.FloatNone:
		return !g.measure
	case n.Kind() == dom.Picture && !g.measure:
		weight, work, laid := g.f.weight, g.f.work, g.f.laid
		o := g.picture(n)
		g.f.weight, g.f.work, g.f.laid = weight, work, laid
		return !o.missing || o.w != 0
	}
	return true
}

func (g *generator) leaf(n dom.Node, s state) {
	switch {
	case n.Kind() == dom.Text:
		if text := n.Text(); text != "" {
			g.add(typeset.Span{Text: text, Start: n.Start(), Look: g.f.set(n.Style()).look}, n, s)
		}
	case n.Kind() == dom.Break:
		g.add(typeset.Span{Text: "\n", Start: n.Start(), Look: g.f.set(n.Style()).look}, n, s)
	case n.Style().Float != dom.FloatNone && g.measure:
		if g.first {
			g.floats = append(g.floats, n)
		}
	case n.Style().Float != dom.FloatNone:
		g.put(typeset.Span{Box: true, NoWrap: true, Start: n.Start()}, ref{node: n, float: true})
	default:
		g.object(n, s)
	}
}

// enter opens an inline box and returns what it hands down.
func (g *generator) enter(n dom.Node, s state, from int) (inner state) {
	f, st := g.f, n.Style()
	pad, edge := f.paddings(st, g.within), f.borders(st)
	ml, mr := f.sideMargins(n, g.within)
	g.before += ml + edge[dom.Left] + pad[dom.Left]
	inner = state{raise: s.raise + f.raised(n, f.set(s.style).look), bidi: s.bidi, rtl: s.rtl, style: st}
	if st.Bidi == dom.Embed || st.Bidi == dom.Override || st.Bidi == dom.Isolate {
		inner.bidi, inner.rtl = typeset.Bidi(st.Bidi), st.RTL
	}
	g.open = append(g.open, opened{node: n, outer: s, after: mr + edge[dom.Right] + pad[dom.Right], from: from})
	return inner
}

// shut ends an inline box. One with room around nothing has a span of its own.
func (g *generator) shut(state) (full bool) {
	o := &g.open[len(g.open)-1]
	if len(g.spans) == o.from && (g.before != 0 || o.after != 0) {
		if len(g.spans) >= partSize {
			return true
		}
		g.add(typeset.Span{Start: o.node.Start(), Look: g.f.set(o.node.Style()).look}, o.node, o.outer)
	}
	if len(g.spans) > o.from {
		g.spans[len(g.spans)-1].After += o.after
	}
	return false
}

// add adds a span of text, with the room before it that inline boxes opened.
func (g *generator) add(sp typeset.Span, n dom.Node, s state) {
	st := n.Style()
	sp.LineHeight, sp.Raise, sp.Bidi, sp.RTL = g.f.set(st).lineHeight, s.raise, s.bidi, s.rtl
	sp.NoWrap = st.Space == dom.NoWrap || st.Space == dom.Pre
	sp.Preserve = st.Space == dom.Pre || st.Space == dom.PreWrap
	sp.BreakWord, sp.BreakAll = st.BreakWord, st.BreakAll
	sp.Before, g.before = g.before, 0
	g.put(sp, ref{node: n})
}

func (g *generator) put(sp typeset.Span, r ref) {
	g.spans, g.refs = append(g.spans, sp), append(g.refs, r)
}

// object adds a picture or an inline block.
func (g *generator) object(n dom.Node, s state) {
	f := g.f
	g.boxes = true
	sp := typeset.Span{Box: true, Start: n.Start(), NoWrap: s.style.Space == dom.NoWrap || s.style.Space == dom.Pre, Look: f.set(s.style).look, Raise: s.raise}
	sp.Before, g.before = g.before, 0
	switch {
	case g.measure:
		ml, mr := f.sideMargins(n, g.within)
		least, most := f.intrinsic(n)
		sp.Width = most + ml + mr
		if g.least {
			sp.Width = least + ml + mr
		}
		g.put(sp, ref{})
	case n.Kind() == dom.Picture:
		o := g.picture(n)
		if o.missing && o.w == 0 {
			return
		}
		r := ref{node: n}
		g.size(&sp, &r, o)
		g.put(sp, r)
	default:
		g.put(sp, ref{node: n, due: true})
	}
}

func (g *generator) picture(n dom.Node) *box {
	ml, mr := g.f.sideMargins(n, g.within)
	return g.f.whole(n, max(g.within-ml-mr, 0), g.within)
}

// raised is how far vertical-align raises an inline box of text above its parent, of
// which the look is given.
func (f *Flow) raised(n dom.Node, look typeset.Look) float32 {
	own := f.set(n.Style()).look
	switch n.Style().VAlign {
	case dom.Sub:
		return -look.Size / 5
	case dom.Super:
		return look.Size / 3
	case dom.Shift:
		return f.px(n.Style().VShift)
	case dom.VMiddle:
		m, o := f.o.Fonts.Metrics(look), f.o.Fonts.Metrics(own)
		return m.XHeight/2 - (o.Ascent-o.Descent)/2
	case dom.TextTop, dom.VTop:
		return f.o.Fonts.Metrics(look).Ascent - f.o.Fonts.Metrics(own).Ascent
	case dom.TextBottom, dom.VBottom:
		return f.o.Fonts.Metrics(own).Descent - f.o.Fonts.Metrics(look).Descent
	}
	return 0
}
