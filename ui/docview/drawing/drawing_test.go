package drawing

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"strings"
	"testing"
)

func svg(inside string) []byte {
	return []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">` + inside + `</svg>`)
}

// TestShapes draws what is shapes, and colours them by attributes and styles.
func TestShapes(t *testing.T) {
	octets, err := PNG(svg(`<rect width="20" height="20" fill="#ff0000"/><g transform="translate(20,0)"><circle cx="10" cy="10" r="8" style="fill: rgb(0,0,255); stroke-dasharray:0.0001"/></g><text x="1" y="5">no</text>`))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(octets))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != 400 || img.Bounds().Dy() != 200 {
		t.Errorf("it is %v", img.Bounds())
	}
	for at, want := range map[[2]int]color.NRGBA{{100, 100}: {255, 0, 0, 255}, {300, 100}: {0, 0, 255, 255}, {210, 5}: {}} {
		if got := color.NRGBAModel.Convert(img.At(at[0], at[1])); got != want {
			t.Errorf("at %v: %v, want %v", at, got, want)
		}
	}
}

// TestViewBoxes draws what lies in a view box that begins elsewhere.
func TestViewBoxes(t *testing.T) {
	octets, err := PNG([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="100 -50 40 20"><rect x="120" y="-50" width="20" height="20" fill="#ff0000"/></svg>`))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(octets))
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[[2]int]color.NRGBA{{100, 100}: {}, {300, 5}: {255, 0, 0, 255}, {300, 195}: {255, 0, 0, 255}} {
		if got := color.NRGBAModel.Convert(img.At(at[0], at[1])); got != want {
			t.Errorf("at %v: %v, want %v", at, got, want)
		}
	}
}

// TestGlyph draws the square of an em about the baseline.
func TestGlyph(t *testing.T) {
	glyph := []byte(`<svg id="glyph7" xmlns="http://www.w3.org/2000/svg" viewBox="0 85 100 100"><rect width="100" height="85" fill="#00ff00"/></svg>`)
	img, err := Glyph(glyph, 40)
	if err != nil {
		t.Fatal(err)
	}
	if img.Rect.Dx() != 40 || img.Rect.Dy() != 40 {
		t.Errorf("it is %v", img.Rect)
	}
	above, below := img.RGBAAt(20, 32), img.RGBAAt(20, 36)
	if above != (color.RGBA{0, 255, 0, 255}) || below.A != 0 {
		t.Errorf("%v above the baseline, %v below it", above, below)
	}
	for name, bad := range map[string][]byte{"no shapes": []byte("<svg/>"), "not square": svg(`<rect width="1" height="1"/>`), "nothing": nil} {
		if _, err := Glyph(bad, 40); !errors.Is(err, ErrNoDrawing) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Glyph(glyph, 100_000); !errors.Is(err, ErrNoDrawing) {
		t.Errorf("too large: %v", err)
	}
}

// TestOnlyShapesAreTaken leaves out all that runs, loads or repeats.
func TestOnlyShapesAreTaken(t *testing.T) {
	clean, err := shapes(svg(`<script>alert(1)</script><image href="https://tracker.example/a"/><use xlink:href="#x"/><foreignObject><p>x</p></foreignObject>
<style>@import url(https://tracker.example/b); rect{fill:url(https://tracker.example/c)}</style><rect onclick="x()" width="1" height="1" filter="url(https://tracker.example/d)" xlink:href="https://tracker.example/e"/>
<a href="https://tracker.example/f"><path d="M0 0L1 1"/></a><animate/><set/><marker/><pattern><image/></pattern>`))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"tracker", "script", "image", "use", "style", "onclick", "href", "foreign"} {
		if strings.Contains(string(clean), bad) {
			t.Errorf("%q is left of it: %s", bad, clean)
		}
	}
	if !strings.Contains(string(clean), "<path") || !strings.Contains(string(clean), "<rect") {
		t.Errorf("the shapes are gone: %s", clean)
	}
}

// TestHostileDrawings come to an end, as a picture or as an error.
func TestHostileDrawings(t *testing.T) {
	long := strings.Repeat("<g transform='scale(1000)'>", 60) + "<path d='M-1e9 -1e9L1e9 1e9' stroke='red' stroke-width='1e9'/>" + strings.Repeat("</g>", 60)
	for name, s := range map[string][]byte{
		"deep":       svg(strings.Repeat("<g>", 10_000)),
		"many":       svg(strings.Repeat("<rect width='40' height='20'/>", 20_000)),
		"large path": svg("<path d='M0 0" + strings.Repeat("C1e9 -1e9 -1e9 1e9 3 4", 30_000) + "' stroke='red' stroke-width='1e6'/>"),
		"arcs":       svg("<path d='M0 0" + strings.Repeat("A1e9 1e-9 45 1 0 40 20", 30_000) + "' stroke='red'/>"),
		"transforms": svg(long),
		"dashes":     svg("<line x1='-1e9' x2='1e9' y1='5' y2='5' stroke='red' stroke-dasharray='1e-9' style='stroke-dasharray:1e-9'/>"),
		"box":        []byte(`<svg viewBox="0 0 1e300 1e-300"><rect width="1" height="1"/></svg>`),
		"not a box":  []byte(`<svg viewBox="0 0 NaN Inf"><rect width="1" height="1"/></svg>`),
		"entities":   []byte(`<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><svg viewBox="0 0 1 1"><rect width="&b;" height="1"/></svg>`),
		"file":       []byte(`<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg viewBox="0 0 1 1"><path d="&a;"/></svg>`),
		"gradients":  svg("<linearGradient id='a'><stop offset='NaN'/></linearGradient><rect width='1' height='1' fill='url(#a)'/><rect width='1' height='1' fill='url(#none)'/>"),
		"large":      bytes.Repeat([]byte("<svg>"), maxOctets),
		"empty":      nil,
		"cut":        []byte("<svg viewBox='0 0 1 1'><rect "),
	} {
		if _, err := PNG(s); err != nil && !errors.Is(err, ErrNoDrawing) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzPNG(f *testing.F) {
	for _, s := range []string{
		"<rect rx='1' width='4' height='4' fill='url(#a)'/>", "<path d='M1 1h4v4H1zM2 2q1 1 2 2t1 1S3 3 4 4C1 1 2 2 3 3a1 1 0 0 1 1 1' stroke='#f00' stroke-linejoin='round'/>",
		"<radialGradient id='a' cx='50%'><stop offset='0.5' stop-color='red'/></radialGradient><circle r='3' fill='url(#a)'/>", "<polygon points='1,1 2,2 3,1' transform='rotate(45 1 1) skewX(3) matrix(1 0 0 1 2 3)'/>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := PNG(svg(s)); err != nil && !errors.Is(err, ErrNoDrawing) {
			t.Fatal(err)
		}
	})
}

// BenchmarkPNG draws a chart of many bars.
func BenchmarkPNG(b *testing.B) {
	var s strings.Builder
	for i := range 300 {
		fmt.Fprintf(&s, "<rect x='%d' y='%d' width='1' height='20' fill='#%06x'/>", i%40, i%20, i*4000)
	}
	for b.Loop() {
		if _, err := PNG(svg(s.String())); err != nil {
			b.Fatal(err)
		}
	}
}
