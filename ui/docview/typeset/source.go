package typeset

import (
	"strings"
	"unicode/utf8"

	"github.com/go-text/typesetting/segmenter"
)

// chunk is how much text is looked at in one go, in octets: so much is set before
// the first line of a very long paragraph is known.
const chunk = 4 << 10

// source turns spans into pieces, a chunk at a time.
type source struct {
	span  int   // the next to be read
	of    *Span // it, nil before it is asked for
	at    int   // in its text
	seg   segmenter.Segmenter
	runes []rune
	plain bool         // lines of the chunk may end at every blank
	ends  map[int]bool // octets of the chunk behind which a line may end
}

// more makes pieces of the next chunk, and tells whether there was any. Chunks end
// where a line may, if there is such a place, so that no piece depends on the cut.
func (t *Text) more() bool {
	s := &t.source
	if s.of == nil {
		s.of = t.spans.Span(s.span)
	}
	sp := s.of
	if sp == nil {
		return false
	}
	t.reads = append(t.reads, origin{len(t.pieces), place{s.span, s.at}})
	if sp.Box {
		t.object()
		s.next()
		return true
	}
	rest := sp.Text[s.at:]
	end := chunkEnd(rest)
	if end == 0 {
		if len(sp.Text) == 0 && (sp.Before != 0 || sp.After != 0) {
			t.pieces = append(t.pieces, piece{of: sp, span: s.span, kind: glyphs, word: &word{}, first: true, last: true, width: sp.Before + sp.After})
		}
		s.next()
		return true
	}
	t.read(s.at, s.at+end)
	s.at += end
	if s.at >= len(sp.Text) {
		s.next()
	}
	return true
}

// next goes to the next span.
func (s *source) next() { s.span, s.at, s.of = s.span+1, 0, nil }

// chunkEnd tells how much of a text to take: up to the last blank within a chunk.
func chunkEnd(text string) int {
	if len(text) <= chunk {
		return len(text)
	}
	if i := strings.LastIndexAny(text[:chunk], " \n\t"); i > 0 {
		return i + 1
	}
	end := chunk
	for end > chunk-8 && !utf8.RuneStart(text[end]) {
		end--
	}
	return end
}

func (t *Text) object() {
	sp, span := t.source.of, t.source.span
	level, _ := t.levels.of(span, 0)
	// A line may end before and behind an object, but for the glue of a no-break space.
	if n := len(t.pieces); n > 0 && !sp.NoWrap {
		last := &t.pieces[n-1]
		last.breaks = last.breaks || last.kind != glyphs || !t.glued(last)
	}
	t.pieces = append(t.pieces, piece{
		of: sp, span: span, kind: object, breaks: !sp.NoWrap, level: level, first: true, last: true, width: sp.Width + sp.Before + sp.After,
	})
}

func (t *Text) glued(p *piece) bool {
	if p.end <= p.start {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(p.of.Text[p.start:p.end])
	return r == '\u00a0' || r == '\u202f' || r == '\u2060' || p.of.NoWrap
}

// read makes pieces of a stretch of a span's text.
func (t *Text) read(from, to int) {
	sp := t.source.of
	text := sp.Text[from:to]
	t.findBreaks(text, sp)
	if n := len(t.pieces); n > 0 && from == 0 && !sp.NoWrap {
		t.seam(&t.pieces[n-1], sp)
	}
	for at := 0; at < len(text); {
		end := at
		switch c := text[at]; c {
		case '\n':
			t.pieces = append(t.pieces, piece{of: sp, span: t.source.span, start: from + at, end: from + at + 1, kind: hard, breaks: true})
			at++
			continue
		case '\t':
			t.pieces = append(t.pieces, piece{of: sp, span: t.source.span, start: from + at, end: from + at + 1, kind: tab, breaks: !sp.NoWrap, level: t.base()})
			at++
			continue
		case ' ':
			for end < len(text) && text[end] == ' ' && end-at < chunk {
				end++
			}
			t.set(from+at, from+end, blank, !sp.NoWrap && (t.source.plain || end == len(text) || t.source.ends[end]))
			at = end
			continue
		}
		end = t.wordEnd(text, at)
		t.set(from+at, from+end, glyphs, !sp.NoWrap && t.source.ends[end])
		at = end
	}
	if from == 0 && to > from && len(t.pieces) > 0 {
		t.mark()
	}
	if to == len(sp.Text) {
		t.pieces[len(t.pieces)-1].last = true
		t.pieces[len(t.pieces)-1].width += sp.After
	}
}

func (t *Text) base() uint8 {
	if t.rtl {
		return 1
	}
	return 0
}

// mark gives a span's first piece the room before it.
func (t *Text) mark() {
	i := len(t.pieces) - 1
	for i > 0 && t.pieces[i-1].span == t.source.span {
		i--
	}
	t.pieces[i].first = true
	t.pieces[i].width += t.source.of.Before
}

// seam decides whether a line may end between two spans.
func (t *Text) seam(last *piece, next *Span) {
	if last.kind != glyphs || last.breaks || last.end <= last.start {
		return
	}
	a, _ := utf8.DecodeLastRuneInString(last.of.Text[last.start:last.end])
	b, _ := utf8.DecodeRuneInString(next.Text)
	var seg segmenter.Segmenter
	seg.Init([]rune{a, b})
	lines := seg.LineIterator()
	last.breaks = lines.Next() && lines.Line().Offset == 0 && len(lines.Line().Text) == 1 && !last.of.NoWrap
}

// wordEnd returns where the piece ends that begins at an octet: at a blank, or where
// a line may end, or after so much that a line is longer than any.
func (t *Text) wordEnd(text string, at int) int {
	for i := at; i < len(text); {
		if c := text[i]; c == ' ' || c == '\n' || c == '\t' {
			return i
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		i += n
		if t.source.ends[i] {
			return i
		}
		if i-at >= longWord && i < len(text) && !attachesAt(text[i:]) {
			return i
		}
	}
	return len(text)
}

// longWord is where a piece ends though no line may: what is broken to fit a line is
// shaped anew, and that must not be all of a very long word.
const longWord = 256

func attachesAt(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return r == '\u200d' || attaches(r)
}

// findBreaks notes where lines may end in a text (UAX 14).
func (t *Text) findBreaks(text string, sp *Span) {
	s := &t.source
	if s.ends == nil {
		s.ends = map[int]bool{}
	}
	clear(s.ends)
	s.plain = simple(text) && !sp.BreakAll
	if s.plain {
		for i := range len(text) - 1 {
			if text[i] == '-' && letter(text[i+1]) && i > 0 && letter(text[i-1]) {
				s.ends[i+1] = true
			}
		}
		return
	}
	s.runes = append(s.runes[:0], []rune(text)...)
	s.seg.Init(s.runes)
	octets := make([]int, len(s.runes)+1)
	n := 0
	for i := range text {
		octets[n] = i
		n++
	}
	octets[len(s.runes)] = len(text)
	if sp.BreakAll {
		for it := s.seg.GraphemeIterator(); it.Next(); {
			g := it.Grapheme()
			s.ends[octets[g.Offset+len(g.Text)]] = true
		}
		return
	}
	for it := s.seg.LineIterator(); it.Next(); {
		l := it.Line()
		if end := l.Offset + len(l.Text); end < len(s.runes) {
			s.ends[octets[end]] = true
		}
	}
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// simple tells whether a text is of letters, digits and such marks that lines end at
// blanks and hyphens alone.
func simple(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case c >= utf8.RuneSelf, c == '/', c == '?', c == '}', c == '|', c == '%', c == '!':
			return false
		}
	}
	return true
}

// set shapes a stretch and adds it as pieces, more than one where the face, the
// script or the direction changes.
func (t *Text) set(from, to int, k kind, breaks bool) {
	sp, span := t.source.of, t.source.span
	c := t.fonts.choose(sp.Look)
	for from < to {
		level, end := t.levels.of(span, from)
		end = min(end, to)
		text := sp.Text[from:end]
		for _, p := range t.fonts.parts(text, sp.Look, c.face) {
			w := t.fonts.shape(text[p.start:p.end], p.face, sp.Look.Size, level&1 == 1, p.script)
			out := piece{
				of: sp, span: span, start: from + p.start, end: from + p.end, kind: k, level: level,
				face: p.face, bold: c.bold && p.face == c.face, slant: c.slant && p.face == c.face, word: w,
				joins: level&1 == 1 || !plain(text[p.start:p.end]),
			}
			out.width = w.advance + t.spacing(sp, text[p.start:p.end], w)
			t.pieces = append(t.pieces, out)
		}
		from = end
	}
	if n := len(t.pieces); n > 0 {
		last := &t.pieces[n-1]
		last.breaks = breaks
		if k == glyphs && strings.HasSuffix(sp.Text[last.start:last.end], "\u00ad") {
			last.hyphen = true
		}
	}
}

// spacing is what letter-spacing and word-spacing add to a piece.
func (t *Text) spacing(sp *Span, text string, w *word) float32 {
	var add float32
	if sp.Look.LetterSpace != 0 {
		add = sp.Look.LetterSpace * float32(clusters(w))
	}
	if sp.Look.WordSpace != 0 {
		for _, r := range text {
			if r == ' ' || r == '\u00a0' {
				add += sp.Look.WordSpace
			}
		}
	}
	return add
}

// clusters counts the clusters of a word, each of which takes letter-spacing once.
func clusters(w *word) int {
	n := 0
	for i := range w.glyphs {
		if i == 0 || w.glyphs[i].Cluster != w.glyphs[i-1].Cluster {
			n++
		}
	}
	return n
}
