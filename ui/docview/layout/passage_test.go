package layout

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// forget drops every line that can be set again, and every box that can be laid out again.
func (f *Flow) forget() (dropped int) {
	for _, l := range f.live {
		t := &l.of.batches[l.i]
		dropped += len(t.lines)
		f.held -= int(t.cost)
		t.lines = nil
	}
	f.live = nil
	for _, b := range f.stretches {
		f.drop(b)
	}
	f.stretches = nil
	return dropped
}

// shownAt is all that is painted in a rectangle, down to each glyph.
type shownAt struct {
	Item Item
	Run  typeset.Run
}

func shownIn(f *Flow, r Rect) (out []shownAt) {
	f.Items(r, func(i *Item) bool {
		s := shownAt{Item: *i}
		if i.Run != nil {
			s.Run = *i.Run
			s.Run.Span, s.Run.Face = nil, nil
		}
		s.Item.Run = nil
		out = append(out, s)
		return true
	})
	return out
}

// same fails unless two flows of one document say the same, whatever they are asked.
func same(t interface {
	Helper()
	Fatalf(string, ...any)
}, whole, other *Flow, between func(),
) {
	t.Helper()
	h, _ := whole.Height()
	if got, exact := other.Height(); got != h || !exact || whole.Width() != other.Width() {
		t.Fatalf("%v high and %v wide, not %v and %v", got, other.Width(), h, whole.Width())
	}
	for y := h; y > -200; y -= max(h/7, 190) { // upwards, as a reader does who looks for something
		between()
		r := Rect{-1000, y, 4000, 200}
		if diff := cmp.Diff(shownIn(whole, r), shownIn(other, r), cmpopts.IgnoreFields(Item{}, "Node")); diff != "" {
			t.Fatalf("at %v: %s", y, diff)
		}
		between()
		for _, x := range []float32{5, 130, 590} {
			a, b := whole.At(x, y), other.At(x, y)
			if a != b {
				t.Fatalf("at %v, %v: %+v, not %+v", x, y, b, a)
			}
		}
	}
	n := len(whole.doc.Flat())
	for at := n; at >= 0; at -= max(n/9, 1) {
		between()
		a, _ := whole.Caret(at)
		b, _ := other.Caret(at)
		if a != b {
			t.Fatalf("the caret at %d is at %v, not %v", at, b, a)
		}
	}
	between()
	if diff := cmp.Diff(whole.Rects(n/4, n, everywhere), other.Rects(n/4, n, everywhere)); diff != "" {
		t.Fatalf("selected: %s", diff)
	}
	between()
	if diff := cmp.Diff(whole.PageBreaks(300), other.PageBreaks(300)); diff != "" {
		t.Fatalf("pages: %s", diff)
	}
}

// laidTwice lays a document out whole, and again while all lines are dropped over and over.
func laidTwice(t interface {
	Helper()
	Fatalf(string, ...any)
}, doc *dom.Document,
) (dropped int) {
	t.Helper()
	whole, other := New(doc, options()), New(doc, options())
	whole.kept, whole.keptBoxes, other.keptBoxes = 1<<40, 1<<40, 300
	whole.All()
	for y := float32(0); !other.Until(y); y += 211 {
		dropped += other.forget()
		shownIn(other, Rect{0, y / 2, 600, 50})
	}
	same(t, whole, other, func() { dropped += other.forget() })
	return dropped
}

// TestDroppedLinesAreSetTheSame compares layouts that forget all lines again and again
// with ones that keep them: of drawn documents.
func TestDroppedLinesAreSetTheSame(t *testing.T) {
	dropped := 0
	rapid.Check(t, func(t *rapid.T) {
		html := randomHTML(t)
		long := rapid.SampledFrom([]string{"", strings.Repeat("words in a row ", 300), strings.Repeat("longword", 700), strings.Repeat("שלום olam ", 400), strings.Repeat("中文字", 500)}).Draw(t, "long")
		style := rapid.SampledFrom([]string{"", "text-align:justify", "text-align:center;word-break:break-all", "white-space:pre-wrap;overflow-wrap:anywhere", "text-indent:30px;letter-spacing:1px"}).Draw(t, "style")
		doc := dom.ParseHTML("<body style='font:16px/20px sans-serif'><div style='float:right;width:90px;height:70px'>x</div><div style='"+style+"'>"+html+long+html+"</div>", dom.HTMLOptions{})
		dropped += laidTwice(t, doc)
	})
	if dropped < 1000 {
		t.Errorf("only %d lines were dropped", dropped)
	}
}

// TestDroppedLinesOfFixtures does so with mail as it comes.
func TestDroppedLinesOfFixtures(t *testing.T) {
	paths, err := filepath.Glob("../look/testdata/*.html")
	if err != nil || len(paths) < 30 {
		t.Fatal(err, len(paths))
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			laidTwice(t, dom.ParseHTML(string(text), dom.HTMLOptions{}))
			laidTwice(t, dom.FromText(string(text), dom.TextOptions{}))
		})
	}
}

// TestDroppedLinesOfManySpans does so with texts whose spans are made in parts.
func TestDroppedLinesOfManySpans(t *testing.T) {
	for _, text := range []string{
		"<b>x</b> ", "a<br>", "<a href=https://a.example>x</a>,", "<i></i><i style='padding:2px'></i>",
		"<b style='padding:0 3px'>a<i>b<u style='margin:0 4px'>c<s>d</s></u></i></b><sup>up<sub>down</sub></sup><bdo dir=rtl>abc</bdo> שלום <img src=cid:x alt=instead> ",
		"<img src=cid:a width=20 height=30> text <img src=cid:b> <span style='display:inline-block;padding:3px'>in<br>block</span> ",
		"words and <img align=left width=30 height=50 src=cid:a> more <span style='float:right'>x</span> of them ",
	} {
		for _, around := range []string{"<div>", "<div style='text-align:justify;text-indent:9px' dir=rtl>", "<ol style='list-style-position:inside'><li>", "<table><tr><td>", "<div>before<p>x</p>"} {
			laidTwice(t, dom.ParseHTML("<body style='font:16px/20px sans-serif'>"+around+strings.Repeat(text, 150), dom.HTMLOptions{}))
		}
	}
}

// TestLinesOutOfSightAreDropped lays out a long text and looks at its end: what is held
// does not grow with it.
func TestLinesOutOfSightAreDropped(t *testing.T) {
	for name, doc := range map[string]*dom.Document{
		"text":  dom.FromText(strings.Repeat("Some words of a line that is of usual length.\n", 20_000), dom.TextOptions{}),
		"line":  dom.FromText(strings.Repeat("word ", 200_000), dom.TextOptions{}),
		"word":  dom.FromText(strings.Repeat("word", 250_000), dom.TextOptions{}),
		"table": dom.ParseHTML("<table><tr><td>"+strings.Repeat("word ", 200_000), dom.HTMLOptions{}),
	} {
		f := New(doc, options())
		f.All()
		h, _ := f.Height()
		got := glyphs(f, Rect{0, h - 300, 600, 300})
		if f.held > 2*leastHeld || len(got) == 0 {
			t.Errorf("%s: %d glyphs are held, %d runs are in sight", name, f.held, len(got))
		}
	}
}

// TestBoxesOutOfSightAreDropped lays out long documents and looks at their middle: what
// is held does not grow with them.
func TestBoxesOutOfSightAreDropped(t *testing.T) {
	letter := `<table width=100%><tr><td><h2>Tides</h2><ul><li>in<li>out</ul><table><tr><td>one<td>two</table><p>Some words.</p><img src=x></td></tr></table>`
	for name, html := range map[string]string{
		"blocks":           strings.Repeat("<p>Some words of a paragraph.</p>", 4000),
		"newsletters":      strings.Repeat(letter, 400),
		"within a table":   "<table width=100%><tr><td>" + strings.Repeat(letter, 400),
		"within an inline": "<b><div>" + strings.Repeat(letter, 400),
		"beside floats":    strings.Repeat("<div style='float:left;width:40%;height:30px'>x</div><p>Some words of a paragraph.</p>", 2000),
	} {
		t.Run(name, func(t *testing.T) {
			f := New(dom.ParseHTML(html, dom.HTMLOptions{}), options())
			f.All()
			h, _ := f.Height()
			if got := glyphs(f, Rect{0, h / 2, 600, 300}); len(got) == 0 {
				t.Error("nothing is in sight")
			}
			if f.heavy > 2*leastKept || f.weight > 2*leastKept || len(f.widths) > 1000 {
				t.Errorf("%d boxes can be dropped and are held, %d others, %d widths", f.heavy, f.weight, len(f.widths))
			}
		})
	}
}

// TestDroppedBoxesAreLaidOutTheSame compares layouts of documents long enough to have
// stretches in stretches.
func TestDroppedBoxesAreLaidOutTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		html := randomHTML(t)
		around := rapid.SampledFrom([]string{"<div>", "<table width=90%><tr><td valign=middle>", "<table><tr><td>", "<div style='margin:-9px 0 5px'>", "<ol dir=rtl>", "<b><div style='float:left'>"}).Draw(t, "around")
		between := rapid.SampledFrom([]string{"", "<li>x", "<p align=right>y", "<div style='float:right;width:60px;height:90px'>z</div>", "<table><tr><td rowspan=2>a<td>b<tr><td>c</table>", "<p style='margin:-30px 0'>w"}).Draw(t, "between")
		repeated := around + strings.Repeat(html+between, 10)
		laidTwice(t, dom.ParseHTML("<body style='font:16px/20px sans-serif'>"+repeated+"<td height=2000>"+repeated, dom.HTMLOptions{}))
	})
}

// TestDroppedCellsAreLaidOutTheSame does so with rows too long to be in a stretch.
func TestDroppedCellsAreLaidOutTheSame(t *testing.T) {
	for _, table := range []string{"<table>", "<table dir=rtl cellspacing=7>", "<table border=3 style='border-collapse:collapse'>"} {
		for _, cells := range []string{"<td>1", "<td valign=top>a<br>b<td colspan=2 valign=bottom>c<p>d</p><td rowspan=2>e", "<td align=right style='float:left'>f<td><img src=x alt=y>"} {
			laidTwice(t, dom.ParseHTML(table+"<tr bgcolor=#eee>"+strings.Repeat(cells, 900)+"<tr><td>x<td height=70>y<tr>"+strings.Repeat(cells, 500), dom.HTMLOptions{}))
		}
	}
}

// TestDroppedRowsAreLaidOutTheSame does so with tables too long to be in a stretch.
func TestDroppedRowsAreLaidOutTheSame(t *testing.T) {
	for _, table := range []string{"<table>", "<table dir=rtl cellspacing=7 width=70%>", "<table border=3 style='border-collapse:collapse'><caption>x</caption>", "<span style='display:inline-block'><table align=left>"} {
		for _, rows := range []string{
			"<tr valign=top bgcolor=#eee><td rowspan=2>a<td>b<p>c<td align=right>d<tr><td>e",
			"<tbody style='background:red'><tr height=40><td><table align=left><tr><td>f</table>g<td>h<tfoot><tr><td>i<thead><tr><td>k",
			"<tr><td><ul><li>a<li>b</ul><td valign=bottom>c<img src=x>d<tr><td colspan=2 height=50>e<td>f",
		} {
			laidTwice(t, dom.ParseHTML("<body>"+table+strings.Repeat(rows, 130), dom.HTMLOptions{}))
		}
	}
}
