package pdf

import (
	"fmt"
	"image"
	"image/color"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
)

// image draws a picture that was written.
func (p *page) image(name string, r layout.Rect, alpha uint8) {
	p.apart(func() {
		p.alpha(alpha)
		p.op("%s 0 0 %s %s %s cm /%s Do", num4(r.W), num4(-r.H), num(r.X), num(r.Y+r.H), name)
	})
}

func (p *page) load(src string) *image.RGBA {
	if p.o.Images == nil {
		return nil
	}
	return p.o.Images.Get(src)
}

func (p *page) picture(i *layout.Item) {
	name, ok := p.resources.source(p.objects, i.Src, p.load)
	if !ok {
		p.frame(i)
		return
	}
	if i.Radius == [4]float32{} {
		p.image(name, i.Rect, i.Color.A)
		return
	}
	p.apart(func() {
		p.rounded(i.Rect, i.Radius)
		p.op("W n")
		p.image(name, i.Rect, i.Color.A)
	})
}

// frame draws a hairline where a picture is not.
func (p *page) frame(i *layout.Item) {
	if i.Rect.W < 8 || i.Rect.H < 8 {
		return
	}
	p.apart(func() {
		p.strokeColor(color.NRGBA{170, 170, 170, 255})
		p.op("0.75 w")
		p.rounded(layout.Rect{X: i.Rect.X + 0.5, Y: i.Rect.Y + 0.5, W: i.Rect.W - 1, H: i.Rect.H - 1}, i.Radius)
		p.op("S")
	})
}

// tiles draws a background image as a pattern (ISO 32000-1 section 8.7.3), as many
// times as it repeats.
func (p *page) tiles(i *layout.Item) {
	if p.o.Images == nil || i.Node.IsZero() || i.Node.Style().Backdrop == nil {
		return
	}
	st := i.Node.Style()
	at, ok := p.o.Images.Backdrop(st, i.Rect, i.Scale)
	if !ok || !finite(at.X+at.Y) {
		return
	}
	name, ok := p.resources.source(p.objects, i.Src, p.load)
	if !ok {
		return
	}
	alpha := uint8(min(max(st.Opacity, 0), 1) * 255)
	p.apart(func() {
		p.alpha(alpha)
		if !st.Backdrop.RepeatX && !st.Backdrop.RepeatY {
			p.rounded(i.Rect, i.Radius)
			p.op("W n")
			p.image(name, at, alpha)
			return
		}
		p.op("/Pattern cs /%s scn", p.pattern(st.Backdrop, at, i.Rect, name))
		p.rounded(i.Rect, i.Radius)
		p.op("f")
	})
}

// pattern writes one cell of a pattern, with a step beyond the place along the axis
// that it does not repeat on.
func (p *page) pattern(b *dom.Backdrop, at, of layout.Rect, name string) string {
	stepX, stepY := at.W, at.H
	if !b.RepeatX {
		stepX += 2 * of.W
	}
	if !b.RepeatY {
		stepY += 2 * of.H
	}
	k := p.scale
	entries := fmt.Sprintf("/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 %s %s] /XStep %s /YStep %s /Resources << /XObject << /%s %v >> >> /Matrix [%s 0 0 %s %s %s]",
		num4(at.W), num4(at.H), num4(stepX), num4(stepY), name, p.resources.byName(name), num4(k), num4(-k), num4(p.x+at.X*k), num4(p.top-(at.Y-p.from)*k))
	ref := p.stream(entries, fmt.Appendf(nil, "%s 0 0 %s 0 %s cm /%s Do", num4(at.W), num4(-at.H), num4(at.H), name), false)
	p.resources.patterns = append(p.resources.patterns, ref)
	return fmt.Sprintf("P%d", len(p.resources.patterns)-1)
}

func (r *resources) byName(name string) id {
	var n int
	if _, err := fmt.Sscanf(name, "I%d", &n); err != nil || n >= len(r.objects) {
		return 0
	}
	return r.objects[n]
}
