package layout

import (
	"restante.app/ui/docview/dom"
)

// marginOf is a margin in px of the output, 0 where it is auto.
func (f *Flow) marginOf(n dom.Node, side int, within float32) float32 {
	v, _ := f.length(n.Style().Margin[side], within)
	return v
}

func (f *Flow) sideMargins(n dom.Node, within float32) (left, right float32) {
	return f.marginOf(n, dom.Left, within), f.marginOf(n, dom.Right, within)
}

// topMargin is the margin above a block with those of its first children, which
// collapse with it; through tells that the block is empty, so that what comes behind
// it collapses too.
func (f *Flow) topMargin(n dom.Node, within float32) (m margin, through bool) {
	m = single(f.marginOf(n, dom.Top, within))
	if n.Kind() == dom.Picture || f.isolated(n) || n.Style().Contain || n.Style().Float != dom.FloatNone || n.Style().Border[dom.Top].Width > 0 || n.Style().Padding[dom.Top].Value > 0 {
		return m, false
	}
	for kid := range f.each(f.kidsOf(n)) {
		if f.inlineLevel(kid) {
			if !empty(kid) {
				return m, false
			}
			continue
		}
		if kid.Style().Float != dom.FloatNone {
			continue
		}
		above, empty := f.topMargin(kid, within)
		m = m.with(above)
		if !empty {
			return m, false
		}
		m = m.with(single(f.marginOf(kid, dom.Bottom, within)))
	}
	given, ok := f.length(n.Style().Height, -1)
	least, _ := f.length(n.Style().MinHeight, -1)
	return m, (!ok || given <= 0) && least <= 0 && n.Style().Border[dom.Bottom].Width == 0 && n.Style().Padding[dom.Bottom].Value == 0
}

// givenWidth is the width of the border box that a style asks for, within its limits.
func (f *Flow) givenWidth(n dom.Node, within float32, b *box) (w float32, ok bool) {
	w, ok = f.length(n.Style().Width, within)
	if !ok {
		return 0, false
	}
	if !n.Style().BorderBox {
		w += b.border.across() + b.padding.across()
	}
	return f.clampWidth(n, max(w, b.border.across()+b.padding.across()), within, b), true
}

// clampWidth holds a border box within min-width and max-width (CSS 2.1 section 10.4).
func (f *Flow) clampWidth(n dom.Node, w, within float32, b *box) float32 {
	extra := b.border.across() + b.padding.across()
	if n.Style().BorderBox {
		extra = 0
	}
	if most, ok := f.length(n.Style().MaxWidth, within); ok {
		w = min(w, most+extra)
	}
	if least, ok := f.length(n.Style().MinWidth, within); ok {
		w = max(w, least+extra)
	}
	return max(w, b.border.across()+b.padding.across())
}

// blockWidth is where a block's border box begins in its containing block, and its
// width (CSS 2.1 section 10.3.3).
func (f *Flow) blockWidth(n dom.Node, within float32) (x, w float32) {
	ml, mr := f.sideMargins(n, within)
	edge := rimmed(n, f.borders(n.Style()), f.paddings(n.Style(), within))
	w, ok := f.givenWidth(n, within, edge)
	if !ok {
		w = f.clampWidth(n, within-ml-mr, within, edge)
	}
	return f.aligned(n, w, within), w
}

// aligned is where a border box of a width goes in the room that there is: auto
// margins, and the alignment of blocks that HTML's align attribute asks for.
func (f *Flow) aligned(n dom.Node, w, room float32) float32 {
	ml, mr := f.sideMargins(n, room)
	left, right := n.Style().Margin[dom.Left].Unit == dom.Auto, n.Style().Margin[dom.Right].Unit == dom.Auto
	free := room - w - ml - mr
	if free <= 0 {
		if !n.Parent().IsZero() && n.Parent().Style().RTL {
			return max(ml+free, 0)
		}
		return ml
	}
	switch {
	case left && right:
		return free / 2
	case left:
		return free
	case right:
		return ml
	}
	if !n.Parent().IsZero() {
		switch n.Parent().Style().Align {
		case dom.BlockCenter:
			return ml + free/2
		case dom.BlockRight:
			return ml + free
		case dom.BlockLeft:
			return ml
		}
		if n.Parent().Style().RTL {
			return ml + free
		}
	}
	return ml
}

// givenHeight is the height of the border box that a style asks for; ok is false
// where it follows from the content.
func (f *Flow) givenHeight(fr *frame, b *box) (h float32, ok bool) {
	if b.bare {
		return 0, false
	}
	st := fr.node.Style()
	extra := b.border.down() + b.padding.down()
	if st.BorderBox {
		extra = 0
	}
	natural := fr.y + fr.margin.value() + b.border[dom.Bottom] + b.padding[dom.Bottom]
	if v, given := f.length(st.Height, -1); given && st.Display != dom.Cell {
		h, ok = max(v+extra, b.border.down()+b.padding.down()), true
	} else {
		h = natural
	}
	if v, given := f.length(st.MaxHeight, -1); given && h > v+extra {
		h, ok = v+extra, true
	}
	if v, given := f.length(st.MinHeight, -1); given && h < v+extra {
		h, ok = v+extra, true
	}
	return h, ok
}

// inlineLevel tells whether a node takes part in lines.
func (f *Flow) inlineLevel(n dom.Node) bool {
	if n.Kind() == dom.Text || n.Kind() == dom.Break {
		return true
	}
	if n.Style().Float != dom.FloatNone {
		return false
	}
	switch n.Style().Display {
	case dom.Inline:
		return n.Kind() == dom.Picture || !n.Broken()
	case dom.InlineBlock, dom.InlineTable:
		return true
	}
	return false
}
