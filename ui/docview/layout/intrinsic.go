package layout

import "restante.app/ui/docview/dom"

// span is the widths of a border box with all and with no optional line breaks.
type span struct{ least, most float32 }

// intrinsic returns the widths that a node's border box would have at its narrowest
// and at its widest (CSS 2.1 section 17.5.2.2). Each node is looked at once.
func (f *Flow) intrinsic(n dom.Node) (least, most float32) {
	if s, ok := f.widths[n]; ok {
		return s.least, s.most
	}
	var s span
	switch {
	case n.Kind() == dom.Picture:
		s = f.pictureSpan(n)
	case n.Style().Display == dom.Table || n.Style().Display == dom.InlineTable:
		s = f.tableSpan(n)
	default:
		s = f.blockSpan(n)
	}
	f.widths[n] = s
	return s.least, s.most
}

func (f *Flow) blockSpan(n dom.Node) span {
	st := n.Style()
	b := rimmed(n, f.borders(st), f.paddings(st, 0))
	edge := b.border.across() + b.padding.across()
	if st.Width.Unit == dom.Px && st.Display != dom.Cell {
		w, _ := f.givenWidth(n, -1, b)
		return span{w, w}
	}
	s := f.contentSpan(n, f.kidsOf(n))
	s.least, s.most = s.least+edge, s.most+edge
	s.least, s.most = f.clampWidth(n, s.least, -1, b), f.clampWidth(n, s.most, -1, b)
	if st.Clip && st.MaxWidth.Unit == dom.Percent {
		s.least = edge
	}
	s.most = max(s.most, s.least)
	return s
}

// contentSpan is that of children: the widest of them, floats side by side.
func (f *Flow) contentSpan(n dom.Node, kids queue) span {
	var s span
	var row float32 // of floats and the text beside them
	for !kids.none() {
		if f.inlineLevel(kids.at) {
			nodes, _ := f.texts(&kids)
			least, most := f.textSpan(n, nodes)
			s.least, s.most = max(s.least, least), max(s.most, most+row)
			continue
		}
		kid := f.next(&kids)
		ml, mr := f.sideMargins(kid, 0)
		least, most := f.intrinsic(kid)
		least, most = max(least+ml+mr, 0), max(most+ml+mr, 0)
		s.least = max(s.least, least)
		if kid.Style().Float == dom.FloatNone {
			row = 0
			s.most = max(s.most, most)
			continue
		}
		if kid.Style().Clear != dom.FloatNone {
			row = 0
		}
		row += most
		s.most = max(s.most, row)
	}
	return s
}

// textSpan is that of a text, the floats in it side by side and beside it.
func (f *Flow) textSpan(n dom.Node, nodes queue) (least, most float32) {
	if f.blank(nodes) {
		return 0, 0
	}
	if s, ok := f.long[nodes.at]; ok {
		return s.least, max(s.least, s.most)
	}
	b := f.widthsOf(n, nodes, false)
	least, most = f.paragraph(b, n.Style(), 0).MinMax()
	if b.boxes {
		least, _ = f.paragraph(f.widthsOf(n, nodes, true), n.Style(), 0).MinMax()
	}
	for _, kid := range b.floats {
		ml, mr := f.sideMargins(kid, 0)
		l, m := f.intrinsic(kid)
		least, most = max(least, l+ml+mr), most+max(m+ml+mr, 0)
	}
	return least, max(least, most)
}
