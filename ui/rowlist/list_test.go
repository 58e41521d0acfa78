package rowlist

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/theme"
)

// rows is a Source that counts.
type rows struct {
	made     int
	shown    map[int]bool
	selected []int
	keys     []fyne.KeyName
}

func (r *rows) NewRow() fyne.CanvasObject { r.made++; return widget.NewLabel("") }

func (r *rows) ShowRow(i int, _ fyne.CanvasObject, _ State) { r.shown[i] = true }
func (r *rows) Selected(i int)                              { r.selected = append(r.selected, i) }
func (r *rows) Key(name fyne.KeyName)                       { r.keys = append(r.keys, name) }
func (r *rows) Rune(rune)                                   {}

func newList(t *testing.T, n int) (*List, *rows) {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.New(theme.Light))
	src := &rows{shown: map[int]bool{}}
	l := New(src, func(fyne.Focusable) {})
	w := test.NewTempWindow(t, l)
	w.Resize(fyne.NewSize(300, 240))
	l.SetLength(n, -1)
	return l, src
}

// TestEveryRowIsReachedExactly goes to rows all over a list of a million, where
// 32-bit floats can't tell neighbours apart.
func TestEveryRowIsReachedExactly(t *testing.T) {
	const n = 1_000_000
	l, src := newList(t, n)
	for _, i := range []int{0, 1, 699_049, 699_050, 999_998, 999_999, 500_001, 3} {
		l.Select(i)
		at, size := l.RowAt(i)
		if at.Y < 0 || at.Y+size.Height > l.Size().Height+0.01 {
			t.Errorf("row %d is at %v of %v", i, at.Y, l.Size().Height)
		}
		if got := l.row(at.Y + size.Height/2); got != i {
			t.Errorf("a click on row %d chooses %d", i, got)
		}
		if !src.shown[i] {
			t.Errorf("row %d was not drawn", i)
		}
	}
	if src.made > 40 {
		t.Errorf("%d row objects were made", src.made)
	}
}

func TestKeys(t *testing.T) {
	l, src := newList(t, 100)
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyUp, fyne.KeyEnd, fyne.KeyPageUp, fyne.KeyHome, fyne.KeyUp, fyne.KeyF5} {
		l.TypedKey(&fyne.KeyEvent{Name: k})
	}
	want := []int{0, 1, 0, 99, 99 - (l.page()), 0}
	if len(src.selected) != len(want) {
		t.Fatalf("chosen: %v, want %v", src.selected, want)
	}
	for i := range want {
		if src.selected[i] != want[i] {
			t.Errorf("chosen: %v, want %v", src.selected, want)
		}
	}
	if len(src.keys) != 1 || src.keys[0] != fyne.KeyF5 {
		t.Errorf("passed on: %v", src.keys)
	}
}

func TestAClickChoosesAndTheWheelScrolls(t *testing.T) {
	l, src := newList(t, 100)
	l.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -240/wheelStep)})
	l.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(10, 30)}})
	if len(src.selected) != 1 || src.selected[0] != 11 {
		t.Errorf("chosen: %v, want 11", src.selected)
	}
	l.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 1e9)})
	if from, _ := l.InSight(); from != 0 {
		t.Errorf("scrolled up, row %d is first", from)
	}
	l.SetLength(3, -1)
	if from, to := l.InSight(); from != 0 || to != 3 {
		t.Errorf("of 3 rows %d to %d are in sight", from, to)
	}
	l.SetLength(0, 5)
	if l.SelectedRow() != -1 {
		t.Error("a row of none is chosen")
	}
}

func TestSeveralRows(t *testing.T) {
	l, src := newList(t, 100)
	var told []int
	l.Many(func(n int) { told = append(told, n) })
	key := func(k fyne.KeyName) { l.TypedKey(&fyne.KeyEvent{Name: k}) }
	click := func(row int, m fyne.KeyModifier) {
		at, size := l.RowAt(row)
		l.MouseDown(&desktop.MouseEvent{Modifier: m, PointEvent: fyne.PointEvent{Position: at.AddXY(3, size.Height/2)}})
	}
	same := func(what string, want ...int) {
		t.Helper()
		if got := l.Picked(); !slices.Equal(got, want) || l.PickedCount() != len(want) {
			t.Errorf("%s: %v are chosen, want %v", what, got, want)
		}
	}
	click(2, 0)
	click(5, fyne.KeyModifierShift)
	same("Shift and a click", 2, 3, 4, 5)
	click(3, fyne.KeyModifierShortcutDefault)
	same("Ctrl and a click", 2, 4, 5)
	click(4, 0)
	same("the button pressed on one of them", 2, 4, 5)
	l.Tapped(&fyne.PointEvent{})
	same("a click", 4)
	l.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	key(fyne.KeyUp)
	key(fyne.KeyUp)
	same("Shift and Up", 2, 3, 4)
	key(fyne.KeyDown)
	same("and Down again", 3, 4)
	l.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	l.TypedShortcut(&fyne.ShortcutSelectAll{})
	if l.PickedCount() != 100 || len(l.Picked()) != 100 {
		t.Errorf("Ctrl+A chooses %d", l.PickedCount())
	}
	key(fyne.KeyHome)
	same("Home", 0)
	ctrl := func(k fyne.KeyName) {
		l.TypedShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault})
	}
	ctrl(fyne.KeyDown)
	ctrl(fyne.KeyDown)
	same("Ctrl and Down", 0)
	ctrl(fyne.KeySpace)
	same("Ctrl and Space", 0, 2)
	key(fyne.KeyHome)
	l.SetPicked([]int{7, 9, 400})
	same("told to", 7, 9)
	l.SetLength(50, 9)
	same("another length", 9)
	if want := []int{2, 4, 0, 0}; !slices.Equal(src.selected, want) {
		t.Errorf("shown alone: %v, want %v", src.selected, want)
	}
	if want := []int{4, 3, 2, 3, 2, 100, 2, 2}; !slices.Equal(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
}

func TestAListOfOneChoiceStaysOne(t *testing.T) {
	l, _ := newList(t, 10)
	l.Select(1)
	l.Toggle(4)
	l.PickAll()
	l.SetPicked([]int{1, 2})
	if got := l.Picked(); !slices.Equal(got, []int{4}) {
		t.Errorf("%v are chosen", got)
	}
	var passed fyne.Shortcut
	l.OnShortcut = func(s fyne.Shortcut) { passed = s }
	l.TypedShortcut(&fyne.ShortcutSelectAll{})
	if passed == nil {
		t.Error("a shortcut without use here is lost")
	}
}

// pressed is a Source in which the left of each row is something to click.
type pressed struct {
	rows
	at []int
}

func (p *pressed) Pressed(i int, x float32) bool {
	if x < 20 {
		p.at = append(p.at, i)
	}
	return x < 20
}

func TestAClickForTheSourceChoosesNothing(t *testing.T) {
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.New(theme.Light))
	src := &pressed{rows: rows{shown: map[int]bool{}}}
	l := New(src, func(fyne.Focusable) {})
	l.Many(func(int) {})
	test.NewTempWindow(t, l).Resize(fyne.NewSize(300, 240))
	l.SetLength(9, -1)
	click := func(row int, x float32, m fyne.KeyModifier) {
		at, size := l.RowAt(row)
		l.MouseDown(&desktop.MouseEvent{Modifier: m, PointEvent: fyne.PointEvent{Position: at.AddXY(x, size.Height/2)}})
	}
	click(2, 10, 0)
	if l.SelectedRow() != -1 || !slices.Equal(src.at, []int{2}) {
		t.Errorf("row %d is chosen, the source had %v", l.SelectedRow(), src.at)
	}
	click(3, 30, 0)
	click(5, 10, fyne.KeyModifierShift)
	if got := l.Picked(); !slices.Equal(got, []int{3, 4, 5}) || len(src.at) != 1 {
		t.Errorf("%v are chosen, the source had %v", got, src.at)
	}
}

// held is a Source whose rows can be dragged, opened and have a menu.
type held struct {
	rows
	at      []fyne.Position
	offered []fyne.Position
	opened  []int
	dropped int
}

func (h *held) Carried(at fyne.Position) { h.at = append(h.at, at) }
func (h *held) Dropped()                 { h.dropped++ }
func (h *held) Offer(at fyne.Position)   { h.offered = append(h.offered, at) }
func (h *held) Opened(i int)             { h.opened = append(h.opened, i) }

func newHeld(t *testing.T, n int) (*List, *held) {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.New(theme.Light))
	src := &held{rows: rows{shown: map[int]bool{}}}
	l := New(src, func(fyne.Focusable) {})
	l.Many(func(int) {})
	test.NewTempWindow(t, l).Resize(fyne.NewSize(300, 240))
	l.SetLength(n, -1)
	return l, src
}

// press presses a button of the mouse on a row.
func press(l *List, row int, b desktop.MouseButton, m fyne.KeyModifier) fyne.PointEvent {
	at, size := l.RowAt(row)
	e := fyne.PointEvent{Position: at.AddXY(3, size.Height/2)}
	l.MouseDown(&desktop.MouseEvent{Button: b, Modifier: m, PointEvent: e})
	return e
}

func TestSeveralRowsAreDragged(t *testing.T) {
	l, src := newHeld(t, 20)
	press(l, 2, desktop.MouseButtonPrimary, 0)
	press(l, 4, desktop.MouseButtonPrimary, fyne.KeyModifierShift)
	press(l, 3, desktop.MouseButtonPrimary, 0)
	l.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{AbsolutePosition: fyne.NewPos(7, 9)}})
	l.DragEnd()
	if got := l.Picked(); !slices.Equal(got, []int{2, 3, 4}) || src.dropped != 1 || len(src.at) != 1 || src.at[0] != fyne.NewPos(7, 9) {
		t.Errorf("%v are chosen, carried to %v, dropped %d times", got, src.at, src.dropped)
	}
	l.Dragged(&fyne.DragEvent{})
	l.DragEnd()
	if src.dropped != 1 || len(src.at) != 1 {
		t.Error("what was not gripped is dragged")
	}
}

func TestTheSecondButtonOffersAMenu(t *testing.T) {
	l, src := newHeld(t, 3)
	press(l, 0, desktop.MouseButtonPrimary, 0)
	press(l, 1, desktop.MouseButtonPrimary, fyne.KeyModifierShift)
	e := press(l, 1, desktop.MouseButtonSecondary, 0)
	l.TappedSecondary(&e)
	if got := l.Picked(); !slices.Equal(got, []int{0, 1}) || len(src.offered) != 1 {
		t.Errorf("on one of several: %v are chosen, %d menus", got, len(src.offered))
	}
	e = press(l, 2, desktop.MouseButtonSecondary, 0)
	l.TappedSecondary(&e)
	if got := l.Picked(); !slices.Equal(got, []int{2}) || len(src.offered) != 2 {
		t.Errorf("on another: %v are chosen, %d menus", got, len(src.offered))
	}
	l.TappedSecondary(&fyne.PointEvent{Position: fyne.NewPos(3, 200)})
	if len(src.offered) != 2 {
		t.Error("a menu of no row")
	}
	l.TypedKey(&fyne.KeyEvent{Name: desktop.KeyMenu})
	l.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF10})
	if at, size := l.RowAt(2); len(src.offered) != 4 || src.offered[3].Y != at.Y+size.Height {
		t.Errorf("by keys: %v", src.offered)
	}
}

func TestADoubleClickOpens(t *testing.T) {
	l, src := newHeld(t, 3)
	e := press(l, 1, desktop.MouseButtonPrimary, 0)
	l.DoubleTapped(&e)
	if !slices.Equal(src.opened, []int{1}) {
		t.Errorf("%v are open", src.opened)
	}
	l.DoubleTapped(&fyne.PointEvent{Position: fyne.NewPos(3, 200)})
	if len(src.opened) != 1 {
		t.Error("no row is open")
	}
}

func TestRowsUnderWhatIsDragged(t *testing.T) {
	l, _ := newHeld(t, 100)
	h := l.rowHeight()
	for at, want := range map[fyne.Position]int{fyne.NewPos(1, 1): 0, fyne.NewPos(1, h+1): 1, fyne.NewPos(-1, 1): -1, fyne.NewPos(400, 1): -1, fyne.NewPos(1, -1): -1, fyne.NewPos(1, 900): -1} {
		if got := l.RowUnder(at); got != want {
			t.Errorf("at %v there is %d, want %d", at, got, want)
		}
	}
	l.Nudge(fyne.NewPos(1, l.Size().Height-1))
	l.Nudge(fyne.NewPos(1, l.Size().Height-1))
	if top, _ := l.Top(); top != 1 {
		t.Errorf("at the lower end row %d comes up", top)
	}
	l.Nudge(fyne.NewPos(1, 1))
	l.Nudge(fyne.NewPos(500, 1))
	if top, above := l.Top(); top != 0 || above == 0 {
		t.Errorf("at the upper end row %d, %v", top, above)
	}
}
