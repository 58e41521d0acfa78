package raster

import (
	"image"
	"image/color"
	"strings"
	"testing"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
)

// scroll paints frames of 1000×800 further down by 53 px each.
func scroll(b *testing.B, f *layout.Flow, m *Images) {
	b.Helper()
	f.All()
	h, _ := f.Height()
	if h < 3000 {
		b.Fatalf("%v px are not to be scrolled", h)
	}
	p, dst := New(m), image.NewRGBA(image.Rect(0, 0, 1000, 800))
	p.Paint(dst, f, 0, 900, Options{Canvas: white})
	if count(dst, dst.Rect, white) > 990*800 {
		b.Fatal("next to nothing is painted")
	}
	y := float32(0)
	b.ReportAllocs()
	for b.Loop() {
		p.Paint(dst, f, 0, y, Options{Canvas: white})
		if y += 53; y > h-800 {
			y = 0
		}
	}
}

// BenchmarkFrameOfNewsletter is a frame of a long newsletter: cards, tables, pictures.
func BenchmarkFrameOfNewsletter(b *testing.B) {
	_, body, _ := strings.Cut(newsletter(b), "<body>")
	head, _, _ := strings.Cut(newsletter(b), "<body>")
	m := one(b, noise(600, 400))
	scroll(b, flow(b, head+"<body>"+strings.Repeat(body, 20), m, 1000, 1), m)
}

// BenchmarkFrameOfText is a frame of a long plain text.
func BenchmarkFrameOfText(b *testing.B) {
	line := "The quick brown fox jumps over the lazy dog, 0123456789 times; then it rests in the shade of a tree that nobody planted.\n"
	doc := dom.FromText(strings.Repeat(line+"> "+line+"\n", 2000), dom.TextOptions{Text: color.NRGBA{A: 255}, Quotes: []color.NRGBA{blue}})
	m := NewImages(nil, 1<<20)
	scroll(b, layout.New(doc, layout.Options{Width: 1000, Zoom: 1, Fonts: faces(b), Size: m.Size}), m)
}

// BenchmarkScale is a photo of 4 megapixels made as large as a message is wide.
func BenchmarkScale(b *testing.B) {
	src := flatten(noise(2400, 1600), image.Pt(2400, 1600))
	size := image.Pt(600, 400)
	for b.Loop() {
		resample(src, size, image.Rectangle{Max: size})
	}
}
