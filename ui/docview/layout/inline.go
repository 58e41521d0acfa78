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
	spans   *spanner
}

func (f *Flow) newInline(fr *frame, nodes queue) *inline {
	in := &inline{block: fr.node, at: nodes.at.Start()}
	in.passage = &passage{nodes: nodes, block: fr.node, within: fr.w}
	if fr.box.marked && fr.node.Style().MarkerInside {
		fr.box.marked, in.passage.inside = false, true
	}
	in.spans = f.spansOf(in.passage)
	in.text = f.paragraph(in.spans, fr.node.Style(), fr.w)
	in.passage.text = in.text
	set := f.set(fr.node.Style())
	in.strut = set.lineHeight
	if in.strut <= 0 {
		m := f.o.Fonts.Metrics(set.look)
		in.strut = m.Ascent + m.Descent + m.Gap
	}
	return in
}

// spansOf are the spans of a passage.
func (f *Flow) spansOf(p *passage) *spanner {
	return &spanner{f: f, block: p.block, within: p.within, inside: p.inside, nodes: p.nodes, total: -1, cuts: make([]spanCut, 1)}
}

// widthsOf are spans of nodes to measure.
func (f *Flow) widthsOf(block dom.Node, nodes queue, least bool) *spanner {
	return &spanner{f: f, block: block, nodes: nodes, measure: true, least: least, total: -1, cuts: make([]spanCut, 1)}
}

func (f *Flow) paragraph(spans typeset.Spans, st *dom.Style, within float32) *typeset.Text {
	set := f.set(st)
	indent, _ := f.length(st.Indent, within)
	return f.o.Fonts.Set(spans, typeset.Paragraph{
		RTL: st.RTL, Auto: st.Bidi == dom.PlainText, Indent: indent, Strut: set.look, StrutHeight: set.lineHeight, NoStrut: st.NoStrut,
	})
}
