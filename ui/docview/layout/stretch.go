package layout

import (
	"slices"

	"restante.app/ui/docview/dom"
)

// stretch is what a box knows that stands for some children of another, one after the
// other. Out of sight it lets go of them: they are laid out again, to the same places, for
// whoever asks. There are stretches in stretches, so that what is laid out again is never
// more than a little.
type stretch struct {
	of          remaker
	top         float32 // as it was laid out
	first, last float32 // baselines, from the top
	weight      int32
	seen        int32 // by which painting, the last that looked into it
	lined       bool  // it has baselines
	dropped     bool
	pinned      bool // somebody is in it
}

// again is what a box stands for, nil for most.
func again(b *box) remaker {
	if b.again == nil {
		return nil
	}
	return b.again.of
}

// remaker lays out the children of a stretch again, in a box like that which they had
// been in.
type remaker interface {
	remake(f *Flow, b *box) *box
}

// siblings are children of a block container.
type siblings struct {
	cut
	count int32
}

// cut is a place before a child of a block container: all that the layout of those behind
// it depends on.
type cut struct {
	node     dom.Node // the child
	x, w     float32
	y, floor float32
	margin   margin
	fx, fy   float32
	around   *floats
	empty    bool
	eaten    bool
}

// begun is where the stretch begins that a frame is at, and what there was by then.
type begun struct {
	cut
	i            int // of the child that comes next
	kids, floats int // of the box
	weight, work int // of the flow
	at           bool
}

// heldBoxes are the stretches that hold their children, and what there is of boxes.
type heldBoxes struct {
	stretches []*box // those first that were laid out before others
	heavy     int    // they together, in boxes and passages
	keptBoxes int    // so many are held in any case
	paintings int32  // how many there were
	seen      int    // in the last of them, in boxes and passages
	weight    int    // boxes and passages that are in no stretch yet, and stretches
	work      int    // all that was ever laid out: boxes and lines
}

// How much a stretch is, in boxes and passages: about as much as makes it worth while, and
// no more, with all that is in it, than is laid out again in a few ms. There are so many
// held at least.
const (
	leastStretch = 192
	mostWork     = 768
	leastKept    = 2048
)

// manyFloats is how many floats may be beside the beginning of a stretch.
const manyFloats = 16

// divide makes a stretch of the children that a frame has placed since the last, if they
// are enough and all is complete.
func (f *Flow) divide(fr *frame) {
	if fr.box.bare {
		return
	}
	if fr.begun.at {
		work, n := f.work-fr.begun.work, len(fr.box.kids)-fr.begun.kids
		switch {
		case n > 0 && work > mostWork: // what is in it has stretches of its own
		case n > 0 && enough(f.weight-fr.begun.weight, work):
			f.join(fr)
		default:
			return
		}
	}
	fr.begun = begun{}
	if !fr.kids.none() && len(fr.fc.left)+len(fr.fc.right) <= manyFloats {
		fr.begun = begun{cut: fr.cut(), i: fr.i, kids: len(fr.box.kids), floats: len(fr.box.floats), weight: f.weight, work: f.work, at: true}
	}
}

// enough tells whether so much is a stretch.
func enough(weight, work int) bool {
	return weight >= leastStretch || weight >= leastStretch/8 && work >= mostWork/2
}

// cut is where a frame is.
func (fr *frame) cut() cut {
	return cut{
		node: fr.kids.at, x: fr.x, w: fr.w, y: fr.y, floor: fr.floor, margin: fr.margin, fx: fr.fx, fy: fr.fy, around: fr.fc.copy(),
		empty: fr.empty, eaten: fr.eaten,
	}
}

// join puts the children of a frame's box that are in no stretch yet into one.
func (f *Flow) join(fr *frame) {
	b, from := fr.box, &fr.begun
	s := bareBox(fr.node)
	s.w, s.kids = b.w, slices.Clone(b.kids[from.kids:])
	if len(b.floats) > from.floats {
		s.own().floats = slices.Clone(b.floats[from.floats:])
		b.extra.floats = slices.Delete(b.floats, from.floats, len(b.floats))
	}
	least := float32(-extent)
	if from.kids > 0 {
		least = b.kids[from.kids-1].y
	}
	f.gather(s, least, f.weight-from.weight, &siblings{from.cut, int32(fr.i - from.i)})
	b.kids = slices.Delete(b.kids, from.kids, len(b.kids))
	b.complete = int32(from.kids)
	b.add(s)
	b.done(s)
}

// gather makes a box a stretch of the children that it has been given: they have their
// places in the box that they were in, and get those in the stretch. It begins where they
// do, but not above least.
func (f *Flow) gather(s *box, least float32, weight int, of remaker) {
	first, last := s.kids[0], s.kids[len(s.kids)-1]
	s.open, s.y, s.start, s.end = false, first.y, first.start, last.end
	for _, k := range s.floats {
		s.y, s.start, s.end = min(s.y, k.y), min(s.start, k.start), max(s.end, k.end)
	}
	s.y = max(s.y, least)
	s.settle(s.y)
	again := &stretch{of: of, top: s.y, weight: int32(weight)}
	again.first, again.lined = s.baseline(true)
	again.last, _ = s.baseline(false)
	s.again = again
	f.weight -= weight - 1
	f.hold(s)
}

// settle places a stretch's children in it, whose top is where they were.
func (b *box) settle(top float32) {
	for _, k := range b.kids {
		k.y -= top
		b.h = max(b.h, k.y+k.h)
		b.done(k)
	}
	for _, k := range b.floats {
		k.y -= top
		b.include(k)
		b.afloat = true // which is known while they are dropped, too
	}
	b.span()
}

// enter makes sure that a box has what is in it, and notes that somebody looks there.
func (f *Flow) enter(b *box) {
	s := b.again
	if s == nil {
		return
	}
	if s.seen != f.paintings {
		s.seen = f.paintings
		f.seen += int(s.weight)
	}
	if s.dropped {
		f.layAgain(b)
	}
}

// layAgain lays out what a stretch let go of.
func (f *Flow) layAgain(b *box) {
	weight, work, laid := f.weight, f.work, f.laid
	in := b.again.of.remake(f, b)
	b.kids, b.extra, b.complete = in.kids, in.extra, 0
	b.settle(b.again.top)
	b.again.dropped = false
	f.weight, f.work, f.laid = weight, work, laid
	f.hold(b)
}

func (c *siblings) remake(f *Flow, b *box) *box {
	in := bareBox(b.node)
	in.w = b.w
	f.run(&stack{&frame{
		box: in, node: b.node, kids: queue{b.node, c.node, c.count}, x: c.x, w: c.w, y: c.y, floor: c.floor, margin: c.margin,
		fx: c.fx, fy: c.fy, fc: c.around.copy(), empty: c.empty, eaten: c.eaten, again: true, then: func(*box) {},
	}})
	return in
}

// hold notes that a stretch has its children.
func (f *Flow) hold(b *box) {
	f.stretches = append(f.stretches, b)
	f.heavy += int(b.again.weight)
}

// trim makes stretches let go of what is in them, those first that nobody has looked at
// for longest, while too much is held.
func (f *Flow) trim() {
	limit := max(f.keptBoxes, 2*f.seen)
	for range 2 * len(f.stretches) {
		if f.heavy <= limit {
			return
		}
		next := f.stretches[0]
		f.stretches = f.stretches[1:]
		s := next.again
		if s.pinned || s.seen == f.paintings && s.seen > 0 {
			f.stretches = append(f.stretches, next)
			continue
		}
		f.drop(next)
	}
}

// drop lets go of what is in a stretch.
func (f *Flow) drop(b *box) {
	b.kids, b.extra, b.complete = nil, &noExtra, 0
	b.again.dropped = true
	f.heavy -= int(b.again.weight)
}
