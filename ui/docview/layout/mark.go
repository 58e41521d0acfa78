package layout

import (
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// markerOf sets the marker of a list item, beside its box (CSS 2.1 section 12.5.1). It is
// set whenever it is painted.
func (f *Flow) markerOf(b *box) (l line, ok bool) {
	n := b.node
	sp := f.markerSpan(n)
	sp.Text = n.Marker()
	l.Line, ok = f.paragraph(typeset.List(sp), f.markerStyle(n.Style()), 0).Next(extent)
	gap := sp.Look.Size * 0.35
	x, y, w := b.inner()
	l.x, l.y = x-l.Width-gap, y
	if n.Style().RTL {
		l.x = x + w + gap
	}
	return l, ok
}

// markerStyle is that of the markers of items of a style: the font, and nothing else.
func (f *Flow) markerStyle(of *dom.Style) *dom.Style {
	st := f.markers[of]
	if st == nil {
		st = &dom.Style{Family: of.Family, Size: of.Size, LineHeight: of.LineHeight, Weight: of.Weight, RTL: of.RTL}
		f.markers[of] = st
	}
	return st
}

func (f *Flow) markerSpan(n dom.Node) typeset.Span {
	set := f.set(n.Style())
	return typeset.Span{Text: n.Marker() + "\u00a0", Start: n.Start(), Look: set.look, LineHeight: set.lineHeight, Ref: &ref{node: n}}
}

// fewLines is a quotation too short to be folded.
const fewLines = 3

// foldable puts a line before a quotation that folds and unfolds it, and leaves out
// the quotation while it is folded.
func (f *Flow) foldable(fr *frame) {
	n := fr.node
	if !n.Fold() || f.o.Folded == nil || f.o.FoldLabel == nil || n.InFold() {
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
	l, ok := f.foldLabel(n)
	if !ok {
		return
	}
	b := bareBox(n)
	b.end = b.start
	b.x, b.y, b.w, b.h = fr.x, fr.y, fr.w, l.Height()
	b.own().fold = n
	b.text = pinned([]line{l})
	b.text.fold = n
	f.keep(b.text, 0)
	b.close()
	fr.box.add(b)
	fr.box.done(b)
	fr.y += b.h
	fr.floor, fr.empty, fr.eaten = fr.y, false, false
	if f.o.Folded(n) {
		fr.kids = queue{}
	}
}

// foldLabel is the line that says what a quotation is, and whether it is folded.
func (f *Flow) foldLabel(n dom.Node) (l line, ok bool) {
	st := f.labels[n.Style()]
	if st == nil {
		own := *n.Style()
		own.Color, own.Weight, own.Italic, own.Underline, own.Space = f.o.Link, 400, false, false, dom.NoWrap
		st = &own
		f.labels[n.Style()] = st
	}
	label := dom.Lone(dom.Text, st, n.Start())
	text := f.o.FoldLabel(f.counts[n], f.o.Folded(n))
	l.Line, ok = f.paragraph(typeset.List(typeset.Span{Text: text, Start: n.Start(), Look: f.set(st).look, Ref: &ref{node: label}}), st, 0).Next(extent)
	for i := range l.Runs {
		l.Runs[i].End = l.Runs[i].Start // it is no text of the document
	}
	l.End = l.Start
	return l, ok
}
