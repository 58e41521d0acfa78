package dom

import (
	"image/color"
	"math"
)

// darken recolours a document for a dark background: light backgrounds become dark,
// text light, hues stay, and each text has a contrast of 4.5 to 1 at least with what
// is behind it (WCAG 2.1 section 1.4.3). Images, and what is on them, stay as they are.
func darken(d *Document, root *draft, o HTMLOptions) {
	k := &darkener{o: o, styles: map[darkKey]*Style{}, backs: map[color.NRGBA]color.NRGBA{}}
	back := o.Back
	if d.Canvas.A > 0 {
		d.Canvas = k.back(over(d.Canvas, color.NRGBA{255, 255, 255, 255}))
		back = d.Canvas
	} else {
		d.Canvas = o.Back
	}
	k.node(root, back, false)
}

type darkKey struct {
	style *Style
	back  color.NRGBA
}

type darkener struct {
	o      HTMLOptions
	styles map[darkKey]*Style
	backs  map[color.NRGBA]color.NRGBA
}

func (k *darkener) node(n *draft, back color.NRGBA, keep bool) {
	if n.style.Backdrop != nil {
		keep = true
	}
	if !keep {
		key := darkKey{n.style, back}
		st := k.styles[key]
		if st == nil {
			st = k.style(n.style, back)
			k.styles[key] = st
		}
		n.style = st
		if st.Background.A > 0 {
			back = over(st.Background, back)
		}
	}
	for _, kid := range n.kids {
		kid.do(func(n *draft) { k.node(n, back, keep) })
	}
}

func (k *darkener) style(s *Style, back color.NRGBA) *Style {
	own := *s
	if own.Background.A > 0 {
		a := own.Background.A
		own.Background = k.back(color.NRGBA{own.Background.R, own.Background.G, own.Background.B, 255})
		own.Background.A = a
		back = over(own.Background, back)
	}
	own.Color = readable(own.Color, back)
	for i := range own.Border {
		if b := &own.Border[i]; b.Width > 0 {
			l, c, h := toLCH(b.Color)
			if luminance(b.Color) > luminance(back) && l > 0.55 {
				l = 0.3 + (1-l)*0.6
			} else if l < 0.3 {
				l = 0.6 - l
			}
			a := b.Color.A
			b.Color = fromLCH(l, c, h)
			b.Color.A = a
		}
	}
	return &own
}

// back is what a background becomes.
func (k *darkener) back(c color.NRGBA) color.NRGBA {
	if b, ok := k.backs[c]; ok {
		return b
	}
	l, chroma, hue := toLCH(c)
	base, _, _ := toLCH(k.o.Back)
	out := c
	switch {
	case l > 0.97 && chroma < 0.02:
		out = k.o.Back
	case l > 0.5:
		out = fromLCH(base+(1-l)*0.45, chroma*0.7, hue)
	}
	k.backs[c] = out
	return out
}

// readable is a colour that is seen well on a background, of the same hue.
func readable(c, back color.NRGBA) color.NRGBA {
	a := c.A
	l, chroma, hue := toLCH(c)
	if luminance(back) < 0.18 && l < 0.6 {
		l = 1 - l*0.85 // what was darkest becomes lightest
		chroma *= 0.85
	}
	out := fromLCH(l, chroma, hue)
	up := luminance(back) < 0.18
	for range 60 {
		if contrast(out, back) >= 4.6 {
			break
		}
		if up {
			l += 0.02
		} else {
			l -= 0.02
		}
		if l > 1 || l < 0 {
			l, chroma = min(max(l, 0), 1), 0
		}
		chroma *= 0.98
		out = fromLCH(l, chroma, hue)
	}
	out.A = a
	for out.A > 0 && out.A < 255 && contrast(over(out, back), back) < 4.6 {
		out.A = uint8(min(int(out.A)+8, 255))
	}
	return out
}

// over is a colour on another that is opaque.
func over(c, under color.NRGBA) color.NRGBA {
	a := float32(c.A) / 255
	mix := func(x, y uint8) uint8 { return uint8(float32(x)*a + float32(y)*(1-a) + 0.5) }
	return color.NRGBA{mix(c.R, under.R), mix(c.G, under.G), mix(c.B, under.B), 255}
}

// contrast is the contrast ratio of WCAG 2.1, of 1 to 21.
func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(c color.NRGBA) float64 {
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

func linear(v uint8) float64 {
	f := float64(v) / 255
	if f <= 0.04045 {
		return f / 12.92
	}
	return math.Pow((f+0.055)/1.055, 2.4)
}

// toLCH is a colour in OKLCH: lightness 0 to 1, chroma, hue in radians.
func toLCH(c color.NRGBA) (l, chroma, hue float64) {
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	x := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	y := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	z := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	l = 0.2104542553*x + 0.7936177850*y - 0.0040720468*z
	u := 1.9779984951*x - 2.4285922050*y + 0.4505937099*z
	v := 0.0259040371*x + 0.7827717662*y - 0.8086757660*z
	return l, math.Hypot(u, v), math.Atan2(v, u)
}

func cube(f float64) float64 { return f * f * f }

func fromLCH(l, chroma, hue float64) color.NRGBA {
	u, v := chroma*math.Cos(hue), chroma*math.Sin(hue)
	x := cube(l + 0.3963377774*u + 0.2158037573*v)
	y := cube(l - 0.1055613458*u - 0.0638541728*v)
	z := cube(l - 0.0894841775*u - 1.2914855480*v)
	gamma := func(f float64) uint8 {
		if f <= 0.0031308 {
			f *= 12.92
		} else {
			f = 1.055*math.Pow(f, 1/2.4) - 0.055
		}
		return uint8(math.Round(math.Min(math.Max(f, 0), 1) * 255))
	}
	return color.NRGBA{
		gamma(4.0767416621*x - 3.3077115913*y + 0.2309699292*z),
		gamma(-1.2684380046*x + 2.6097574011*y - 0.3413193965*z),
		gamma(-0.0041960863*x - 0.7034186147*y + 1.7076147010*z), 255,
	}
}
