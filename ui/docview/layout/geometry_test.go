package layout

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante.app/ui/docview/dom"
)

// boxSheet gives the boxes that tests ask for a colour each to be known by.
const boxSheet = `<style>
.a{background:#010101} .b{background:#020202} .c{background:#030303} .d{background:#040404} .e{background:#050505}
p,ul,ol{margin:0}
</style>`

// boxes are the boxes of classes a to e as they are painted, "a 0,0 600x20".
func boxes(t testing.TB, html string) []string {
	t.Helper()
	// Tables have no gaps here but where a test writes them in capitals.
	f := laid(t, boxSheet+strings.ReplaceAll(html, "<table", "<table cellspacing=0 cellpadding=0"))
	sound(t, f)
	var out []string
	f.Items(Rect{0, 0, 2000, 5000}, func(i *Item) bool {
		if c := i.Color; i.Kind == Fill && c.A == 255 && c.R >= 1 && c.R <= 5 && c.R == c.G {
			out = append(out, fmt.Sprintf("%c %s", 'a'+c.R-1, i.Rect))
		}
		if i.Kind == Picture || i.Kind == Frame {
			out = append(out, "img "+i.Rect.String())
		}
		return true
	})
	return out
}

func (r Rect) String() string {
	n := func(v float32) string {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", math.Round(float64(v)*10)/10), ".0")
	}
	return n(r.X) + "," + n(r.Y) + " " + n(r.W) + "x" + n(r.H)
}

func compare(t *testing.T, html, want string) {
	t.Helper()
	got := boxes(t, html)
	wants := strings.Split(want, "; ")
	slices.Sort(got)
	slices.Sort(wants)
	if diff := cmp.Diff(wants, got); diff != "" {
		t.Errorf("%s\n%s", html, diff)
	}
}

type geometry struct{ name, html, want string }

func run(t *testing.T, cases []geometry) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { compare(t, c.html, c.want) })
	}
}

// TestBlocks are CSS 2.1 sections 8.3.1, 10.3.3 and 10.6.
func TestBlocks(t *testing.T) {
	run(t, []geometry{
		{"one line", `<div class=a>x</div>`, "a 0,0 600x20"},
		{"below each other", `<div class=a>x</div><div class=b>x<br>x</div>`, "a 0,0 600x20; b 0,20 600x40"},
		{"box model", `<div class=a style="margin:1px 2px 3px 4px;padding:5px;border:7px solid;width:100px">x</div><div class=b>x</div>`, "a 4,1 124x44; b 0,48 600x20"},
		{"border-box", `<div class=a style="box-sizing:border-box;padding:5px;border:7px solid;width:100px;height:60px">x</div>`, "a 0,0 100x60"},
		{"percent", `<div style="width:200px"><div class=a style="width:50%;padding-left:10%">x</div></div>`, "a 0,0 120x20"},
		{"auto margins", `<div class=a style="width:100px;margin:0 auto">x</div>`, "a 250,0 100x20"},
		{"auto left margin", `<div class=a style="width:100px;margin-left:auto">x</div>`, "a 500,0 100x20"},
		{"rtl block", `<div dir=rtl><div class=a style="width:100px">x</div></div>`, "a 500,0 100x20"},
		{"align attribute", `<div align=right><div class=a style="width:100px">x</div></div>`, "a 500,0 100x20"},
		{"center element", `<center><div class=a style="width:100px">x</div></center>`, "a 250,0 100x20"},
		{"text-align does not move blocks", `<div style="text-align:center"><div class=a style="width:100px">x</div></div>`, "a 0,0 100x20"},
		{"max-width", `<div class=a style="max-width:300px">x</div>`, "a 0,0 300x20"},
		{"max-width beats width", `<div class=a style="width:500px;max-width:300px">x</div>`, "a 0,0 300x20"},
		{"min-width beats max-width", `<div class=a style="width:50px;max-width:100px;min-width:200px">x</div>`, "a 0,0 200x20"},
		{"height", `<div class=a style="height:50px">x</div><div class=b>x</div>`, "a 0,0 600x50; b 0,50 600x20"},
		{"content beyond the height", `<div class=a style="height:10px">x</div><div class=b>x</div>`, "a 0,0 600x10; b 0,10 600x20"},
		{"min-height", `<div class=a style="min-height:50px">x</div>`, "a 0,0 600x50"},
		{"max-height", `<div class=a style="max-height:10px">x</div>`, "a 0,0 600x10"},
		{"percent height is auto", `<div class=a style="height:50%">x</div>`, "a 0,0 600x20"},
		{"nothing in it", `<div class=a></div><div class=b>x</div>`, "a 0,0 600x0; b 0,0 600x20"},
		{"blocks in an inline box", `<div class=a><b>x<div class=b>y</div>z</b></div>`, "a 0,0 600x60; b 0,20 600x20"},
	})
}

// TestMargins are the margins that collapse (CSS 2.1 section 8.3.1).
func TestMargins(t *testing.T) {
	run(t, []geometry{
		{"siblings", `<div class=a style="margin-bottom:30px">x</div><div class=b style="margin-top:20px">x</div>`, "a 0,0 600x20; b 0,50 600x20"},
		{"negative", `<div class=a style="margin-bottom:30px">x</div><div class=b style="margin-top:-10px">x</div>`, "a 0,0 600x20; b 0,40 600x20"},
		{"first child", `<div>x</div><div class=a><div class=b style="margin-top:20px">x</div></div>`, "a 0,40 600x20; b 0,40 600x20"},
		{"first child of a first child", `<div>x</div><div class=a style="margin-top:5px"><div><div class=b style="margin-top:20px">x</div></div></div>`, "a 0,40 600x20; b 0,40 600x20"},
		{"padding keeps them apart", `<div>x</div><div class=a style="padding-top:1px"><div class=b style="margin-top:20px">x</div></div>`, "a 0,20 600x41; b 0,41 600x20"},
		{"last child", `<div class=a><div class=b style="margin-bottom:20px">x</div></div><div class=c>x</div>`, "a 0,0 600x20; b 0,0 600x20; c 0,40 600x20"},
		{"last child, but a height", `<div class=a style="height:30px"><div class=b style="margin-bottom:20px">x</div></div><div class=c>x</div>`, "a 0,0 600x30; b 0,0 600x20; c 0,30 600x20"},
		{"through an empty box", `<div class=a>x</div><div style="margin:30px 0"></div><div class=b style="margin-top:10px">x</div>`, "a 0,0 600x20; b 0,50 600x20"},
		{"overflow keeps them in", `<div class=a>x</div><div class=b style="overflow:hidden"><div style="margin:10px 0">x</div></div><div class=c>x</div>`, "a 0,0 600x20; b 0,20 600x40; c 0,60 600x20"},
		{"not of a cell", `<table><tr><td class=a width=100><p style="margin:10px 0">x</p></table>`, "a 0,0 100x40"},
	})
}

// TestFloats are CSS 2.1 sections 9.5 and 9.5.2.
func TestFloats(t *testing.T) {
	run(t, []geometry{
		{"left", `<div class=a style="float:left;width:100px;height:50px"></div><div class=b>x</div>`, "a 0,0 100x50; b 0,0 600x20"},
		{"left and right", `<div class=a style="float:left;width:100px;height:50px"></div><div class=b style="float:right;width:50px;height:50px"></div>`, "a 0,0 100x50; b 550,0 50x50"},
		{"beside each other", `<div class=a style="float:left;width:100px;height:50px"></div><div class=b style="float:left;width:100px;height:20px"></div>`, "a 0,0 100x50; b 100,0 100x20"},
		{"no room", `<div class=a style="float:left;width:400px;height:50px"></div><div class=b style="float:left;width:300px;height:20px"></div>`, "a 0,0 400x50; b 0,50 300x20"},
		{"clear", `<div class=a style="float:left;width:100px;height:50px"></div><div class=b style="clear:both">x</div>`, "a 0,0 100x50; b 0,50 600x20"},
		{"clear the other side", `<div class=a style="float:left;width:100px;height:50px"></div><div class=b style="clear:right">x</div>`, "a 0,0 100x50; b 0,0 600x20"},
		{"shrink to fit", `<div class=a style="float:left"><img src=x></div>`, "a 0,0 40x34; img 0,0 40x30"},
		{"margins", `<div class=a style="float:left;width:100px;height:50px;margin:5px 10px"></div><div class=b style="float:left;width:10px;height:10px"></div>`, "a 10,5 100x50; b 120,0 10x10"},
		{"sticks out of its parent", `<div class=a><div class=b style="float:left;width:100px;height:50px"></div></div><div class=c>x</div>`, "a 0,0 600x0; b 0,0 100x50; c 0,0 600x20"},
		{"kept in by overflow", `<div class=a style="overflow:hidden"><div class=b style="float:left;width:100px;height:50px"></div></div>`, "a 0,0 600x50; b 0,0 100x50"},
		{"a table beside it", `<div class=a style="float:left;width:100px;height:50px"></div><table class=b width=300><tr><td>x</table>`, "a 0,0 100x50; b 100,0 300x20"},
		{"a table that has no room", `<div class=a style="float:left;width:400px;height:50px"></div><table class=b width=300><tr><td>x</table>`, "a 0,0 400x50; b 0,50 300x20"},
		{"overflow beside it", `<div class=a style="float:left;width:100px;height:50px"></div><div class=b style="overflow:hidden">x</div>`, "a 0,0 100x50; b 100,0 500x20"},
		{"a picture", `<img src=x align=right><div class=a>x</div>`, "img 560,0 40x30; a 0,0 600x20"},
		{"align of a table", `<table class=a align=right width=100><tr><td>x</table><div class=b>x</div>`, "a 500,0 100x20; b 0,0 600x20"},
		{"in a line", `<div class=a>x<span class=b style="float:right;width:50px;height:10px"></span>y</div>`, "a 0,0 600x20; b 550,0 50x10"},
	})
}

// TestLines are inline boxes, pictures and alignment.
func TestLines(t *testing.T) {
	run(t, []geometry{
		{"picture on the baseline", `<div class=a style="line-height:0;font-size:0"><img src=x></div>`, "a 0,0 600x30; img 0,0 40x30"},
		{"picture as block", `<div class=a><img src=x style="display:block"></div>`, "a 0,0 600x30; img 0,0 40x30"},
		{"picture in the middle", `<div class=a align=center><img src=x style="display:block"></div>`, "a 0,0 600x30; img 280,0 40x30"},
		{"block picture with auto margins", `<img src=x style="display:block;margin:0 auto">`, "img 280,0 40x30"},
		{"centred picture", `<p style="text-align:center;line-height:0;font-size:0"><img src=x></p>`, "img 280,0 40x30"},
		{"width alone", `<img src=x width=80 style="display:block">`, "img 0,0 80x60"},
		{"height alone", `<img src=x height=60 style="display:block">`, "img 0,0 80x60"},
		{"percent", `<img src=x width=50% style="display:block">`, "img 0,0 300x225"},
		{"max-width", `<div style="width:20px"><img src=x style="display:block;max-width:100%"></div>`, "img 0,0 20x15"},
		{"max-width with height auto", `<img src=x width=800 height=600 style="display:block;max-width:100%;height:auto">`, "img 0,0 600x450"},
		{"border and padding", `<img src=x style="display:block;border:2px solid;padding:3px">`, "img 5,5 40x30"},
		{"missing, with a size", `<img src=missing width=100 height=50 style="display:block">`, "img 0,0 100x50"},
		{"inline block", `<div class=a style="line-height:0;font-size:0"><span class=b style="display:inline-block;width:50px;height:20px"></span><span class=c style="display:inline-block;width:50px;height:40px"></span></div>`,
			"a 0,0 600x40; b 0,20 50x20; c 50,0 50x40"},
		{"vertical-align top", `<div style="line-height:0;font-size:0"><span class=b style="display:inline-block;width:50px;height:20px;vertical-align:top"></span><span class=c style="display:inline-block;width:50px;height:40px"></span></div>`,
			"b 0,0 50x20; c 50,0 50x40"},
		{"inline blocks that wrap", `<div style="font-size:0;line-height:0"><span class=a style="display:inline-block;width:400px;height:10px"></span><span class=b style="display:inline-block;width:300px;height:10px"></span></div>`,
			"a 0,0 400x10; b 0,10 300x10"},
		{"text-align right", `<div style="text-align:right;font-size:0;line-height:0"><span class=a style="display:inline-block;width:50px;height:10px"></span></div>`, "a 550,0 50x10"},
		{"rtl starts at the right", `<div dir=rtl style="font-size:0;line-height:0"><span class=a style="display:inline-block;width:50px;height:10px"></span><span class=b style="display:inline-block;width:50px;height:10px"></span></div>`,
			"a 550,0 50x10; b 500,0 50x10"},
		{"line-height of a number", `<div class=a style="font-size:10px;line-height:2">x</div>`, "a 0,0 600x20"},
		{"line-height is inherited as a number", `<div style="font-size:10px;line-height:2"><div class=a style="font-size:20px">x</div></div>`, "a 0,0 600x40"},
		{"line-height in percent is inherited as a length", `<div style="font-size:10px;line-height:200%"><div class=a style="font-size:20px">x</div></div>`, "a 0,0 600x20"},
		{"pre", `<pre class=a style="margin:0;font:16px/20px monospace">a` + "\n\nb" + `</pre>`, "a 0,0 600x60"},
		{"empty lines", `<div class=a>a<br><br>b</div>`, "a 0,0 600x60"},
		{"a break alone", `<div class=a><br></div>`, "a 0,0 600x20"},
		{"a break at the end", `<div class=a>x<br></div>`, "a 0,0 600x20"},
	})
}

// TestTables are CSS 2.1 chapter 17 and the attributes of HTML.
func TestTables(t *testing.T) {
	run(t, []geometry{
		{"fixed widths", `<table><tr><td class=a width=100>x<td class=b width=200>x</table>`, "a 0,0 100x20; b 100,0 200x20"},
		{"percent", `<table width=400><tr><td class=a width=25%>x<td class=b>x</table>`, "a 0,0 100x20; b 100,0 300x20"},
		{"fixed and the rest", `<table width=100%><tr><td class=a width=150>x<td class=b>x</table>`, "a 0,0 150x20; b 150,0 450x20"},
		{"all fixed in a wider table", `<table width=400><tr><td class=a width=100>x<td class=b width=100>x</table>`, "a 0,0 200x20; b 200,0 200x20"},
		{"spacing and padding", `<TABLE class=c cellspacing=10 cellpadding=5 width=200><tr><td class=a>x<td class=b>x</table>`, "a 10,10 85x30; b 105,10 85x30; c 0,0 200x50"},
		{"colspan", `<table width=300><tr><td class=a width=100>x<td class=b>x<tr><td class=c colspan=2>x</table>`, "a 0,0 100x20; b 100,0 200x20; c 0,20 300x20"},
		{"colspan in front", `<table width=300><tr><td class=a colspan=2>x<tr><td class=b width=100>x<td class=c>x</table>`, "a 0,0 300x20; b 0,20 100x20; c 100,20 200x20"},
		{"a colspan of columns that are not there", `<TABLE width=300 cellspacing=10 cellpadding=0><tr><td class=a colspan=1000>x</table>`, "a 10,10 280x20"},
		{"rowspan", `<table width=300><tr><td class=a rowspan=2 width=100>x<td class=b>x<tr><td class=c>x</table>`, "a 0,0 100x40; b 100,0 200x20; c 100,20 200x20"},
		{"rowspan that is higher", `<table width=300><tr><td class=a rowspan=2 width=100 style="height:100px">x<td class=b>x<tr><td class=c>x</table>`, "a 0,0 100x100; b 100,0 200x50; c 100,50 200x50"},
		{"rowspan beside a fixed row", `<table width=300><tr><td class=a rowspan=2 width=100 style="height:100px">x<td class=b height=30>x<tr><td class=c>x</table>`, "a 0,0 100x100; b 100,0 200x30; c 100,30 200x70"},
		{"rowspan beyond its group", `<table width=300><thead><tr><td class=a rowspan=5 width=100>x<td>x</thead><tr><td class=b>x<td class=c>x</table>`, "a 0,0 100x20; b 0,20 100x20; c 100,20 200x20"},
		{"valign", `<table><tr><td class=a width=10 height=60><td width=50 valign=top><div class=b>x</div><td width=50><div class=c>x</div><td width=50 valign=bottom><div class=d>x</div></table>`,
			"a 0,0 10x60; b 10,0 50x20; c 60,20 50x20; d 110,40 50x20"},
		{"height of the table", `<table height=100><tr><td class=a width=50>x<tr><td class=b>x</table>`, "a 0,0 50x50; b 0,50 50x50"},
		{"height of a row", `<table><tr height=50><td class=a width=50>x</table>`, "a 0,0 50x50"},
		{"centred", `<table class=a align=center width=300><tr><td>x</table>`, "a 150,0 300x20"},
		{"centred by its margins", `<table class=a width=300 style="margin:10px auto"><tr><td>x</table>`, "a 150,10 300x20"},
		{"centred by its parent", `<center><table class=a width=300><tr><td>x</table></center>`, "a 150,0 300x20"},
		{"right in a cell", `<table width=600><tr><td align=right><table class=a width=100><tr><td>x</table></table>`, "a 500,0 100x20"},
		{"nested, all of the width", `<table width=400><tr><td style="padding:10px"><table class=a width=100%><tr><td>x</table></table>`, "a 10,10 380x20"},
		{"content wider than asked for", `<table width=50><tr><td class=a><img src=x width=100 height=10 style="display:block"></table>`, "a 0,0 100x10; img 0,0 100x10"},
		{"by its content", `<table class=a><tr><td><img src=x style="display:block"><td><img src=x style="display:block"></table>`, "a 0,0 80x30; img 0,0 40x30; img 40,0 40x30"},
		{"max-width", `<table class=a width=100% style="max-width:300px"><tr><td>x</table>`, "a 0,0 300x20"},
		{"col elements", `<table><col width=50><col width=150><tr><td class=a>x<td class=b>x</table>`, "a 0,0 50x20; b 50,0 150x20"},
		{"table-layout fixed", `<table style="table-layout:fixed;width:300px"><tr><td class=a><img src=x width=200 height=5 style="display:block"><td class=b>x</table>`, "a 0,0 150x20; b 150,0 150x20; img 0,7.5 200x5"},
		{"the foot is last", `<table width=100><tfoot><tr><td class=a>f<tbody><tr><td class=b>x</table>`, "a 0,20 100x20; b 0,0 100x20"},
		{"caption", `<table width=100><caption class=a>x</caption><tr><td class=b>x</table>`, "a 0,0 100x20; b 0,20 100x20"},
		{"caption below", `<table width=100><caption class=a style="caption-side:bottom">x</caption><tr><td class=b>x</table>`, "a 0,20 100x20; b 0,0 100x20"},
		{"rtl", `<table dir=rtl width=300><tr><td class=a width=100>x<td class=b>x</table>`, "a 200,0 100x20; b 0,0 200x20"},
		{"cells without a table", `<div style="display:table-cell;width:100px" class=a>x</div><div style="display:table-cell;width:50px" class=b>x</div>`, "a 0,0 100x20; b 100,0 50x20"},
		{"nowrap", `<table width=10 style="font-size:0;line-height:0"><tr><td nowrap class=a><img src=x><img src=x></table>`, "a 0,0 80x30; img 0,0 40x30; img 40,0 40x30"},
		{"collapsed borders", `<table style="border-collapse:collapse"><tr><td class=a style="border:2px solid" width=100>x<td class=b style="border:2px solid" width=100>x</table>`, "a 0,0 102x24; b 102,0 104x24"},
	})
}

// TestLists are markers and what they stand beside.
func TestLists(t *testing.T) {
	run(t, []geometry{
		{"padding", `<ul><li class=a>x<li class=b>x</ul>`, "a 40,0 560x20; b 40,20 560x20"},
		{"nested", `<ul><li>x<ul><li class=a>y</ul></ul>`, "a 80,20 520x20"},
		{"an item with a block in it", `<ul><li class=a><p class=b>x</p></ul>`, "a 40,0 560x20; b 40,0 560x20"},
	})
	f := laid(t, boxSheet+`<ol><li>x</ol>`)
	var marker, text Rect
	f.Items(Rect{0, 0, 600, 100}, func(i *Item) bool {
		if i.Kind == Glyphs && i.Run.Span.Text == "1." {
			marker = i.Rect
		} else if i.Kind == Glyphs {
			text = i.Rect
		}
		return true
	})
	if marker.W == 0 || marker.X+marker.W > text.X || marker.X < 0 || marker.Y != text.Y {
		t.Errorf("the marker is at %v, the text at %v", marker, text)
	}
}

// TestMedia lays out for a view of 600 px.
func TestMedia(t *testing.T) {
	run(t, []geometry{
		{"holds", `<style>.a{width:500px} @media (max-width:600px){.a{width:100px}}</style><div class=a>x</div>`, "a 0,0 100x20"},
		{"does not", `<style>.a{width:500px} @media only screen and (max-width:599px){.a{width:100px}}</style><div class=a>x</div>`, "a 0,0 500x20"},
		{"beats attributes by importance", `<style>@media screen and (max-width:640px){.x{width:100%!important}}</style><table width=300 class="a x"><tr><td>x</table>`, "a 0,0 600x20"},
	})
}

// TestZoom lays out the same larger.
func TestZoom(t *testing.T) {
	o := options()
	o.Zoom = 2
	f := New(dom.ParseHTML(`<body style="margin:0"><div style="font:16px/20px sans-serif;width:100px;background:red;padding:3px">x</div>`, dom.HTMLOptions{}), o)
	f.All()
	f.Items(Rect{0, 0, 600, 100}, func(i *Item) bool {
		if want := (Rect{0, 0, 212, 52}); i.Kind == Fill && i.Rect != want {
			t.Errorf("%v, want %v", i.Rect, want)
		}
		return true
	})
}
