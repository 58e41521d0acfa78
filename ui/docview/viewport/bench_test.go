package viewport

import (
	"bytes"
	"image/color"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"restante.app/assets"
	"restante.app/mimeview"
	"restante.app/ui/docview/dom"
)

var white = color.NRGBA{0xff, 0xff, 0xff, 0xff}

// first makes a document and paints what is in sight of it first.
func first(b *testing.B, v *View, of func() *dom.Document) {
	b.Helper()
	v.Resize(1000, 700, 1)
	v.Show(of(), nil, Look{Canvas: white}, false)
	for range 100_000 {
		if ready, _ := v.Work(5 * time.Millisecond); ready {
			v.Paint()
			return
		}
	}
	b.Fatal("nothing is ready to be painted")
}

// letterOf is a message as the window reads it: parsed, its HTML or else its text.
func letterOf(octets []byte) *dom.Document {
	m := mimeview.Parse(io.NewSectionReader(bytes.NewReader(octets), 0, int64(len(octets))), mimeview.Options{})
	for _, body := range m.Bodies {
		if body.HTML != "" {
			return ofHTML(body.HTML)
		}
	}
	return ofText(m.Text)
}

// BenchmarkMessages opens every message of the demo, and reports the median and the
// slowest from octets to painted, in ms.
func BenchmarkMessages(b *testing.B) {
	v := newView(b)
	var took []float64
	for b.Loop() {
		took = took[:0]
		for _, m := range assets.Demo() {
			start := time.Now()
			first(b, v, func() *dom.Document { return letterOf(m.Octets) })
			took = append(took, float64(time.Since(start).Microseconds())/1000)
		}
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2], "median-ms")
	b.ReportMetric(took[len(took)-1], "slowest-ms")
}

// BenchmarkNewsletter opens 200 KB of newsletter, made of the fixtures of package look.
func BenchmarkNewsletter(b *testing.B) {
	paths, err := filepath.Glob("../look/testdata/*.html")
	if err != nil || len(paths) == 0 {
		b.Fatal(err, len(paths))
	}
	var text strings.Builder
	for i := 0; text.Len() < 200<<10; i++ {
		octets, err := os.ReadFile(paths[i%len(paths)])
		if err != nil {
			b.Fatal(err)
		}
		text.Write(octets)
	}
	v := newView(b)
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		first(b, v, func() *dom.Document { return ofHTML(text.String()) })
	}
}

// BenchmarkLongText opens 1 MB of plain text to its first screen.
func BenchmarkLongText(b *testing.B) {
	text := strings.Repeat("The tide comes in twice a day, and goes out as often, whatever the harbour thinks of it.\n> so they said\n\n", 10_000)
	v := newView(b)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		first(b, v, func() *dom.Document { return ofText(text) })
	}
}

// BenchmarkScroll paints the frames of scrolling through a long text.
func BenchmarkScroll(b *testing.B) {
	v := newView(b)
	v.Resize(1000, 700, 1)
	v.Show(ofText(numbered(20_000)), nil, Look{Canvas: white}, false)
	settle(b, v)
	y := float32(0)
	for b.Loop() {
		if y += 40; y > 100_000 {
			y = 0
		}
		v.ScrollTo(0, y)
		v.Paint()
	}
}
