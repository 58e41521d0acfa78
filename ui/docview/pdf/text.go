package pdf

import (
	"fmt"
	"image/color"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-text/typesetting/font"

	"restante.app/ui/docview/layout"
	"restante.app/ui/docview/typeset"
)

type fontFace = font.Face

// Strokes and slant of faces that stand in for bold and italic ones.
const (
	slanted = 0.21
	boldest = 1.0 / 26
)

// run writes glyphs, the first with its pen at x, base.
func (p *page) run(r *typeset.Run, x, base float32, col color.NRGBA) {
	if r.Face == nil || !(r.Size > 0) || !finite(x+base) || col.A == 0 {
		return
	}
	p.fillColor(col)
	p.op("BT")
	slant := float32(0)
	if r.Slant {
		slant = slanted
	}
	if r.Bold {
		p.strokeColor(col)
		p.op("2 Tr %s w", num(r.Size*boldest))
	}
	p.op("1 0 %s -1 %s %s Tm", num(slant), num(x), num(base))
	l := &line{page: p, run: r, texts: textsOf(r)}
	l.write()
	if r.Bold {
		p.op("0 Tr")
	}
	p.op("ET")
	for _, g := range l.pictures {
		p.glyphPicture(r, g.id, x+g.x, base+g.y)
	}
}

// textsOf is what each cluster of a run stands for, by where it begins.
func textsOf(r *typeset.Run) map[int32]string {
	starts := make([]int32, 0, len(r.Glyphs))
	for i := range r.Glyphs {
		starts = append(starts, r.Glyphs[i].Cluster)
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	out := make(map[int32]string, len(starts))
	if r.Span == nil {
		return out
	}
	text, at := r.Span.Text, r.Start-r.Span.Start
	for i, s := range starts {
		from, to := at+int(s), at+r.End-r.Start
		if i+1 < len(starts) {
			to = at + int(starts[i+1])
		}
		if from < 0 || from >= len(text) {
			continue
		}
		if to <= from || to > len(text) {
			_, n := utf8.DecodeRuneInString(text[from:])
			to = from + n
		}
		out[s] = strings.ToValidUTF8(text[from:to], "\ufffd")
	}
	return out
}

// line is a run being written: strings of glyphs and moves between them.
type line struct {
	*page
	run      *typeset.Run
	texts    map[int32]string
	font     *embedded
	pen      float32 // where the writer of the file thinks that it is
	shown    []byte  // glyphs not written yet
	array    []string
	raise    float32
	pictures []placed
}

// placed is a glyph that is a picture, from the run's left end and baseline.
type placed struct {
	id   font.GID
	x, y float32
}

func (l *line) write() {
	x := float32(0)
	glyphs := l.run.Glyphs
	for i := 0; i < len(glyphs); {
		n := 1
		for i+n < len(glyphs) && glyphs[i+n].Cluster == glyphs[i].Cluster {
			n++
		}
		text := l.texts[glyphs[i].Cluster]
		if text == "" {
			text = "\u00ad" // the hyphen at a line's end, which no text has
		}
		if n > 1 {
			l.flush()
			l.op("/Span << /ActualText %s >> BDC", textString(text))
		}
		for j := range n {
			g := &glyphs[i+j]
			own := text
			if n > 1 {
				own = ""
			}
			l.glyph(g, x, own)
			x += g.Advance
		}
		if n > 1 {
			l.flush()
			l.op("EMC")
		}
		i += n
	}
	l.flush()
	if l.raise != 0 {
		l.op("0 Ts")
	}
}

func textString(s string) string { return text(s) }

// glyph shows one with its pen at x.
func (l *line) glyph(g *typeset.Glyph, x float32, text string) {
	e, cid := l.fonts.glyph(l.objects, l.run.Face, g.ID, text)
	if e != l.font {
		l.flush()
		l.op("/%s %s Tf", e.name, num(l.run.Size))
		l.font = e
	}
	if g.Y != l.raise {
		l.flush()
		l.op("%s Ts", num(-g.Y))
		l.raise = g.Y
	}
	// Thousandths of an em that the pen goes back; what is left of them is not lost.
	if by := (l.pen - x - g.X) * em / l.run.Size; by >= 0.5 || by <= -0.5 {
		var back float32
		if by < 0 {
			back = float32(int(by - 0.5))
		} else {
			back = float32(int(by + 0.5))
		}
		l.close()
		l.array = append(l.array, num(back))
		l.pen -= back * l.run.Size / em
	}
	l.shown = append(l.shown, byte(cid>>8), byte(cid))
	l.pen += float32(e.widths[cid]) * l.run.Size / em
	if _, ok := l.run.Face.GlyphDataBitmap(uint16(g.ID)); ok {
		l.pictures = append(l.pictures, placed{g.ID, x + g.X, g.Y})
	}
}

func (l *line) close() {
	if len(l.shown) > 0 {
		l.array = append(l.array, fmt.Sprintf("<%X>", l.shown))
		l.shown = l.shown[:0]
	}
}

func (l *line) flush() {
	l.close()
	if len(l.array) > 0 {
		l.op("[%s] TJ", strings.Join(l.array, " "))
		l.array = l.array[:0]
	}
}

// glyphPicture draws a glyph that has colours of its own over the blank that is in its
// place among the text.
func (p *page) glyphPicture(r *typeset.Run, gid font.GID, x, base float32) {
	if g := p.resources.glyph(p.objects, glyphKey{r.Face, gid}); g.name != "" {
		s := r.Size
		p.image(g.name, layout.Rect{X: x + g.at.X*s, Y: base + g.at.Y*s, W: g.at.W * s, H: g.at.H * s}, 255)
	}
}

// around writes the line above the document and the number below it.
func (p *page) around(number, of int) {
	w := p.o.Paper.Width - 2*margin
	if p.headed() {
		y := p.o.Paper.Height - margin - 9
		right := strings.Trim(p.o.From+" · "+p.o.Date, " ·")
		room := w
		if right != "" {
			l := p.fitted(right, 8.5, 400, w*0.55)
			p.set(l, margin+w-l.Width, y)
			room -= l.Width + 14
		}
		p.set(p.fitted(p.o.Subject, 8.5, 600, room), margin, y)
		p.strokeColor(faint)
		p.op("0.5 w %s %s m %s %s l S", num(margin), num(y-6), num(margin+w), num(y-6))
	}
	if p.o.Number != nil {
		l := p.fitted(p.o.Number(number, of), 8.5, 400, w)
		p.set(l, margin+(w-l.Width)/2, margin-2)
	}
}

var (
	grey  = color.NRGBA{85, 85, 85, 255}
	faint = color.NRGBA{190, 190, 190, 255}
)

// fitted is a text on one line, shortened if there is no room for it.
func (p *page) fitted(s string, size float32, weight int, room float32) typeset.Line {
	s = strings.Join(strings.Fields(s), " ")
	runes := []rune(s)
	runes = runes[:min(len(runes), 400)]
	for {
		look := typeset.Look{Size: size, Weight: weight}
		l, _ := p.o.Fonts.Paragraph([]typeset.Span{{Text: s, Look: look}}, typeset.Paragraph{Auto: true, Strut: look}).Next(1e6)
		if l.Width <= room || len(runes) < 2 {
			return l
		}
		runes = runes[:max(min(len(runes)-1, int(float32(len(runes))*room/l.Width)), 1)]
		s = strings.TrimSpace(string(runes)) + "…"
	}
}

// set writes a line in points, y growing up.
func (p *page) set(l typeset.Line, x, y float32) {
	p.apart(func() {
		p.op("1 0 0 -1 0 %s cm", num(2*y))
		for i := range l.Runs {
			r := &l.Runs[i]
			p.run(r, x+r.X, y, grey)
		}
	})
}
