package viewport

import "math"

// Place is what of a document is in sight, in px of the output.
type Place struct {
	X, Y          float32 // of the view in the document
	Width, Height float32 // of the document with its margins; the height is an estimate unless Exact
	Exact         bool
}

// Place tells what is in sight.
func (v *View) Place() Place {
	v.mu.Lock()
	defer v.mu.Unlock()
	w, h, exact := v.extent()
	p := Place{v.x, v.y, w, h, exact}
	if v.goal.kind == toY { // where the view is going is where it is, for the bar
		p.Y = min(v.goal.y, max(h-float32(v.size.h), 0))
	}
	return p
}

// Bottom as a place to scroll to is the document's end.
const Bottom = math.MaxFloat32

// ScrollTo goes to a place as soon as it is laid out.
func (v *View) ScrollTo(x, y float32) {
	v.mu.Lock()
	defer v.mu.Unlock()
	w, h, exact := v.extent()
	v.x = min(max(x, 0), max(w-float32(v.size.w), 0))
	y = max(y, 0)
	if exact {
		y = min(y, max(h-float32(v.size.h), 0))
	}
	v.goal = goal{kind: toY, y: y}
	if v.next != nil && y > 0 { // the place is one of the layout that is going
		v.y = min(y, max(h-float32(v.size.h), 0))
		v.goal = goal{}
		v.anchor()
	}
}

// gap is what is left above a place that was gone to, in CSS px.
const gap = 8

// GoTo scrolls to the place in the document that has a name, and tells whether there is
// one.
func (v *View) GoTo(name string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	at, ok := v.doc.Anchor(name)
	if !ok {
		return false
	}
	v.unfold(at.Start, max(at.End, at.Start+1))
	if v.goal = (goal{kind: toY}); at.Start > 0 {
		v.goal = goal{kind: toAnchor, offset: at.Start, y: -gap}
	}
	return true
}

// Reveal brings a stretch of the flat text in sight.
func (v *View) Reveal(from, to int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.reveal(from, to)
}

func (v *View) reveal(from, to int) {
	v.unfold(from, to)
	v.goal = goal{kind: toSight, offset: from, end: to}
}
