package layout

import (
	_ "embed"
	"image/color"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"restante.app/ui/docview/dom"
)

//go:embed testdata/vectors.html
var vectors string

// TestNothingIsAskedFor gives every vector to the renderer: no source of an image, no
// link and no item to paint leads to the host that they name.
func TestNothingIsAskedFor(t *testing.T) {
	_, list, _ := strings.Cut(vectors, "-->\n")
	lines := strings.Split(strings.TrimSpace(list), "\n")
	if len(lines) < 50 {
		t.Fatalf("%d vectors only", len(lines))
	}
	for _, v := range append(lines, list) {
		d := dom.ParseHTML(v+"<p>shown</p>", dom.HTMLOptions{})
		asked := slices.Clone(d.Sources)
		for _, n := range d.Links() {
			asked = append(asked, n.Link().Href)
		}
		o := options()
		o.Size = func(src string) (w, h float32, ok bool) {
			asked = append(asked, src)
			return 0, 0, false
		}
		f := New(d, o)
		f.All()
		f.Items(everywhere, func(i *Item) bool {
			asked = append(asked, i.Src)
			return true
		})
		for _, a := range asked {
			if strings.Contains(a, "tracker") {
				t.Errorf("%.120s: %q is asked for", v, a)
			}
		}
	}
}

// TestRemoteImagesAreSourcesAlone finds the images of the web where the caller decides
// about them, and nowhere else.
func TestRemoteImagesAreSourcesAlone(t *testing.T) {
	d := dom.ParseHTML(`<img src="https://a.example/1"><table background="https://a.example/2"><td style="background:url(https://a.example/3)">x</table>
<img src="cid:4"><img src="https://a.example/1">`, dom.HTMLOptions{})
	want := []string{"https://a.example/1", "https://a.example/2", "https://a.example/3", "cid:4"}
	if !slices.Equal(d.Sources, want) {
		t.Errorf("%q, want %q", d.Sources, want)
	}
}

// TestNoWayOut keeps everything that opens files or connections from the packages that
// read what a message says. Fonts of the system are found by typeset's library.
func TestNoWayOut(t *testing.T) {
	forbidden := []string{"net", "net/http", "os", "os/exec", "io/ioutil", "syscall", "plugin", "path/filepath", "crypto/tls"}
	for _, p := range []string{"dom", "layout", "typeset", "raster", "drawing"} {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{join .Imports "\n"}}`, "restante.app/ui/docview/"+p).Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range strings.Fields(string(out)) {
			if slices.Contains(forbidden, imp) {
				t.Errorf("%s imports %s", p, imp)
			}
		}
	}
}

// TestBodiesStayApart joins a body that tries to stand over the next, and one that tries
// to stand over the one before (Efail, and answers put into somebody's mouth).
func TestBodiesStayApart(t *testing.T) {
	lay := func(html string) *dom.Document {
		return dom.ParseHTML(`<!doctype html><body style="margin:0;font:16px/20px sans-serif">`+html, dom.HTMLOptions{})
	}
	over := `<div style="position:fixed;top:0;float:left;margin-top:-300px;margin-bottom:-500px;width:300px;height:300px;background:#ff0000">evil</div>` +
		`<div style="position:absolute;margin-top:-200px;background:#ff0000">evil</div><div style="height:0;background:#ff0000">evil<br>evil<br>evil</div>`
	good := `<p style="margin:0">good</p>`
	for name, bodies := range map[string][]string{"before": {good, over}, "behind": {over, good}, "between": {good, over, good}} {
		var docs []*dom.Document
		for _, b := range bodies {
			docs = append(docs, lay(b))
		}
		f := New(dom.Join(docs...), options())
		f.All()
		var own, evil []Rect
		f.Items(everywhere, func(i *Item) bool {
			r := i.Rect
			if i.Clip != nil {
				r = r.intersect(*i.Clip)
			}
			switch {
			case i.Kind == Glyphs && strings.Contains(i.Node.Text(), "good"):
				own = append(own, r)
			case i.Kind == Glyphs && strings.Contains(i.Node.Text(), "evil"), i.Kind == Fill && i.Color == (color.NRGBA{255, 0, 0, 255}):
				evil = append(evil, r)
			}
			return true
		})
		if len(own) == 0 || len(evil) == 0 {
			t.Fatalf("%s: %d and %d items", name, len(own), len(evil))
		}
		for _, r := range own {
			if touches(evil, r) {
				t.Errorf("%s: %v is covered by one of %v", name, r, evil)
			}
		}
	}
}

// FuzzLayout lays out whatever comes, to a bound.
func FuzzLayout(f *testing.F) {
	for _, s := range []string{
		`<table width=50%><tr><td rowspan=3 colspan=2>x<td style="float:left">y<table><caption>z</table><ul><li>a<p style="margin:-1em">b</ul>`,
		`<div style="display:inline-block;width:calc(1px/0);height:1e30px;vertical-align:top">x<img src=x align=left width=0>שלום</div>`,
		`<span style="display:table-cell;overflow:hidden">a<b style="float:right;clear:both">b<div>c</div></b></span><pre>` + "\t\n\u00ad",
		vectors,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := dom.ParseHTML(s, dom.HTMLOptions{MaxNodes: 1000, Width: 300})
		flow := New(dom.Join(d, dom.FromText(s, dom.TextOptions{Flowed: true})), options())
		flow.All()
		sound(t, flow)
		flow.PageBreaks(500)
	})
}

func benchmark(b *testing.B, html string) {
	d := dom.ParseHTML(html, dom.HTMLOptions{})
	b.SetBytes(int64(len(html)))
	for b.Loop() {
		New(d, options()).All()
	}
}

// The two sizes of each are to be compared: twice as much takes about twice as long.
func BenchmarkParagraphs5000(b *testing.B) {
	benchmark(b, strings.Repeat("<p>Some words of text.</p>", 5_000))
}
func BenchmarkParagraphs10000(b *testing.B) {
	benchmark(b, strings.Repeat("<p>Some words of text.</p>", 10_000))
}
func BenchmarkRows750(b *testing.B) {
	benchmark(b, "<table>"+strings.Repeat("<tr><td>one<td>two", 750))
}
func BenchmarkRows1500(b *testing.B) {
	benchmark(b, "<table>"+strings.Repeat("<tr><td>one<td>two", 1500))
}
func BenchmarkLine1MB(b *testing.B)  { benchmark(b, strings.Repeat("word ", 1<<20/5)) }
func BenchmarkLine2MB(b *testing.B)  { benchmark(b, strings.Repeat("word ", 2<<20/5)) }
func BenchmarkTables25(b *testing.B) { benchmark(b, strings.Repeat("<table width=100%><tr><td>x", 25)) }
func BenchmarkTables50(b *testing.B) { benchmark(b, strings.Repeat("<table width=100%><tr><td>x", 50)) }

// TestStepsAreSmall counts the steps of what used to be laid out in one: the window
// waits for one of them at most.
func TestStepsAreSmall(t *testing.T) {
	long := strings.Repeat("word ", 1<<16)
	for name, c := range map[string]struct {
		html  string
		least int
	}{
		"rows":              {"<table>" + strings.Repeat("<tr><td>one<td>two", 1500), 3000},
		"rows in a table":   {"<table width=100%><tr><td><table>" + strings.Repeat("<tr><td>one<td>two", 1500), 3000},
		"a long cell":       {"<table><tr><td>" + long, 2 * len(long) / (8 << 10)},
		"a long clip":       {"<div style='overflow:hidden'>" + long, len(long) / (8 << 10)},
		"a long float":      {"<div style='float:left'>" + long + "</div>x", 2 * len(long) / (8 << 10)},
		"rows in a float":   {"<table align=left>" + strings.Repeat("<tr><td>one<td>two", 1500) + "</table>x", 3000},
		"a word of no end":  {"<p style='overflow-wrap:anywhere'>" + strings.Repeat("word", 1<<16), 4 << 16 / (8 << 10)},
		"lines of no end":   {"<pre>" + long, len(long) / (32 << 10)},
		"blocks in a table": {"<table><tr><td>" + strings.Repeat("<p>x", 2000), 2000},
	} {
		f := New(dom.ParseHTML(c.html, dom.HTMLOptions{}), options())
		steps := 0
		for ; !f.done; steps++ {
			f.step()
			if h, _ := f.Height(); h < f.Placed() || f.Reached() > f.doc.Root.End() {
				t.Fatalf("%s: %v high, of which %v are placed up to %d", name, h, f.Placed(), f.Reached())
			}
		}
		if steps < c.least {
			t.Errorf("%s: %d steps, want %d at least", name, steps, c.least)
		}
	}
}
