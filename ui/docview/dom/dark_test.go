package dom

import (
	"fmt"
	"image/color"
	"testing"

	"pgregory.net/rapid"
)

// TestDarkKeepsContrastThroughGlass has boxes and letters that are seen through: each
// text has a contrast of 4.5 to 1 with all that is behind it (WCAG 2.1 section 1.4.3).
func TestDarkKeepsContrastThroughGlass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		colour := func(name string, least float64) string {
			v := rapid.SliceOfN(rapid.IntRange(0, 255), 3, 3).Draw(t, name)
			return fmt.Sprintf("rgba(%d,%d,%d,%.2f)", v[0], v[1], v[2], rapid.Float64Range(least, 1).Draw(t, name+" alpha"))
		}
		html := `<div style="background:` + colour("outer", 0) + `"><div style="background:` + colour("inner", 0) + `"><p style="color:` + colour("text", 0.1) + `">x`
		d := ParseHTML(html, HTMLOptions{Dark: true, Back: color.NRGBA{0x1e, 0x1e, 0x22, 255}, Text: color.NRGBA{0xe6, 0xe6, 0xe6, 255}})
		x := first(d, "x")
		var around []color.NRGBA
		for n := x.Parent(); !n.IsZero(); n = n.Parent() {
			around = append(around, n.Style().Background)
		}
		behind := d.Canvas
		for i := len(around) - 1; i >= 0; i-- {
			behind = over(around[i], behind)
		}
		if c := contrast(over(x.Style().Color, behind), behind); c < 4.5 {
			t.Fatalf("%s: %v on %v is %.2f to 1", html, x.Style().Color, behind, c)
		}
	})
}

// TestDarkLeavesPicturesAlone keeps the colours of what stands on a picture.
func TestDarkLeavesPicturesAlone(t *testing.T) {
	d := ParseHTML(`<div style="background:#fff url(cid:a);color:#111">x</div>`, HTMLOptions{Dark: true, Back: color.NRGBA{20, 20, 20, 255}})
	if got := first(d, "x").Style().Color; got != (color.NRGBA{0x11, 0x11, 0x11, 255}) {
		t.Errorf("%v", got)
	}
}
