package docview

import (
	"image"
	"sync"
	"time"

	"fyne.io/fyne/v2/canvas"
)

// slice is how long the view is laid out at a time: others wait no longer for it.
const slice = 4 * time.Millisecond

// worker lays out and paints elsewhere, one at a time. A frame that Fyne's goroutine has
// not taken yet is the only one.
type worker struct {
	mu      sync.Mutex
	running bool
	again   bool // there is something new to do
	out     bool // a frame is on its way
}

// kick makes the worker look at what there is to do.
func (v *View) kick() {
	if v.work.begin() {
		v.hands.Go(v.run)
	}
}

// begin tells whether the worker has to be started.
func (w *worker) begin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running {
		w.again = true
		return false
	}
	w.running = true
	return true
}

// run works until there is nothing left.
func (v *View) run() {
	grown := false
	for {
		ready, more := v.port.Work(slice)
		if ready && v.port.Stale() && v.work.claim() {
			img := v.port.Paint()
			v.hands.Do(func() { v.take(img) })
		}
		grown = grown || more
		if more {
			continue
		}
		if grown {
			grown = false
			v.hands.Do(v.showBars)
		}
		if v.work.rest() {
			return
		}
	}
}

// claim takes the right to paint the next frame.
func (w *worker) claim() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.out {
		return false
	}
	w.out = true
	return true
}

// rest ends the work unless there is more.
func (w *worker) rest() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.again {
		w.again = false
		return false
	}
	w.running = false
	return true
}

// take shows a frame.
func (v *View) take(img *image.RGBA) {
	v.work.mu.Lock()
	v.work.out = false
	v.work.mu.Unlock()
	v.frame = img
	if r := v.mouse.renderer; r != nil {
		canvas.Refresh(r.raster)
		r.bars()
	}
	if v.port.Stale() {
		v.kick()
	}
}

func (v *View) showBars() {
	if r := v.mouse.renderer; r != nil {
		r.bars()
	}
}
