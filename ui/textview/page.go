package textview

import (
	"math"

	"fyne.io/fyne/v2"
)

// The margins around the text, in density-independent pixels.
const (
	marginLeft   = 12
	marginRight  = 16 // the scroll bar lies in it
	marginTop    = 8
	marginBottom = 8
	leading      = 3 // between rows
)

type faceKey struct {
	style fyne.TextStyle
	size  float32
	font  fyne.Resource
}

// face is a font in a size, with what is known of its characters.
type face struct {
	key    faceKey
	meter  *meter
	wrap   *wrapper
	height float32 // of a row
}

func newFace(key faceKey) face {
	measure := func(s string) float32 { return fyne.MeasureText(s, key.size, key.style).Width }
	height := fyne.MeasureText("M", key.size, key.style).Height
	m := newMeter(measure)
	return face{key, m, &wrapper{m: m}, float32(math.Ceil(float64(height))) + leading}
}

// page is a document and what of it the view shows.
type page struct {
	face   face
	doc    *document
	comp   composer
	size   fyne.Size
	top    place   // the first row that can be seen
	dy     float32 // how much of it is above the view; negative for the margin above the text
	anchor int     // an octet of the row that stays on top when rows are wrapped anew
}

func newPage(text string, f face, links bool) *page {
	d := newDocument(text, f.wrap, 0)
	return &page{face: f, doc: d, comp: composer{doc: d, m: f.meter, links: links}, dy: -marginTop}
}

func (p *page) startingAt(anchor int) *page {
	p.anchor = anchor
	if anchor > 0 {
		p.dy = 0
	}
	return p
}

// show takes the size of the view.
func (p *page) show(size fyne.Size, links bool) {
	if p.comp.links != links {
		p.comp = composer{doc: p.doc, m: p.face.meter, links: links}
	}
	if size == p.size {
		return
	}
	if size.Width != p.size.Width {
		p.doc.setWidth(size.Width - marginLeft - marginRight)
		p.comp = composer{doc: p.doc, m: p.face.meter, links: links}
		p.top = p.doc.find(p.anchor)
	}
	p.size = size
	p.clamp()
}

// scroll moves the text up by dy pixels, or down, and tells whether it moved.
func (p *page) scroll(dy float32) bool {
	top, was := p.top, p.dy
	p.dy += dy
	rows := int(math.Floor(float64(p.dy / p.face.height)))
	next, moved := p.doc.move(p.top, rows)
	p.top = next
	p.dy -= float32(moved) * p.face.height
	p.clamp()
	p.anchor, _ = p.doc.span(p.top)
	return p.top != top || p.dy != was
}

// clamp keeps the ends of the text at the ends of the view.
func (p *page) clamp() {
	end, dy := p.end()
	if after(p.top, p.dy, end, dy) {
		p.top, p.dy = end, dy
	}
	if p.top == (place{}) {
		p.dy = max(p.dy, -marginTop)
	} else {
		p.dy = max(p.dy, 0)
	}
}

func after(a place, ady float32, b place, bdy float32) bool {
	if a.seg != b.seg {
		return a.seg > b.seg
	}
	if a.row != b.row {
		return a.row > b.row
	}
	return ady > bdy
}

// end gives the lowest place to scroll to: the last row above the lower margin.
func (p *page) end() (place, float32) {
	room := p.size.Height - marginBottom
	above := max(0, int(math.Ceil(float64(room/p.face.height)))-1)
	top, moved := p.doc.move(p.doc.last(), -above)
	dy := float32(1-moved)*p.face.height - room
	if top == (place{}) {
		dy = max(dy, -marginTop)
	}
	return top, dy
}

// home and bottom go to the ends of the text.
func (p *page) home() { p.top, p.dy, p.anchor = place{}, -marginTop, 0 }

func (p *page) bottom() {
	p.top, p.dy = p.end()
	p.anchor, _ = p.doc.span(p.top)
}

// screen is how far a page key goes: the view less two rows, to keep the thread.
func (p *page) screen() float32 {
	return max(p.face.height, p.size.Height-2*p.face.height)
}

// offsetAt gives the boundary between characters nearest to a point of the view.
func (p *page) offsetAt(at fyne.Position) int {
	r, inside := p.rowAt(at.Y)
	if inside < 0 {
		return 0
	}
	if inside > 0 {
		return len(p.doc.text)
	}
	return p.comp.offsetAt(r, at.X-marginLeft)
}

// rowAt gives the row at y. The second result is negative above the text, positive
// below it, else 0.
func (p *page) rowAt(y float32) (row, int) {
	n := int(math.Floor(float64((y + p.dy) / p.face.height)))
	at, moved := p.doc.move(p.top, n)
	return p.comp.compose(at), n - moved
}

// linkAt gives the address under a point of the view, or "".
func (p *page) linkAt(at fyne.Position) string {
	r, inside := p.rowAt(at.Y)
	if inside != 0 {
		return ""
	}
	x := at.X - marginLeft
	for _, piece := range r.pieces {
		if piece.link != "" && x >= piece.x && x < piece.x+piece.w {
			return piece.link
		}
	}
	return ""
}

// bar is where the scroll bar's thumb is: its top and height in the view; a height
// of 0 means that all of the text can be seen.
func (p *page) bar() (top, height float32) {
	all := float32(p.doc.total())*p.face.height + marginTop + marginBottom
	if all <= p.size.Height {
		return 0, 0
	}
	height = max(thumbMin, p.size.Height*p.size.Height/all)
	at := float32(p.doc.before(p.top))*p.face.height + p.dy + marginTop
	if end, dy := p.end(); !after(end, dy, p.top, p.dy) {
		return p.size.Height - height, height
	}
	return min(1, at/(all-p.size.Height)) * (p.size.Height - height), height
}

// scrollTo puts the thumb's top at y as nearly as rows allow.
func (p *page) scrollTo(y float32) {
	_, height := p.bar()
	if height == 0 || p.size.Height <= height {
		return
	}
	part := y / (p.size.Height - height)
	switch {
	case part <= 0:
		p.home()
	case part >= 1:
		p.bottom()
	default:
		rows := float64(p.doc.total()) - float64(p.size.Height/p.face.height)
		index := rows * float64(part)
		p.top, p.dy = p.doc.at(int(index)), float32(index-math.Floor(index))*p.face.height
		p.clamp()
		p.anchor, _ = p.doc.span(p.top)
	}
}
