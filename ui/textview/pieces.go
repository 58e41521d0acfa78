package textview

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// piece is a stretch of a row that is drawn at once, in one colour and direction.
type piece struct {
	start, end int     // octets of the text
	shown      string  // what is drawn; empty for a tab
	x, w       float32 // from the row's left edge
	mark       bool    // stands for a character that must not be obeyed
	rtl        bool
	link       string // the address that it is part of, or empty
}

// row is one row ready to be drawn.
type row struct {
	start, end int // octets of the text, end without the line end
	next       int // where the next row starts
	level      uint8
	rtl        bool // its paragraph runs from right to left
	pieces     []piece
}

// composer turns rows of a document into pieces.
type composer struct {
	doc   *document
	m     *meter
	links bool

	inParagraph [2]int // of found
	found       []link
	base        bool
}

// compose gives the row p with its pieces in the order in which they are seen.
func (c *composer) compose(p place) row {
	start, next := c.doc.span(p)
	first, last, level := c.doc.paragraph(p)
	if c.inParagraph != [2]int{first, last} || last == first {
		c.inParagraph = [2]int{first, last}
		c.found, c.base = nil, baseRTL(c.doc.text[first:last])
		if c.links {
			c.found = findLinks(c.doc.text[first:last])
		}
	}
	body := trimBreak(c.doc.text[start:next])
	r := row{start: start, end: start + len(body), next: next, level: level, rtl: c.base}
	r.pieces = c.split(body, start, first)
	c.lay(&r)
	return r
}

// split cuts a row into pieces in the order of the text. Offsets of links count
// from the paragraph's start.
func (c *composer) split(body string, start, paragraph int) []piece {
	var pieces []piece
	var shown strings.Builder
	open := piece{start: start}
	flush := func(at int) {
		if at > open.start {
			open.end, open.shown = at, shown.String()
			pieces = append(pieces, open)
		}
		shown.Reset()
		open = piece{start: at}
	}
	for i := 0; i < len(body); {
		g := decode(body[i:])
		at := start + i
		i += g.size
		if url := c.linkAt(at-paragraph, paragraph); url != open.link {
			flush(at)
			open.link = url
		}
		switch {
		case g.mark != "":
			flush(at)
			pieces = append(pieces, piece{start: at, end: at + g.size, shown: g.mark, mark: true})
			open.start = at + g.size
		case g.r == '\t':
			flush(at)
			pieces = append(pieces, piece{start: at, end: at + g.size})
			open.start = at + g.size
		case !g.none:
			shown.WriteRune(g.r)
		}
	}
	flush(start + len(body))
	return pieces
}

func (c *composer) linkAt(offset, paragraph int) string {
	if len(c.found) == 0 {
		return ""
	}
	i := searchLast(len(c.found), func(i int) bool { return c.found[i].start <= offset })
	if l := c.found[i]; l.start <= offset && offset < l.end {
		return c.doc.text[paragraph+l.start : paragraph+l.end]
	}
	return ""
}

// lay gives the pieces their places, in visual order where text of both directions
// meets.
func (c *composer) lay(r *row) {
	if strings.IndexFunc(c.doc.text[r.start:r.end], rightToLeft) >= 0 {
		r.pieces = c.reorder(r)
	}
	x := float32(0)
	for i := range r.pieces {
		p := &r.pieces[i]
		p.x = x
		if p.tab() {
			p.w = c.m.nextTab(x) - x
		} else {
			p.w = c.m.measure(p.shown)
		}
		x += p.w
	}
	if r.rtl {
		for i := range r.pieces {
			r.pieces[i].x += max(0, c.doc.width-x)
		}
	}
}

func (p *piece) tab() bool { return p.shown == "" && p.end == p.start+1 && !p.mark }

// reorder cuts the pieces where the direction changes and puts them in visual order.
func (c *composer) reorder(r *row) []piece {
	text := c.doc.text
	var runes []rune
	offsets := []int{}
	for i := r.start; i < r.end; {
		g := decode(text[i:])
		if g.mark != "" || g.none || g.r == '\t' {
			g.r = '\ufffc'
		}
		runes, offsets = append(runes, g.r), append(offsets, i)
		i += g.size
	}
	offsets = append(offsets, r.end)
	var out []piece
	for _, s := range visual(runes, directions(runes, r.rtl), r.rtl) {
		part := c.within(r.pieces, offsets[s.start], offsets[s.end], s.rtl)
		out = append(out, part...)
	}
	return out
}

// within gives the parts of pieces that lie in the octets [start,end), in visual order.
func (c *composer) within(pieces []piece, start, end int, rtl bool) []piece {
	var out []piece
	for _, p := range pieces {
		if p.end <= start || p.start >= end {
			continue
		}
		if !p.mark && !p.tab() && (p.start < start || p.end > end) {
			p.start, p.end = max(p.start, start), min(p.end, end)
			p.shown = shownText(c.doc.text[p.start:p.end])
		}
		if !rtl || p.mark || p.tab() {
			out = append(out, p)
			continue
		}
		out = append(out, c.rightToLeft(p)...)
	}
	if rtl {
		slices.Reverse(out)
	}
	return out
}

// rightToLeft cuts a piece into parts that are drawn right whatever their fonts, in
// the order of the text.
func (c *composer) rightToLeft(p piece) []piece {
	text := c.doc.text[p.start:p.end]
	var out []piece
	for _, part := range rightParts(text) {
		q := p
		q.rtl = true
		q.start, q.end = p.start+part.start, p.start+part.end
		q.shown = shownText(text[part.start:part.end])
		if first, _ := utf8.DecodeRuneInString(q.shown); !rightToLeft(first) {
			q.shown = bidi.ReverseString(q.shown)
		}
		out = append(out, q)
	}
	return out
}

// shownText is how a stretch without marks and tabs is drawn.
func shownText(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		g := decode(s[i:])
		if !g.none {
			b.WriteRune(g.r)
		}
		i += g.size
	}
	return b.String()
}
