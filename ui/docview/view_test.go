package docview

import (
	"fmt"
	"image"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"restante.app/assets/fonts"
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
	"restante.app/ui/theme"
)

// stage is a window with a view whose background work the test runs when it likes.
type stage struct {
	*View
	t      *testing.T
	window fyne.Window
	jobs   []func()
}

func newStage(t *testing.T) *stage {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.New(theme.Light))
	f, err := typeset.NewFonts([]typeset.FaceSource{
		{Family: typeset.Sans, Weight: 400, Data: fonts.Sans}, {Family: typeset.Sans, Weight: 600, Data: fonts.SansBold}, {Family: typeset.Mono, Weight: 400, Data: fonts.Mono},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t}
	later := func(f func()) { s.jobs = append(s.jobs, f) }
	s.View = New(Options{Hands: Hands{Go: later, Do: later}, Fonts: f, FoldLabel: func(n int, folded bool) string { return fmt.Sprintf("%d lines, folded: %t", n, folded) }})
	s.mouse.now = func() time.Time { return time.Unix(0, 0) }
	s.window = test.NewTempWindow(t, s.View)
	s.window.SetPadded(false)
	s.window.Resize(fyne.NewSize(500, 300))
	s.OnFocus = s.window.Canvas().Focus
	return s
}

func (s *stage) settle() {
	for len(s.jobs) > 0 {
		jobs := s.jobs
		s.jobs = nil
		for _, f := range jobs {
			f()
		}
	}
}

func (s *stage) text(text string) {
	s.Display(Source{Margin: true, Make: func(o Setting) *dom.Document {
		return dom.FromText(text, dom.TextOptions{Text: o.Text, Back: o.Back, Link: o.Link, Quotes: o.Quotes, BaseSize: o.Size})
	}})
	s.settle()
}

func (s *stage) html(text string) {
	s.Display(Source{Sheet: true, Fluid: true, Make: func(o Setting) *dom.Document {
		return dom.ParseHTML(text, dom.HTMLOptions{Width: o.Width, Dark: o.Dark, Text: o.Text, Back: o.Back, Link: o.Link})
	}})
	s.settle()
}

// find returns where a text is in the view, by looking at every point.
func (s *stage) find(what string) fyne.Position {
	s.t.Helper()
	offset := strings.Index(s.Text(), what)
	for y := float32(2); y < s.Size().Height; y += 4 {
		for x := float32(2); x < s.Size().Width-thumbZone; x += 2 {
			if h := s.port.At(x, y); h.Inside && h.Offset >= offset && h.Offset < offset+len(what) {
				return fyne.NewPos(x, y)
			}
		}
	}
	s.t.Fatalf("%q is not in sight", what)
	return fyne.Position{}
}

func (s *stage) press(at fyne.Position, m fyne.KeyModifier) {
	ev := &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}, Button: desktop.MouseButtonPrimary, Modifier: m}
	s.MouseDown(ev)
	s.MouseUp(ev)
	s.settle()
}

func (s *stage) key(names ...fyne.KeyName) {
	for _, n := range names {
		s.TypedKey(&fyne.KeyEvent{Name: n})
	}
	s.settle()
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Line %d of the text.\n", i)
	}
	return b.String()
}

func TestClicksSelectAndCopy(t *testing.T) {
	s := newStage(t)
	s.text("One letter here\nand a second line\n")
	at := s.find("etter")
	for i, want := range []string{"", "letter", "One letter here\n", ""} {
		if s.press(at, 0); s.Selected() != want && (i != 3 || s.Selected() != "One letter here\n") {
			t.Errorf("click %d selects %q, want %q", i+1, s.Selected(), want)
		}
	}
	clip := test.NewClipboard()
	clip.SetContent("before")
	s.mouse.clicks = 0
	s.press(s.find("and"), 0)
	s.Copy(clip)
	if clip.Content() != "before" {
		t.Errorf("with nothing selected %q is copied", clip.Content())
	}
	s.TypedShortcut(&fyne.ShortcutSelectAll{})
	s.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clip})
	if clip.Content() != "One letter here\nand a second line" {
		t.Errorf("copied %q", clip.Content())
	}
	if s.window.Canvas().Focused() != fyne.Focusable(s.View) {
		t.Error("a click does not give the keyboard")
	}
}

func TestDragSelectsAndScrolls(t *testing.T) {
	s := newStage(t)
	s.text(numbered(200))
	from := s.find("Line 3 ")
	s.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: from}, Button: desktop.MouseButtonPrimary})
	s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(200, 400)}})
	s.settle()
	if p := s.port.Place(); p.Y != 50 {
		t.Errorf("100 px below the view scroll to %v", p.Y)
	}
	s.MouseUp(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(200, 400)}, Button: desktop.MouseButtonPrimary})
	s.DragEnd()
	if !strings.Contains(s.Selected(), "Line 9 of the text.\n") || s.mouse.edge != nil {
		t.Errorf("selected %q", s.Selected())
	}
}

func TestKeysScroll(t *testing.T) {
	s := newStage(t)
	s.text(numbered(300))
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyPageDown, fyne.KeySpace, fyne.KeyEnd, fyne.KeyUp, fyne.KeyPageUp, fyne.KeyHome} {
		before := s.port.Place().Y
		s.key(k)
		after := s.port.Place().Y
		down := slices.Contains([]fyne.KeyName{fyne.KeyDown, fyne.KeyPageDown, fyne.KeySpace, fyne.KeyEnd}, k)
		if down != (after > before) || after == before {
			t.Errorf("%s scrolls from %v to %v", k, before, after)
		}
	}
	for range 100 {
		if !s.PageDown() {
			break
		}
		s.settle()
	}
	if p := s.port.Place(); p.Y != p.Height-300 || s.PageDown() {
		t.Errorf("the last page is at %v of %v", p.Y, p.Height)
	}
	s.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 10)})
	s.settle()
	if p := s.port.Place(); p.Y >= p.Height-300 {
		t.Error("the wheel does not scroll")
	}
}

func TestKeysSelect(t *testing.T) {
	s := newStage(t)
	s.text("One two three\nfour\n")
	s.press(fyne.NewPos(1, 15), 0)
	s.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	s.key(fyne.KeyRight, fyne.KeyRight)
	if s.Selected() != "On" {
		t.Errorf("Shift+Right twice selects %q", s.Selected())
	}
	s.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyRight, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift})
	if s.Selected() != "One" {
		t.Errorf("Ctrl+Shift+Right selects %q", s.Selected())
	}
	s.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	if s.key(fyne.KeyRight); s.Selected() != "One" {
		t.Errorf("Right alone selects %q", s.Selected())
	}
}

func TestLinksByMouseAndKeyboard(t *testing.T) {
	s := newStage(t)
	s.html(`<p>see <a href="http://a.example/b">the place</a> and <a href="mailto:x@y.example">write</a></p>`)
	var followed, hovered []string
	var passed []fyne.KeyName
	s.OnLink = func(l Link) { followed = append(followed, l.Text+" "+l.Href) }
	s.OnHover = func(l *Link) {
		if l == nil {
			l = &Link{Href: "none"}
		}
		hovered = append(hovered, l.Href)
	}
	s.OnKey = func(n fyne.KeyName) { passed = append(passed, n) }
	at := s.find("place")
	s.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}})
	if s.Cursor() != desktop.PointerCursor {
		t.Error("no hand over a link")
	}
	s.MouseOut()
	s.press(at, 0)
	s.press(s.find("see"), 0)
	s.key(fyne.KeyTab, fyne.KeyTab, fyne.KeyReturn, fyne.KeyTab)
	if want := []string{"the place http://a.example/b", "write mailto:x@y.example"}; !slices.Equal(followed, want) {
		t.Errorf("followed %q", followed)
	}
	if want := []string{"http://a.example/b", "none", "http://a.example/b", "mailto:x@y.example", "none"}; !slices.Equal(hovered, want) {
		t.Errorf("hovered %q", hovered)
	}
	if !slices.Equal(passed, []fyne.KeyName{fyne.KeyTab}) {
		t.Errorf("passed on %v", passed)
	}
}

// TestLinksWithinADocument scroll to what they name; nobody is asked to open them.
func TestLinksWithinADocument(t *testing.T) {
	s := newStage(t)
	s.html(`<p><a href="#below">go down</a> <a href="#nowhere">or not</a></p>` + strings.Repeat("<p>words</p>", 200) + `<h2><a name=below></a>Here</h2>` + strings.Repeat("<p>more</p>", 200))
	s.OnLink = func(l Link) { t.Errorf("%q was to be opened", l.Href) }
	s.press(s.find("not"), 0)
	if s.settle(); s.port.Place().Y != 0 {
		t.Errorf("at %v after a link that leads nowhere", s.port.Place().Y)
	}
	s.press(s.find("down"), 0)
	s.settle()
	if at := s.find("Here"); s.port.Place().Y == 0 || at.Y < 0 || at.Y > s.Size().Height/3 {
		t.Errorf("at %v the place is at %v", s.port.Place().Y, at)
	}
}

func TestFindTellsAndMarks(t *testing.T) {
	s := newStage(t)
	s.text(numbered(100))
	var told [][2]int
	s.OnFound = func(c, n int) { told = append(told, [2]int{c, n}) }
	s.Find("line 5")
	s.settle()
	s.FindStep(1)
	s.settle()
	if !slices.Equal(told, [][2]int{{1, 11}, {2, 11}}) || s.port.Place().Y == 0 {
		t.Errorf("told %v, at %v", told, s.port.Place().Y)
	}
}

func TestZoomKeepsThePlaceAndIsTold(t *testing.T) {
	s := newStage(t)
	s.text(numbered(200))
	var zooms []float32
	s.OnZoom = func(z float32) { zooms = append(zooms, z) }
	for _, k := range []fyne.KeyName{fyne.KeyPlus, fyne.KeyEqual, fyne.KeyMinus, fyne.Key0} {
		s.TypedShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault})
		s.settle()
	}
	if !slices.Equal(zooms, []float32{1.1, 1.25, 1.1, 1}) {
		t.Errorf("zooms %v", zooms)
	}
	s.jump(0, 1000)
	s.settle()
	height := s.port.Place().Height
	s.SetZoom(2)
	s.settle()
	if p := s.port.Place(); p.Height < height*1.9 || abs(p.Y/p.Height-1000/height) > 0.01 {
		t.Errorf("at %v of %v, was at 1000 of %v", p.Y, p.Height, height)
	}
}

// TestTheWindowShowsTheFrame takes the picture that the toolkit paints.
func TestTheWindowShowsTheFrame(t *testing.T) {
	s := newStage(t)
	s.html("<body bgcolor=#102030><p style='color:#fff'>white on blue</p>")
	s.settle()
	r, g, b, _ := s.window.Canvas().Capture().At(250, 200).RGBA()
	if r>>8 != 0x10 || g>>8 != 0x20 || b>>8 != 0x30 {
		t.Errorf("the window shows %x %x %x", r>>8, g>>8, b>>8)
	}
	if s.frame.Rect != image.Rect(0, 0, 500, 300) {
		t.Errorf("the frame is %v", s.frame.Rect)
	}
	s.window.Resize(fyne.NewSize(700, 350))
	s.settle()
	if s.frame.Rect != image.Rect(0, 0, 700, 350) {
		t.Errorf("after resizing the frame is %v", s.frame.Rect)
	}
}

func TestDarkMakesTheDocumentAnew(t *testing.T) {
	s := newStage(t)
	s.html("<p>black on white</p>")
	bright := s.frame.RGBAAt(250, 250)
	fyne.CurrentApp().Settings().SetTheme(theme.New(theme.Dark))
	s.window.Content().Refresh()
	s.settle()
	if dark := s.frame.RGBAAt(250, 250); bright.R < 200 || dark.R > 80 {
		t.Errorf("the paper is %v, in the dark %v", bright, dark)
	}
}

func TestALateDocumentIsNotShown(t *testing.T) {
	s := newStage(t)
	s.Display(Source{Make: func(Setting) *dom.Document { return dom.FromText("first", dom.TextOptions{}) }})
	late := s.jobs
	s.jobs = nil
	s.text("second\n")
	for _, f := range late {
		f()
	}
	s.settle()
	if s.Text() != "second" {
		t.Errorf("%q is shown", s.Text())
	}
}

func TestTheBar(t *testing.T) {
	s := newStage(t)
	s.text(numbered(500))
	b := s.bars().down
	if b.length < thumbMin || b.at != 0 {
		t.Fatalf("%+v", b)
	}
	at := fyne.NewPos(s.Size().Width-4, b.at+5)
	s.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}, Button: desktop.MouseButtonPrimary})
	s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: at.AddXY(0, 400)}})
	s.DragEnd()
	s.settle()
	if p := s.port.Place(); p.Y != p.Height-300 {
		t.Errorf("dragged to its end the thumb leads to %v of %v", p.Y, p.Height)
	}
	s.press(fyne.NewPos(s.Size().Width-4, 2), 0)
	if p := s.port.Place(); p.Y >= p.Height-300 || p.Y < p.Height-900 {
		t.Errorf("a press above the thumb leads to %v", p.Y)
	}
	if s.text("short\n"); s.bars().down.length != 0 {
		t.Error("a short text has a bar")
	}
}

func TestMarksAreMadeForEveryDocument(t *testing.T) {
	s := newStage(t)
	var asked []string
	s.SetMarks(func(text string) []dom.Span {
		asked = append(asked, text)
		return []dom.Span{{Start: 0, End: 4}}
	})
	s.settle()
	asked = nil
	s.text("first")
	s.text("second")
	s.settle()
	if !slices.Equal(asked, []string{"first", "second"}) {
		t.Errorf("asked for %q", asked)
	}
	s.SetMarks(nil)
	s.text("third")
	s.settle()
	if len(asked) != 2 {
		t.Errorf("asked for %q", asked[2:])
	}
}
