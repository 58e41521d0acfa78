package layout

import "slices"

// stretch is what a box knows that stands for some children of a block container, one
// after the other. Out of sight it lets go of them: from the place where they begin the
// layout is taken up again, and comes to the same, for whoever asks. There are stretches
// in stretches, so that what is laid out again is never more than a little.
type stretch struct {
	from        cut
	top         float32 // in the container as it was laid out
	first, last float32 // baselines, from the top
	to          int32   // the child behind the last
	weight      int32
	seen        int32 // by which painting, the last that looked into it
	lined       bool  // it has baselines
	dropped     bool
	pinned      bool // somebody is in it
}

// cut is a place between two children of a block container: all that the layout of those
// behind it depends on.
type cut struct {
	i        int32 // of the child that comes next
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
	kids, floats int // of the box
	weight, work int // of the flow
	at           bool
}

// How much a stretch is, in boxes and passages: about as much as makes it worth while, and
// no more, with all that is in it, than is laid out again in a few ms. There are so many
// held at least.
const (
	leastStretch = 48
	mostWork     = 768
	leastKept    = 4096
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
		case n > 0 && f.weight-fr.begun.weight >= leastStretch:
			f.join(fr)
		default:
			return
		}
	}
	fr.begun = begun{}
	if len(fr.fc.left)+len(fr.fc.right) <= manyFloats {
		fr.begun = begun{cut: fr.cut(), kids: len(fr.box.kids), floats: len(fr.box.floats), weight: f.weight, work: f.work, at: true}
	}
}

// cut is where a frame is.
func (fr *frame) cut() cut {
	return cut{
		i: int32(fr.i), x: fr.x, w: fr.w, y: fr.y, floor: fr.floor, margin: fr.margin, fx: fr.fx, fy: fr.fy, around: fr.fc.copy(),
		empty: fr.empty, eaten: fr.eaten,
	}
}

// join puts the children of a frame's box that are in no stretch yet into one.
func (f *Flow) join(fr *frame) {
	b, from := fr.box, &fr.begun
	s := bareBox(fr.node)
	s.open, s.w = false, b.w
	s.kids = slices.Clone(b.kids[from.kids:])
	if len(b.floats) > from.floats {
		s.own().floats = slices.Clone(b.floats[from.floats:])
		b.extra.floats = slices.Delete(b.floats, from.floats, len(b.floats))
	}
	least := float32(-extent)
	if from.kids > 0 {
		least = b.kids[from.kids-1].y
	}
	s.gather(least)
	again := &stretch{from: from.cut, top: s.y, to: int32(fr.i), weight: int32(f.weight - from.weight)}
	again.first, again.lined = s.baseline(true)
	again.last, _ = s.baseline(false)
	s.again = again
	b.kids = slices.Delete(b.kids, from.kids, len(b.kids))
	b.complete = int32(from.kids)
	b.add(s)
	b.done(s)
	f.weight = from.weight + 1
	f.hold(s)
}

// gather gives a stretch its place around its children, which have theirs in the container
// and get those in the stretch: from its top, not above least.
func (s *box) gather(least float32) {
	first, last := s.kids[0], s.kids[len(s.kids)-1]
	s.y, s.start, s.end = first.y, first.start, last.end
	for _, k := range s.floats {
		s.y, s.start, s.end = min(s.y, k.y), min(s.start, k.start), max(s.end, k.end)
	}
	s.y = max(s.y, least)
	s.settle()
}

// settle places a stretch's children in it.
func (s *box) settle() {
	for _, k := range s.kids {
		k.y -= s.y
		s.h = max(s.h, k.y+k.h)
		s.done(k)
	}
	for _, k := range s.floats {
		k.y -= s.y
		s.include(k)
		s.afloat = true // which is known while they are dropped, too
	}
	s.span()
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
	s := b.again
	c := &s.from
	weight, work, laid := f.weight, f.work, f.laid
	in := bareBox(b.node)
	in.w = b.w
	f.run(&stack{&frame{
		box: in, node: b.node, kids: f.kidsOf(b.node)[:s.to], i: int(c.i), x: c.x, w: c.w, y: c.y, floor: c.floor, margin: c.margin,
		fx: c.fx, fy: c.fy, fc: c.around.copy(), empty: c.empty, eaten: c.eaten, again: true, then: func(*box) {},
	}})
	b.kids, b.extra, b.complete = in.kids, in.extra, 0
	top := b.y
	b.y = s.top
	b.settle()
	b.y = top
	s.dropped = false
	f.weight, f.work, f.laid = weight, work, laid
	f.hold(b)
}

// hold notes that a stretch has its children.
func (f *Flow) hold(b *box) {
	f.stretches = append(f.stretches, b)
	f.heavy += int(b.again.weight)
}

// trim makes stretches let go of what is in them, those first that nobody has looked at
// for longest, while too much is held.
func (f *Flow) trim() {
	limit := max(f.keptBoxes, 3*f.seen)
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
