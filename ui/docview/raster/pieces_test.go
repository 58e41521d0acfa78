package raster

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"os"
	"testing"

	"pgregory.net/rapid"

	"restante.app/ui/docview/layout"
)

// newsletter has about everything that is painted.
func newsletter(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/newsletter.html")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What is painted in pieces is what is painted at once, to the pixel: a view that
// scrolls paints only what comes into sight.
func TestPiecesAreTheWhole(t *testing.T) {
	m := one(t, noise(90, 60))
	f := flow(t, newsletter(t), m, 640, 1.25)
	h, _ := f.Height()
	whole := image.NewRGBA(image.Rect(0, 0, 640, int(h)+1))
	p := New(m)
	p.Paint(whole, f, 0, 0, Options{Canvas: white})
	rapid.Check(t, func(t *rapid.T) {
		r := image.Rect(0, 0, rapid.IntRange(1, 640).Draw(t, "w"), rapid.IntRange(1, 500).Draw(t, "h"))
		r = r.Add(image.Pt(rapid.IntRange(0, 640-r.Dx()).Draw(t, "x"), rapid.IntRange(0, max(whole.Rect.Dy()-r.Dy(), 0)).Draw(t, "y"))).Intersect(whole.Rect)
		want, got := image.NewRGBA(image.Rectangle{Max: r.Size()}), image.NewRGBA(image.Rectangle{Max: r.Size()})
		draw.Draw(want, want.Rect, whole, r.Min, draw.Src)
		p.Paint(got, f, float32(r.Min.X), float32(r.Min.Y), Options{Canvas: white})
		if !bytes.Equal(got.Pix, want.Pix) {
			x, y, a, b := differ(got, want)
			t.Fatalf("%v: at %d,%d of the document it is %v, not %v", r, x+r.Min.X, y+r.Min.Y, a, b)
		}
	})
}

func differ(a, b *image.RGBA) (x, y int, was, want any) {
	for i := range a.Pix {
		if a.Pix[i] != b.Pix[i] {
			x, y = i%a.Stride/4, i/a.Stride
			return x, y, a.RGBAAt(x, y), b.RGBAAt(x, y)
		}
	}
	return 0, 0, nil, nil
}

// Where rectangles of Fill overlap the colour is laid on once.
func TestFillOnce(t *testing.T) {
	dst := paint(items{}, 40, 40, nil)
	col := red
	col.A = 100
	New(nil).Fill(dst, 0, 0, []layout.Rect{{X: 0, Y: 0, W: 20, H: 20}, {X: 10, Y: 10, W: 20, H: 20}, {X: 5, Y: 5, W: 10, H: 10}}, col)
	at := nrgba(dst.RGBAAt(1, 1))
	if n := count(dst, dst.Rect, at); n != 700 || at == white {
		t.Errorf("%d pixels are %v, not 700", n, at)
	}
}

// TestLettersKeepTheirColourOnAWash lays a colour behind text: the ground takes it, the
// letters do not, and where there is no text it is laid on too.
func TestLettersKeepTheirColourOnAWash(t *testing.T) {
	f := flow(t, `<body style="margin:0"><p style="margin:0;font:40px/50px sans-serif;color:#000;background:#fff">████</p>`, one(t, noise(2, 2)), 300, 1)
	img := image.NewRGBA(image.Rect(0, 0, 300, 100))
	wash := []layout.Rect{{X: 0, Y: 0, W: 300, H: 50}, {X: 10, Y: 10, W: 20, H: 60}}
	New(nil).Paint(img, f, 0, 0, Options{Canvas: color.NRGBA{255, 255, 255, 255}, Washes: []Wash{{wash, color.NRGBA{255, 0, 0, 0x80}}}})
	tinted := color.RGBA{255, 127, 127, 255}
	for at, want := range map[image.Point]color.RGBA{{X: 20, Y: 25}: {0, 0, 0, 255}, {X: 290, Y: 5}: tinted, {X: 15, Y: 65}: tinted, {X: 200, Y: 80}: {255, 255, 255, 255}} {
		if got := img.RGBAAt(at.X, at.Y); got != want {
			t.Errorf("at %v: %v, want %v", at, got, want)
		}
	}
}
