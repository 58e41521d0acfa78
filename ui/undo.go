package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"restante.app/localstore"
	"restante.app/ui/theme"
)

const (
	mostUndo = 100              // operations that can be taken back
	undoFor  = 12 * time.Second // how long the bar offers it
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
	resized func()
}

func newDeeds(d *desk) *deeds {
	s := &deeds{desk: d, words: widget.NewLabel(""), stop: func() {}, resized: func() {}}
	s.words.Truncation = fyne.TextTruncateEllipsis
	s.button = newTool("Undo", theme.Icon(theme.IconNameUndo), func() {
		s.back()
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

// do does something to messages in the background, and offers to take it back. words say
// what was done, once it is.
func (s *deeds) do(what, words string, job func() (localstore.Undo, error)) {
	work(s.desk, what, job, func(u localstore.Undo) {
		s.done = append(s.done, deed{words, u})
		if len(s.done) > mostUndo {
			s.done = s.done[1:]
		}
		s.undone = nil
		s.say(words, true)
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
	work(s.desk, "Taking back", func() (localstore.Undo, error) { return s.desk.core.Undo(last.undo) }, func(u localstore.Undo) {
		*to = append(*to, deed{last.words, u})
		s.say(prefix+last.words, len(s.done) > 0)
	})
}

// say shows the bar for a while.
func (s *deeds) say(words string, more bool) {
	s.words.SetText(words)
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
