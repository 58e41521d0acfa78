package layout

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"restante.app/ui/docview/dom"
)

// words are of scripts whose letters are a cluster each, in both directions.
var words = []string{"one", "two words", "שלום", "中文字", "12", "a-b", "mixed שלום text", "", " ", "extraordinarilylong"}

// randomHTML draws what mail is made of.
func randomHTML(t *rapid.T) string {
	var b strings.Builder
	var blocks func(depth int)
	text := func() { b.WriteString(rapid.SampledFrom(words).Draw(t, "word")) }
	blocks = func(depth int) {
		for range rapid.IntRange(1, 3).Draw(t, "count") {
			kind := rapid.IntRange(0, 11).Draw(t, "kind")
			if depth > 3 {
				kind = 0
			}
			shells := []string{
				"%s", "<p>%s</p>", "<div style='background:#eee;padding:3px'>%s</div>", "<b>%s</b>", "<a href=https://example.org style='padding:2px;background:#ddd'>%s</a>",
				"<table border=1><tr><td>%s</td><td>x</td></tr></table>", "<ul><li>%s</li></ul>", "<div style='float:left'>%s</div>", "<div dir=rtl>%s</div>",
				"<span style='display:inline-block;padding:2px'>%s</span>", "<img src=x>%s<br>", "<div style='margin:-5px 10px'>%s</div>",
			}
			open, shut, _ := strings.Cut(strings.ReplaceAll(shells[kind], "%%", "%"), "%s")
			b.WriteString(open)
			text()
			if kind != 0 && rapid.Bool().Draw(t, "nested") {
				blocks(depth + 1)
			}
			b.WriteString(shut)
		}
	}
	blocks(0)
	return b.String()
}

func texts(n dom.Node, visit func(dom.Node)) {
	if n.Kind() == dom.Text {
		visit(n)
	}
	for k := range n.Children() {
		texts(k, visit)
	}
}

var everywhere = Rect{-1e6, -1e6, 2e6, 2e6}

// TestHitsRoundTrip finds every letter where it is painted: its rectangle leads back to
// its offset, from either half to its either side.
func TestHitsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		html := randomHTML(t)
		f := New(dom.ParseHTML("<body style='font:16px/20px sans-serif'>"+strings.ReplaceAll(html, "-5px", "5px"), dom.HTMLOptions{}), options())
		f.All()
		texts(f.doc.Root, func(n dom.Node) {
			for i, r := range n.Text() {
				if r == ' ' || r == '\n' {
					continue
				}
				from, to := n.Start()+i, n.Start()+i+utf8.RuneLen(r)
				rects := f.Rects(from, to, everywhere)
				if len(rects) != 1 || rects[0].W <= 0 {
					t.Fatalf("%s: %q at %d is at %v", html, r, from, rects)
				}
				at := rects[0]
				left, right := f.At(at.X+at.W/4, at.Y+at.H/2), f.At(at.X+at.W*3/4, at.Y+at.H/2)
				if rtl := r >= 0x5d0 && r <= 0x5ea; rtl {
					left, right = right, left
				}
				if left.Offset != from || right.Offset != to || !left.Inside || left.Node != n.Parent() || left.Link != n.Linked() {
					t.Fatalf("%s: %q at %v: %+v and %+v, want %d and %d", html, r, at, left, right, from, to)
				}
				if c, ok := f.Caret(from); !ok || c.Y != at.Y || c.X < at.X-0.1 || c.X > at.X+at.W+0.1 {
					t.Fatalf("%s: the caret before %q at %v is at %v", html, r, at, c)
				}
			}
		})
	})
}

// TestItemsInOrder paints no background over what stands on it, and all letters within
// the selection of everything.
func TestItemsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		html := randomHTML(t)
		f := New(dom.ParseHTML(html, dom.HTMLOptions{}), options())
		f.All()
		painted := map[dom.Node]bool{}
		all := f.Rects(0, len(f.doc.Flat()), everywhere)
		f.Items(everywhere, func(i *Item) bool {
			switch i.Kind {
			case Fill:
				if painted[i.Node] && i.Node.Style().Display != dom.Inline {
					t.Fatalf("%s: the background of %q comes over what is in it", html, i.Node.Tag())
				}
			case Glyphs:
				for n := i.Node; !n.IsZero(); n = n.Parent() {
					painted[n] = true
				}
				if i.Node.Kind() == dom.Text && !touches(all, i.Rect) {
					t.Fatalf("%s: %v is not selected by everything", html, i.Rect)
				}
			}
			return true
		})
	})
}

func touches(all []Rect, r Rect) bool {
	for _, o := range all {
		if in := o.intersect(r); in.W > 0 && in.H > 0 {
			return true
		}
	}
	return false
}

func glyphs(f *Flow, r Rect) (out []string) {
	f.Items(r, func(i *Item) bool {
		if i.Kind == Glyphs {
			out = append(out, fmt.Sprintf("%d-%d %v", i.Run.Start, i.Run.End, i.Rect))
		}
		return true
	})
	return out
}

// TestStepsDoNotMatter places a document little by little and at once.
func TestStepsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		html := strings.Repeat(randomHTML(t), 5)
		doc := dom.ParseHTML(html, dom.HTMLOptions{})
		whole, steps := New(doc, options()), New(doc, options())
		whole.All()
		view := Rect{0, 0, 600, 100}
		steps.Until(view.H)
		got := glyphs(steps, view)
		if diff := cmp.Diff(glyphs(whole, view), got); diff != "" {
			t.Fatal(html, diff)
		}
		for y := float32(0); !steps.Until(y); y += 37 {
			steps.Height()
			steps.At(5, y)
		}
		if diff := cmp.Diff(glyphs(whole, everywhere), glyphs(steps, everywhere)); diff != "" {
			t.Fatal(html, diff)
		}
	})
}

// TestHitsOfWhatSticksOut finds letters that are painted beyond the box that they are in.
func TestHitsOfWhatSticksOut(t *testing.T) {
	for name, html := range map[string]string{
		"a wider float in a float":   `<div style="float:left;width:20px;height:10px"><div style="float:left;width:200px;height:50px"><br>inner</div></div>`,
		"a float in a float, twice":  `<div style="float:left;width:20px"><div style="float:left;width:30px"><div style="float:left;width:200px">a <a href=https://a.example>inner</a></div></div></div>beside`,
		"a line of a float":          `<div style="float:left;width:20px;white-space:nowrap">words inner</div>`,
		"a block in a float":         `<div style="float:left;width:20px"><div style="width:200px">words inner</div></div>`,
		"a float in a cell":          `<table style="table-layout:fixed;width:50px"><tr><td><div style="float:left;width:300px">words of inner</div></table>`,
		"a float in a block beside":  `<div style="width:10px"><div style="width:10px;overflow:visible"><div style="float:left;width:200px">words inner</div></div></div>`,
		"floats to the right":        `<div style="float:right;width:20px"><div style="float:right;width:200px">words inner</div></div>`,
		"inside a float of a float":  `<div style="float:left;width:300px">outer<div style="float:right;width:100px">x<div style="float:right;width:50px">inner</div></div></div>`,
		"a float below its own text": `<div style="float:left;width:90px">outer words that wrap<div style="float:left;width:200px;clear:both">inner</div></div>`,
	} {
		f := New(dom.ParseHTML("<body style='margin:0;font:16px/20px sans-serif'>"+html, dom.HTMLOptions{}), options())
		f.All()
		at := strings.Index(f.doc.Flat(), "inner") + 2
		rects := f.Rects(at, at+1, everywhere)
		if len(rects) != 1 {
			t.Fatalf("%s: the letter is at %v", name, rects)
		}
		r := rects[0]
		if h := f.At(r.X+r.W/4, r.Y+r.H/2); h.Offset != at || !h.Inside {
			t.Errorf("%s: a click at %v leads to %+v, not to %d", name, r, h, at)
		}
	}
}
