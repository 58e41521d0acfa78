package typeset

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Capital letters stand for Hebrew ones.
var hebrew = strings.NewReplacer("A", "א", "B", "ב", "C", "ג", "D", "ד", leftToRight, "")

func TestVisual(t *testing.T) {
	latin := strings.NewReplacer("א", "A", "ב", "B", "ג", "C", "ד", "D", leftToRight, "")
	for s, want := range map[string]string{
		"plain, as it is":   "plain, as it is",
		"ABC: one two":      "one two :ABC",
		"one ABC, two":      "one ABC, two",
		"AB one CD":         "CD one AB",
		"AB 12 CD.":         ".CD 12 AB",
		"Re: AB CD":         "Re: AB CD",
		"(AB) one":          "one (AB)",
		"AB CD":             "AB CD", // the renderer turns them itself
		"":                  "",
		"one AB 12, CD two": "one CD ,12 AB two",
	} {
		if got := latin.Replace(Visual(hebrew.Replace(s))); got != want {
			t.Errorf("%q is seen as %q, want %q", s, got, want)
		}
	}
}

// TestVisualLosesNothing keeps every character, whatever the text is.
func TestVisualLosesNothing(t *testing.T) {
	count := func(s string) (n int) {
		for _, r := range s {
			if r != 0x200e {
				n++
			}
		}
		return n
	}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.ToValidUTF8(rapid.StringOf(rapid.SampledFrom([]rune("aבגد1, ()[]\u0301\u202e\u2067é漢🎉"))).Draw(t, "s"), "")
		if got := Visual(s); count(got) != count(s) {
			t.Fatalf("%q: %q", s, got)
		}
	})
}
