package layout

import (
	"slices"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// some is about how many octets are set in one step.
const some = 4 << 10

// moreLines places some lines of a frame, and tells whether they were the last.
func (f *Flow) moreLines(fr *frame) (done bool) {
	in := fr.text
	for from, work := in.at, f.work; in.at-from < some && f.work-work < mostWork; {
		fr.fc.forget(fr.fy + fr.y)
		f.lateFloats(fr, in)
		x, w := fr.x, fr.w
		if !fr.fc.empty() {
			x, w = f.narrowed(fr, in)
		}
		mark := in.text.Mark()
		set, ok := in.text.Next(w)
		if !ok {
			f.lateFloats(fr, in)
			f.ended(fr)
			return true
		}
		in.at = set.End
		f.lay(fr, set, mark, w, x, w)
	}
	return false
}

// ended completes the lines of a frame.
func (f *Flow) ended(fr *frame) {
	p := fr.box.text
	if p == nil {
		return
	}
	p.batches = slices.Clip(p.batches)
	f.keep(p, len(p.batches)-1)
	if !fr.text.spans.long() {
		p.text = nil
	} else {
		p.text = p.text.Again()
	}
}

// narrowed finds where the next line goes beside floats, below them if it does not fit.
func (f *Flow) narrowed(fr *frame, in *inline) (x, w float32) {
	for {
		x, w = fr.fc.beside(fr.fx+fr.x, fr.w, fr.fy+fr.y, in.strut)
		x -= fr.fx
		if w >= fr.w-0.01 || in.text.Fits(w) {
			return x, w
		}
		next := fr.fc.below(fr.fy+fr.y) - fr.fy
		if next <= fr.y {
			return x, w
		}
		fr.y = next
	}
}

// lay puts a line at the bottom of a frame's box.
func (f *Flow) lay(fr *frame, set typeset.Line, mark typeset.Mark, room, x, w float32) {
	b := fr.box
	f.work++
	x, w = f.floatsOn(fr, &set, x, w)
	t := f.batchAt(fr, batch{top: fr.y, x: x, w: w, room: room, start: int32(set.Start), mark: mark})
	l := b.text.note(t, f.stand(fr.text.block.Style(), set, x, w, len(b.text.batches) == 1 && t.count == 0))
	for i := range l.Runs {
		r := boxOf(&l.Runs[i])
		if r == nil {
			continue
		}
		l.put(r, &l.Runs[i])
		b.includeAt(r.box, t.top+r.box.y)
	}
	b.right = max(b.right, l.x+l.Line.Width)
	fr.y = t.top + t.height
	b.bottom = max(b.bottom, fr.y)
	fr.empty = false
}

// put gives a box that a run stands for its place on the line.
func (l *line) put(r *ref, run *typeset.Run) {
	r.box.x, r.box.y = r.x+l.x+run.X, r.y+(l.y+l.Ascent-run.Raise-run.Ascent)
	l.boxes = append(l.boxes, r.box)
}

// stand is a line at its place in a stretch of its box; first tells that it is the
// first of that box.
func (f *Flow) stand(st *dom.Style, set typeset.Line, x, w float32, first bool) line {
	l := line{Line: set, x: x}
	free := w - set.Width
	switch align(st, set.RTL) {
	case dom.AlignRight:
		l.x += max(free, 0)
	case dom.AlignCenter:
		l.x += max(free/2, 0)
	case dom.AlignJustify:
		if !set.Hard {
			l.Justify(w)
		}
		if set.RTL {
			l.x += max(w-l.Line.Width, 0)
		}
	}
	if len(l.Runs) == 0 && first && f.set(st).look.Size <= 1 {
		l.Ascent, l.Descent = 0, 0
	}
	return l
}

// batchAt returns the batch of a frame's box that a line goes to: the last one, or the
// one given where the line does not go on with that.
func (f *Flow) batchAt(fr *frame, begun batch) *batch {
	b := fr.box
	if b.text == nil {
		b.text = fr.text.passage
	}
	p := b.text
	n := len(p.batches)
	if n == 0 || !p.batches[n-1].fits(begun.top, begun.x, begun.w, begun.room) {
		if n > 0 {
			f.keep(p, n-1)
		}
		f.weight++
		begun.lines = make([]line, 0, 4)
		p.batches = append(p.batches, begun)
	}
	return &p.batches[len(p.batches)-1]
}

// align is where a line goes, with start and the block alignments resolved.
func align(st *dom.Style, rtl bool) dom.Align {
	switch st.Align {
	case dom.AlignRight, dom.BlockRight:
		return dom.AlignRight
	case dom.AlignCenter, dom.BlockCenter:
		return dom.AlignCenter
	case dom.AlignJustify:
		return dom.AlignJustify
	case dom.AlignLeft, dom.BlockLeft:
		return dom.AlignLeft
	}
	if rtl {
		return dom.AlignRight
	}
	return dom.AlignLeft
}

// floatsOn places the floats that stand on a line: beside it if there is room, else
// they wait for the next. It returns the room that is left for the line.
func (f *Flow) floatsOn(fr *frame, set *typeset.Line, x, w float32) (float32, float32) {
	for i := range set.Runs {
		r, _ := set.Runs[i].Span.Ref.(*ref)
		if r == nil || !r.float {
			continue
		}
		ml, mr := f.sideMargins(r.node, fr.w)
		least, most := f.intrinsic(r.node)
		own := min(most, max(least, w))
		if given, ok := f.givenWidth(r.node, fr.w, f.newBox(r.node, fr.w)); ok {
			own = given
		}
		if len(fr.text.late) > 0 || set.Width+own+ml+mr > w+0.01 && set.Width > 0 {
			fr.text.late = append(fr.text.late, r.node)
			continue
		}
		f.floatNow(fr, r.node)
		nx, nw := fr.fc.beside(fr.fx+fr.x, fr.w, fr.fy+fr.y, fr.text.strut)
		x, w = nx-fr.fx, nw
	}
	return x, w
}

// floatNow lays out a float that stands in text.
func (f *Flow) floatNow(fr *frame, n dom.Node) {
	var s stack
	f.float(&s, fr, n, fr.y)
	f.run(&s)
}

func (f *Flow) lateFloats(fr *frame, in *inline) {
	for _, n := range in.late {
		f.floatNow(fr, n)
	}
	in.late = in.late[:0]
}
