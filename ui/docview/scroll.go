package docview

import (
	"time"

	"fyne.io/fyne/v2"

	"restante.app/ui/docview/viewport"
)

const (
	wheelStep = 4   // Fyne reports about 17 pixels for a notch, less than a line
	edgeStep  = 0.5 // how much of the way outside the view is scrolled at each frame
	lineStep  = 48  // of the arrow keys
	glideTime = 120 * time.Millisecond
)

// glide takes the view to a place within a few frames.
type glide struct {
	animation  *fyne.Animation
	from, to   float32
	fromX, toX float32
}

func (g *glide) stop() {
	if g.animation != nil {
		g.animation.Stop()
		g.animation = nil
	}
}

// scroll moves the view by some of Fyne's px and tells whether there was any way to go.
func (v *View) scroll(dx, dy float32) bool {
	p := v.port.Place()
	x, y := p.X, p.Y
	if v.glide.animation != nil { // from where it is going
		x, y = v.glide.toX, v.glide.to
	}
	return v.scrollTo(p, x+dx*v.scale, y+dy*v.scale)
}

// scrollTo glides to a place of the document.
func (v *View) scrollTo(p viewport.Place, x, y float32) bool {
	w, h := v.Size().Width*v.scale, v.Size().Height*v.scale
	x, y = min(max(x, 0), max(p.Width-w, 0)), max(y, 0)
	if p.Exact {
		y = min(y, max(p.Height-h, 0))
	}
	if abs(x-p.X) < 1 && abs(y-p.Y) < 1 {
		return false
	}
	v.glide.stop()
	g := &v.glide
	g.from, g.to, g.fromX, g.toX = p.Y, y, p.X, x
	var a *fyne.Animation
	a = fyne.NewAnimation(glideTime, func(done float32) {
		v.port.ScrollTo(g.fromX+(g.toX-g.fromX)*done, g.from+(g.to-g.from)*done)
		v.kick()
		if done == 1 && g.animation == a {
			g.animation = nil
		}
	})
	a.Curve = fyne.AnimationEaseOut
	g.animation = a
	a.Start()
	return true
}

// jump goes to a place at once.
func (v *View) jump(x, y float32) {
	v.glide.stop()
	v.port.ScrollTo(x, y)
	v.kick()
}

// screen is how far a page is, in Fyne's px.
func (v *View) screen() float32 { return max(v.Size().Height-lineStep, lineStep) }

// PageDown scrolls by a screen and tells whether the text moved: a reader who pages
// through messages goes to the next one when it did not.
func (v *View) PageDown() bool { return v.scroll(0, v.screen()) }

func abs(x float32) float32 { return max(x, -x) }

// bar is where the thumb of a scroll bar is, in Fyne's px; a length of 0 is none.
type bar struct {
	at, length float32
	room       float32 // how far it can go
	most       float32 // how far the document can, in px of the output
}

type bars struct{ down, across bar }

func (v *View) bars() bars {
	p, s := v.port.Place(), v.Size()
	b := bars{newBar(p.Y, p.Height, s.Height, v.scale), newBar(p.X, p.Width, s.Width, v.scale)}
	return b
}

func newBar(at, all, view, scale float32) bar {
	px := view * scale
	if all < px+1 || view < 2*thumbMin {
		return bar{}
	}
	b := bar{length: max(thumbMin, view*px/all), most: all - px}
	b.room = view - b.length
	b.at = min(at/b.most, 1) * b.room
	return b
}

// pressBar takes a press on a scroll bar and tells whether there is one.
func (v *View) pressBar(at fyne.Position) bool {
	b, s := v.bars(), v.Size()
	switch {
	case at.X >= s.Width-thumbZone && b.down.length > 0:
		v.mouse.grip, v.mouse.thumb = v.pressOn(b.down, at.Y, gripDown, func(by float32) { v.scroll(0, by*v.screen()) })
	case at.Y >= s.Height-thumbZone && b.across.length > 0:
		v.mouse.grip, v.mouse.thumb = v.pressOn(b.across, at.X, gripAcross, func(by float32) { v.scroll(by*s.Width*0.9, 0) })
	default:
		return false
	}
	return true
}

// pressOn grips the thumb, or goes a page towards where the press is.
func (v *View) pressOn(b bar, at float32, g grip, page func(by float32)) (grip, float32) {
	switch {
	case at < b.at:
		page(-1)
	case at >= b.at+b.length:
		page(1)
	default:
		return g, at - b.at
	}
	return gripNone, 0
}

// dragBar takes the thumb that is gripped to the pointer.
func (v *View) dragBar() {
	p, b := v.port.Place(), v.bars()
	if v.mouse.grip == gripDown && b.down.room > 0 {
		v.jump(p.X, min(max((v.mouse.at.Y-v.mouse.thumb)/b.down.room, 0), 1)*b.down.most)
	}
	if v.mouse.grip == gripAcross && b.across.room > 0 {
		v.jump(min(max((v.mouse.at.X-v.mouse.thumb)/b.across.room, 0), 1)*b.across.most, p.Y)
	}
}

// startScrolling scrolls and selects on while the pointer waits outside.
func (v *View) startScrolling() {
	if v.mouse.edge != nil {
		return
	}
	v.mouse.edge = fyne.NewAnimation(time.Second, func(float32) {
		if v.mouse.grip != gripText {
			return
		}
		p := v.port.Place()
		v.port.ScrollTo(p.X, p.Y+v.outside()*edgeStep*v.scale)
		v.drag()
	})
	v.mouse.edge.RepeatCount = fyne.AnimationRepeatForever
	v.mouse.edge.Start()
}

func (v *View) stopScrolling() {
	if v.mouse.edge != nil {
		v.mouse.edge.Stop()
		v.mouse.edge = nil
	}
}

// outside tells how far the pointer is above (negative) or below the view.
func (v *View) outside() float32 {
	return min(v.mouse.at.Y, 0) + max(v.mouse.at.Y-v.Size().Height, 0)
}
