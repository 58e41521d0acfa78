package textview

import (
	"time"

	"fyne.io/fyne/v2"
)

// scroll moves the text up by dy pixels and tells whether it moved.
func (v *View) scroll(dy float32) bool {
	if !v.ready() || !v.page.scroll(dy) {
		return false
	}
	v.Refresh()
	return true
}

// countClick tells double and triple clicks by time and place.
func (v *View) countClick(at fyne.Position) {
	clock := v.mouse.now
	if clock == nil {
		clock = time.Now
	}
	now := clock()
	moved := at.Subtract(v.mouse.at)
	near := moved.X*moved.X+moved.Y*moved.Y <= clickMove*clickMove
	if near && now.Sub(v.mouse.last) <= clickTime && v.mouse.clicks < 3 {
		v.mouse.clicks++
	} else {
		v.mouse.clicks = 1
	}
	v.mouse.last, v.mouse.at = now, at
}

// pressBar takes a press on the scroll bar and tells whether there is one.
func (v *View) pressBar(y float32) bool {
	top, height := v.page.bar()
	switch {
	case height == 0:
		return false
	case y < top:
		v.scroll(-v.page.screen())
	case y >= top+height:
		v.scroll(v.page.screen())
	default:
		v.mouse.grip, v.mouse.thumb = gripThumb, y-top
	}
	return true
}

// extend takes the selection to where the pointer is.
func (v *View) extend() {
	at := v.mouse.at
	at.Y = min(max(at.Y, 0), v.Size().Height-1)
	v.sel.loose = unitAt(v.text, v.page.offsetAt(at), v.sel.unit)
	v.Refresh()
}

// outside tells how far the pointer is above (negative) or below the view.
func (v *View) outside() float32 {
	return min(v.mouse.at.Y, 0) + max(v.mouse.at.Y-v.Size().Height, 0)
}

// startScrolling scrolls and selects on while the pointer waits outside.
func (v *View) startScrolling() {
	if v.mouse.edge != nil {
		return
	}
	v.mouse.edge = fyne.NewAnimation(time.Second, func(float32) {
		if v.mouse.grip == gripText && v.ready() && v.scroll(v.outside()*edgeStep) {
			v.extend()
		}
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

// takeFocus asks the owner for the keyboard.
func (v *View) takeFocus() {
	if v.OnFocus != nil && !v.focused {
		v.OnFocus(v)
	}
}
