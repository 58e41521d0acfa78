package typeset

import (
	"slices"

	"github.com/go-text/typesetting/language"
)

// load makes pieces until there are more than n, and tells whether there are.
func (t *Text) load(n int) bool {
	for len(t.pieces) <= n {
		if !t.more() {
			return false
		}
	}
	return true
}

// settled loads a piece and the one behind it, which tells whether a line may end
// between the two. It tells whether there is the first.
func (t *Text) settled(n int) bool {
	t.load(n + 1)
	return n < len(t.pieces)
}

// maxHeld is how many pieces are held that are not needed any more.
const maxHeld = 1024

// forget drops the pieces that lines were made of, so that a long paragraph is
// never held whole.
func (t *Text) forget() {
	if t.next > maxHeld {
		t.drop(t.next)
		t.next = 0
	}
}

// drop forgets the first n pieces.
func (t *Text) drop(n int) {
	t.pieces = append(t.pieces[:0], t.pieces[n:]...)
	from := 0
	for i := range t.reads {
		if t.reads[i].piece -= n; t.reads[i].piece <= 0 {
			from = i
		}
	}
	t.reads = append(t.reads[:0], t.reads[from:]...)
}

// filler is a line while it is filled.
type filler struct {
	from, to int     // pieces
	x        float32 // the end of what is in it
	ink      float32 // the same without blanks at the end
	brk      int     // pieces up to the last place where the line may end, from if there is none
	width    float32
	octets   int // of what is in it
}

// maxLine is how much goes onto a line at most, in octets, where no break is allowed: a
// line is painted and searched as a whole.
const maxLine = 16 << 10

// Next returns the next line that fits into a width: at least one cluster, and more
// than fits where no break is allowed. ok is false behind the last line. A paragraph
// without text has no line; one that ends in "\n" has no empty line behind it.
func (t *Text) Next(width float32) (line Line, ok bool) {
	t.forget()
	if !t.load(t.next) {
		return Line{}, false
	}
	f := filler{from: t.next, to: t.next, brk: t.next, width: width}
	if !t.begun {
		f.x, f.ink = t.o.Indent, t.o.Indent
	}
	isHard := t.fill(&f)
	end := f.to
	line = t.line(t.pieces[f.from:end], isHard)
	t.begun = true
	t.next = end
	line.End = t.offset(&t.pieces[end-1], true)
	line.Hard = isHard || !t.load(t.next)
	return line, true
}

// fill takes pieces as long as they fit, and tells whether the line ends by "\n".
func (t *Text) fill(f *filler) (isHard bool) {
	for t.settled(f.to) {
		p := &t.pieces[f.to]
		if p.kind == hard {
			f.to++
			return true
		}
		if p.kind == tab {
			p.width = t.tabWidth(f.x)
		}
		const slack = 1.0 / 32 // what sums of floats may be off by
		if p.kind != blank && f.x+p.width > f.width+slack && t.over(f, p) {
			return false
		}
		p = &t.pieces[f.to]
		f.x += p.width
		if p.kind != blank {
			f.ink = f.x
		}
		f.to++
		if p.breaks && (!p.hyphen || f.brk == f.from || f.x+t.hyphenWidth(p) <= f.width+slack) {
			f.brk = f.to
		}
		if f.octets += max(p.end-p.start, 8); f.octets > maxLine {
			if f.brk > f.from {
				f.to = f.brk
			}
			return false
		}
	}
	return false
}

// hyphenWidth is that of the hyphen which a piece shows if the line ends there.
func (t *Text) hyphenWidth(p *piece) float32 {
	look := p.of.Look
	return t.fonts.shape("-", t.fonts.choose(look).face, look.Size, false, language.Common).advance
}

// over decides what happens where a piece does not fit; true ends the line.
func (t *Text) over(f *filler, p *piece) bool {
	if f.brk > f.from {
		f.to = f.brk
		return true
	}
	sp := p.of
	if p.kind != glyphs || !sp.BreakWord && !sp.BreakAll {
		return false // it sticks out, and so does what belongs to it
	}
	if t.split(f.to, f.width-f.x, f.to == f.from) {
		f.to++
		return true
	}
	return f.to > f.from
}

// split cuts a piece so that its first part fits, and tells whether it did. must makes
// it cut behind the first cluster at least.
func (t *Text) split(i int, room float32, must bool) bool {
	p := t.pieces[i]
	sp := p.of
	at, x := 0, float32(0)
	if p.first {
		x = sp.Before
	}
	for _, c := range p.clusters() {
		x += c.advance + sp.Look.LetterSpace
		if x > room && (at > 0 || !must) {
			break
		}
		at = c.end
	}
	if at == 0 || at >= p.end-p.start {
		return false
	}
	t.cutPiece(i, at)
	return true
}

// cutPiece makes two pieces of one, the second from an octet of it on.
func (t *Text) cutPiece(i, at int) {
	p := t.pieces[i]
	sp := p.of
	left, right := p, p
	left.end, right.start = p.start+at, p.start+at
	left.last, right.first, left.hyphen, left.breaks = false, false, false, true
	if !p.joins {
		left.word, right.word = p.word.cut(at)
	} else {
		left.word, right.word = t.anew(&left), t.anew(&right)
	}
	for _, h := range []*piece{&left, &right} {
		h.width = h.word.advance + t.spacing(sp, sp.Text[h.start:h.end], h.word)
	}
	if left.first {
		left.width += sp.Before
	}
	if right.last {
		right.width += sp.After
	}
	t.pieces[i] = left
	t.pieces = slices.Insert(t.pieces, i+1, right)
	for k := range t.reads {
		if t.reads[k].piece > i {
			t.reads[k].piece++
		}
	}
}

// anew shapes what a piece has now: letters that join look otherwise at its ends.
func (t *Text) anew(p *piece) *word {
	text := p.of.Text[p.start:p.end]
	return t.fonts.shapeAnew(text, p.face, p.of.Look.Size, p.level&1 == 1, t.scriptOf(text))
}

// cut cuts a word at an octet. It must run from left to right.
func (w *word) cut(at int) (left, right *word) {
	left, right = &word{}, &word{}
	for i, g := range w.glyphs {
		if int(g.Cluster) < at {
			left.advance += g.Advance
			continue
		}
		if right.glyphs == nil {
			left.glyphs, right.glyphs = w.glyphs[:i:i], make([]Glyph, 0, len(w.glyphs)-i)
		}
		g.Cluster -= int32(at)
		right.glyphs = append(right.glyphs, g)
		right.advance += g.Advance
	}
	return left, right
}

func (t *Text) scriptOf(text string) language.Script {
	for _, r := range text {
		if s := language.LookupScript(r); s.Strong() {
			return s
		}
	}
	return language.Common
}

// cluster is characters that are seen as one.
type cluster struct {
	end     int // in octets from the piece's start
	advance float32
}

// clusters returns those of a piece in the order of the text.
func (p *piece) clusters() []cluster {
	var out []cluster
	for _, g := range p.word.glyphs {
		if n := len(out) - 1; n >= 0 && out[n].end == int(g.Cluster) {
			out[n].advance += g.Advance
			continue
		}
		out = append(out, cluster{int(g.Cluster), g.Advance})
	}
	if p.level&1 == 1 {
		slices.Reverse(out)
	}
	for i := range out { // so far they know where they begin
		if i+1 < len(out) {
			out[i].end = out[i+1].end
		} else {
			out[i].end = p.end - p.start
		}
	}
	return out
}

func (t *Text) tabWidth(x float32) float32 {
	stops := float32(int(x/t.o.TabWidth)) + 1
	return stops*t.o.TabWidth - x
}

// offset is where a piece begins, or ends, in the flat text.
func (t *Text) offset(p *piece, end bool) int {
	sp := p.of
	switch {
	case p.kind == object && end:
		return sp.Start + len(sp.Text)
	case end:
		return sp.Start + p.end
	}
	return sp.Start + p.start
}

// Fits tells whether the next line can have anything at all without sticking out.
func (t *Text) Fits(width float32) bool {
	x := float32(0)
	if !t.begun {
		x = t.o.Indent
	}
	for i := t.next; t.settled(i); i++ {
		p := &t.pieces[i]
		if p.kind == hard {
			return true
		}
		if p.kind != blank {
			x += p.width
		}
		if x > width {
			return false
		}
		if p.breaks {
			return true
		}
	}
	return true
}
