package textview

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	look "restante.app/ui/theme"
)

// inWindow shows a text in a window of 500 by 300 with a clock that stands still.
func inWindow(t *testing.T, text string, o Options) (*View, fyne.Window) {
	t.Helper()
	themedApp(t)
	v := New(o)
	v.mouse.now = func() time.Time { return time.Unix(0, 0) }
	v.SetText(text)
	w := test.NewTempWindow(t, v)
	v.OnFocus = w.Canvas().Focus
	w.SetPadded(false)
	w.Resize(fyne.NewSize(500, 300))
	return v, w
}

// pointAt gives where the boundary at offset is in the view.
func pointAt(t *testing.T, v *View, offset int) fyne.Position {
	t.Helper()
	if !v.ready() {
		t.Fatal("the view has no size")
	}
	at := v.page.doc.find(offset)
	rows := v.page.doc.before(at) - v.page.doc.before(v.page.top)
	r := v.page.comp.compose(at)
	y := (float32(rows)+0.5)*v.page.face.height - v.page.dy
	return fyne.NewPos(marginLeft+v.page.comp.xOf(r, offset), y)
}

func press(v *View, at fyne.Position, m fyne.KeyModifier) {
	ev := &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}, Button: desktop.MouseButtonPrimary, Modifier: m}
	v.MouseDown(ev)
	v.MouseUp(ev)
}

func drag(v *View, from, to fyne.Position) {
	v.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: from}, Button: desktop.MouseButtonPrimary})
	v.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: to}})
	v.MouseUp(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: to}, Button: desktop.MouseButtonPrimary})
	v.DragEnd()
}

func TestDragSelects(t *testing.T) {
	const text = "The first line of it\n\nתיבת דואר 12\n中文字\tafter a tab\n"
	for _, span := range [][2]int{{4, 9}, {9, 4}, {0, len(text) - 1}, {6, 30}, {22, 35}, {40, 52}} {
		t.Run(fmt.Sprint(span), func(t *testing.T) {
			v, _ := inWindow(t, text, Options{})
			drag(v, pointAt(t, v, span[0]), pointAt(t, v, span[1]))
			want := text[min(span[0], span[1]):max(span[0], span[1])]
			if got := v.Selected(); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestClicksSelect(t *testing.T) {
	const text = "One letter here\nand a second line"
	v, _ := inWindow(t, text, Options{})
	at := pointAt(t, v, 6)
	for i, want := range []string{"", "letter", "One letter here\n", ""} {
		press(v, at, 0)
		if got := v.Selected(); got != want {
			t.Errorf("click %d selects %q, want %q", i+1, got, want)
		}
	}
	press(v, pointAt(t, v, 20), 0)
	press(v, pointAt(t, v, 28), fyne.KeyModifierShift)
	if got := v.Selected(); got != text[20:28] {
		t.Errorf("Shift and click select %q, want %q", got, text[20:28])
	}
}

func TestCopyAndSelectAll(t *testing.T) {
	const text = "all \x1b of it\xff\n"
	v, w := inWindow(t, text, Options{})
	clipboard := test.NewClipboard()
	clipboard.SetContent("before")
	v.Copy(clipboard)
	if got := clipboard.Content(); got != "before" {
		t.Errorf("nothing selected, but %q copied", got)
	}
	v.OnFocus = w.Canvas().Focus
	press(v, fyne.NewPos(40, 20), 0)
	if w.Canvas().Focused() != v {
		t.Error("a click does not give the focus")
	}
	v.TypedShortcut(&fyne.ShortcutSelectAll{})
	v.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
	if got := clipboard.Content(); got != text {
		t.Errorf("copied %q, want %q", got, text)
	}
}

func TestLinks(t *testing.T) {
	const text = "see http://a.example/b and read"
	v, _ := inWindow(t, text, Options{Links: true})
	var opened []string
	v.OnLink = func(url string) { opened = append(opened, url) }
	press(v, pointAt(t, v, 10), 0)
	press(v, pointAt(t, v, 1), 0)
	drag(v, pointAt(t, v, 6), pointAt(t, v, 12))
	if len(opened) != 1 || opened[0] != "http://a.example/b" {
		t.Errorf("opened %q", opened)
	}
	v.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: pointAt(t, v, 10)}})
	if v.Cursor() != desktop.PointerCursor {
		t.Error("no hand over the link")
	}
	v.SetOptions(Options{})
	press(v, pointAt(t, v, 10), 0)
	if len(opened) != 1 {
		t.Errorf("a link opened with links off: %q", opened)
	}
}

func TestKeysScroll(t *testing.T) {
	text := strings.Repeat("line\n", 200)
	v, _ := inWindow(t, text, Options{})
	top := func() int {
		if !v.ready() {
			t.Fatal("the view has no size")
		}
		return v.page.doc.before(v.page.top)
	}
	key := func(n fyne.KeyName) { v.TypedKey(&fyne.KeyEvent{Name: n}) }
	key(fyne.KeyDown)
	down := top()
	key(fyne.KeyPageDown)
	page := top()
	key(fyne.KeySpace)
	space := top()
	if down <= 0 || page <= down || space <= page {
		t.Errorf("rows above after Down, PageDown, Space: %d, %d, %d", down, page, space)
	}
	key(fyne.KeyPageUp)
	if top() != page {
		t.Errorf("PageUp went to %d, not back to %d", top(), page)
	}
	key(fyne.KeyEnd)
	end, height := v.page.bar()
	if end+height != v.Size().Height {
		t.Errorf("at the end the thumb reaches %v of %v", end+height, v.Size().Height)
	}
	if v.PageDown() {
		t.Error("PageDown moved at the end of the text")
	}
	key(fyne.KeyHome)
	if start, _ := v.page.bar(); start != 0 || top() != 0 {
		t.Errorf("at home: thumb at %v, %d rows above", start, top())
	}
}

func TestThumbGoesWhereItIsDragged(t *testing.T) {
	v, _ := inWindow(t, strings.Repeat(sentence+"\n", 5000), Options{})
	if !v.ready() {
		t.Fatal("the view has no size")
	}
	x := v.Size().Width - 4
	drag(v, fyne.NewPos(x, 5), fyne.NewPos(x, 150))
	part := float64(v.page.anchor) / float64(len(v.text))
	if part < 0.4 || part > 0.65 {
		t.Errorf("dragged to the middle, the text is at %.2f", part)
	}
	drag(v, fyne.NewPos(x, 150), fyne.NewPos(x, 400))
	if _, next := v.page.doc.move(v.page.top, 1); next != 1 {
		t.Error("no row below the top at the end")
	}
	if end, dy := v.page.end(); v.page.top != end || v.page.dy != dy {
		t.Errorf("dragged past the end, the text is at %v, its end at %v", v.page.top, end)
	}
	if v.Selected() != "" {
		t.Error("dragging the thumb selects")
	}
}

func TestResizeKeepsTheTop(t *testing.T) {
	v, w := inWindow(t, strings.Repeat(sentence+sentence+"\n", 3000), Options{})
	v.scroll(30000)
	anchor := v.page.anchor
	for _, width := range []float32{250, 900, 333, 500} {
		w.Resize(fyne.NewSize(width, 300))
		if !v.ready() {
			t.Fatal("the view has no size")
		}
		start, end := v.page.doc.span(v.page.top)
		if anchor < start || anchor >= end {
			t.Errorf("%v wide: octet %d is not in the top row [%d,%d)", width, anchor, start, end)
		}
	}
}

func TestThemeChangeKeepsTheTop(t *testing.T) {
	v, _ := inWindow(t, strings.Repeat(sentence+"\n", 2000), Options{})
	v.scroll(5000)
	anchor := v.page.anchor
	v.SetOptions(Options{Monospace: true})
	fyne.CurrentApp().Settings().SetTheme(look.New(look.Dark))
	v.Refresh()
	start, end := v.page.doc.span(v.page.top)
	if anchor < start || anchor >= end {
		t.Errorf("octet %d is not in the top row [%d,%d)", anchor, start, end)
	}
}

func TestOnlyAScreenfulIsDrawn(t *testing.T) {
	v, _ := inWindow(t, strings.Repeat("x", 10<<20), Options{Quotes: true, Links: true})
	v.SelectAll()
	r, ok := test.WidgetRenderer(v).(*renderer)
	if !ok {
		t.Fatal("not the view's renderer")
	}
	if n := len(r.body.Objects); n == 0 || n > 60 {
		t.Errorf("%d objects for a screen", n)
	}
	v.page.bottom()
	v.Refresh()
	if n := len(r.body.Objects); n == 0 || n > 60 {
		t.Errorf("%d objects at the end", n)
	}
}

func TestSetTextStartsAnew(t *testing.T) {
	v, _ := inWindow(t, strings.Repeat("line\n", 200), Options{})
	v.SelectAll()
	v.scroll(500)
	v.SetText("short")
	if v.Selected() != "" || !v.ready() || v.page.top != (place{}) {
		t.Errorf("after SetText: %q selected, at %v", v.Selected(), v.page.top)
	}
	v.SetText("")
	v.SelectAll()
	drag(v, fyne.NewPos(20, 20), fyne.NewPos(200, 200))
	if v.Selected() != "" {
		t.Errorf("%q selected of nothing", v.Selected())
	}
}
