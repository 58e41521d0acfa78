package viewport

import "restante.app/ui/docview/dom"

// Unit is what a selection grows by.
type Unit int

// Units.
const (
	ByCharacter Unit = iota
	ByWord
	ByParagraph
)

// selection reaches from what was first pressed to where it was taken. Both are
// stretches, as a double click selects by whole words.
type selection struct {
	held, loose dom.Span
	unit        Unit
	column      float32 // where Up and Down go, in px of the document
	vertical    bool    // the last motion was Up or Down
}

// span is what is selected.
func (s selection) span() (from, to int) {
	return min(s.held.Start, s.loose.Start), max(s.held.End, s.loose.End)
}

// Press begins a selection at a point of the view, or takes the one that is there to
// it. What had the focus has it no more.
func (v *View) Press(x, y float32, by Unit, extend bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	offset := v.hit(x, y).Offset
	v.stop = -1
	v.version++
	if extend {
		v.sel.loose = unitAt(v.doc.Flat(), offset, v.sel.unit)
		return
	}
	at := unitAt(v.doc.Flat(), offset, by)
	v.sel = selection{held: at, loose: at, unit: by}
}

// Drag takes the selection to a point of the view.
func (v *View) Drag(x, y float32) {
	v.mu.Lock()
	defer v.mu.Unlock()
	loose := unitAt(v.doc.Flat(), v.hit(x, y).Offset, v.sel.unit)
	if loose != v.sel.loose {
		v.sel.loose = loose
		v.version++
	}
}

// SelectAll selects the whole text.
func (v *View) SelectAll() { v.Select(0, 1<<62) }

// Select selects a stretch of the flat text.
func (v *View) Select(from, to int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := len(v.doc.Flat())
	from, to = min(max(from, 0), n), min(max(to, 0), n)
	v.sel = selection{held: dom.Span{Start: from, End: from}, loose: dom.Span{Start: to, End: to}}
	v.version++
}

// Selected is the text that is selected.
func (v *View) Selected() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	from, to := v.sel.span()
	flat := v.doc.Flat()
	return flat[min(from, len(flat)):min(to, len(flat))]
}

// Motion is how the keyboard moves the end of a selection.
type Motion int

// Motions.
const (
	Left Motion = iota
	Right
	WordLeft
	WordRight
	Up
	Down
	PageUp
	PageDown
	LineStart
	LineEnd
	TextStart
	TextEnd
)

// Extend moves the end of the selection and brings it in sight. Where nothing is
// selected yet it begins at the last press, or at the top of what is in sight.
func (v *View) Extend(m Motion) {
	v.mu.Lock()
	defer v.mu.Unlock()
	flat := v.doc.Flat()
	at := v.looseEnd()
	var to int
	switch m {
	case Left, Right, WordLeft, WordRight:
		to = step(flat, at, (m == Right || m == WordRight) != leftwards(flat, at), m == WordLeft || m == WordRight)
	case TextStart:
		to = 0
	case TextEnd:
		to = len(flat)
	default:
		to = v.vertically(at, m)
	}
	if m != Up && m != Down && m != PageUp && m != PageDown {
		v.sel.vertical = false
	}
	v.sel.held, v.sel.unit = dom.Span{Start: v.heldEnd(), End: v.heldEnd()}, ByCharacter
	v.sel.loose = dom.Span{Start: to, End: to}
	v.version++
	v.goal = goal{kind: toSight, offset: to, end: to}
}

// looseEnd is the end of the selection that moves.
func (v *View) looseEnd() int {
	from, to := v.sel.span()
	if from == to {
		first, last := v.insight()
		if from < first || from > last {
			v.sel = selection{held: dom.Span{Start: first, End: first}, loose: dom.Span{Start: first, End: first}}
			return first
		}
	}
	if v.sel.loose.Start < v.sel.held.Start {
		return v.sel.loose.Start
	}
	return v.sel.loose.End
}

func (v *View) heldEnd() int {
	if v.sel.loose.Start < v.sel.held.Start {
		return v.sel.held.End
	}
	return v.sel.held.Start
}

// vertically is where a motion over lines leads.
func (v *View) vertically(at int, m Motion) int {
	r, ok := v.flow.Caret(at)
	if !ok {
		return at
	}
	if m == LineStart || m == LineEnd {
		x := float32(-1 << 20)
		if m == LineEnd {
			x = 1 << 20
		}
		return v.flow.At(x, r.Y+r.H/2).Offset
	}
	if !v.sel.vertical {
		v.sel.column, v.sel.vertical = r.X, true
	}
	page := float32(v.size.h) * 0.9
	y := map[Motion]float32{Up: r.Y - r.H/2, Down: r.Y + r.H*1.5, PageUp: r.Y - page, PageDown: r.Y + page}[m]
	v.flow.Until(y + r.H)
	if y < 0 {
		return 0
	}
	to := v.flow.At(v.sel.column, y).Offset
	for try := 1; to == at && try < 8 && (m == Down || m == Up); try++ { // over a gap between blocks
		off := r.H * float32(try)
		if m == Up {
			off = -off
		}
		to = v.flow.At(v.sel.column, y+off).Offset
	}
	return to
}
