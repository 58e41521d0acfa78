package viewport

import (
	"math"
	"time"

	"restante.app/ui/docview/layout"
)

// goal is where the view goes once that has its place.
type goal struct {
	kind   goalKind
	y      float32 // toY: the wanted place; toAnchor: CSS px below the text's top
	offset int     // in the flat text
	end    int     // toSight: how far what is to be seen reaches
}

type goalKind uint8

const (
	nowhere  goalKind = iota
	toY               // a place
	toAnchor          // a text that stays where it is
	toSight           // a text that is to be seen
)

// ahead is how much text is laid out beyond what is in sight, in octets: enough to make
// the scroll bar right for nearly all mail, too little to fill the memory with lines
// that nobody looks at.
const ahead = 512 << 10

// chunk is how far down layout goes before it looks at the clock, in px.
const chunk = 400

// Work lays out for about as long as it is given. ready tells that what is in sight has
// its place, so that a frame can be painted; more that there is something left to do.
func (v *View) Work(budget time.Duration) (ready, more bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	end := time.Now().Add(budget)
	for !v.arrived() {
		if time.Now().After(end) {
			return false, true
		}
	}
	f := v.flow
	for {
		placed, exact := f.Height()
		if exact || f.Reached() > v.doc.Root.Start()+ahead && placed > v.y+float32(v.size.h)*3 {
			return true, false
		}
		f.Toward(f.Placed() + chunk)
		if time.Now().After(end) {
			return true, true
		}
	}
}

// arrived takes one step towards the goal and tells whether it is reached.
func (v *View) arrived() bool {
	f := v.flow
	if v.next != nil {
		f = v.next
	}
	need, ok := v.need(f)
	if !ok {
		f.Toward(f.Placed() + chunk)
		return false
	}
	if !f.Toward(min(need, f.Placed()+chunk)) && f.Placed() <= need {
		return false
	}
	if v.next != nil {
		v.flow, v.next = v.next, nil
		v.version++
	}
	v.land(f)
	return true
}

// need is how far down layout has to be; ok is false while that is not known.
func (v *View) need(f *layout.Flow) (y float32, ok bool) {
	h := float32(v.size.h)
	switch v.goal.kind {
	case toY:
		return v.goal.y + h, true
	case toAnchor, toSight:
		if f.Reached() <= max(v.goal.offset, v.goal.end) && f.Reached() < v.doc.Root.End() {
			return 0, false
		}
		return f.Top(v.goal.offset) + v.goal.y*v.size.zoom + h, true
	default:
		return v.y + h, true
	}
}

// land goes to the goal.
func (v *View) land(f *layout.Flow) {
	g := v.goal
	v.goal = goal{}
	switch g.kind {
	case toY:
		v.y = g.y
	case toAnchor:
		v.y = f.Top(g.offset) + v.margin() + g.y*v.size.zoom
	case toSight:
		v.sight(f, g)
	}
	v.clamp()
}

// sight scrolls as little as shows a text, a third down if it was out of sight.
func (v *View) sight(f *layout.Flow, g goal) {
	r, ok := f.Caret(g.offset)
	if !ok {
		return
	}
	end, ok := f.Caret(g.end)
	if !ok || end.Y+end.H-r.Y > float32(v.size.h)/2 {
		end = r
	}
	m, h := v.margin(), float32(v.size.h)
	top, bottom := r.Y+m, end.Y+end.H+m
	if room := r.H; top < v.y+min(room, h/4) || bottom > v.y+h-min(room, h/4) {
		v.y = top - h/3
	}
	if left := r.X + m; left < v.x || left > v.x+float32(v.size.w)-m {
		v.x = left - float32(v.size.w)/3
	}
}

// anchor keeps the text at the top where it is while the document is laid out anew. A
// goal that is not reached yet stays.
func (v *View) anchor() {
	if v.goal.kind == toAnchor || v.goal.kind == toSight {
		return
	}
	if v.y <= 0 {
		v.goal = goal{}
		return
	}
	at := v.y - v.margin()
	offset := v.flow.Offset(max(at, 0))
	v.goal = goal{kind: toAnchor, offset: offset, y: (at - v.flow.Top(offset)) / v.size.zoom}
}

// clamp keeps the view within the document as far as that is known.
func (v *View) clamp() {
	w, h, _ := v.extent()
	v.y = min(max(v.y, 0), max(h-float32(v.size.h), 0))
	v.x = min(max(v.x, 0), max(w-float32(v.size.w), 0))
	v.y = float32(int(v.y + 0.5)) // whole pixels, so that a frame can be made of the last one
	v.x = float32(int(v.x + 0.5))
}

// extent is that of the document with its margins.
func (v *View) extent() (w, h float32, exact bool) {
	h, exact = v.flow.Height()
	return ceil(v.flow.Width() + 2*v.margin()), ceil(h + 2*v.margin()), exact
}

func ceil(x float32) float32 { return float32(math.Ceil(float64(x))) }
