package pdf

import (
	"bytes"
	"fmt"
	"image/color"
	"net/url"
	"strings"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
)

// page is a page's content being made. Within the document's part of it the unit is
// its px, y growing down.
type page struct {
	*document
	b        bytes.Buffer
	from, to float32 // of the document
	last     bool
	x, top   float32 // where it is on the page, in points
	width    float32 // in px
	state    state
	links    []link
}

// state is what was set in the content, since the last time that it was restored.
type state struct {
	clip    layout.Rect
	clipped bool
	fill    color.NRGBA
	filled  bool
	stroke  color.NRGBA
	stroked bool
	alpha   uint8
	faded   bool
}

type link struct {
	to *dom.Link
	at layout.Rect
}

func (p *page) op(format string, args ...any) {
	fmt.Fprintf(&p.b, format, args...)
	p.b.WriteByte('\n')
}

// document_ writes the document's part of the page.
func (p *page) document_() {
	k := p.scale
	p.op("q %s 0 0 %s %s %s cm", num4(k), num4(-k), num(p.x), num4(p.top+p.from*k))
	p.op("q")
	band := layout.Rect{Y: p.from - overhang, W: p.width, H: p.to - p.from + 2*overhang}
	p.flow.Items(band, func(i *layout.Item) bool {
		p.item(i)
		return true
	})
	p.op("Q Q")
	p.state = state{}
}

// overhang is how far letters may stick out of their lines, in px.
const overhang = 64

func (p *page) item(i *layout.Item) {
	if i.Kind == layout.Glyphs {
		// A line is on the page that its baseline is on, and on no other.
		if i.Run == nil || i.Baseline < p.from || i.Baseline >= p.to && !p.last {
			return
		}
		if !p.within(i.Clip, nil) {
			return
		}
		p.follow(i.Node, i.Rect)
		p.run(i.Run, i.Rect.X, i.Baseline, i.Color)
		return
	}
	band := &layout.Rect{Y: p.from, W: p.width, H: p.to - p.from}
	if i.Rect.Y >= p.to || i.Rect.Y+i.Rect.H <= p.from || !p.within(i.Clip, band) {
		return
	}
	switch i.Kind {
	case layout.Fill:
		if i.Color.A > 0 {
			p.fillColor(i.Color)
			p.rounded(i.Rect, i.Radius)
			p.op("f")
		}
	case layout.Stroke:
		p.fillColor(i.Color)
		p.op("%s re f", rect(i.Rect))
	case layout.Edge:
		p.edges(i)
	case layout.Picture:
		p.follow(i.Node, i.Rect)
		p.picture(i)
	case layout.Tiles:
		p.tiles(i)
	case layout.Frame:
		p.follow(i.Node, i.Rect)
		p.frame(i)
	}
}

// within restricts what follows to two rectangles; nil is none. It is false if nothing
// is left.
func (p *page) within(a, b *layout.Rect) bool {
	want, clipped := layout.Rect{}, false
	for _, r := range []*layout.Rect{a, b} {
		if r == nil {
			continue
		}
		if !clipped {
			want, clipped = *r, true
			continue
		}
		x, y := max(want.X, r.X), max(want.Y, r.Y)
		want = layout.Rect{X: x, Y: y, W: min(want.X+want.W, r.X+r.W) - x, H: min(want.Y+want.H, r.Y+r.H) - y}
	}
	if clipped && (want.W <= 0 || want.H <= 0) {
		return false
	}
	if clipped == p.state.clipped && want == p.state.clip {
		return true
	}
	p.op("Q q")
	p.state = state{clip: want, clipped: clipped}
	if clipped {
		p.op("%s re W n", rect(want))
	}
	return true
}

// apart lets draw change the state, which is as before after it.
func (p *page) apart(draw func()) {
	before := p.state
	p.op("q")
	draw()
	p.op("Q")
	p.state = before
}

func (p *page) fillColor(c color.NRGBA) {
	p.alpha(c.A)
	if c.A = 255; !p.state.filled || p.state.fill != c {
		p.op("%s rg", rgb(c))
		p.state.fill, p.state.filled = c, true
	}
}

func (p *page) strokeColor(c color.NRGBA) {
	p.alpha(c.A)
	if c.A = 255; !p.state.stroked || p.state.stroke != c {
		p.op("%s RG", rgb(c))
		p.state.stroke, p.state.stroked = c, true
	}
}

func (p *page) alpha(a uint8) {
	if !p.state.faded && a == 255 || p.state.faded && p.state.alpha == a {
		return
	}
	p.op("/%s gs", p.resources.alpha(a))
	p.state.alpha, p.state.faded = a, true
}

func rgb(c color.NRGBA) string {
	return num(float32(c.R)/255) + " " + num(float32(c.G)/255) + " " + num(float32(c.B)/255)
}

func rect(r layout.Rect) string {
	return num(r.X) + " " + num(r.Y) + " " + num(r.W) + " " + num(r.H)
}

// num4 is a number of more digits, for what others are multiplied with.
func num4(v float32) string { return strings.TrimRight(fmt.Sprintf("%.6f", v), "0") }

// follow makes a place a link if it is in one.
func (p *page) follow(n dom.Node, r layout.Rect) {
	if n.IsZero() || !finite(r.X+r.Y+r.W+r.H) {
		return
	}
	to := n.Link()
	if to == nil || strings.HasPrefix(to.Href, "#") {
		return
	}
	if k := len(p.links) - 1; k >= 0 {
		if last := &p.links[k]; last.to == to && last.at.Y == r.Y && r.X >= last.at.X && r.X <= last.at.X+last.at.W+1 {
			last.at.W = max(last.at.W, r.X+r.W-last.at.X)
			last.at.H = max(last.at.H, r.H)
			return
		}
	}
	p.links = append(p.links, link{to, r})
}

// annotations are the page's links (ISO 32000-1 section 12.5.6.5).
func (p *page) annotations() []string {
	out := make([]string, 0, len(p.links))
	for _, l := range p.links {
		top, bottom := max(l.at.Y, p.from), min(l.at.Y+l.at.H, p.to)
		x0, x1 := p.x+l.at.X*p.scale, p.x+(l.at.X+l.at.W)*p.scale
		y0, y1 := p.top-(bottom-p.from)*p.scale, p.top-(top-p.from)*p.scale
		out = append(out, p.add(fmt.Sprintf("<< /Type /Annot /Subtype /Link /Border [0 0 0] /Rect [%s %s %s %s] /A << /S /URI /URI %s >> >>",
			num(x0), num(y0), num(x1), num(y1), literal(address(l.to.Href)))).String())
	}
	return out
}

// address is a link as a URI, which is ASCII (RFC 3986).
func address(href string) string {
	var b strings.Builder
	for i := range len(href) {
		if c := href[i]; c <= ' ' || c > '~' {
			b.WriteString(url.PathEscape(href[i : i+1]))
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
