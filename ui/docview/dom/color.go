package dom

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
)

// colour is a value as a colour (CSS Color 3); current is currentColor.
func colour(v value, current color.NRGBA) (color.NRGBA, bool) {
	switch v.kind {
	case hash:
		return hexColour(v.text)
	case ident:
		switch v.text {
		case "transparent":
			return color.NRGBA{}, true
		case "currentcolor", "windowtext", "canvastext":
			return current, true
		case "window", "canvas":
			return color.NRGBA{255, 255, 255, 255}, true
		}
		c, ok := colornames.Map[v.text]
		if v.text == "rebeccapurple" {
			return color.NRGBA{0x66, 0x33, 0x99, 255}, true
		}
		return color.NRGBA(c), ok
	case function:
		return functional(v)
	}
	return color.NRGBA{}, false
}

// hexColour reads #rgb, #rgba, #rrggbb and #rrggbbaa.
func hexColour(s string) (color.NRGBA, bool) {
	if len(s) == 3 || len(s) == 4 {
		var b strings.Builder
		for i := range len(s) {
			b.WriteByte(s[i])
			b.WriteByte(s[i])
		}
		s = b.String()
	}
	if len(s) == 6 {
		s += "ff"
	}
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil || len(s) != 8 {
		return color.NRGBA{}, false
	}
	return color.NRGBA{uint8(n >> 24), uint8(n >> 16), uint8(n >> 8), uint8(n)}, true
}

// legacyColour reads what the attributes bgcolor and color of HTML say.
func legacyColour(s string) (color.NRGBA, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" || s == "transparent" {
		return color.NRGBA{}, false
	}
	if c, ok := colornames.Map[s]; ok {
		return color.NRGBA(c), true
	}
	hex := strings.TrimPrefix(s, "#")
	if c, ok := hexColour(hex); ok && len(hex) != 4 && len(hex) != 8 {
		return c, true
	}
	if ds := declarations("color:" + s); len(ds) == 1 {
		return colour(ds[0].vals[0], color.NRGBA{A: 255})
	}
	return color.NRGBA{}, false
}

// functional reads rgb(), rgba(), hsl() and hsla(), with commas or without.
func functional(v value) (color.NRGBA, bool) {
	var n []value
	for _, a := range v.args {
		if a.kind == number || a.kind == percentage || a.kind == dimension {
			n = append(n, a)
		}
	}
	if len(n) < 3 {
		return color.NRGBA{}, false
	}
	alpha := float32(1)
	if len(n) > 3 {
		alpha = share(n[3], 1)
	}
	a := uint8(math.Round(float64(clamp(alpha) * 255)))
	switch v.text {
	case "rgb", "rgba":
		return color.NRGBA{octet(share(n[0], 255)), octet(share(n[1], 255)), octet(share(n[2], 255)), a}, true
	case "hsl", "hsla":
		r, g, b := fromHSL(n[0].num, clamp(n[1].num/100), clamp(n[2].num/100))
		return color.NRGBA{octet(r), octet(g), octet(b), a}, true
	}
	return color.NRGBA{}, false
}

// share is a number of which whole is all, or a percentage, as a part of 1.
func share(v value, whole float32) float32 {
	if v.kind == percentage {
		return v.num / 100
	}
	return v.num / whole
}

func clamp(v float32) float32 { return min(max(v, 0), 1) }

func octet(v float32) uint8 { return uint8(math.Round(float64(clamp(v) * 255))) }

func fromHSL(h, s, l float32) (r, g, b float32) {
	h = float32(math.Mod(math.Mod(float64(h), 360)+360, 360)) / 60
	c := (1 - abs(2*l-1)) * s
	x := c * (1 - abs(float32(math.Mod(float64(h), 2))-1))
	m := l - c/2
	switch int(h) {
	case 0:
		r, g = c, x
	case 1:
		r, g = x, c
	case 2:
		g, b = c, x
	case 3:
		g, b = x, c
	case 4:
		r, b = x, c
	default:
		r, b = c, x
	}
	return r + m, g + m, b + m
}

func abs(v float32) float32 { return max(v, -v) }
