package layout

import (
	"fmt"
	"strings"
	"testing"

	"restante.app/ui/docview/dom"
)

// many joins what f makes for each of n.
func many(n int, f func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(f(i))
	}
	return b.String()
}

// hostile are documents that take a renderer of the day very long, or all memory.
var hostile = map[string]func() string{
	"paragraphs": func() string { return strings.Repeat("<p>Some words of a paragraph that is not long.</p>", 10_000) },
	"table rows": func() string {
		return "<table>" + strings.Repeat("<tr><td>one<td>two<td width=50%>three", 1500) + "</table>"
	},
	"divs 500":  func() string { return strings.Repeat("<div>", 480) + "text" },
	"divs 5000": func() string { return strings.Repeat("<div>", 5000) + "text" },
	"divs margin": func() string {
		return strings.Repeat("<div style='margin:1em 0'>", 480) + strings.Repeat("<div></div>", 20000) + "text"
	},
	"long line":      func() string { return strings.Repeat("word ", 1<<16) },
	"long word":      func() string { return strings.Repeat("word", 1<<15) },
	"long nowrap":    func() string { return "<pre>" + strings.Repeat("word ", 1<<16) },
	"long breakword": func() string { return "<div style='overflow-wrap:anywhere'>" + strings.Repeat("word", 1<<15) },
	"long in table":  func() string { return "<table><tr><td>" + strings.Repeat("word ", 1<<16) + "<td>x" },
	"tables 100":     func() string { return strings.Repeat("<table width=100%><tr><td>x", 100) },
	"tables floats 100": func() string {
		return strings.Repeat("<table align=left width=5 height=50><tr><td></table><table><tr><td>x", 100)
	},
	"divs floats 100": func() string {
		return strings.Repeat("<div style='float:left;width:50%'>x</div><div style='overflow:hidden'>x", 200)
	},
	"inline-blocks":        func() string { return strings.Repeat("<span style='display:inline-block'>x", 400) },
	"floats nested":        func() string { return strings.Repeat("<div style='float:left'>x", 400) },
	"floats inline nested": func() string { return strings.Repeat("<span>a<b style='float:left'>x", 200) },
	"quotes":               func() string { return strings.Repeat("<blockquote>", 10_000) + "text" },
	"inlines":              func() string { return strings.Repeat("<b>x</b><i style='background:red'>y</i> ", 10_000) },
	"inlines nowrap":       func() string { return "<nobr>" + strings.Repeat("<b>x</b><i style='background:red'>y</i> ", 10_000) },
	"sheet": func() string {
		return "<style>" + many(20000, func(i int) string { return fmt.Sprintf(".a%d{color:red}", i) }) + "</style>" + strings.Repeat("<p class=a1>x", 5000)
	},
	"sheet star": func() string {
		return "<style>" + strings.Repeat("*{color:red}", 9000) + "</style>" + strings.Repeat("<p>x", 3000)
	},
	"star decls": func() string {
		return "<style>*{" + strings.Repeat("color:red;", 399) + "}</style>" + strings.Repeat("<p>x", 20000)
	},
	"media nest": func() string {
		return "<style>" + strings.Repeat("@media x{", 50000) + strings.Repeat("a{b:c}", 80000) + "</style>x"
	},
	"descendants": func() string {
		return "<style>" + "z " + strings.Repeat("div ", 70) + "{color:red}</style>" + strings.Repeat("<div>", 480) + "text"
	},
	"siblings": func() string {
		return "<style>z~" + strings.Repeat("p~", 70) + "p{color:red}</style>" + strings.Repeat("<p>x", 290)
	},
	"nots": func() string {
		return "<style>:not(z " + strings.Repeat("div ", 40) + "){color:red}</style>" + strings.Repeat("<div>", 480) + "text"
	},
	"nths": func() string {
		return "<style>" + strings.Repeat("p:nth-child(2n+1){color:red}", 5000) + "</style>" + strings.Repeat("<p>x", 5000)
	},
	"colspan": func() string { return "<table>" + strings.Repeat("<tr><td colspan=1000000>x", 4000) + "</table>" },
	"rowspan": func() string {
		return "<table>" + strings.Repeat("<tr>"+strings.Repeat("<td rowspan=1000000 colspan=1000>x", 50), 200) + "</table>"
	},
	"huge": func() string {
		return "<div style='width:1e30px;height:1e38px;margin:1e30em;padding:1e30px;border:1e30px solid;border-radius:1e30px;line-height:1e30;letter-spacing:1e30px;text-indent:1e30px;font-size:1e30px'>x<img width=1e30 height=1e30 style='width:1e999%'></div>y"
	},
	"nan": func() string {
		return "<div style='width:calc(1e38px*1e38*0);height:calc(0px/0);margin:-1e30px;vertical-align:1e30px;border-spacing:1e30px'>x</div><table cellspacing=1e30 cellpadding=1e30><tr><td width=1e30>y</table>"
	},
	"floats": func() string {
		return strings.Repeat("<div style='float:left;width:30%;height:3px'>x</div>", 10000) + "y"
	},
	"floats right": func() string {
		return many(20000, func(i int) string {
			return fmt.Sprintf("<div style='float:%s;width:%dpx;height:%dpx'></div>text", []string{"left", "right"}[i%2], i%700, i%977)
		})
	},
	"formats": func() string {
		return "<p>" + many(400, func(i int) string { return fmt.Sprintf("<b id=%d>", i) }) + strings.Repeat("<p>x", 5_000)
	},
	"bodies": func() string { return many(30_000, func(i int) string { return fmt.Sprintf("<body a%d>", i) }) + "x" },
	"attributes": func() string {
		a := many(30_000, func(i int) string { return fmt.Sprintf(" a%d=x", i) })
		return "<b" + a + ">x<b" + a + ">x"
	},
	"pictures":   func() string { return strings.Repeat("<img src=cid:a>", 30_000) },
	"rtl":        func() string { return "<div dir=rtl>" + strings.Repeat("שלום abc 123 (", 60_000) },
	"isolates":   func() string { return "<div dir=rtl>" + strings.Repeat("\u2067ש", 60_000) },
	"bdi":        func() string { return strings.Repeat("<bdi>ש</bdi>", 20_000) },
	"brackets":   func() string { return "ש" + strings.Repeat("(", 30_000) },
	"marks":      func() string { return "a" + strings.Repeat("\u0301", 60_000) },
	"joiners":    func() string { return strings.Repeat("👩\u200d", 60_000) },
	"options":    func() string { return "<select>" + strings.Repeat("<option>a", 30_000) },
	"inline div": func() string { return strings.Repeat("<b><div>x", 240) + strings.Repeat("<b>y<div>z</div></b>", 10000) },
	"lists":      func() string { return strings.Repeat("<ul><li>", 200) + "text" },
	"tabs":       func() string { return "<pre>" + strings.Repeat("\t", 60_000) },
	"newlines":   func() string { return "<pre>" + strings.Repeat("\n", 50_000) + "x" },
	"breaks":     func() string { return strings.Repeat("<br>", 110_000) + "x" },
	"comments":   func() string { return strings.Repeat("<!--", 60_000) },
	"cells":      func() string { return "<table><tr>" + strings.Repeat("<td>x", 10_000) },
	"foster":     func() string { return "<table>" + strings.Repeat("x<b>", 30_000) },
	"ends":       func() string { return strings.Repeat("<div>", 480) + strings.Repeat("</a>", 100_000) },
}

// sound fails unless what a flow says of itself is finite and within bounds.
func sound(t interface {
	Helper()
	Fatalf(string, ...any)
}, f *Flow,
) {
	t.Helper()
	ok := func(v float32) bool { return v == v && v > -8*extent && v < 64*extent }
	h, exact := f.Height()
	if !exact || !ok(h) || h < 0 || !ok(f.Width()) {
		t.Fatalf("height %v (exact: %v), width %v", h, exact, f.Width())
	}
	items := 0
	f.Items(Rect{0, 0, f.o.Width, 2000}, func(i *Item) bool {
		if !ok(i.Rect.X) || !ok(i.Rect.Y) || !ok(i.Rect.W) || !ok(i.Rect.H) || !ok(i.Baseline) {
			t.Fatalf("an item of kind %d at %+v", i.Kind, i.Rect)
		}
		items++
		return items < 10_000
	})
	flat := f.doc.Flat()
	for _, at := range []int{0, len(flat) / 3, len(flat)} {
		if r, _ := f.Caret(at); !ok(r.X) || !ok(r.Y) || !ok(r.H) {
			t.Fatalf("a caret at %+v", r)
		}
	}
	for _, y := range []float32{-10, 0, h / 2, h, h + 100} {
		if at := f.At(100, y).Offset; at < 0 || at > len(flat) {
			t.Fatalf("a hit at %d of %d", at, len(flat))
		}
	}
}

func nodes(n dom.Node) int {
	count := 1
	for k := range n.Children() {
		count += nodes(k)
	}
	return count
}

// TestBounds lays out what is out of all proportion: nothing panics, is endless, or is
// laid out more often than once.
func TestBounds(t *testing.T) {
	for name, make := range hostile {
		t.Run(name, func(t *testing.T) {
			d := dom.ParseHTML(make(), dom.HTMLOptions{Width: 600})
			f := New(d, options())
			f.All()
			sound(t, f)
			if n := nodes(d.Root); f.laid > n {
				t.Errorf("%d boxes are laid out %d times", n, f.laid)
			}
		})
	}
}
