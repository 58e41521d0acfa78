package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"restante.app/mimeview"
	"restante.app/ui/docview"
	"restante.app/ui/theme"
)

// sheet is a dialog: a title, what it is about, and the answers below on the right.
// Enter gives the answer that has the focus, Escape closes it.
type sheet struct {
	desk   *desk
	popup  *widget.PopUp
	inside *fyne.Container
	left   *fyne.Container   // what is not an answer
	scroll *container.Scroll // of what is in it, nil for none
	size   fyne.Size
	closed func()
}

const (
	sheetWidth = 480
	sheetRoom  = 18 // between its edge and what is in it
)

// newSheet makes a sheet of this size, or as high as it needs to be if size has no
// height. It is shown by open.
func (d *desk) newSheet(title string, size fyne.Size, body fyne.CanvasObject, answers ...fyne.CanvasObject) *sheet {
	name := widget.NewLabel(mimeview.Clean(title, 200))
	name.TextStyle.Bold, name.SizeName, name.Truncation = true, theme.SizeNameSubjectText, fyne.TextTruncateEllipsis
	s := &sheet{desk: d, size: size, left: container.NewHBox(), closed: func() {}}
	foot := container.NewBorder(nil, nil, s.left, container.NewHBox(answers...))
	room := layout.NewCustomPaddedLayout(12, 12, sheetRoom-6, sheetRoom)
	s.inside = container.New(room, container.NewBorder(name, container.NewVBox(container.New(wide(1)), foot), nil, nil, body))
	s.popup = widget.NewModalPopUp(s.inside, d.window.Canvas())
	return s
}

// newLongSheet makes a sheet as high as what is in it, as far as the window goes; what
// is beyond that is scrolled to.
func (d *desk) newLongSheet(title string, width float32, body fyne.CanvasObject, answers ...fyne.CanvasObject) *sheet {
	scroll := container.NewVScroll(container.New(layout.NewCustomPaddedLayout(0, 0, 0, 14), body))
	s := d.newSheet(title, fyne.NewSize(width, 0), scroll, answers...)
	s.scroll = scroll
	return s
}

// open shows the sheet and gives the keyboard to one of its controls.
func (s *sheet) open(first fyne.Focusable) {
	s.fit()
	s.desk.sheets = append(s.desk.sheets, s)
	s.popup.Show()
	s.desk.focus(first)
}

// fit gives the sheet the height that its text needs.
func (s *sheet) fit() {
	for range 3 { // what wraps learns its height from its width
		s.fitScroll()
		s.inside.Resize(fyne.NewSize(s.size.Width, s.inside.MinSize().Height))
	}
	s.popup.Resize(fyne.NewSize(s.size.Width, max(s.size.Height, s.inside.MinSize().Height)))
}

// fitScroll gives what is scrolled the height that it needs, as far as the window
// goes.
func (s *sheet) fitScroll() {
	if s.scroll == nil {
		return
	}
	const around = 170 // title, answers and some of the window
	in := s.scroll.Content
	in.Resize(fyne.NewSize(s.scroll.Size().Width, in.MinSize().Height))
	most := s.desk.window.Canvas().Size().Height - around
	s.scroll.SetMinSize(fyne.NewSize(0, min(in.MinSize().Height, most)))
}

// news makes room for what was added at the end and shows it.
func (s *sheet) news() {
	s.fit()
	if s.scroll != nil {
		s.scroll.ScrollToBottom()
	}
}

// scrollSheet scrolls what is long in the uppermost sheet: its buttons have the keyboard.
func (d *desk) scrollSheet(name fyne.KeyName) {
	if len(d.sheets) == 0 || d.sheets[len(d.sheets)-1].scroll == nil {
		return
	}
	const line = 40
	s := d.sheets[len(d.sheets)-1].scroll
	screen, all := s.Size().Height, s.Content.MinSize().Height
	by := map[fyne.KeyName]float32{
		fyne.KeyUp: -line, fyne.KeyDown: line, fyne.KeyPageUp: -(screen - line), fyne.KeyPageDown: screen - line, fyne.KeyHome: -all, fyne.KeyEnd: all,
	}[name]
	to := min(max(s.Offset.Y+by, 0), max(all-screen, 0))
	if to != s.Offset.Y {
		s.Offset.Y = to
		s.Refresh()
	}
}

// bring scrolls the uppermost sheet to a control in it that has the keyboard.
func (d *desk) bring(o fyne.CanvasObject) {
	if len(d.sheets) == 0 {
		return
	}
	s := d.sheets[len(d.sheets)-1].scroll
	if s == nil || !holds(s.Content, o) {
		return
	}
	const room = 8 // above and below it
	driver := d.app.Driver()
	at := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(s).Y
	by := max(0, at+o.Size().Height+room-s.Size().Height) + min(0, at-room)
	if to := min(max(s.Offset.Y+by, 0), max(s.Content.Size().Height-s.Size().Height, 0)); to != s.Offset.Y {
		s.Offset.Y = to
		s.Refresh()
	}
}

// holds tells whether an object is within another, as deep as containers go.
func holds(in, o fyne.CanvasObject) bool {
	c, ok := in.(*fyne.Container)
	return in == o || ok && slices.ContainsFunc(c.Objects, func(part fyne.CanvasObject) bool { return holds(part, o) })
}

// close takes the sheet away, once.
func (s *sheet) close() {
	for i, o := range s.desk.sheets {
		if o == s {
			s.desk.sheets = append(s.desk.sheets[:i:i], s.desk.sheets[i+1:]...)
			s.popup.Hide()
			s.closed()
			s.desk.resume()
			return
		}
	}
}

// resume gives the keyboard back to the text that was read before a dialog, or to the
// message list.
func (d *desk) resume() {
	if v, ok := d.window.Canvas().Focused().(*docview.View); !ok || !v.Visible() {
		d.rest()
	}
}

// escape closes the uppermost sheet.
func (d *desk) escape() {
	if n := len(d.sheets); n > 0 {
		d.sheets[n-1].close()
	}
}

// tell says something that needs no answer.
func (d *desk) tell(title, text string) {
	var s *sheet
	ok := d.newAnswer("OK", func() { s.close() })
	ok.Importance = widget.HighImportance
	s = d.newSheet(title, fyne.NewSize(sheetWidth, 0), d.wrapped(text), ok)
	s.open(ok)
}

// ask puts a question; yes is called if the answer is the one named.
func (d *desk) ask(title, text, answer string, grave bool, yes func()) {
	var s *sheet
	no := d.newAnswer("Cancel", func() { s.close() })
	do := d.newAnswer(answer, func() {
		s.close()
		yes()
	})
	first := do
	if do.Importance = widget.HighImportance; grave {
		do.Importance, first = widget.DangerImportance, no
	}
	s = d.newSheet(title, fyne.NewSize(sheetWidth, 0), d.wrapped(text), no, do)
	d.marks["confirm-no"], d.marks["confirm-yes"] = no, do
	s.closed = func() { d.marks.drop("confirm-") }
	s.open(first)
}

func (d *desk) wrapped(text string) *copyable {
	l := newCopyable(d, "")
	l.whole, l.Text, l.Wrapping, l.Truncation = text, text, fyne.TextWrapWord, fyne.TextTruncateOff
	return l
}
