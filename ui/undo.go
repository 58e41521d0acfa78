package ui

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"restante.app/localstore"
	"restante.app/ui/present"
	"restante.app/ui/theme"
)

const (
	mostUndo = 100              // operations that can be taken back
	undoFor  = 12 * time.Second // how long the bar offers it

	tellEvery = 200 * time.Millisecond // at most, how far something is
)

// deed is something that was done to messages, in words, with what takes it back.
type deed struct {
	words string
	undo  localstore.Undo
}

// deeds are what was done since the program began, to be taken back the last first, and a
// bar that says what was done last and offers to. It belongs to Fyne's goroutine.
type deeds struct {
	desk    *desk
	done    []deed
	undone  []deed
	object  *fyne.Container
	words   *widget.Label
	button  *tool
	stop    func() // keeps the bar from being hidden
	cancel  func() // stops what goes on, nil where nothing does that takes long
	resized func()
}

func newDeeds(d *desk) *deeds {
	s := &deeds{desk: d, words: widget.NewLabel(""), stop: func() {}, resized: func() {}}
	s.words.Truncation = fyne.TextTruncateEllipsis
	s.button = newTool("Undo", theme.Icon(theme.IconNameUndo), func() {
		s.press()
		d.rest()
	}, d.key)
	d.marks["undo"] = s.button
	hide := newTool("", fynetheme.CancelIcon(), func() {
		s.hide()
		d.rest()
	}, d.key)
	row := container.NewBorder(nil, nil, nil, container.NewHBox(s.button, hide), s.words)
	s.object = container.NewVBox(newRule(), container.NewStack(newGround(theme.ColorNameSidebarBackground), row))
	s.object.Hide()
	return s
}

// deedJob does something to messages, some at a time, and tells how far it is.
type deedJob func(ctx context.Context, tell localstore.Progress) (localstore.Undo, error)

// do does something to messages in the background, and offers to take it back. words say
// what was done, once it is. While it takes long, the bar says how far it is and stops it.
func (s *deeds) do(what, words string, job deedJob) {
	s.run(what, job, func(u localstore.Undo, err error) {
		if err != nil && u.Empty() {
			return
		}
		if err != nil {
			words = present.Stopped(u.Len())
		}
		s.done = append(s.done, deed{words, u})
		if len(s.done) > mostUndo {
			s.done = s.done[1:]
		}
		s.undone = nil
		s.say(words, true)
	})
}

// run runs a job in the background and then done on Fyne's goroutine, whatever ended it.
func (s *deeds) run(what string, job deedJob, done func(u localstore.Undo, err error)) {
	ctx, cancel := context.WithCancel(context.Background())
	told, ended := time.Now(), false
	s.desk.spawn(func() {
		u, err := job(ctx, func(n, total int) {
			if now := time.Now(); n < total && now.Sub(told) > tellEvery {
				told = now
				s.desk.onUI(func() {
					if !ended {
						s.goesOn(what+": "+present.Part(n, total), cancel)
					}
				})
			}
		})
		s.desk.onUI(func() {
			ended = true
			cancel()
			s.cancel = nil
			if err != nil && !errors.Is(err, context.Canceled) {
				s.desk.fault(what, err)
			}
			done(u, err)
		})
	})
}

// goesOn shows how far something is, and a button that stops it.
func (s *deeds) goesOn(words string, cancel func()) {
	s.cancel = cancel
	s.say(words, true)
	s.stop()
}

// press takes the last deed back, or stops what goes on.
func (s *deeds) press() {
	if s.cancel != nil {
		s.cancel()
		return
	}
	s.back()
}

// cutOff offers to take back what was cut off when the program died.
func (s *deeds) cutOff() {
	work(s.desk, "Looking for what was cut off", s.desk.core.CutOff, func(all []localstore.Deed) {
		for _, d := range all {
			s.done = append(s.done, deed{present.CutOff(d), d.Undo})
			s.say(present.CutOff(d), true)
		}
	})
}

// back takes the last deed back.
func (s *deeds) back() {
	s.turn(&s.done, &s.undone, "Taken back: ")
}

// again does once more what was taken back last.
func (s *deeds) again() {
	s.turn(&s.undone, &s.done, "Done again: ")
}

func (s *deeds) turn(from, to *[]deed, prefix string) {
	n := len(*from)
	if n == 0 {
		s.say("There is nothing more to take back.", false)
		return
	}
	last := (*from)[n-1]
	*from = (*from)[:n-1]
	s.run("Taking back", func(ctx context.Context, tell localstore.Progress) (localstore.Undo, error) {
		return s.desk.core.Undo(ctx, last.undo, tell)
	}, func(u localstore.Undo, err error) {
		words := prefix + last.words
		if err != nil { // the rest of it can still be taken back, unless it is too long ago
			words = present.Stopped(u.Len())
			if !errors.Is(err, localstore.ErrNotFound) {
				*from = append(*from, last)
			}
		}
		if err == nil || !u.Empty() {
			*to = append(*to, deed{last.words, u})
			s.say(words, len(s.done) > 0)
		}
	})
}

// say shows the bar for a while.
func (s *deeds) say(words string, more bool) {
	s.words.SetText(words)
	if s.cancel == nil {
		s.button.SetText("Undo")
	} else {
		s.button.SetText("Stop")
	}
	setShown(s.button, more)
	setShown(s.object, true)
	s.resized()
	s.stop()
	s.stop = s.desk.later(undoFor, s.hide)
}

func (s *deeds) hide() {
	s.stop()
	setShown(s.object, false)
	s.resized()
}
