package viewport

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"restante.app/assets/fonts"
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/raster"
	"restante.app/ui/docview/typeset"
)

var look = Look{
	Canvas: color.NRGBA{255, 255, 255, 255}, Selection: color.NRGBA{0, 0, 255, 80}, Found: color.NRGBA{255, 255, 0, 120},
	Mark: color.NRGBA{200, 0, 0, 255}, Fold: color.NRGBA{0, 0, 200, 255}, Margin: 8,
}

func newView(t testing.TB) *View {
	t.Helper()
	f, err := typeset.NewFonts([]typeset.FaceSource{
		{Family: typeset.Sans, Weight: 400, Data: fonts.Sans}, {Family: typeset.Sans, Weight: 600, Data: fonts.SansBold},
		{Family: typeset.Sans, Weight: 400, Italic: true, Data: fonts.SansItalic}, {Family: typeset.Mono, Weight: 400, Data: fonts.Mono},
	})
	if err != nil {
		t.Fatal(err)
	}
	v := New(Options{Fonts: f, FoldLabel: func(n int, folded bool) string { return fmt.Sprintf("%d lines %t", n, folded) }})
	v.Resize(600, 400, 1)
	return v
}

// settle works until there is nothing left, and returns the frame.
func settle(t interface {
	Helper()
	Fatal(...any)
}, v *View) *image.RGBA {
	t.Helper()
	for range 100_000 {
		if ready, more := v.Work(5 * time.Millisecond); ready && !more {
			return v.Paint()
		}
	}
	t.Fatal("layout comes to no end")
	return nil
}

func ofText(s string) *dom.Document {
	return dom.FromText(s, dom.TextOptions{Text: color.NRGBA{0, 0, 0, 255}, Link: color.NRGBA{0, 0, 255, 255}, Quotes: []color.NRGBA{{0, 90, 0, 255}}})
}

func ofHTML(s string) *dom.Document { return dom.ParseHTML(s, dom.HTMLOptions{}) }

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Line %d of the text with some words in it.\n", i)
	}
	return b.String()
}

// point is where an offset of the flat text is in the view.
func point(t testing.TB, v *View, offset int) (x, y float32) {
	t.Helper()
	r, ok := v.flow.Caret(offset)
	if !ok {
		t.Fatalf("offset %d has no place", offset)
	}
	return r.X + v.margin() - v.x, r.Y + r.H/2 + v.margin() - v.y
}

func TestPressAndDragSelect(t *testing.T) {
	for _, text := range []string{"The first line of it\nand more\n", "תיבת דואר\n", "中文字 after\n"} {
		v := newView(t)
		v.Show(ofText(text), nil, look, false)
		settle(t, v)
		flat := v.Text()
		for from := range flat {
			for to := range flat {
				if from%3 != 0 || to%3 != 0 {
					continue
				}
				x, y := point(t, v, from)
				v.Press(x, y, ByCharacter, false)
				x, y = point(t, v, to)
				v.Drag(x, y)
				if got, want := v.Selected(), flat[min(from, to):max(from, to)]; got != want {
					t.Fatalf("%d to %d: %q, want %q", from, to, got, want)
				}
			}
		}
	}
}

func TestUnitsOfSelection(t *testing.T) {
	v := newView(t)
	v.Show(ofText("One letter here\nand a second line\n"), nil, look, false)
	settle(t, v)
	x, y := point(t, v, 6)
	for by, want := range map[Unit]string{ByCharacter: "", ByWord: "letter", ByParagraph: "One letter here\n"} {
		if v.Press(x, y, by, false); v.Selected() != want {
			t.Errorf("unit %d: %q, want %q", by, v.Selected(), want)
		}
	}
	v.Press(x, y, ByWord, false)
	x, y = point(t, v, 23)
	if v.Press(x, y, ByCharacter, true); v.Selected() != "letter here\nand a second" {
		t.Errorf("a press with Shift takes the selection to %q", v.Selected())
	}
	if v.SelectAll(); v.Selected() != v.Text() {
		t.Errorf("all is %q", v.Selected())
	}
}

func TestSelectionByKeys(t *testing.T) {
	v := newView(t)
	v.Show(ofText("One two e\u0301.\nSecond line here\nשלום\n"), nil, look, false)
	settle(t, v)
	x, y := point(t, v, 0)
	v.Press(x, y, ByCharacter, false)
	for _, s := range []struct {
		m    Motion
		want string
	}{
		{Right, "O"}, {WordRight, "One"}, {Left, "On"}, {WordRight, "One"}, {LineEnd, "One two e\u0301."}, {Left, "One two e\u0301"},
		{Left, "One two "}, {LineStart, ""}, {Down, "One two e\u0301.\n"}, {Up, ""}, {TextEnd, v.Text()}, {TextStart, ""},
	} {
		if v.Extend(s.m); v.Selected() != s.want {
			t.Errorf("motion %d: %q, want %q", s.m, v.Selected(), s.want)
		}
	}
	hebrew := strings.Index(v.Text(), "ש")
	v.Select(hebrew, hebrew)
	if v.Extend(Left); v.Selected() != "ש" {
		t.Errorf("Left in Hebrew selects %q", v.Selected())
	}
}

func TestPlaceIsKept(t *testing.T) {
	v := newView(t)
	v.Show(ofText(numbered(400)), nil, look, false)
	settle(t, v)
	v.ScrollTo(0, 3000)
	settle(t, v)
	was := v.flow.Offset(v.y - v.margin() + 1)
	for _, zoom := range []float32{2, 0.5, 3, 1} {
		v.Resize(500, 400, zoom)
		settle(t, v)
		if is := v.flow.Offset(v.y - v.margin() + 1); abs(is-was) > 60 {
			t.Errorf("at zoom %v offset %d is at the top, was %d", zoom, is, was)
		}
	}
	if v.ScrollTo(0, Bottom); settle(t, v) == nil || v.flow.Offset(v.y+350) < len(v.Text())-200 {
		t.Errorf("the bottom is at offset %d of %d", v.flow.Offset(v.y+350), len(v.Text()))
	}
}

// TestScrolledFramesAreThoseThatArePaintedAtOnce compares frames made of the one before
// with frames that are painted anew.
func TestScrolledFramesAreThoseThatArePaintedAtOnce(t *testing.T) {
	v := newView(t)
	v.Show(ofHTML("<body bgcolor=#eef><h1>Title</h1>"+strings.Repeat("<p style='border:1px solid red;padding:4px'>Some <b>bold</b> words and <a href='http://a.example/'>a link</a>.</p>", 60)), nil, look, false)
	settle(t, v)
	v.Select(100, 900)
	v.Find("words")
	v.goal = goal{}
	rapid.Check(t, func(r *rapid.T) {
		v.ScrollTo(0, v.y+float32(rapid.IntRange(-500, 500).Draw(r, "by")))
		got := settle(t, v)
		want := image.NewRGBA(got.Rect)
		v.paint(want)
		if string(got.Pix) != string(want.Pix) {
			r.Fatalf("the frame at %v differs", v.y)
		}
	})
}

func TestFind(t *testing.T) {
	v := newView(t)
	v.Show(ofText(numbered(300)), nil, look, false)
	before := settle(t, v)
	blank := image.NewRGBA(before.Rect)
	draw.Draw(blank, blank.Rect, before, image.Point{}, draw.Src)
	if n := v.Find("line 25"); n != 11 {
		t.Fatalf("%d found", n)
	}
	after := settle(t, v)
	if current, total := v.Found(); current != 1 || total != 11 || string(after.Pix) == string(blank.Pix) {
		t.Errorf("%d of %d", current, total)
	}
	v.FindStep(-1)
	settle(t, v)
	if current, _ := v.Found(); current != 11 || v.y < 3000 {
		t.Errorf("before the first is %d, at %v", current, v.y)
	}
	v.FindStep(1)
	if current, _ := v.Found(); current != 1 {
		t.Errorf("behind the last is %d", current)
	}
	if v.ClearFind(); v.Find("nowhere") != 0 {
		t.Error("found what is not there")
	}
}

func TestLinksAndTheirFocus(t *testing.T) {
	v := newView(t)
	v.Show(ofHTML(`<p>See <a href="http://a.example/x">the <b>first</b></a> and <a href="mailto:b@b.example">second</a>`), nil, look, false)
	plain := append([]byte(nil), settle(t, v).Pix...)
	x, y := point(t, v, 9)
	if l := v.At(x, y).Link; l == nil || l.Text != "the first" || l.Href != "http://a.example/x" {
		t.Errorf("at the link: %+v", l)
	}
	if l := v.At(500, 300).Link; l != nil {
		t.Errorf("beside it: %+v", l)
	}
	for _, want := range []string{"the first", "second"} {
		if !v.FocusNext(1) || v.Focused().Text != want {
			t.Errorf("the focus is on %+v, want %s", v.Focused(), want)
		}
	}
	if string(settle(t, v).Pix) == string(plain) {
		t.Error("the focus is not seen")
	}
	if v.FocusNext(1) || v.Focused() != nil {
		t.Error("there is a link behind the last")
	}
	if !v.FocusNext(-1) || v.Focused().Text != "second" {
		t.Errorf("backwards the focus is on %+v", v.Focused())
	}
}

func TestFolds(t *testing.T) {
	v := newView(t)
	quote := strings.Repeat("> quoted words\n", 30)
	v.Show(ofText("Before\n"+quote+"After\n"), nil, look, true)
	settle(t, v)
	_, folded, _ := v.extent()
	if !v.FocusNext(1) || v.Focused() != nil || !v.FoldFocused() {
		t.Fatal("the fold has no focus")
	}
	settle(t, v)
	_, unfolded, _ := v.extent()
	if unfolded < folded+400 {
		t.Errorf("%v high folded, %v unfolded", folded, unfolded)
	}
	v.FoldAll(true)
	settle(t, v)
	if v.Find("quoted") != 30 {
		t.Error("what is folded is not found")
	}
	settle(t, v)
	if _, h, _ := v.extent(); h != unfolded {
		t.Errorf("what was found is folded: %v", h)
	}
	r, ok := v.flow.FoldLine(v.stops[0].node)
	if !ok || !v.Fold(r.X+v.margin()+5, r.Y+v.margin()-v.y+3) {
		t.Errorf("nothing to click at %+v, scrolled to %v", r, v.y)
	}
}

// TestPicturesThatComeLater lets a picture come after the first frame.
func TestPicturesThatComeLater(t *testing.T) {
	const dot = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
	v := newView(t)
	images := raster.NewImages(func(string) []byte { return nil }, 1<<20)
	v.Show(ofHTML(strings.Repeat("<p>text</p>", 50)+`<img src="`+dot+`">`), images, look, false)
	settle(t, v)
	v.ScrollTo(0, 300)
	settle(t, v)
	was := v.y
	v.Reload()
	if v.Stale(); v.y != was {
		t.Errorf("at %v, was at %v", v.y, was)
	}
	settle(t, v)
	if v.y != was {
		t.Errorf("at %v, was at %v", v.y, was)
	}
}

// TestNothingBreaksIt does what a person does, in any order.
func TestNothingBreaksIt(t *testing.T) {
	docs := []*dom.Document{ofText(""), ofText(numbered(50) + strings.Repeat("> q\n", 9)), ofHTML("<table><tr><td>a<td><a href='http://x.example'>b</a></table><img src=cid:x alt=x>")}
	v := newView(t)
	rapid.Check(t, func(r *rapid.T) {
		for range 12 {
			x, y := float32(rapid.IntRange(-50, 700).Draw(r, "x")), float32(rapid.IntRange(-50, 500).Draw(r, "y"))
			switch rapid.IntRange(0, 12).Draw(r, "what") {
			case 0:
				v.Show(rapid.SampledFrom(docs).Draw(r, "doc"), nil, look, rapid.Bool().Draw(r, "folded"))
			case 1:
				v.Resize(int(x), int(y), x/100)
			case 2:
				v.Press(x, y, ByWord, rapid.Bool().Draw(r, "extend"))
			case 3:
				v.Drag(x, y)
			case 4:
				v.Extend(Motion(rapid.IntRange(0, int(TextEnd)).Draw(r, "motion")))
			case 5:
				v.Find("q")
			case 6:
				v.FindStep(-1)
			case 7:
				v.FocusNext(rapid.SampledFrom([]int{-1, 1}).Draw(r, "by"))
			case 8:
				v.FoldFocused()
			case 9:
				v.ScrollTo(x, y)
			case 10:
				v.Again(v.Document(), look)
			case 11:
				v.Work(0)
			case 12:
				v.Fold(x, y)
			}
		}
		v.Resize(300, 200, 1)
		settle(r, v)
		p := v.Place()
		if p.Y < 0 || p.X < 0 || p.Y > max(p.Height-200, 0) {
			r.Fatalf("out of the document: %+v", p)
		}
	})
}

// TestGoTo scrolls to a place within the document, back to its top, and nowhere for a
// name that nothing has.
func TestGoTo(t *testing.T) {
	v := newView(t)
	v.Show(ofHTML("<a href='#end'>down</a>"+strings.Repeat("<p>words</p>", 2000)+"<h1 id=end>The end</h1>"+strings.Repeat("<p>more</p>", 100)), nil, look, false)
	settle(t, v)
	if v.GoTo("nothing") {
		t.Error("there is no such place")
	}
	if settle(t, v); v.Place().Y != 0 {
		t.Errorf("at %v after a link that leads nowhere", v.Place().Y)
	}
	if !v.GoTo("end") {
		t.Error("no place")
	}
	settle(t, v)
	if at := v.At(30, 20).Offset; !strings.Contains(v.Text()[max(at-8, 0):at+8], "end") {
		t.Errorf("%q is at the top", v.Text()[at:min(at+20, len(v.Text()))])
	}
	if v.GoTo("top"); settle(t, v) == nil || v.Place().Y != 0 {
		t.Errorf("at %v, not at the top", v.Place().Y)
	}
}
