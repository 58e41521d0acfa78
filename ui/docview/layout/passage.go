package layout

import (
	"sort"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// passage is the lines of a box, in batches from top to bottom. Those far out of sight
// hold no glyphs: they are set again, the same, when somebody asks for them.
type passage struct {
	batches []batch
	// How lines are set again: text where the places in it are kept, else nodes. Neither of
	// what is never dropped.
	text        *typeset.Text
	nodes       queue
	block       dom.Node
	within      float32
	fold        dom.Node // the quotation that its only line folds
	inside      bool     // the block's marker stands before the text
	first, last float32  // the baselines of the first and of the last line, from the box's top
}

// batch is lines below each other without a gap, all in the same stretch of the box.
// They are measured from the top of the batch, and so are the boxes on them.
type batch struct {
	top, height float32
	x, w        float32 // the stretch that they stand in
	room        float32 // how wide they were set
	start       int32   // in the flat text
	mark        typeset.Mark
	cost        int32
	count       uint8
	used        bool   // since the last look for what to drop
	lines       []line // nil while they are dropped
}

// maxBatch is how many lines a batch has at most: so many are set again for one of them.
const maxBatch = 32

// manySpans is of how many spans the places in a paragraph are kept to set it again.
const manySpans = 512

// fits tells whether a line goes to the batch.
func (t *batch) fits(y, x, w, room float32) bool {
	return t.count < maxBatch && t.top+t.height == y && t.x == x && t.w == w && t.room == room && t.lines != nil
}

// put adds a line to a batch and gives it its place there.
func (t *batch) put(l line) *line {
	l.y = t.height
	t.lines = append(t.lines, l)
	t.count++
	t.cost += costOf(&l)
	t.height = l.bottom()
	return &t.lines[len(t.lines)-1]
}

// costOf is what a line takes of memory, in glyphs.
func costOf(l *line) int32 {
	n := 12
	for i := range l.Runs {
		n += 20 + cap(l.Runs[i].Glyphs)
	}
	return int32(n)
}

// pinned is a passage of lines that are never dropped, each at its place in the box.
func pinned(lines []line) *passage {
	p := &passage{}
	for i := range lines {
		l := lines[i]
		if n := len(p.batches); n == 0 || !p.batches[n-1].fits(l.y, 0, 0, 0) {
			p.batches = append(p.batches, batch{top: l.y, start: int32(l.Start), lines: make([]line, 0, len(lines))})
		}
		p.note(&p.batches[len(p.batches)-1], l)
	}
	return p
}

// note adds a line to the last batch, and its baseline to those of the passage.
func (p *passage) note(t *batch, l line) *line {
	placed := t.put(l)
	p.last = t.top + placed.y + placed.Ascent
	if len(p.batches) == 1 && t.count == 1 {
		p.first = p.last
	}
	return placed
}

// from returns the first batch that ends at y or below.
func (p *passage) from(y float32) int {
	return sort.Search(len(p.batches), func(i int) bool { return p.batches[i].top+p.batches[i].height >= y })
}

// at returns the batch that an offset of the flat text is in, the last that begins there.
func (p *passage) at(offset int) int {
	return max(sort.Search(len(p.batches), func(i int) bool { return int(p.batches[i].start) > offset })-1, 0)
}

// shift moves all lines down.
func (p *passage) shift(by float32) {
	for i := range p.batches {
		p.batches[i].top += by
	}
	p.first, p.last = p.first+by, p.last+by
}

// lines returns the lines of a batch, set again if they were dropped.
func (f *Flow) lines(p *passage, i int) []line {
	t := &p.batches[i]
	t.used = true
	f.looked += int(t.cost)
	if t.lines == nil {
		f.setAgain(p, i)
	}
	return t.lines
}

// setAgain sets lines that were dropped.
func (f *Flow) setAgain(p *passage, i int) {
	t := &p.batches[i]
	if !p.fold.IsZero() {
		l, _ := f.foldLabel(p.fold)
		t.lines = []line{l}
		f.keep(p, i)
		return
	}
	text := f.textOf(p)
	text.Resume(t.mark)
	lines := make([]line, 0, t.count)
	y := float32(0)
	for k := range int(t.count) {
		set, ok := text.Next(t.room)
		if !ok {
			break
		}
		l := f.stand(p.block.Style(), set, t.x, t.w, i == 0 && k == 0)
		l.y = y
		for j := range l.Runs {
			if r := boxOf(&l.Runs[j]); r != nil {
				l.put(r, &l.Runs[j])
			}
		}
		y = l.bottom()
		lines = append(lines, l)
	}
	t.lines = lines
	f.keep(p, i)
}

// textOf is the text of a passage, to be set from any place.
func (f *Flow) textOf(p *passage) *typeset.Text {
	if p.text != nil {
		return p.text.Again()
	}
	spans := f.spansOf(p)
	spans.again = true
	return f.paragraph(spans, p.block.Style(), p.within)
}

// boxOf is what a run stands for if that is a box of its own.
func boxOf(r *typeset.Run) *ref {
	of, _ := r.Span.Ref.(*ref)
	if of == nil || of.box == nil || !r.Span.Box {
		return nil
	}
	return of
}

// live is a batch that holds its lines.
type live struct {
	of *passage
	i  int
}

// heldLines are the batches that hold their lines.
type heldLines struct {
	live    []live     // those first that nobody has looked at for longest
	held    int        // by them, in glyphs
	kept    int        // so many are held in any case
	looked  int        // at so many
	insight int        // what was painted last, in glyphs
	parts   []heldPart // of the spans of long texts, those first that were made before others
}

// leastHeld is how much is held of lines at least, in glyphs: more than is in sight of
// nearly every window.
const leastHeld = 24 << 10

// keep notes that a batch holds its lines, and drops others if there are too many: those
// first that nobody has looked at for longest.
func (f *Flow) keep(p *passage, i int) {
	t := &p.batches[i]
	if cap(t.lines) > len(t.lines) {
		t.lines = append(make([]line, 0, len(t.lines)), t.lines...)
	}
	t.used = true
	f.held += int(t.cost)
	f.live = append(f.live, live{p, i})
	limit := max(f.kept, 2*f.insight)
	for range 2 * len(f.live) {
		if f.held <= limit || len(f.live) <= 1 {
			return
		}
		next := f.live[0]
		f.live = f.live[1:]
		t := &next.of.batches[next.i]
		if t.used {
			t.used = false
			f.live = append(f.live, next)
			continue
		}
		t.lines = nil
		f.held -= int(t.cost)
	}
}
