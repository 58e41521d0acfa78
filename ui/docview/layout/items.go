package layout

import (
	"cmp"
	"image/color"
	"slices"

	"restante.app/ui/docview/dom"
)

// Items calls yield with what touches a rectangle, in painting order, until it returns
// false: in each context backgrounds and borders, then floats, then text and pictures
// (CSS 2.1 appendix E). The work is in proportion to what is there. An Item is the
// caller's; what it points to is not to be changed.
func (f *Flow) Items(r Rect, yield func(*Item) bool) {
	f.asked()
	p := &painter{f: f, r: r, yield: yield}
	f.looked, f.seen = 0, 0
	f.paintings++
	p.context(f.root, 0, 0, nil)
	f.insight = f.looked
}

type painter struct {
	f     *Flow
	r     Rect
	yield func(*Item) bool
	stop  bool
}

func (p *painter) emit(i Item) {
	if !p.stop {
		p.stop = !p.yield(&i)
	}
}

// context paints a box with all that is in it.
func (p *painter) context(b *box, x, y float32, clip *Rect) {
	if p.beyond(b, x, y) {
		return
	}
	p.boxes(b, x, y, clip)
	p.floats(b, x, y, clip)
	p.text(b, x, y, clip)
}

// beyond tells whether nothing of a box at x, y is in the rectangle.
func (p *painter) beyond(b *box, x, y float32) bool {
	const stroke = 4 // what marks and slanted letters stick out
	return p.stop || y+b.bottom < p.r.Y || y-stroke > p.r.Y+p.r.H || x+b.left > p.r.X+p.r.W || x+b.right+stroke < p.r.X && !b.marked
}

// kids calls visit with the children that may touch the rectangle.
func (p *painter) kids(b *box, y float32, visit func(k *box)) {
	for i := b.from(p.r.Y - y); i < len(b.kids) && !p.stop; i++ {
		k := b.kids[i]
		if y+k.y > p.r.Y+p.r.H {
			return
		}
		visit(k)
	}
}

// lines calls visit with the lines that may touch the rectangle, of a box at y, and
// with where their batch is.
func (p *painter) lines(text *passage, y float32, visit func(l *line, y float32)) {
	if text == nil {
		return
	}
	for i := text.from(p.r.Y - y); i < len(text.batches) && !p.stop; i++ {
		top := y + text.batches[i].top
		if top > p.r.Y+p.r.H {
			return
		}
		lines := p.f.lines(text, i)
		for k := lineFrom(lines, p.r.Y-top); k < len(lines) && !p.stop && top+lines[k].y <= p.r.Y+p.r.H; k++ {
			visit(&lines[k], top)
		}
	}
}

// clipped is the clip for what is in a box.
func (p *painter) clipped(b *box, x, y float32, clip *Rect) *Rect {
	if b.bare || !b.node.Style().Clip && !b.node.Style().Contain {
		return clip
	}
	if b.node.Style().Contain {
		return within(clip, Rect{-extent, y, 2 * extent, max(b.h, b.bottom)})
	}
	return within(clip, Rect{x + b.border[dom.Left], y + b.border[dom.Top], b.w - b.border.across(), b.h - b.border.down()})
}

// within narrows a clip.
func within(clip *Rect, in Rect) *Rect {
	if clip != nil {
		in = in.intersect(*clip)
	}
	return &in
}

func (p *painter) boxes(b *box, x, y float32, clip *Rect) {
	if p.beyond(b, x, y) {
		return
	}
	p.f.enter(b)
	p.decorate(b, x, y, clip)
	clip = p.clipped(b, x, y, clip)
	p.kids(b, y, func(k *box) { p.boxes(k, x+k.x, y+k.y, clip) })
}

// floats paints the floats of a box in their order in the document, then those of the boxes
// in it.
func (p *painter) floats(b *box, x, y float32, clip *Rect) {
	if !b.open && !b.afloat && len(b.floats) == 0 {
		return
	}
	clip = p.clipped(b, x, y, clip)
	own := p.ownFloats(nil, b, x, y)
	slices.SortStableFunc(own, func(k, l float) int { return cmp.Compare(k.box.start, l.box.start) })
	for _, k := range own {
		p.context(k.box, k.x, k.y, clip)
	}
	p.innerFloats(b, x, y, clip)
}

// float is one and where it is.
type float struct {
	box  *box
	x, y float32
}

// ownFloats adds the floats of a box and of its stretches: how it is divided into these is
// not to be seen.
func (p *painter) ownFloats(to []float, b *box, x, y float32) []float {
	p.f.enter(b)
	for _, k := range b.floats {
		to = append(to, float{k, x + k.x, y + k.y})
	}
	p.kids(b, y, func(k *box) {
		if k.again != nil && (k.afloat || len(k.floats) > 0) {
			to = p.ownFloats(to, k, x+k.x, y+k.y)
		}
	})
	return to
}

func (p *painter) innerFloats(b *box, x, y float32, clip *Rect) {
	p.kids(b, y, func(k *box) {
		switch {
		case k.again == nil:
			p.floats(k, x+k.x, y+k.y, clip)
		case k.afloat || len(k.floats) > 0:
			p.f.enter(k)
			p.innerFloats(k, x+k.x, y+k.y, clip)
		}
	})
}

func (p *painter) text(b *box, x, y float32, clip *Rect) {
	if p.beyond(b, x, y) {
		return
	}
	p.f.enter(b)
	if b.image != "" || b.missing {
		p.picture(b, x, y, clip)
	}
	if b.marked {
		p.marker(b, x, y, clip)
	}
	clip = p.clipped(b, x, y, clip)
	p.lines(b.text, y, func(l *line, y float32) { p.line(l, x, y, clip) })
	p.kids(b, y, func(k *box) { p.text(k, x+k.x, y+k.y, clip) })
}

// decorate paints a box's background and borders.
func (p *painter) decorate(b *box, x, y float32, clip *Rect) {
	st := b.node.Style()
	if b.bare || st.Invisible {
		return
	}
	r := Rect{x, y, b.w, b.h}
	radius := p.radius(st)
	if st.Background.A > 0 {
		for _, r := range p.ground(b, r) {
			p.emit(Item{Kind: Fill, Rect: r, Clip: clip, Color: faded(st.Background, st.Opacity), Radius: radius, Node: b.node})
		}
	}
	if st.Backdrop != nil {
		p.emit(Item{Kind: Tiles, Rect: r, Clip: clip, Src: st.Backdrop.Src, Radius: radius, Scale: p.f.o.Zoom, Node: b.node})
	}
	if b.border.across() > 0 || b.border.down() > 0 {
		style := &st.Border
		if b.edges != nil {
			style = b.edges
		}
		p.emit(Item{Kind: Edge, Rect: r, Clip: clip, Border: p.edges(b.border, style, st.Opacity), Radius: radius, Node: b.node})
	}
}

// ground is where the background of a box at r is: that of rows and their groups is behind
// cells only, and not in the room between these (CSS 2.1 section 17.5.1).
func (p *painter) ground(b *box, r Rect) []Rect {
	st := b.node.Style()
	if st.Display != dom.Row && st.Display != dom.RowGroup || st.Collapse || st.Spacing == [2]float32{} {
		return []Rect{r}
	}
	return p.cells(nil, b, r.X, r.Y)
}

// cells adds where the cells are of a row, of rows or of a stretch of these.
func (p *painter) cells(to []Rect, b *box, x, y float32) []Rect {
	p.f.enter(b)
	if !b.bare && b.node.Style().Display == dom.Row {
		for _, c := range b.kids {
			if c.again != nil {
				to = p.cells(to, c, x+c.x, y+c.y)
				continue
			}
			to = append(to, Rect{x + c.x, y + c.y, c.w, c.h})
		}
		return to
	}
	if of, _ := again(b).(*rowCells); of != nil {
		for _, c := range b.kids {
			to = append(to, Rect{x + c.x, y + c.y, c.w, c.h})
		}
		return to
	}
	p.kids(b, y, func(k *box) { to = p.cells(to, k, x+k.x, y+k.y) })
	return to
}

func (p *painter) edges(w edges, style *[4]dom.Border, opacity float32) (out [4]dom.Border) {
	for i := range out {
		out[i] = dom.Border{Width: w[i], Style: style[i].Style, Color: faded(style[i].Color, opacity)}
	}
	return out
}

func (p *painter) radius(st *dom.Style) (out [4]float32) {
	for i := range out {
		out[i] = p.f.px(st.Radius[i])
	}
	return out
}

func faded(c color.NRGBA, opacity float32) color.NRGBA {
	if opacity < 1 && opacity >= 0 {
		c.A = uint8(float32(c.A) * opacity)
	}
	return c
}

func (p *painter) picture(b *box, x, y float32, clip *Rect) {
	if b.node.Style().Invisible || b.w <= 0 || b.h <= 0 {
		return
	}
	cx, cy, cw := b.inner()
	r := Rect{x + cx, y + cy, cw, max(b.h-b.border.down()-b.padding.down(), 0)}
	kind := Picture
	if b.missing {
		kind = Frame
	}
	p.emit(Item{Kind: kind, Rect: r, Clip: clip, Src: b.image, Color: color.NRGBA{A: faded(color.NRGBA{A: 255}, b.node.Style().Opacity).A}, Radius: p.innerRadius(b), Node: b.node})
}

// innerRadius is that of a picture's content: what borders and padding leave of it
// (CSS Backgrounds 3, section 4.2).
func (p *painter) innerRadius(b *box) (out [4]float32) {
	horizontal, vertical := [4]int{dom.Top, dom.Top, dom.Bottom, dom.Bottom}, [4]int{dom.Left, dom.Right, dom.Right, dom.Left}
	for i, r := range p.radius(b.node.Style()) {
		h, v := horizontal[i], vertical[i]
		out[i] = max(r-max(b.border[h]+b.padding[h], b.border[v]+b.padding[v]), 0)
	}
	return out
}

// marker paints a list item's marker on the baseline of its first line.
func (p *painter) marker(b *box, x, y float32, clip *Rect) {
	first, known := b.baseline(true)
	if b.open && !known { // the line is to come
		return
	}
	m, ok := p.f.markerOf(b)
	if !ok {
		return
	}
	if known {
		m.y = first - m.Ascent
	}
	p.line(&m, x, y, clip)
}

func (r Rect) intersect(o Rect) Rect {
	x, y := max(r.X, o.X), max(r.Y, o.Y)
	return Rect{x, y, max(min(r.X+r.W, o.X+o.W)-x, 0), max(min(r.Y+r.H, o.Y+o.H)-y, 0)}
}
