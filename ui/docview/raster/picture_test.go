package raster

import (
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
)

// one is Images with one picture, of any name.
func one(t testing.TB, m image.Image) *Images {
	t.Helper()
	octets := octetsOf(t, m)
	return NewImages(func(string) []byte { return octets }, 64<<20)
}

func shown(x, y, w, h float32) layout.Item {
	return layout.Item{Kind: layout.Picture, Rect: layout.Rect{X: x, Y: y, W: w, H: h}, Src: "p", Color: color.NRGBA{A: 255}}
}

func noise(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = uint8(r.Uint32())
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	return m
}

func TestPictureAsItIs(t *testing.T) {
	src := noise(31, 17)
	m := paint(items{shown(4, 5, 31, 17)}, 50, 30, one(t, src))
	for y := range 30 {
		for x := range 50 {
			want := white
			if image.Pt(x-4, y-5).In(src.Rect) {
				want = src.NRGBAAt(x-4, y-5)
			}
			if got := nrgba(m.RGBAAt(x, y)); got != want {
				t.Fatalf("%d,%d is %v, not %v", x, y, got, want)
			}
		}
	}
}

// A picture that is made smaller keeps its mean, whatever the ratio; a chessboard
// becomes grey and no pattern.
func TestScaledDown(t *testing.T) {
	src := image.NewNRGBA(image.Rect(0, 0, 300, 300))
	for i := range 300 * 300 {
		c := color.NRGBA{A: 255}
		if (i%300+i/300)%2 == 0 {
			c = white
		}
		src.SetNRGBA(i%300, i/300, c)
	}
	for _, side := range []float32{3, 50, 75, 100, 150} {
		m := paint(items{shown(0, 0, side, side)}, int(side), int(side), one(t, src))
		for i := range int(side) * int(side) {
			if c := m.RGBAAt(i%int(side), i/int(side)); c.R < 112 || c.R > 143 || c.A != 255 {
				t.Fatalf("at %v: %v", side, c)
			}
		}
	}
}

func TestScaledUp(t *testing.T) {
	src := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	src.SetNRGBA(0, 0, color.NRGBA{A: 255})
	src.SetNRGBA(1, 0, white)
	m := paint(items{shown(0, 0, 100, 10)}, 100, 10, one(t, src))
	last := uint8(0)
	for x := range 100 {
		c := m.RGBAAt(x, 5)
		if c.R < last || int(c.R)-int(last) > 8 {
			t.Fatalf("%d comes after %d at %d", c.R, last, x)
		}
		last = c.R
	}
	if m.RGBAAt(0, 0).R != 0 || last != 255 {
		t.Error("it does not go from black to white")
	}
}

func TestDimmed(t *testing.T) {
	p, m := New(one(t, plain(20, 20, white))), image.NewRGBA(image.Rect(0, 0, 20, 20))
	p.Paint(m, items{shown(0, 0, 20, 20)}, 0, 0, Options{Canvas: color.NRGBA{A: 255}, Dim: true})
	if c := m.RGBAAt(9, 9); c.R < 180 || c.R > 240 || c.A != 255 {
		t.Errorf("white is %v in the dark", c)
	}
	p.Paint(m, items{shown(0, 0, 20, 20)}, 0, 0, Options{Canvas: color.NRGBA{A: 255}})
	if c := m.RGBAAt(9, 9); c.R != 255 {
		t.Errorf("white is %v in the light", c)
	}
}

func TestRoundedPicture(t *testing.T) {
	i := shown(0, 0, 60, 60)
	i.Radius = [4]float32{30, 30, 30, 30}
	m := paint(items{i}, 60, 60, one(t, plain(10, 10, red)))
	if got := count(m, m.Rect, red); got < 2650 || got > 2830 {
		t.Errorf("%d pixels of a circle of 2827", got)
	}
	if nrgba(m.RGBAAt(1, 1)) != white || nrgba(m.RGBAAt(58, 58)) != white {
		t.Error("the corners are not cut off")
	}
}

func backdrop(w, h float32, b dom.Backdrop) layout.Item {
	b.Src = "p"
	return layout.Item{Kind: layout.Tiles, Rect: layout.Rect{X: 0, Y: 0, W: w, H: h}, Src: "p", Scale: 1, Node: dom.Lone(dom.Box, &dom.Style{Backdrop: &b, Opacity: 1}, 0)}
}

func TestTiles(t *testing.T) {
	tile := plain(10, 10, white)
	for i := range 10 { // its first column is red, its first row blue
		tile.SetNRGBA(0, i, red)
	}
	for i := range 10 {
		tile.SetNRGBA(i, 0, blue)
	}
	pc := func(v float32) dom.Length { return dom.Length{Value: v, Unit: dom.Percent} }
	px := func(v float32) dom.Length { return dom.Length{Value: v, Unit: dom.Px} }
	for name, of := range map[string]struct {
		b         dom.Backdrop
		red, blue int
		at        image.Point // where a blue corner is
	}{
		"repeat":       {dom.Backdrop{RepeatX: true, RepeatY: true}, 10 * 5 * 9, 5 * 100, image.Pt(90, 40)},
		"across":       {dom.Backdrop{RepeatX: true, Y: pc(100)}, 10 * 9, 100, image.Pt(0, 40)},
		"down":         {dom.Backdrop{RepeatY: true, X: px(7)}, 5 * 9, 50, image.Pt(7, 0)},
		"once":         {dom.Backdrop{X: pc(50), Y: pc(50)}, 9, 10, image.Pt(45, 20)},
		"out of sight": {dom.Backdrop{X: px(200), Y: px(0)}, 0, 0, image.Point{}},
		"moved":        {dom.Backdrop{RepeatX: true, RepeatY: true, X: px(-3), Y: px(1003)}, 10 * 45, 500, image.Pt(7, 3)},
	} {
		m := paint(items{backdrop(100, 50, of.b)}, 100, 50, one(t, tile))
		if r, b := count(m, m.Rect, red), count(m, m.Rect, blue); r != of.red || b != of.blue {
			t.Errorf("%s: %d red and %d blue, not %d and %d", name, r, b, of.red, of.blue)
		}
		if of.blue > 0 && nrgba(m.RGBAAt(of.at.X, of.at.Y)) != blue {
			t.Errorf("%s: no tile begins at %v", name, of.at)
		}
	}
}

func TestBackdropSize(t *testing.T) {
	px := dom.Length{Value: 30, Unit: dom.Px}
	half := dom.Length{Value: 50, Unit: dom.Percent}
	for name, of := range map[string]struct {
		b    dom.Backdrop
		want image.Point
	}{
		"own":     {dom.Backdrop{}, image.Pt(80, 40)},
		"cover":   {dom.Backdrop{Cover: true}, image.Pt(400, 200)},
		"contain": {dom.Backdrop{Contain: true}, image.Pt(100, 50)},
		"width":   {dom.Backdrop{Width: px}, image.Pt(60, 30)},
		"height":  {dom.Backdrop{Height: half}, image.Pt(200, 100)},
		"both":    {dom.Backdrop{Width: half, Height: px}, image.Pt(50, 60)},
	} {
		if got := backdropSize(&of.b, image.Pt(100, 200), 80, 40, 2); got != of.want {
			t.Errorf("%s: %v, not %v", name, got, of.want)
		}
	}
}

// Tiles of one pixel over a large place, and places far beyond it, take no time to
// speak of and no memory.
func TestTilesOfAnySize(t *testing.T) {
	m := one(t, plain(1, 1, red))
	for _, v := range []float32{1, -1e9, 1e9, 0.0001} {
		l := dom.Length{Value: v, Unit: dom.Px}
		for _, b := range []dom.Backdrop{{RepeatX: true, RepeatY: true, X: l, Y: l}, {RepeatX: true, Width: l, Height: l}, {RepeatY: true, Width: l}, {X: l, Y: l, Cover: true}} {
			paint(items{backdrop(1e6, 1e6, b)}, 300, 300, m)
		}
	}
}

// What is kept of scaled pictures stays within its bound.
func TestScaledBound(t *testing.T) {
	p := New(one(t, noise(60, 60)))
	dst := image.NewRGBA(image.Rect(0, 0, 900, 900))
	for i := range 24 {
		p.Paint(dst, items{shown(0, 0, 900, float32(900-i))}, 0, 0, Options{Canvas: white})
	}
	if p.scaled.size > maxScaled || len(p.scaled.tiles) != p.scaled.order.Len() || p.scaled.size < maxScaled/2 {
		t.Errorf("%d octets in %d tiles", p.scaled.size, len(p.scaled.tiles))
	}
}

func TestLoadedAgain(t *testing.T) {
	octets := octetsOf(t, plain(10, 10, red))
	m := NewImages(func(string) []byte { return octets }, 1<<20)
	p, dst := New(m), image.NewRGBA(image.Rect(0, 0, 10, 10))
	p.Paint(dst, items{shown(0, 0, 10, 10)}, 0, 0, Options{})
	octets = octetsOf(t, plain(10, 10, blue))
	m.Forget()
	p.Paint(dst, items{shown(0, 0, 10, 10)}, 0, 0, Options{})
	if got := nrgba(dst.RGBAAt(5, 5)); got != blue {
		t.Errorf("%v is shown of what was replaced", got)
	}
}

func TestFrame(t *testing.T) {
	none := NewImages(func(string) []byte { return nil }, 1<<20)
	var picture dom.Node
	for n := range dom.ParseHTML("<div><img src=cid:a></div>", dom.HTMLOptions{}).Root.All() {
		if n.Kind() == dom.Picture {
			picture = n
		}
	}
	i := layout.Item{Kind: layout.Frame, Rect: layout.Rect{X: 5, Y: 5, W: 60, H: 40}, Color: color.NRGBA{A: 255}, Node: picture}
	m := paint(items{i}, 70, 50, none)
	for _, at := range []image.Point{{5, 5}, {64, 44}, {30, 5}, {5, 30}} {
		if nrgba(m.RGBAAt(at.X, at.Y)) == white {
			t.Errorf("no frame at %v", at)
		}
	}
	if count(m, image.Rect(6, 6, 64, 44), white) == 58*38 {
		t.Error("nothing says that a picture is missing")
	}
	i.Rect.W, i.Rect.H = 1, 1
	if m = paint(items{i}, 70, 50, none); count(m, m.Rect, white) != 70*50 {
		t.Error("a counting pixel has a frame")
	}
}
