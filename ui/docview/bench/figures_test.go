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

// repeated is a message of n octets or more of the same over and over.
func repeated(before, again string) func(testing.TB, int) string {
	return func(_ testing.TB, n int) string { return before + strings.Repeat(again, n/len(again)+1) }
}

// fragments is n octets or more of inline elements in each other, none like the one before.
func fragments(_ testing.TB, n int) string {
	r := rand.New(rand.NewPCG(4, 3))
	tags := strings.Fields("b i u s em code sup small span font")
	var b strings.Builder
	for b.Len() < n {
		var open []string
		for range 1 + r.IntN(5) {
			open = append(open, tags[r.IntN(len(tags))])
			fmt.Fprintf(&b, "<%s>%c", open[len(open)-1], 'a'+rune(r.IntN(26)))
		}
		for i := range open {
			fmt.Fprintf(&b, "</%s>", open[len(open)-1-i])
		}
		b.WriteString([]string{" ", "", "<br>", "<wbr>", "<img src=cid:a>"}[r.IntN(5)])
	}
	return b.String()
}

// message is HTML of n octets or more, by its name. Those that are dense have many
// elements and little else: what is in sight of them takes more than a whole letter.
type message struct {
	name  string
	dense bool
	size  int // for 10,000,000 octets of text
	make  func(t testing.TB, n int) string
}

var messages = []message{
	{"html", false, 5_000_000, func(_ testing.TB, n int) string { return prose(n) }},
	{"newsletters", false, 5_000_000, newsletters},
	{"statement-500k", false, 500_000, func(_ testing.TB, n int) string { return statement(n) }},
	{"statement-2m", false, 2_000_000, func(_ testing.TB, n int) string { return statement(n) }},
	{"statement", false, 5_000_000, func(_ testing.TB, n int) string { return statement(n) }},
	{"cells-of-a-row", true, 500_000, repeated("<table><tr>", "<td>1")},
	{"cells", true, 500_000, repeated("<table>", "<tr>"+strings.Repeat("<td>1", 50))},
	{"cells-closed", true, 500_000, repeated("<table>", "<tr>"+strings.Repeat("<td>1</td>", 10)+"</tr>")},
	{"cells-collapsed", true, 500_000, repeated("<table border=1 style=border-collapse:collapse>", "<tr><td>1<td>2<td rowspan=2>3<tr><td>4<td>5")},
	{"rows", true, 500_000, repeated("<table>", "<tr><td>1")},
	{"items", true, 500_000, repeated("<ul>", "<li>x")},
	{"items-numbered", true, 500_000, repeated("<ol>", "<li>x")},
	{"paragraphs", true, 500_000, repeated("", "<p>x")},
	{"breaks", true, 500_000, repeated("", "a<br>")},
	{"bold", true, 600_000, repeated("", "<b>x</b> ")},
	{"links", true, 2_000_000, repeated("", "<a href=http://a.example>x</a> ")},
	{"pictures", true, 1_600_000, repeated("", "<img src=cid:a> ")},
	{"inline-blocks", true, 2_500_000, repeated("", "<i style=display:inline-block>x</i> ")},
	{"blocks", true, 800_000, repeated("", "<div>a<b>b<i>c<u>d</u></i></b>e</div>")},
	{"fragments", true, 1_000_000, fragments},
}

// insight shows as much of a message as is three screens high: what is in sight of it, with
// what is kept around that, takes as much of a longer one. What never gets so high is in
// sight by its first 40,000 octets.
func (m *message) insight(t testing.TB, v *viewport.View) string {
	t.Helper()
	for n := 5_000; ; n *= 2 {
		s := m.make(t, n)
		scrolled(t, v, ofHTML(s))
		if v.Place().Height > 3*700 || n >= 40_000 && v.Place().Height < 1000 {
			return s
		}
	}
}

// TestFigures measures the heap once a long message was read to its end: what it takes
// beyond a view that shows one screen, by the message's size.
func TestFigures(t *testing.T) {
	for _, m := range []struct {
		name string
		make func() string
	}{
		{"text", func() string { return letters(*octets) }},
		{"word", func() string { return strings.Repeat("word", *octets/4) }},
		{"line", func() string { return strings.Repeat("word ", *octets/5) }},
	} {
		beside(t, m.name, letter, func() (string, *dom.Document) { s := m.make(); return s, ofText(s) })
	}
	for _, m := range messages {
		first := letter
		if m.dense {
			first = m.insight
		}
		n := int(int64(m.size) * int64(*octets) / 10_000_000)
		beside(t, m.name, first, func() (string, *dom.Document) { s := m.make(t, n); return s, ofHTML(s) })
	}
}

// letter shows a short one.
func letter(t testing.TB, v *viewport.View) string {
	t.Helper()
	scrolled(t, v, ofText(letters(10_000)))
	return ""
}

// beside shows what fills the view and then a message in its stead, and prints what that
// takes more.
func beside(t *testing.T, name string, first func(testing.TB, *viewport.View) string, message func() (string, *dom.Document)) {
	t.Helper()
	v := newView(t)
	size := -len(first(t, v))
	before := held()
	start := time.Now()
	scrolled(t, v, func() *dom.Document {
		s, d := message()
		size += len(s)
		return d
	}())
	took := time.Since(start)
	more := held() - before
	figure("memory-beside-message-"+name, more/max(float64(size), 1), 3)
	fmt.Printf("%s: %.1f MB in %.1f s, %.1f MB beside %.1f MB\n", name, float64(size)/1e6, took.Seconds(), more/1e6, before/1e6)
	runtime.KeepAlive(v)
}
