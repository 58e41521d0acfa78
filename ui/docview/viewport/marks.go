package viewport

import (
	"sort"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
)

// Mark marks stretches of a document, in order and without overlaps, until another is
// shown, and goes to the first if the view is still at the top. It does nothing if the
// document is no longer the one shown.
func (v *View) Mark(doc *dom.Document, spans []dom.Span) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.doc != doc {
		return
	}
	v.marked = spans
	v.version++
	if len(spans) > 0 && v.y == 0 && v.sel == (selection{}) && len(v.found.spans) == 0 {
		v.reveal(spans[0].Start, spans[0].End)
	}
}

// rects are those of some stretches within a rectangle of the document.
func (v *View) rects(spans []dom.Span, within layout.Rect) (all []layout.Rect) {
	v.eachSpan(spans, within, func(_ int, rects []layout.Rect) { all = append(all, rects...) })
	return all
}

// underline is a line below each of some rectangles, so that they are told by more than
// their colour.
func underline(rects []layout.Rect, zoom float32) []layout.Rect {
	w := outlineWidth(zoom)
	out := make([]layout.Rect, len(rects))
	for i, r := range rects {
		out[i] = layout.Rect{X: r.X, Y: r.Y + r.H - w, W: r.W, H: w}
	}
	return out
}

// eachSpan calls fn with the rectangles of each of some stretches within a rectangle of
// the document.
func (v *View) eachSpan(spans []dom.Span, within layout.Rect, fn func(i int, rects []layout.Rect)) {
	if len(spans) == 0 {
		return
	}
	from := v.flow.At(0, within.Y).Offset
	i := sort.Search(len(spans), func(i int) bool { return spans[i].End >= from-slack })
	for ; i < len(spans); i++ {
		s := spans[i]
		rects := v.flow.Rects(s.Start, s.End, within)
		if len(rects) == 0 && s.Start > from+slack {
			if v.flow.At(within.W, within.Y+within.H).Offset+slack < s.Start {
				return
			}
		}
		fn(i, rects)
	}
}
