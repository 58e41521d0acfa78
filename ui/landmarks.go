package ui

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/present"
	"restante.app/ui/rowlist"
)

// Landmark is where a control is, in pixels of the window, and what it says.
type Landmark struct {
	X, Y, Width, Height int
	Text                string
	Disabled            bool
}

// landmarks are the controls that have a name.
type landmarks map[string]fyne.CanvasObject

// drop forgets the controls of a dialog that has closed.
func (l landmarks) drop(prefix string) {
	for name := range l {
		if strings.HasPrefix(name, prefix) {
			delete(l, name)
		}
	}
}

// Landmarks tells where the named controls are, for scripts that click them as a
// person would. It belongs to Fyne's goroutine.
func (w *Window) Landmarks() map[string]Landmark {
	marks := map[string]Landmark{
		"state": {Text: w.fetches.state}, "rows": {Text: fmt.Sprint(w.list.list.Length())},
		"chosen": {Text: fmt.Sprint(w.message.shown.ID)}, "mode": {Text: string(w.message.mode)},
	}
	if !w.list.listed.IsZero() {
		marks["listed"] = Landmark{Text: fmt.Sprint(w.list.listed.UnixMilli())}
	}
	for name, o := range w.desk.marks {
		if o.Visible() && o.Size().Height > 0 { // what was never laid out is nowhere
			marks[name] = w.mark(w.desk.app.Driver().AbsolutePositionForObject(o), o.Size(), o)
		}
	}
	w.rows(marks, "row", w.list.list, w.list.word)
	w.rows(marks, "place", w.sidebar.list, func(int) string { return "" })
	return marks
}

// rows lists the rows of a list that are in sight, and what is to be said of each.
func (w *Window) rows(marks map[string]Landmark, name string, l *rowlist.List, word func(int) string) {
	origin := w.desk.app.Driver().AbsolutePositionForObject(l)
	from, to := l.InSight()
	for i := from; i < min(to, from+40); i++ {
		at, size := l.RowAt(i)
		m := w.mark(origin.Add(at), size, nil)
		m.Text = word(i)
		marks[fmt.Sprintf("%s-%d", name, i)] = m
	}
}

func (w *Window) mark(at fyne.Position, size fyne.Size, o fyne.CanvasObject) Landmark {
	c := w.desk.window.Canvas()
	x, y := c.PixelCoordinateForPosition(at)
	x2, y2 := c.PixelCoordinateForPosition(at.AddXY(size.Width, size.Height))
	m := Landmark{X: x, Y: y, Width: x2 - x, Height: y2 - y}
	switch o := o.(type) {
	case *tool:
		m.Text, m.Disabled = o.Text, o.Disabled()
	case *tick:
		m.Text, m.Disabled = o.Text, o.Disabled()
	case *option:
		m.Text, m.Disabled = o.Selected, o.Disabled()
	case *rowlist.List:
		m.Text = fmt.Sprint(o.Length())
	case *widget.Button:
		m.Text, m.Disabled = o.Text, o.Disabled()
	case *answer:
		m.Text, m.Disabled = o.Text, o.Disabled()
	case *copyable:
		m.Text = o.Text
	case *typing:
		m.Text = present.Count(len([]rune(o.Text)), "character") // which may be a password
	case *widget.Label:
		m.Text = o.Text
	case *widget.RadioGroup:
		m.Text = o.Selected
	}
	return m
}

// String returns the landmark as a line's fields, with tabs between: x, y, width,
// height, whether it is disabled, and its text.
func (l Landmark) String() string {
	text := strings.NewReplacer("\t", " ", "\n", " ").Replace(l.Text)
	return fmt.Sprintf("%d\t%d\t%d\t%d\t%t\t%s", l.X, l.Y, l.Width, l.Height, l.Disabled, text)
}

// landmarkEvery is how often the file is looked after.
const landmarkEvery = 150 * time.Millisecond

// writeLandmarks keeps Options.LandmarksFile up to date until the program ends: a
// line for each, its name and its fields.
func (w *Window) writeLandmarks() {
	var last string
	for range time.Tick(landmarkEvery) {
		got := make(chan map[string]Landmark, 1)
		w.desk.onUI(func() { got <- w.Landmarks() })
		marks := <-got
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(marks)) {
			fmt.Fprintf(&b, "%s\t%s\n", name, marks[name])
		}
		if b.String() == last {
			continue
		}
		last = b.String()
		next := w.opts.LandmarksFile + ".new"
		if os.WriteFile(next, []byte(last), 0o600) != nil || os.Rename(next, w.opts.LandmarksFile) != nil {
			return // whoever waits for the file sees that it does not change
		}
	}
}
