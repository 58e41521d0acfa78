package dom

import (
	"image/color"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// check fails unless the tree and the flat text of a document agree: every text is
// where its node says, children are in order and within their parents.
func check(t interface {
	Helper()
	Fatalf(string, ...any)
}, d *Document,
) {
	t.Helper()
	flat := d.Flat()
	var walk func(n Node, depth int)
	walk = func(n Node, depth int) {
		if n.Style() == nil || depth > 2000 {
			t.Fatalf("%q has no style, or is too deep", n.Tag())
		}
		if n.Start() < 0 || n.Start() > n.End() || n.End() > len(flat) {
			t.Fatalf("%q is at %d to %d of %d", n.Tag(), n.Start(), n.End(), len(flat))
		}
		if n.Kind() == Text && n.Text() != "" && flat[n.Start():n.End()] != n.Text() {
			t.Fatalf("flat text has %q, the node %q", flat[n.Start():n.End()], n.Text())
		}
		at := 0
		for k := range n.Children() {
			if k.Parent() != n {
				t.Fatalf("%q in %q has another parent", k.Tag(), n.Tag())
			}
			if k.Start() < at || k.Start() < n.Start() || k.End() > n.End() {
				t.Fatalf("%q in %q is out of order", k.Tag(), n.Tag())
			}
			at = k.End()
			walk(k, depth+1)
		}
		if n.Link() != nil && safeLink(n.Link().Href) == "" {
			t.Fatalf("a link leads to %q", n.Link().Href)
		}
	}
	walk(d.Root, 0)
	for _, s := range d.Sources {
		if safeSource(s) == "" {
			t.Fatalf("a source is %q", s)
		}
	}
}

func parsed(t *testing.T, s string) *Document {
	t.Helper()
	d := ParseHTML(s, HTMLOptions{})
	check(t, d)
	return d
}

func TestFlat(t *testing.T) {
	for _, c := range []struct{ name, html, flat string }{
		{"blanks", "<p> one  <b> two</b>\n three </p>", "one two three"},
		{"blank between", "<b>one</b> <i>two</i>", "one two"},
		{"paragraphs", "<p>one</p><p>two</p>", "one\n\ntwo"},
		{"blocks", "<div>one</div><div>two</div>", "one\ntwo"},
		{"break", "one<br> two<br><br>three", "one\ntwo\n\nthree"},
		{"cells", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td> d </td></tr></table>", "a\tb\nc\td"},
		{"list", "<ul><li>one</li><li>two</li></ul><ol start=4><li>x</li><li value=9>y</li></ol>", "• one\n• two\n\n4. x\n9. y"},
		{"nested list", "<ol type=a><li>x<ul><li>y</li></ul></li></ol>", "a. x\n◦ y"},
		{"roman", "<ol type=I start=4><li>x</li></ol>", "IV. x"},
		{"picture", "one <img src=cid:a alt='a  cat'> two", "one a cat two"},
		{"pre", "<pre>a\n  b</pre>", "a\n  b"},
		{"hidden", "a<span style='display:none'>b</span><div hidden>c</div><script>d</script><style>e</style><div style='max-height:0;overflow:hidden'>f</div>g", "ag"},
		{"transform", "<b style='text-transform:uppercase'>straße</b> <i style='text-transform:capitalize'>one two</i>", "STRASSE One Two"},
		{"inline block", "a <span style='display:inline-block'> b </span> c", "a b c"},
		{"unknown", "<x-foo>one <blink>two</blink></x-foo>", "one two"},
		{"form", "<form action=x>Name <input value='Ada'> <select><option>a<option selected>b</select> <button>Go</button></form>", "Name Ada b Go"},
		{"title", "<title>T</title><body>x", "x"},
		{"size 0", "<span style='font-size:0'>no</span>yes", "yes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.flat, parsed(t, c.html).Flat()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPolicy feeds what must never come through: whatever the trick, no link and no
// source is of another kind than those allowed, and no text of a script is shown.
func TestPolicy(t *testing.T) {
	for _, s := range []string{
		`<a href="javascript:evil()">x</a>`, `<a href=" java&#10;script:evil()">x</a>`, `<a href="JaVaScRiPt&colon;evil()">x</a>`,
		`<a href="vbscript:evil">x</a>`, `<a href="data:text/html,evil">x</a>`, `<a href="file:///etc/passwd">x</a>`, `<a href="&#x6A;avascript:evil()">x</a>`,
		"<a href=\"\x01javascript:evil()\">x</a>", "<a href=\"java\u200bscript:evil()\">x</a>", `<a href="ftp://evil/">x</a>`, `<a href="blob:https://evil/">x</a>`,
		`<img src="javascript:evil()">`, `<img src="data:image/svg+xml,evil">`, `<img src="data:text/html,evil">`, `<img src="file:///evil">`,
		`<div style="background:url(javascript:evil())">x</div>`, `<div style="background:url('file:///evil')">x</div>`, `<div style="width:expression(evil())">x</div>`,
		`<table background="javascript:evil()"><tr><td background="file:///evil">x</table>`, `<body background="data:image/svg+xml,evil">x`,
		`<script>evil</script>`, `<svg><script>evil</script><text>evil</text></svg>`, `<math><mtext><script>evil</script></mtext></math>`,
		`<iframe src="https://evil"></iframe>`, `<iframe srcdoc="<b>evil</b>"></iframe>`, `<object data=evil>evil</object>`, `<embed src=evil>`,
		`<link rel=stylesheet href="https://evil">`, `<meta http-equiv=refresh content="0;url=https://evil">`, `<base href="https://evil/">x`,
		`<style>@import url(https://evil); @font-face{src:url(https://evil)} p{-moz-binding:url(https://evil)}</style><p>x</p>`,
		`<form action="https://evil"><input type=hidden value=evil></form>`, `<video poster="https://evil"><source src="https://evil">evil</video>`,
		`<noscript><p title="</noscript><img src=x onerror=evil()>">x</noscript>`, `<svg></p><style><a title="</style><img src=x onerror=evil()>">`,
		`<math><mi><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=evil()&gt;">`,
		`<img srcset="https://evil 2x" src=cid:a>`, `<p style="content:url(https://evil)">x</p>`, `<template><b>evil</b></template>`,
		`<a href="https:evil">x</a>`, `<xml><b>evil</b></xml>`, `<textarea></textarea><title><b>evil</b></title>`,
	} {
		d := ParseHTML(s, HTMLOptions{})
		check(t, d)
		for _, n := range d.Links() {
			t.Errorf("%s: a link to %q", s, n.Link().Href)
		}
		for _, src := range d.Sources {
			if strings.Contains(src, "evil") {
				t.Errorf("%s: a source %q", s, src)
			}
		}
		if strings.Contains(d.Flat(), "evil") {
			t.Errorf("%s: shows %q", s, d.Flat())
		}
	}
}

func TestLinksAreKept(t *testing.T) {
	for href, want := range map[string]string{
		"https://example.org/a?b=c#d": "https://example.org/a?b=c#d", " http://example.org ": "http://example.org", "mailto:a@example.org?subject=x": "mailto:a@example.org?subject=x",
		"#top": "#top", "//example.org/x": "https://example.org/x", "HTTPS://example.org": "HTTPS://example.org", "https://example.org/100%": "https://example.org/100%25",
	} {
		links := parsed(t, `<a href="`+href+`">x</a>`).Links()
		if len(links) != 1 || links[0].Link().Href != want {
			t.Errorf("%q: %v", href, links)
		}
	}
}

// each visits a node and all that are in it.
func each(n Node, visit func(Node)) {
	for k := range n.All() {
		visit(k)
	}
}

// child is one of the nodes in a node.
func child(n Node, i int) Node { return slices.Collect(n.Children())[i] }

func first(d *Document, text string) Node {
	var found Node
	each(d.Root, func(n Node) {
		if found.IsZero() && n.Kind() == Text && strings.Contains(n.Text(), text) {
			found = n
		}
	})
	return found
}

func TestCascade(t *testing.T) {
	red, blue, green := color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 0, 255, 255}, color.NRGBA{0, 128, 0, 255}
	for _, c := range []struct {
		name, html string
		want       color.NRGBA
	}{
		{"attribute", `<p style="color:red">x`, red},
		{"sheet", `<style>p{color:red}</style><p>x`, red},
		{"class beats tag", `<style>.a{color:red} p{color:blue}</style><p class=a>x`, red},
		{"id beats class", `<style>#i{color:red} p.a{color:blue}</style><p class=a id=i>x`, red},
		{"later beats earlier", `<style>p{color:blue} p{color:red}</style><p>x`, red},
		{"attribute beats sheet", `<style>#i{color:blue}</style><p id=i style="color:red">x`, red},
		{"important", `<style>p{color:red!important}</style><p style="color:blue">x`, red},
		{"important twice", `<style>p{color:blue!important}</style><p style="color:red!important">x`, red},
		{"inherited", `<div style="color:red"><p><b>x</b></p></div>`, red},
		{"font element", `<font color=red>x</font>`, red},
		{"descendant", `<style>div p{color:red}</style><div><span><p>x`, red},
		{"child", `<style>p{color:red} div > p{color:blue}</style><div><section><p>x</section>`, red},
		{"list of selectors", `<style>h1, p, .z {color:red}</style><p>x`, red},
		{"media holds", `<style>@media screen and (max-width:800px){p{color:red}}</style><p>x`, red},
		{"media does not", `<style>p{color:red} @media (max-width:300px){p{color:blue}}</style><p>x`, red},
		{"print", `<style>p{color:red} @media print{p{color:blue}}</style><p>x`, red},
		{"broken rule", `<style>p{color:red} p{{color:blue} </style><p>x`, red},
		{"comment marks", `<style><!-- p{color:red} --></style><p>x`, red},
		{"hover", `<style>p{color:red} p:hover{color:blue}</style><p>x`, red},
		{"rgb", `<p style="color:rgb(0,128,0)">x`, green}, {"rgb new", `<p style="color:rgb(0 128 0 / 100%)">x`, green}, {"hsl", `<p style="color:hsl(240,100%,50%)">x`, blue},
		{"hex", `<p style="color:#00F">x`, blue}, {"bad value", `<p style="color:red;color:nonsense">x`, red}, {"upper case", `<P STYLE="COLOR:RED">x`, red},
		{"attribute selector", `<style>p[align=left]{color:red}</style><p align=left>x`, red},
		{"first child", `<style>p:first-child{color:red}</style><div><p>x</p></div>`, red},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := first(parsed(t, c.html), "x").Style().Color; got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestFindIgnoresCaseAndAccents(t *testing.T) {
	d := parsed(t, "<p>Café  au lait, CAFE\u0301 noir,</p><p>cafe.</p><p>Straße ﬁne</p>")
	for query, want := range map[string][]string{
		"cafe": {"Café", "CAFE\u0301", "cafe"}, "noir, café": {"noir,\n\ncafe"}, "FINE": {"ﬁne"}, "xyz": nil, "": nil, "é a": {"é a"},
	} {
		var got []string
		for _, s := range d.Find(query) {
			got = append(got, d.Flat()[s.Start:s.End])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
}

// TestFindFinds looks for a piece of a text where it stands.
func TestFindFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("aBc dé\u0301ﬁß \nИ中"))).Draw(t, "text")
		d := FromText(text, TextOptions{})
		check(t, d)
		flat := d.Flat()
		for _, s := range d.Find(rapid.StringOfN(rapid.RuneFrom([]rune("abcdeé fi")), 1, 3, -1).Draw(t, "query")) {
			if s.Start < 0 || s.Start > s.End || s.End > len(flat) {
				t.Fatalf("%v of %d", s, len(flat))
			}
		}
	})
}

func TestJoinKeepsBodiesApart(t *testing.T) {
	a := ParseHTML(`<style>p{color:red}</style><p>one<div><b><a href="https://a.example">`, HTMLOptions{})
	b := ParseHTML(`<p>two</p>`, HTMLOptions{})
	d := Join(a, b)
	check(t, d)
	if got := d.Flat(); got != "one\n\ntwo" && got != "one\ntwo" {
		t.Errorf("%q", got)
	}
	two := first(d, "two")
	if two.Link() != nil || two.Style().Color == (color.NRGBA{255, 0, 0, 255}) || two.Style().Weight != 400 {
		t.Errorf("the first body reaches into the second: %+v", two.Style())
	}
}

func TestDarkKeepsContrast(t *testing.T) {
	back, text := color.NRGBA{0x1e, 0x1e, 0x22, 255}, color.NRGBA{0xe6, 0xe6, 0xe6, 255}
	rapid.Check(t, func(t *rapid.T) {
		hex := rapid.StringMatching(`#[0-9a-f]{6}`)
		html := `<body bgcolor="` + hex.Draw(t, "page") + `"><div style="background:` + hex.Draw(t, "box") + `"><p style="color:` + hex.Draw(t, "text") + `">x</p></div>`
		d := ParseHTML(html, HTMLOptions{Dark: true, Back: back, Text: text})
		x := first(d, "x")
		behind := d.Canvas
		for n := x; !n.IsZero(); n = n.Parent() {
			if n.Style().Background.A > 0 {
				behind = n.Style().Background
				break
			}
		}
		if c := contrast(x.Style().Color, behind); c < 4.5 {
			t.Fatalf("%s: %v on %v is %.2f to 1", html, x.Style().Color, behind, c)
		}
	})
}

func TestText(t *testing.T) {
	d := FromText("Hi\n\n> one\n>> two\n> see https://example.org/x).\nme@example.org\n-- \nsig", TextOptions{})
	check(t, d)
	if want := "Hi\n\none\ntwo\nsee https://example.org/x).\nme@example.org\n-- \nsig"; d.Flat() != want {
		t.Errorf("%q", d.Flat())
	}
	levels := map[string]int{"one": 1, "two": 2, "see": 1, "Hi": 0, "sig": 0}
	for text, want := range levels {
		if got := first(d, text).Quote(); got != want {
			t.Errorf("%q is quoted %d times", text, got)
		}
	}
	var hrefs []string
	for _, n := range d.Links() {
		hrefs = append(hrefs, n.Link().Href)
	}
	if diff := cmp.Diff([]string{"https://example.org/x", "mailto:me@example.org"}, hrefs); diff != "" {
		t.Error(diff)
	}
}

func TestFlowed(t *testing.T) {
	for _, c := range []struct {
		text, flat string
		delSp      bool
	}{
		{"one \ntwo\nthree", "one two\nthree", false},
		{"on \ne", "one", true},
		{"> a \n> b\n c", "a b\nc", false},
		{"a \n> b", "a \nb", false},
		{"a \n-- \nb", "a \n-- \nb", false},
		{" >no quotation", ">no quotation", false},
	} {
		if got := FromText(c.text, TextOptions{Flowed: true, DelSp: c.delSp}).Flat(); got != c.flat {
			t.Errorf("%q: %q, want %q", c.text, got, c.flat)
		}
	}
}

// TestBounds makes documents that are out of all proportion.
func TestBounds(t *testing.T) {
	for name, s := range map[string]string{
		"div chains":     strings.Repeat("<div>", 100_000) + "text" + strings.Repeat("</div>", 100_000),
		"quotations":     strings.Repeat("<blockquote type=cite>", 50_000) + "text",
		"bold":           strings.Repeat("<b>", 20_000) + "text",
		"tables":         strings.Repeat("<table><tr><td>", 5_000) + "text",
		"fonts":          strings.Repeat("<font size=+1>", 5_000) + "text",
		"many":           strings.Repeat("<i>x</i>", 300_000) + "text",
		"lists":          strings.Repeat("<ul><li>", 3_000) + "text",
		"open brackets":  strings.Repeat("<", 100_000) + " text",
		"rules":          "<style>" + strings.Repeat("div p span.a > b{color:red}", 20_000) + "</style><p>text",
		"nested at-rule": "<style>" + strings.Repeat("@media screen{", 20_000) + "</style><p>text",
		"functions":      `<p style="width:` + strings.Repeat("calc(", 20_000) + `">text`,
		"spans":          `<table><tr><td colspan=999999999 rowspan=999999999>text</table>`,
	} {
		t.Run(name, func(t *testing.T) {
			d := parsed(t, s)
			if !strings.Contains(d.Flat(), "text") && len(d.Notices) == 0 {
				t.Errorf("the text is gone, and nothing is said")
			}
		})
	}
	d := FromText(strings.Repeat(">", 50_000)+" text", TextOptions{})
	check(t, d)
}

func FuzzParseHTML(f *testing.F) {
	f.Add(`<style>p{color:red}</style><table><td><p class=a style="margin:1em auto">x<img src=cid:a><li>y`)
	f.Add(`<div style="display:table-cell"><caption>a<tr>b<ul><ol><a href=//x>`)
	f.Fuzz(func(t *testing.T, s string) {
		check(t, ParseHTML(s, HTMLOptions{MaxNodes: 2000}))
		check(t, ParseHTML(s, HTMLOptions{MaxNodes: 2000, MaxDepth: 40, Dark: true, Back: color.NRGBA{20, 20, 20, 255}}))
	})
}

func FuzzFromText(f *testing.F) {
	f.Add("> a\n>> b \nhttps://x.org/(a)\n-- \nme@x.org", true)
	f.Fuzz(func(t *testing.T, s string, flowed bool) {
		check(t, FromText(s, TextOptions{Flowed: flowed}))
	})
}

func BenchmarkText1MB(b *testing.B) {
	text := strings.Repeat("The quick brown fox jumps over the lazy dog and away.\n", 20_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		FromText(text, TextOptions{})
	}
}

func BenchmarkHTML(b *testing.B) {
	row := `<tr><td class="cell" style="padding:4px 8px;color:#333;font-family:Arial,sans-serif"><a href="https://example.org/x">Item</a> of <b>note</b></td><td align=right>12.00</td></tr>`
	text := `<style>.cell{border-bottom:1px solid #eee} td{font-size:14px} table.main td.x > p{margin:0}</style><table width=600>` + strings.Repeat(row, 600) + `</table>`
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		ParseHTML(text, HTMLOptions{})
	}
}

// TestQuotationsFromTheRight have their line where they begin.
func TestQuotationsFromTheRight(t *testing.T) {
	d := FromText("> \u05d0\u05d1\u05d2\n\n> abc\n", TextOptions{})
	var sides []bool
	var walk func(Node)
	walk = func(n Node) {
		if n.Fold() {
			sides = append(sides, n.Style().Border[Right].Width > 0 && n.Style().Border[Left].Width == 0)
		}
		for k := range n.Children() {
			walk(k)
		}
	}
	walk(d.Root)
	if len(sides) != 2 || !sides[0] || sides[1] {
		t.Errorf("the lines are at the right: %v", sides)
	}
}
