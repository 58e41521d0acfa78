package typeset

import (
	"slices"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
)

// line makes a line of pieces.
func (t *Text) line(pieces []piece, isHard bool) Line {
	l := Line{Ascent: t.strut.ascent, Descent: t.strut.descent, RTL: t.rtl, Start: t.offset(&pieces[0], false)}
	shown := pieces
	if isHard {
		shown = shown[:len(shown)-1]
	}
	for len(shown) > 0 && shown[len(shown)-1].kind == blank {
		shown = shown[:len(shown)-1]
	}
	for i := range shown {
		if t.edge(&shown[i]) == NoEdge {
			t.grow(&l, &shown[i])
		}
	}
	if isHard && !t.o.NoStrut || l.Height() == 0 { // an empty line is as high as its end
		t.grow(&l, &pieces[len(pieces)-1])
	}
	for i := range shown {
		t.growEdge(&l, &shown[i])
	}
	indent := float32(0)
	if !t.begun {
		indent = t.o.Indent
	}
	x := indent
	if t.rtl {
		x = 0
	}
	for _, i := range order(shown) {
		x = t.place(&l, &shown[i], x)
	}
	if n := len(shown); n > 0 && shown[n-1].hyphen && !isHard && t.load(t.next+len(pieces)) {
		x = t.hyphen(&l, &shown[n-1], x)
	}
	if t.rtl {
		x += indent
	}
	l.Width = x
	l.fit()
	return l
}

// fit lets go of the room that its runs and their glyphs could have grown into: lines are
// held for long.
func (l *Line) fit() {
	n := 0
	for i := range l.Runs {
		n += len(l.Runs[i].Glyphs)
	}
	all := make([]Glyph, 0, n)
	for i := range l.Runs {
		r, from := &l.Runs[i], len(all)
		if r.Glyphs != nil {
			all = append(all, r.Glyphs...)
			r.Glyphs = all[from:len(all):len(all)]
		}
	}
	if cap(l.Runs) > len(l.Runs) {
		l.Runs = append(make([]Run, 0, len(l.Runs)), l.Runs...)
	}
}

// grow makes a line high enough for a piece.
func (t *Text) grow(l *Line, p *piece) {
	sp := p.of
	a, d := sp.Ascent, sp.Descent
	if p.kind != object {
		m := t.fonts.Metrics(sp.Look)
		if p.face != nil && sp.LineHeight <= 0 {
			own := t.fonts.metricsOf(p.face, sp.Look.Size)
			m.Ascent, m.Descent = max(m.Ascent, own.Ascent), max(m.Descent, own.Descent)
		}
		a, d = leaded(m, sp.LineHeight)
	}
	l.Ascent, l.Descent = max(l.Ascent, a+sp.Raise), max(l.Descent, d-sp.Raise)
}

// edge tells whether a piece is a box at the line's top or bottom.
func (t *Text) edge(p *piece) Edge {
	if p.kind != object {
		return NoEdge
	}
	return p.of.Edge
}

// growEdge makes a line high enough for a box at its top or bottom (CSS 2.1 section
// 10.8): the line's height is that of all else, or the box's.
func (t *Text) growEdge(l *Line, p *piece) {
	sp := p.of
	more := sp.Ascent + sp.Descent - l.Height()
	switch e := t.edge(p); {
	case more <= 0:
	case e == TopEdge:
		l.Descent += more
	case e == BottomEdge:
		l.Ascent += more
	}
}

// order returns the pieces from left to right (UAX 9 rule L2).
func order(pieces []piece) []int {
	out := make([]int, len(pieces))
	most := uint8(0)
	for i := range pieces {
		out[i] = i
		most = max(most, pieces[i].level)
	}
	for level := most; level > 0; level-- {
		for i := 0; i < len(out); i++ {
			j := i
			for j < len(out) && pieces[out[j]].level >= level {
				j++
			}
			if j > i {
				slices.Reverse(out[i:j])
				i = j
			}
		}
	}
	return out
}

// place puts a piece at x and returns where the next one goes.
func (t *Text) place(l *Line, p *piece, x float32) float32 {
	sp := p.of
	var before, after float32
	if p.first {
		before = sp.Before
	}
	if p.last {
		after = sp.After
	}
	if p.level&1 == 1 {
		before, after = after, before
	}
	x += before
	start := t.offset(p, false)
	if last := len(l.Runs) - 1; last >= 0 && before == 0 && t.joins(&l.Runs[last], p) {
		t.append(&l.Runs[last], p, start)
		return l.Runs[last].X + l.Runs[last].Width + after
	}
	m := t.fonts.metricsOf(p.face0(t), sp.Look.Size)
	r := Run{
		Face: p.face0(t), Size: sp.Look.Size, Bold: p.bold, Slant: p.slant, X: x, Raise: sp.Raise, Start: start, End: t.offset(p, true),
		RTL: p.level&1 == 1, Ascent: m.Ascent, Descent: m.Descent, Span: sp,
	}
	switch p.kind {
	case object:
		r.Width, r.Ascent, r.Descent = sp.Width, sp.Ascent, sp.Descent
		switch sp.Edge {
		case TopEdge:
			r.Raise = l.Ascent - sp.Ascent
		case BottomEdge:
			r.Raise = sp.Descent - l.Descent
		}
	case tab:
		r.Width = p.width - before - after
	default:
		r.Glyphs = make([]Glyph, 0, max(len(p.word.glyphs), 16))
		r.End = start
		t.append(&r, p, start)
	}
	l.Runs = append(l.Runs, r)
	return x + r.Width + after
}

func (p *piece) face0(t *Text) *font.Face {
	if p.face != nil {
		return p.face
	}
	return t.fonts.choose(p.of.Look).face
}

// joins tells whether a piece goes on with a run.
func (t *Text) joins(r *Run, p *piece) bool {
	return p.word != nil && p.face != nil && r.Glyphs != nil && r.Span == p.of && r.Face == p.face && r.RTL == (p.level&1 == 1) && !p.hyphen &&
		(r.End == t.offset(p, false) || r.RTL && r.Start == t.offset(p, true))
}

// append adds a piece's glyphs to a run.
func (t *Text) append(r *Run, p *piece, start int) {
	sp := r.Span
	if start < r.Start { // from right to left the text goes the other way
		for i := range r.Glyphs {
			r.Glyphs[i].Cluster += int32(r.Start - start)
		}
		r.Start = start
	}
	r.End = max(r.End, t.offset(p, true))
	base := int32(start - r.Start)
	for i, g := range p.word.glyphs {
		closes := i+1 == len(p.word.glyphs) || p.word.glyphs[i+1].Cluster != g.Cluster
		g.Cluster += base
		if closes {
			g.Advance += sp.Look.LetterSpace
		}
		if g.Blank {
			g.Advance += sp.Look.WordSpace
		}
		r.Glyphs = append(r.Glyphs, g)
		r.Width += g.Advance
	}
}

// hyphen shows where a word was broken at a soft hyphen.
func (t *Text) hyphen(l *Line, p *piece, x float32) float32 {
	sp := p.of
	c := t.fonts.choose(sp.Look)
	w := t.fonts.shape("-", c.face, sp.Look.Size, false, language.Common)
	m := t.fonts.metricsOf(c.face, sp.Look.Size)
	end := t.offset(p, true)
	r := Run{Face: c.face, Size: sp.Look.Size, Bold: c.bold, Slant: c.slant, X: x, Width: w.advance, Raise: sp.Raise, Start: end, End: end,
		Ascent: m.Ascent, Descent: m.Descent, Span: sp, Glyphs: w.glyphs}
	l.Runs = append(l.Runs, r)
	return x + w.advance
}

// Justify widens the blanks of a line until it is so wide. A line without blanks stays.
func (l *Line) Justify(width float32) {
	blanks := 0
	for i := range l.Runs {
		for j := range l.Runs[i].Glyphs {
			if l.Runs[i].Glyphs[j].Blank {
				blanks++
			}
		}
	}
	if blanks == 0 || width <= l.Width {
		return
	}
	each := (width - l.Width) / float32(blanks)
	shift := float32(0)
	for i := range l.Runs {
		r := &l.Runs[i]
		r.X += shift
		for j := range r.Glyphs {
			if r.Glyphs[j].Blank {
				r.Glyphs[j].Advance += each
				r.Width += each
				shift += each
			}
		}
	}
	l.Width = width
}
