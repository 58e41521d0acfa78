package bench

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
	"restante.app/ui/docview/typeset"
)

// shape is a document that grows with n; full is the larger of the two sizes measured. The
// nodes of both are packed, or those of neither: unpacking has its own, constant cost a node.
type shape struct {
	name string
	full int
	make func(n int) *dom.Document
}

var shapes = []shape{
	{"word", 2 << 20, func(n int) *dom.Document { return ofText(strings.Repeat("word", n/4)) }},
	{"line", 2 << 20, func(n int) *dom.Document { return ofText(strings.Repeat("word ", n/5)) }},
	{"hebrew-line", 1 << 19, func(n int) *dom.Document { return ofText(strings.Repeat("שלום abc 12 ", n/17)) }},
	{"chinese-line", 1 << 19, func(n int) *dom.Document { return ofText(strings.Repeat("中文字", n/9)) }},
	{"paragraphs", 10_000, func(n int) *dom.Document { return ofHTML(strings.Repeat("<p>Some words of a paragraph.</p>", n)) }},
	{"rows", 6000, func(n int) *dom.Document {
		return ofHTML("<table>" + strings.Repeat("<tr><td>one<td>two<td width=50%>three", n))
	}},
	{"rows-within-a-table", 6000, func(n int) *dom.Document {
		return ofHTML("<table width=100%><tr><td><table>" + strings.Repeat("<tr><td>one<td>two", n))
	}},
	{"cell", 1 << 20, func(n int) *dom.Document { return ofHTML("<table><tr><td>" + strings.Repeat("word ", n/5)) }},
	{"div-chains", 40, func(n int) *dom.Document {
		return ofHTML(strings.Repeat(strings.Repeat("<div style='padding:1px'>", 450)+"text"+strings.Repeat("</div>", 450), n))
	}},
	{"floats", 16000, func(n int) *dom.Document {
		return ofHTML(strings.Repeat("<div style='float:left;width:30%;height:9px'>x</div>", n))
	}},
}

// laid lays a document out over and over. It tells the time of all steps and that of the
// longest, in ms: of each step the shortest time of all runs, as others have the
// processor in between.
func laid(t testing.TB, f *typeset.Fonts, doc *dom.Document, runs int) (took, longest float64) {
	t.Helper()
	var steps []time.Duration
	for run := range runs {
		runtime.GC()
		flow := layout.New(doc, layout.Options{Width: 900, Fonts: f, Size: func(string) (float32, float32, bool) { return 0, 0, false }})
		n := 0
		for done := false; !done; n++ {
			start := time.Now()
			done = flow.Toward(flow.Placed() + 400)
			if spent := time.Since(start); run == 0 {
				steps = append(steps, spent)
			} else {
				steps[n] = min(steps[n], spent)
			}
		}
		if _, exact := flow.Height(); !exact || n != len(steps) {
			t.Fatalf("it is laid out in %d steps, not in %d", n, len(steps))
		}
	}
	for _, s := range steps {
		took += s.Seconds() * 1000
		longest = max(longest, s.Seconds()*1000)
	}
	return took, longest
}

// TestDoubling lays out documents of two sizes: twice as much takes about twice as long,
// and no step takes longer for that.
func TestDoubling(t *testing.T) {
	for _, s := range shapes {
		n, runs := s.full, 7
		if !full() {
			n, runs = max(s.full/20, 2), 2
		}
		f := fontsOf(t)
		half, _ := laid(t, f, s.make(n/2), runs)
		whole, step := laid(t, f, s.make(n), runs)
		figure("layout-doubling-"+s.name, whole/half, 2.3)
		figure("layout-step-ms-"+s.name, step, 16)
		fmt.Printf("%s: %.1f and %.1f ms\n", s.name, half, whole)
	}
}
