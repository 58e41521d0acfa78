package bench

import (
	"flag"
	"fmt"
	"image/color"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"restante.app/assets/fonts"
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
	"restante.app/ui/docview/viewport"
)

var octets = flag.Int("octets", 100_000, "size of the long plain text; 10000000 is the size that the limits are for")

// full tells whether the limits apply.
func full() bool { return *octets >= 10_000_000 }

// figure prints a line; the value should not be above the limit.
func figure(name string, value, limit float64) {
	verdict := "ok"
	switch {
	case !full():
		verdict = "(small run, not judged)"
	case value > limit:
		verdict = "SHORT"
	}
	fmt.Printf("FIGURE %s %.2f <=%.2f %s\n", name, value, limit, verdict)
}

func fontsOf(t testing.TB) *typeset.Fonts {
	t.Helper()
	f, err := typeset.NewFonts([]typeset.FaceSource{
		{Family: typeset.Sans, Weight: 400, Data: fonts.Sans}, {Family: typeset.Sans, Weight: 600, Data: fonts.SansBold},
		{Family: typeset.Sans, Weight: 400, Italic: true, Data: fonts.SansItalic}, {Family: typeset.Mono, Weight: 400, Data: fonts.Mono},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func newView(t testing.TB) *viewport.View {
	t.Helper()
	v := viewport.New(viewport.Options{Fonts: fontsOf(t), FoldLabel: func(n int, _ bool) string { return fmt.Sprintf("%d lines", n) }})
	v.Resize(1000, 700, 1)
	return v
}

var look = viewport.Look{Canvas: color.NRGBA{255, 255, 255, 255}}

// scrolled shows a document and pages through it to its end as a reader does, painting
// what comes by.
func scrolled(t testing.TB, v *viewport.View, doc *dom.Document) {
	t.Helper()
	v.Show(doc, nil, look, false)
	for y := float32(0); y < 1<<24; y += 20_000 {
		v.ScrollTo(0, y)
		for ready, more := v.Work(0); !ready || more; ready, more = v.Work(0) {
		}
		v.Paint()
		if p := v.Place(); p.Exact && p.Y+701 > p.Height {
			return
		}
	}
	t.Fatal("the end of the document is never in sight")
}

// held is how much of the heap is in use.
func held() float64 {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// letters is a plain text of about n octets: paragraphs, one in four quoted, of words
// that come again and ones that don't.
func letters(n int) string {
	r := rand.New(rand.NewPCG(4, 1))
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		for range 3 + r.IntN(6) {
			if i%4 == 1 {
				b.WriteString("> ")
			}
			for range 12 {
				fmt.Fprintf(&b, "%s ", words[r.IntN(len(words))])
			}
			fmt.Fprintf(&b, "%d\n", r.IntN(100_000))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

var words = strings.Fields("the tide comes in twice a day and goes out as often whatever harbour masters think of it: boats, ropes, nets, letters, water; engine grüße über château")

// prose is the same as HTML.
func prose(n int) string {
	return "<h1>Tides</h1><p>" + strings.ReplaceAll(letters(n), "\n\n", "</p>\n<p style='color:#333'>") + "</p>"
}

// newsletters are the fixtures of package look, one below the other, of n octets or more.
func newsletters(t testing.TB, n int) string {
	t.Helper()
	paths, err := filepath.Glob("../look/testdata/*.html")
	if err != nil || len(paths) == 0 {
		t.Fatal(err, len(paths))
	}
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		text, err := os.ReadFile(paths[i%len(paths)])
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}

// statement is a table of n octets or more, a row for every booking.
func statement(n int) string {
	r := rand.New(rand.NewPCG(4, 2))
	var b strings.Builder
	b.WriteString("<table width=100%>")
	for b.Len() < n {
		fmt.Fprintf(&b, "<tr><td style='padding:4px;border-bottom:1px solid #ddd'>%d March 2026</td><td style='padding:4px;border-bottom:1px solid #ddd'>", 1+r.IntN(31))
		for range 4 {
			fmt.Fprintf(&b, "%s ", words[r.IntN(len(words))])
		}
		fmt.Fprintf(&b, "</td><td align=right style='padding:4px;border-bottom:1px solid #ddd'>%d.%02d</td></tr>\n", r.IntN(1000), r.IntN(100))
	}
	return b.String()
}

func ofText(s string) *dom.Document {
	return dom.FromText(s, dom.TextOptions{Text: color.NRGBA{A: 255}})
}
func ofHTML(s string) *dom.Document { return dom.ParseHTML(s, dom.HTMLOptions{}) }

// TestFigures measures the heap once a long message was read to its end: what it takes
// beyond a view that shows one screen, by the message's size.
func TestFigures(t *testing.T) {
	for _, m := range []struct {
		name string
		make func() (string, *dom.Document)
	}{
		{"memory-beside-message-text", func() (string, *dom.Document) { s := letters(*octets); return s, ofText(s) }},
		{"memory-beside-message-word", func() (string, *dom.Document) { s := strings.Repeat("word", *octets/4); return s, ofText(s) }},
		{"memory-beside-message-line", func() (string, *dom.Document) { s := strings.Repeat("word ", *octets/5); return s, ofText(s) }},
		{"memory-beside-message-html", func() (string, *dom.Document) { s := prose(*octets / 2); return s, ofHTML(s) }},
		{"memory-beside-message-statement", func() (string, *dom.Document) { s := statement(*octets / 2); return s, ofHTML(s) }},
		{"memory-beside-message-newsletters", func() (string, *dom.Document) { s := newsletters(t, *octets/2); return s, ofHTML(s) }},
	} {
		v := newView(t)
		scrolled(t, v, ofText(letters(10_000)))
		before := held()
		size := 0
		start := time.Now()
		scrolled(t, v, func() *dom.Document {
			s, d := m.make()
			size = len(s)
			return d
		}())
		took := time.Since(start)
		figure(m.name, (held()-before)/float64(size), 3)
		fmt.Printf("%s: %.1f MB in %.1f s\n", m.name, float64(size)/1e6, took.Seconds())
		runtime.KeepAlive(v)
	}
}
