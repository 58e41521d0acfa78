package layout

import (
	"sort"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// At tells what is at a point of what is placed; a point beside everything counts as
// being at what is nearest to it.
func (f *Flow) At(x, y float32) Hit {
	f.asked()
	h := Hit{Offset: int(f.root.start)}
	f.hit(f.root, x, y, &h)
	if n := h.Node; !n.IsZero() {
		h.Link = n.Linked()
		if n.Kind() == dom.Text || n.Kind() == dom.Break {
			h.Node = n.Parent()
		}
	}
	return h
}

// hit looks in a box, whose top left the point is measured from.
func (f *Flow) hit(b *box, x, y float32, h *Hit) {
	if x >= 0 && y >= 0 && x < b.w && y < b.h && !b.bare {
		h.Node = b.node
	}
	if !b.fold.IsZero() {
		if y >= 0 && y < b.h && x >= 0 && x < f.lines(b.text, 0)[0].Width {
			h.Fold = b.fold
		}
		h.Offset = int(b.start)
		return
	}
	f.enter(b)
	if b.context && f.hitFloat(b, x, y, h) {
		return
	}
	if b.text != nil {
		f.hitText(b.text, x, y, h)
		return
	}
	if k := b.nearest(x, y); k != nil {
		f.hit(k, x-k.x, y-k.y, h)
		return
	}
	h.Offset = int(b.start)
	if b.node.Kind() == dom.Picture && x > b.w/2 {
		h.Offset = int(b.end)
	}
}

// hitText looks at the line that is at y or nearest to it.
func (f *Flow) hitText(p *passage, x, y float32, h *Hit) {
	i := min(p.from(y), len(p.batches)-1)
	if t := &p.batches[i]; i > 0 && y < t.top && t.top-y > y-p.batches[i-1].top-p.batches[i-1].height {
		i--
	}
	lines := f.lines(p, i)
	y -= p.batches[i].top
	k := min(lineFrom(lines, y), len(lines)-1)
	f.hitLine(&lines[k], x, y, h)
}

// hitFloat looks in the floats of a context, which may stick out of the boxes that they
// are in.
func (f *Flow) hitFloat(b *box, x, y float32, h *Hit) bool {
	if len(b.floats) == 0 && !b.afloat && !b.open || y > b.bottom || x > b.right || x < b.left {
		return false
	}
	f.enter(b)
	for i := len(b.floats) - 1; i >= 0; i-- {
		k := b.floats[i]
		if inBox(k, x, y) || f.sticksOut(k, x-k.x, y-k.y) {
			f.hit(k, x-k.x, y-k.y, h)
			return true
		}
	}
	for i := b.from(y); i < len(b.kids) && b.kids[i].y <= y; i++ {
		if k := b.kids[i]; f.hitFloat(k, x-k.x, y-k.y, h) {
			return true
		}
	}
	return false
}

// sticksOut tells whether something of a float is at a point that is not in its box: a
// float in it that is wider, a line or a box that reaches beyond it.
func (f *Flow) sticksOut(b *box, x, y float32) bool {
	if x < b.left || x >= b.right || y < 0 || y >= b.bottom || b.node.Style().Clip && !b.bare {
		return false
	}
	f.enter(b)
	for _, k := range b.floats {
		if inBox(k, x, y) || f.sticksOut(k, x-k.x, y-k.y) {
			return true
		}
	}
	if p := b.text; p != nil {
		if i := p.from(y); i < len(p.batches) {
			lines, top := f.lines(p, i), p.batches[i].top
			k := lineFrom(lines, y-top)
			return k < len(lines) && y-top >= lines[k].y && x >= lines[k].x && x < lines[k].x+lines[k].Line.Width
		}
	}
	for i := b.from(y); i < len(b.kids) && b.kids[i].y <= y; i++ {
		if k := b.kids[i]; !k.bare && inBox(k, x, y) || f.sticksOut(k, x-k.x, y-k.y) {
			return true
		}
	}
	return false
}

// inBox tells whether a point is in a box that is placed where the point is measured from.
func inBox(k *box, x, y float32) bool {
	return x >= k.x && x < k.x+k.w && y >= k.y && y < k.y+k.h
}

// nearest returns the child that is nearest to a point, by height first.
func (b *box) nearest(x, y float32) *box {
	var best *box
	var least float32
	i := b.from(y)
	for i = max(i-1, 0); i < len(b.kids); i++ {
		k := b.kids[i]
		down := max(k.y-y, y-k.y-k.h, 0)
		far := down*10_000 + max(k.x-x, x-k.x-k.w, 0)
		if best == nil || far < least {
			best, least = k, far
		}
		if k.y > y && best != nil && k.y-y > least/10_000 {
			break
		}
	}
	return best
}

// boxAt is the box of a line that is at a point, or sticks out so far.
func (l *line) boxAt(x, y float32) *box {
	var far *box
	for _, b := range l.boxes {
		if x < b.x || y < b.y {
			continue
		}
		if x < b.x+b.w && y < b.y+b.h {
			return b
		}
		if x < b.x+b.right && y < b.y+b.bottom {
			far = b
		}
	}
	return far
}

func (f *Flow) hitLine(l *line, x, y float32, h *Hit) {
	inside := y >= l.y && y < l.bottom()
	if b := l.boxAt(x, y); b != nil {
		f.hit(b, x-b.x, y-b.y, h)
		h.Inside = h.Inside || b.image != ""
		return
	}
	x -= l.x
	h.Offset = l.Start
	var best *typeset.Run
	least := float32(extent)
	for i := range l.Runs {
		r := &l.Runs[i]
		if far := max(r.X-x, x-r.X-r.Width, 0); best == nil || far < least {
			best, least = r, far
		}
	}
	if best == nil {
		return
	}
	h.Offset = offsetAt(best, x-best.X)
	of, _ := best.Span.Ref.(*ref)
	if of != nil && inside && least == 0 {
		h.Node = of.node
		h.Inside = len(best.Glyphs) > 0
	}
}

// offsetAt is the caret's place nearest to x in a run.
func offsetAt(r *typeset.Run, x float32) int {
	if len(r.Glyphs) == 0 {
		if x > r.Width/2 != r.RTL {
			return r.End
		}
		return r.Start
	}
	pen := float32(0)
	for i := 0; i < len(r.Glyphs); {
		from, to, w, n := clusterAt(r, i)
		if x < pen+w/2 {
			if r.RTL {
				return to
			}
			return from
		}
		pen += w
		i += n
	}
	if r.RTL {
		return r.Start
	}
	return r.End
}

// clusterAt is the cluster that begins at a glyph, from the left: its text, its width
// and how many glyphs it has.
func clusterAt(r *typeset.Run, i int) (from, to int, w float32, n int) {
	c := r.Glyphs[i].Cluster
	for i+n < len(r.Glyphs) && r.Glyphs[i+n].Cluster == c {
		w += r.Glyphs[i+n].Advance
		n++
	}
	from, to = r.Start+int(c), r.End
	switch {
	case r.RTL && i > 0:
		to = r.Start + int(r.Glyphs[i-1].Cluster)
	case !r.RTL && i+n < len(r.Glyphs):
		to = r.Start + int(r.Glyphs[i+n].Cluster)
	}
	return from, max(to, from), w, n
}

// Caret is where the caret stands before an offset of the flat text: a rectangle
// without width. What is above it is placed first. ok is false beyond the end, and in
// what is not shown.
func (f *Flow) Caret(offset int) (Rect, bool) {
	for !f.done && len(f.stack) > 0 && f.Reached() <= offset {
		f.step()
	}
	f.asked()
	return f.caretIn(f.root, 0, 0, offset)
}

// within tells whether an offset of the flat text is in a box.
func (b *box) within(offset int) bool { return int(b.start) <= offset && offset < int(b.end) }

func (f *Flow) caretIn(b *box, x, y float32, offset int) (Rect, bool) {
	f.enter(b)
	for _, k := range b.floats {
		if k.within(offset) {
			if r, ok := f.caretIn(k, x+k.x, y+k.y, offset); ok {
				return r, true
			}
		}
	}
	if p := b.text; p != nil {
		t := p.at(offset)
		lines := f.lines(p, t)
		i := max(sort.Search(len(lines), func(i int) bool { return lines[i].Start > offset })-1, 0)
		return f.caretOn(&lines[i], x, y+p.batches[t].top, offset)
	}
	n := len(b.kids)
	i := sort.Search(n, func(i int) bool { return int(b.kids[i].start) > offset }) - 1
	for ; i >= 0; i-- {
		if r, ok := f.caretIn(b.kids[i], x+b.kids[i].x, y+b.kids[i].y, offset); ok {
			return r, true
		}
		if int(b.kids[i].end) <= offset {
			break
		}
	}
	if b.node.Kind() == dom.Picture || n == 0 && int(b.start) <= offset && offset <= int(b.end) {
		return Rect{x, y, 0, b.h}, true
	}
	if n > 0 && int(b.kids[0].start) > offset {
		return Rect{x + b.kids[0].x, y + b.kids[0].y, 0, b.kids[0].h}, true
	}
	return Rect{}, false
}

func (f *Flow) caretOn(l *line, x, y float32, offset int) (Rect, bool) {
	for _, b := range l.boxes {
		if b.within(offset) {
			return f.caretIn(b, x+b.x, y+b.y, offset)
		}
	}
	at := Rect{x + l.x, y + l.y, 0, l.Height()}
	for i := range l.Runs {
		r := &l.Runs[i]
		if offset < r.Start || offset > r.End {
			continue
		}
		at.X = x + l.x + r.X + xOf(r, offset)
		if offset < r.End {
			break
		}
	}
	return at, true
}

// xOf is where an offset is in a run, from its left.
func xOf(r *typeset.Run, offset int) float32 {
	pen := float32(0)
	if len(r.Glyphs) == 0 {
		return when((offset > r.Start) != r.RTL, r.Width)
	}
	for i := 0; i < len(r.Glyphs); {
		from, to, w, n := clusterAt(r, i)
		if offset >= from && offset < to {
			if r.RTL {
				return pen + w
			}
			return pen
		}
		pen += w
		i += n
	}
	if r.RTL {
		return 0
	}
	return r.Width
}

// Top is how far down an offset of the flat text is.
func (f *Flow) Top(offset int) float32 {
	r, _ := f.Caret(offset)
	return r.Y
}

// Offset is the text at y or nearest to it: what to keep in sight when the width or the
// zoom changes.
func (f *Flow) Offset(y float32) int {
	f.Until(y)
	return f.At(0, y).Offset
}
