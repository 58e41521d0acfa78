package layout

import (
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// mark sets the marker of a list item, beside its box (CSS 2.1 section 12.5.1).
func (f *Flow) mark(b *box, n *dom.Node) {
	if n.Marker() == "" {
		return
	}
	sp := f.markerSpan(n)
	sp.Text = n.Marker()
	l, ok := f.paragraph([]typeset.Span{sp}, &dom.Style{
		Family: n.Style.Family, Size: n.Style.Size, LineHeight: n.Style.LineHeight, Weight: n.Style.Weight, RTL: n.Style.RTL,
	}, 0).Next(extent)
	if !ok {
		return
	}
	gap := sp.Look.Size * 0.35
	x, _, w := b.inner()
	m := &line{Line: l, x: x - l.Width - gap}
	if n.Style.RTL {
		m.x = x + w + gap
	}
	b.own().marker = m
}

func (f *Flow) markerSpan(n *dom.Node) typeset.Span {
	set := f.set(n.Style)
	return typeset.Span{Text: n.Marker() + "\u00a0", Start: n.Start, Look: set.look, LineHeight: set.lineHeight, Ref: &ref{node: n}}
}

// fewLines is a quotation too short to be folded.
const fewLines = 3

// foldable puts a line before a quotation that folds and unfolds it, and leaves out
// the quotation while it is folded.
func (f *Flow) foldable(fr *frame) {
	n := fr.node
	if !n.Fold || f.o.Folded == nil || f.o.FoldLabel == nil || quoted(n) {
		return
	}
	count, ok := f.counts[n]
	if !ok {
		count = linesOf(n, f.doc.Flat())
		f.counts[n] = count
	}
	if count <= fewLines {
		return
	}
	folded := f.o.Folded(n)
	st := *n.Style
	st.Color, st.Weight, st.Italic, st.Underline, st.Space = f.o.Link, 400, false, false, dom.NoWrap
	label := &dom.Node{Kind: dom.Text, Style: &st, Start: n.Start, End: n.Start, Parent: &dom.Node{Style: &st}}
	set := f.set(&st)
	l, ok := f.paragraph([]typeset.Span{{Text: f.o.FoldLabel(count, folded), Start: n.Start, Look: set.look, Ref: &ref{node: label}}}, &st, 0).Next(extent)
	if !ok {
		return
	}
	for i := range l.Runs {
		l.Runs[i].End = l.Runs[i].Start // it is no text of the document
	}
	l.End = l.Start
	b := bareBox(n)
	b.end = b.start
	b.x, b.y, b.w, b.h = fr.x, fr.y, fr.w, l.Height()
	b.own().fold = n
	b.text = pinned([]line{{Line: l}})
	b.close()
	fr.box.add(b)
	fr.box.done(b)
	fr.y += b.h
	fr.floor, fr.empty, fr.eaten = fr.y, false, false
	if folded {
		fr.kids, fr.i = nil, 0
	}
}

// quoted tells whether a quotation is in another that folds.
func quoted(n *dom.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Fold {
			return true
		}
	}
	return false
}
