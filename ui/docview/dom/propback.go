package dom

import "image/color"

func backgroundProperties() {
	p := properties
	p["background-color"] = func(e *element, v []value, _ measure) {
		if c, ok := colour(v[0], e.st.Color); ok {
			e.st.Background = c
		}
	}
	p["background-image"] = func(e *element, v []value, _ measure) {
		if v[0].kind == ident {
			e.st.Backdrop = nil
			return
		}
		if v[0].kind == function {
			if c, ok := gradient(v[0]); ok && e.st.Background.A == 0 {
				e.st.Background = c
			}
			return
		}
		if src := safeSource(v[0].text); v[0].kind == address && src != "" {
			e.backdrop().Src = src
		}
	}
	p["background-repeat"] = func(e *element, v []value, _ measure) {
		b := e.backdrop()
		b.RepeatX = v[0].text == "repeat" || v[0].text == "repeat-x"
		b.RepeatY = v[0].text == "repeat" || v[0].text == "repeat-y"
		if len(v) > 1 {
			b.RepeatY = v[1].text == "repeat"
		}
	}
	p["background-position"] = position
	p["background-size"] = func(e *element, v []value, m measure) {
		b := e.backdrop()
		b.Cover, b.Contain = v[0].text == "cover", v[0].text == "contain"
		if w, ok := m.length(v[0], false); ok {
			b.Width = w
		}
		if len(v) > 1 {
			if h, ok := m.length(v[1], false); ok {
				b.Height = h
			}
		}
	}
}

// backdrop is the background image, begun if there is none.
func (e *element) backdrop() *Backdrop {
	if e.st.Backdrop == nil {
		e.st.Backdrop = &Backdrop{RepeatX: true, RepeatY: true, X: Length{0, Percent}, Y: Length{0, Percent}}
	}
	return e.st.Backdrop
}

// gradient is the mean colour of a gradient, which stands for it.
func gradient(v value) (color.NRGBA, bool) {
	var r, g, b, a, n int
	for _, arg := range v.args {
		if c, ok := colour(arg, color.NRGBA{A: 255}); ok {
			r, g, b, a, n = r+int(c.R), g+int(c.G), b+int(c.B), a+int(c.A), n+1
		}
	}
	if n == 0 {
		return color.NRGBA{}, false
	}
	return color.NRGBA{uint8(r / n), uint8(g / n), uint8(b / n), uint8(a / n)}, true
}

func position(e *element, v []value, m measure) {
	b := e.backdrop()
	axis := 0
	for _, one := range v {
		switch one.text {
		case "left":
			b.X = Length{0, Percent}
		case "right":
			b.X = Length{100, Percent}
		case "top":
			b.Y = Length{0, Percent}
		case "bottom":
			b.Y = Length{100, Percent}
		case "center":
			if axis == 0 {
				b.X = Length{50, Percent}
			} else {
				b.Y = Length{50, Percent}
			}
			if len(v) == 1 {
				b.Y = Length{50, Percent}
			}
		default:
			if l, ok := m.length(one, true); ok && axis == 0 {
				b.X = l
			} else if ok {
				b.Y = l
			}
		}
		axis++
	}
}
