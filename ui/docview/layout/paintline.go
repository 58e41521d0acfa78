package layout

import (
	"slices"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// line paints a line of a box at x, y: the boxes of inline elements, the text, what
// underlines it, and the pictures and inline blocks.
func (p *painter) line(l *line, x, y float32, clip *Rect) {
	base := y + l.y + l.Ascent
	p.inlineBoxes(l, x, base, clip)
	for i := range l.Runs {
		r := &l.Runs[i]
		of, _ := r.Span.Ref.(*ref)
		if of == nil || of.box != nil || of.float || of.node.Style().Invisible {
			continue
		}
		st := of.node.Style()
		at := Rect{x + l.x + r.X, base - r.Raise - r.Ascent, r.Width, r.Ascent + r.Descent}
		if at.Y > p.r.Y+p.r.H+at.H || at.X > p.r.X+p.r.W+at.H {
			continue
		}
		c := faded(st.Color, st.Opacity)
		if len(r.Glyphs) > 0 {
			p.emit(Item{Kind: Glyphs, Rect: at, Clip: clip, Color: c, Run: r, Baseline: base - r.Raise, Node: of.node})
		}
		p.strokes(r, st, at, base-r.Raise, clip, of.node)
	}
	for _, b := range l.boxes {
		p.context(b, x+b.x, y+b.y, clip)
	}
}

// strokes paints text decoration (CSS 2.1 section 16.3.1).
func (p *painter) strokes(r *typeset.Run, st *dom.Style, at Rect, base float32, clip *Rect, n dom.Node) {
	if !st.Underline && !st.Strike && !st.Overline {
		return
	}
	m := p.f.o.Fonts.MetricsOf(r.Face, r.Size)
	thick := max(m.Thickness, 1)
	stroke := func(y float32) {
		p.emit(Item{Kind: Stroke, Rect: Rect{at.X, y - thick/2, at.W, thick}, Clip: clip, Color: faded(st.Color, st.Opacity), Node: n})
	}
	if st.Underline {
		stroke(base + max(m.Underline, thick))
	}
	if st.Strike {
		stroke(base - m.XHeight*0.55)
	}
	if st.Overline {
		stroke(base - m.Ascent)
	}
}

// piece is what a line has of an inline box.
type fragment struct {
	node     dom.Node
	depth    int
	from, to float32 // from the line's left
	raise    float32
}

// inlineBoxes paints backgrounds and borders of the inline boxes that a line is part of.
func (p *painter) inlineBoxes(l *line, x, base float32, clip *Rect) {
	var found []fragment
	for i := range l.Runs {
		r := &l.Runs[i]
		of, _ := r.Span.Ref.(*ref)
		if of == nil || of.float {
			continue
		}
		depth := 0
		n := of.node
		if n.Kind() != dom.Box || n.Style().Display != dom.Inline {
			n = n.Parent()
		}
		for ; !n.IsZero() && n.Kind() == dom.Box && n.Style().Display == dom.Inline; n = n.Parent() {
			depth++
			if n.Style().Background.A > 0 || painted(n.Style()) {
				found = join(found, fragment{n, -depth, l.x + r.X, l.x + r.X + r.Width, r.Raise})
			}
		}
	}
	if len(found) == 0 {
		return
	}
	slices.SortStableFunc(found, func(a, b fragment) int { return a.depth - b.depth })
	for _, fr := range found {
		p.fragment(l, fr, x, base, clip)
	}
}

func join(all []fragment, fr fragment) []fragment {
	// What a line has of an inline box comes together, with no more than its own boxes
	// between.
	for i := len(all) - 1; i >= 0 && i > len(all)-1000; i-- {
		if all[i].node == fr.node {
			all[i].from, all[i].to = min(all[i].from, fr.from), max(all[i].to, fr.to)
			all[i].depth = min(all[i].depth, fr.depth)
			return all
		}
	}
	return append(all, fr)
}

func painted(st *dom.Style) bool {
	for i := range st.Border {
		if st.Border[i].Width > 0 {
			return true
		}
	}
	return false
}

func (p *painter) fragment(l *line, fr fragment, x, base float32, clip *Rect) {
	f, st := p.f, fr.node.Style()
	edge, pad := f.borders(st), f.paddings(st, 0)
	m := f.o.Fonts.Metrics(f.set(st).look)
	if fr.node.Start() < l.Start { // it began on an earlier line
		edge[dom.Left], pad[dom.Left] = 0, 0
	}
	if fr.node.End() > l.End {
		edge[dom.Right], pad[dom.Right] = 0, 0
	}
	r := Rect{
		X: x + fr.from - edge[dom.Left] - pad[dom.Left], Y: base - fr.raise - m.Ascent - pad[dom.Top] - edge[dom.Top],
		W: fr.to - fr.from + edge.across() + pad.across(), H: m.Ascent + m.Descent + pad.down() + edge.down(),
	}
	if st.Background.A > 0 {
		p.emit(Item{Kind: Fill, Rect: r, Clip: clip, Color: faded(st.Background, st.Opacity), Radius: p.radius(st), Node: fr.node})
	}
	if edge.across() > 0 || edge.down() > 0 {
		p.emit(Item{Kind: Edge, Rect: r, Clip: clip, Border: p.edges(edge, &st.Border, st.Opacity), Radius: p.radius(st), Node: fr.node})
	}
}
