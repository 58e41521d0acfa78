package textview

import (
	"strings"

	"github.com/go-text/typesetting/segmenter"
)

const (
	maxRowRunes  = 4096 // a row of characters without width must end too
	maxShapeWord = 64   // longer words of joining scripts are measured by character
)

// wrapper breaks text into rows. It keeps its buffers from call to call, at most
// some 3 MB, so one serves one view, text after text.
type wrapper struct {
	m      *meter
	seg    segmenter.Segmenter
	runes  []rune
	glyphs []glyph
	whole  []bool // whole[i]: a row may start at character i, cutting no cluster
}

// rows appends where the rows of text start, counted from base, and gives the
// result. The text holds whole paragraphs, each ending with LF, but for the first,
// which may lack its beginning, and the last, which may lack its end. Text that ends
// with LF has no row after it.
func (w *wrapper) rows(dst []uint16, text string, width float32) []uint16 {
	for base := 0; base < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[base:], '\n'); i >= 0 {
			end = base + i + 1
		}
		dst = w.paragraph(append(dst, uint16(base)), base, text[base:end], width)
		base = end
	}
	return dst
}

// paragraph appends the starts of the second and later rows of p.
func (w *wrapper) paragraph(dst []uint16, base int, p string, width float32) []uint16 {
	body := trimBreak(p)
	if w.fits(body, width) {
		return dst
	}
	w.read(body)
	w.seg.Init(w.runes)
	w.findClusters()
	row := rowState{dst: dst, width: width, base: base, at: base}
	for lines := w.seg.LineIterator(); lines.Next(); {
		l := lines.Line()
		w.place(&row, l.Offset, l.Offset+len(l.Text))
	}
	return row.dst
}

// fits is the way most paragraphs go: plain ASCII that is narrower than the row.
func (w *wrapper) fits(body string, width float32) bool {
	if len(body) > maxRowRunes {
		return false
	}
	var x float32
	for i := range len(body) {
		c := body[i]
		if c < ' ' || c >= 0x7f {
			return false
		}
		if x += w.m.ascii[c]; x > width {
			return false
		}
	}
	return true
}

// read decodes body into the buffers. What is shown by a mark is an object to the
// rules of line breaking, so that no control character breaks a line.
func (w *wrapper) read(body string) {
	w.runes, w.glyphs = w.runes[:0], w.glyphs[:0]
	for i := 0; i < len(body); {
		g := decode(body[i:])
		r := g.r
		if g.mark != "" {
			r = '\ufffc'
		}
		w.runes, w.glyphs = append(w.runes, r), append(w.glyphs, g)
		i += g.size
	}
}

func (w *wrapper) findClusters() {
	w.whole = append(w.whole[:0], make([]bool, len(w.runes)+1)...)
	for it := w.seg.GraphemeIterator(); it.Next(); {
		w.whole[it.Grapheme().Offset] = true
	}
}

// rowState is the row being filled.
type rowState struct {
	dst   []uint16
	width float32
	base  int     // of the paragraph
	at    int     // octets placed so far, from the segment's start
	x     float32 // where the next character goes
	count int     // characters in the row
}

func (s *rowState) breakHere() {
	s.dst = append(s.dst, uint16(s.at))
	s.x, s.count = 0, 0
}

func (s *rowState) put(g glyph, adv float32) {
	s.x += adv
	s.count++
	s.at += g.size
}

// place puts the unbreakable characters [i,j) in the row or in the next one; what
// is wider than a whole row is cut between clusters.
func (w *wrapper) place(s *rowState, i, j int) {
	total, ink := w.extent(i, j, s.x)
	if s.count > 0 && (s.x+ink > s.width || s.count+j-i > maxRowRunes) {
		s.breakHere()
		total, ink = w.extent(i, j, 0)
	}
	if s.x+ink <= s.width && s.count+j-i <= maxRowRunes {
		for k := i; k < j; k++ {
			s.put(w.glyphs[k], 0)
		}
		s.x += total
		return
	}
	for k := i; k < j; k++ {
		adv := w.m.advance(w.glyphs[k], s.x)
		if s.count > 0 && (w.whole[k] && s.x+adv > s.width || s.count >= maxRowRunes) {
			s.breakHere()
			adv = w.m.advance(w.glyphs[k], 0)
		}
		s.put(w.glyphs[k], adv)
	}
}

// extent measures the characters [i,j) from x: all of them, and without the spaces
// at their end, which may hang over the edge.
func (w *wrapper) extent(i, j int, x float32) (total, ink float32) {
	from, joined := x, false
	for k := i; k < j; k++ {
		g := w.glyphs[k]
		x += w.m.advance(g, x)
		if g.r != ' ' && g.r != '\t' {
			ink = x - from
		}
		joined = joined || shaped(g.r)
	}
	if joined && j-i <= maxShapeWord {
		if shown := w.m.measure(string(w.runes[i:j])); shown < x-from {
			return shown, min(ink, shown)
		}
	}
	return x - from, ink
}

// trimBreak takes the line end off a paragraph: LF or CR LF.
func trimBreak(p string) string {
	if s, ok := strings.CutSuffix(p, "\n"); ok {
		return strings.TrimSuffix(s, "\r")
	}
	return p
}
