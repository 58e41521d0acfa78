package raster

import (
	"image"
	"image/color"
	"testing"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
)

var (
	red   = color.NRGBA{200, 0, 0, 255}
	green = color.NRGBA{0, 160, 0, 255}
	blue  = color.NRGBA{0, 0, 200, 255}
)

// edge is an item of borders that are the same on all sides.
func edge(r layout.Rect, w float32, style dom.BorderStyle, col color.NRGBA) layout.Item {
	b := dom.Border{Width: w, Style: style, Color: col}
	return layout.Item{Kind: layout.Edge, Rect: r, Border: [4]dom.Border{b, b, b, b}}
}

// count counts the pixels of a colour.
func count(m *image.RGBA, in image.Rectangle, col color.NRGBA) (n int) {
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			if nrgba(m.RGBAAt(x, y)) == col {
				n++
			}
		}
	}
	return n
}

func TestSolidBorder(t *testing.T) {
	m := paint(items{edge(layout.Rect{X: 10, Y: 10, W: 40, H: 30}, 3, dom.Solid, red)}, 60, 50, nil)
	if got, want := count(m, m.Rect, red), 40*30-34*24; got != want {
		t.Errorf("%d pixels of border, not %d", got, want)
	}
	if got := count(m, image.Rect(13, 13, 47, 37), white); got != 34*24 {
		t.Errorf("%d pixels are free within, not all", got)
	}
}

// A translucent border has no pixel painted twice.
func TestTranslucentBorder(t *testing.T) {
	col := color.NRGBA{0, 0, 0, 128}
	for _, style := range []dom.BorderStyle{dom.Solid, dom.Dashed, dom.Double} {
		m := paint(items{edge(layout.Rect{X: 5, Y: 5, W: 51, H: 43}, 4, style, col)}, 60, 50, nil)
		once := color.NRGBA{127, 127, 127, 255}
		for y := range 50 {
			for x := range 60 {
				if c := nrgba(m.RGBAAt(x, y)); c != white && c != once {
					t.Fatalf("style %d: %v at %d,%d", style, c, x, y)
				}
			}
		}
	}
}

func TestBorderOfColours(t *testing.T) {
	i := edge(layout.Rect{X: 0, Y: 0, W: 40, H: 40}, 8, dom.Solid, red)
	i.Border[dom.Right].Color, i.Border[dom.Bottom].Color, i.Border[dom.Left].Color = green, blue, color.NRGBA{9, 9, 9, 255}
	m := paint(items{i}, 40, 40, nil)
	for _, at := range []struct {
		x, y int
		want color.NRGBA
	}{{20, 2, red}, {6, 2, red}, {33, 1, red}, {38, 20, green}, {38, 5, green}, {20, 38, blue}, {2, 20, color.NRGBA{9, 9, 9, 255}}, {20, 20, white}} {
		if got := nrgba(m.RGBAAt(at.x, at.y)); got != at.want {
			t.Errorf("%d,%d is %v, not %v", at.x, at.y, got, at.want)
		}
	}
	if c := m.RGBAAt(3, 3); c.R <= 9 || c.R >= 200 || c.B != 0 && c.B > 9 {
		t.Errorf("the join is %v: it is to be of both colours and nothing else", c)
	}
}

// A box without content and with one coloured border is a triangle, as mail uses it.
func TestTriangle(t *testing.T) {
	i := edge(layout.Rect{X: 0, Y: 0, W: 40, H: 40}, 20, dom.Solid, color.NRGBA{})
	i.Border[dom.Top].Color = red
	m := paint(items{i}, 40, 40, nil)
	if got := count(m, m.Rect, red); got < 360 || got > 400 {
		t.Errorf("%d pixels of a triangle of 400", got)
	}
	if count(m, image.Rect(0, 21, 40, 40), white) != 40*19 {
		t.Error("there is something below it")
	}
}

func TestRoundedBorder(t *testing.T) {
	i := edge(layout.Rect{X: 0, Y: 0, W: 60, H: 60}, 6, dom.Solid, red)
	i.Radius = [4]float32{20, 20, 20, 20}
	m := paint(items{i}, 60, 60, nil)
	for _, at := range []image.Point{{0, 0}, {59, 0}, {0, 59}, {59, 59}, {3, 3}, {30, 30}, {12, 12}} {
		if c := nrgba(m.RGBAAt(at.X, at.Y)); c != white {
			t.Errorf("%v is %v", at, c)
		}
	}
	for _, at := range []image.Point{{30, 3}, {3, 30}, {8, 8}, {51, 8}, {51, 51}, {8, 51}} {
		if c := nrgba(m.RGBAAt(at.X, at.Y)); c != red {
			t.Errorf("%v is %v", at, c)
		}
	}
}

func TestDashesAndDots(t *testing.T) {
	for _, of := range []struct {
		style dom.BorderStyle
		w     float32
		least int // changes between border and gap along the top
	}{{dom.Dashed, 1, 30}, {dom.Dashed, 4, 14}, {dom.Dotted, 1, 90}, {dom.Dotted, 4, 20}} {
		m := paint(items{edge(layout.Rect{X: 10, Y: 10, W: 100, H: 60}, of.w, of.style, red)}, 120, 80, nil)
		y, changes := 10+int(of.w)/2, 0
		for x := 11; x < 110; x++ {
			if m.RGBAAt(x, y) != m.RGBAAt(x-1, y) {
				changes++
			}
		}
		if changes < of.least {
			t.Errorf("style %d, %v wide: %d changes, not %d", of.style, of.w, changes, of.least)
		}
		for x := range 120 { // the same from the left and from the right
			if a, b := m.RGBAAt(x, y), m.RGBAAt(119-x, y); a != b && of.style == dom.Dashed && of.w == 4 && abs(int(a.G)-int(b.G)) == 255 {
				if n := count(m, image.Rect(x-1, y, x+2, y+1), red); n == 0 || n == 3 {
					t.Errorf("dashes lie aslant at %d", x)
				}
			}
		}
	}
}

func abs(n int) int { return max(n, -n) }

func TestDouble(t *testing.T) {
	m := paint(items{edge(layout.Rect{X: 0, Y: 0, W: 50, H: 50}, 9, dom.Double, red)}, 50, 50, nil)
	for i := range 9 {
		want := red
		if i >= 3 && i < 6 {
			want = white
		}
		for _, at := range []image.Point{{25, i}, {25, 49 - i}, {i, 25}, {49 - i, 25}, {i, i}} {
			if got := nrgba(m.RGBAAt(at.X, at.Y)); got != want {
				t.Errorf("%v is %v, not %v", at, got, want)
			}
		}
	}
}

// Nothing that a style may say makes a border fail or go on without end.
func TestBordersOfAnySize(t *testing.T) {
	nan := float32(0)
	nan /= nan
	for _, style := range []dom.BorderStyle{dom.Solid, dom.Dashed, dom.Dotted, dom.Double} {
		for _, w := range []float32{-1, 0, 0.3, 1, 7, 5000, 1e9, nan} {
			for _, size := range []float32{0, 0.4, 1, 3, 9, 1e7} {
				for _, radius := range []float32{0, 0.2, 3, 1e8} {
					i := edge(layout.Rect{X: -size / 2, Y: 3, W: size, H: size}, w, style, red)
					i.Radius = [4]float32{radius, 0, radius, radius / 3}
					i.Border[dom.Left].Width = w / 3
					i.Border[dom.Top].Style = dom.Dotted
					paint(items{i}, 30, 30, nil)
				}
			}
		}
	}
}
