package typeset

import (
	"strings"
	"unicode/utf8"
)

// levels are the embedding levels of the text of spans (UAX 9). They are found a
// section at a time, in the order of the text, and those that were passed are dropped.
type levels struct {
	spans    Spans
	base     uint8
	next     place      // what is not resolved yet
	sections []place    // where those begin whose levels are still held, or were just passed
	runs     []levelRun // in order
	text     strings.Builder
	marks    []textMark
}

// place is an octet of a span's text.
type place struct{ span, at int }

func (p place) before(o place) bool { return p.span < o.span || p.span == o.span && p.at < o.at }

// levelRun is a stretch of text that ends at a place.
type levelRun struct {
	end   place
	level uint8
}

// textMark says that the text of a section from an octet on is that of a span from
// another; span -1 is a control.
type textMark struct {
	at, span, from int
}

// of returns the level at an octet of a span's text, and where in it that changes. It
// must not be asked for what lies before what it was asked for last.
func (l *levels) of(span, at int) (level uint8, end int) {
	for {
		for len(l.runs) > 0 && !(place{span, at}).before(l.runs[0].end) {
			l.runs = l.runs[1:]
		}
		if len(l.runs) > 0 {
			break
		}
		if !l.resolve() {
			return l.base, 1 << 30
		}
	}
	r := l.runs[0]
	if r.end.span > span {
		return r.level, 1 << 30
	}
	return r.level, r.end.at
}

// section is where the section begins that a place is in. Those before it are forgotten.
func (l *levels) section(p place) place {
	n := 0
	for n+1 < len(l.sections) && !p.before(l.sections[n+1]) {
		n++
	}
	if len(l.sections) == 0 {
		return l.next
	}
	l.sections = l.sections[n:]
	return l.sections[0]
}

// restart goes on from where a section begins.
func (l *levels) restart(at place) {
	l.next, l.runs, l.sections = at, l.runs[:0], l.sections[:0]
}

// controls wrap a span in the direction that it asks for.
func controls(s *Span) (open, shut string) {
	switch {
	case s.Bidi == Override && s.RTL:
		return "\u202e", "\u202c"
	case s.Bidi == Override:
		return "\u202d", "\u202c"
	case s.Bidi != BidiNormal && s.RTL:
		return "\u2067", "\u2069"
	case s.Bidi != BidiNormal:
		return "\u2066", "\u2069"
	}
	return "", ""
}

// maxSection is how much text is put in order as a whole, in octets. A longer paragraph
// is cut: what stands on a page is far shorter.
const maxSection = 16 << 10

// resolve finds the levels of the next section, and tells whether there was one. It
// ends behind a line end, or where it is as long as it may be.
func (l *levels) resolve() bool {
	if l.spans.Text(l.next.span) == nil {
		return false
	}
	l.sections = append(l.sections, l.next)
	end, plain := l.extent()
	if plain {
		l.runs = append(l.runs, levelRun{end, l.base})
		l.next = end
		return true
	}
	l.text.Reset()
	l.marks = l.marks[:0]
	for p := l.next; p.before(end); p = (place{p.span + 1, 0}) {
		s := l.spans.Text(p.span)
		open, shut := controls(s)
		l.put(open, -1, 0)
		if s.Box {
			l.put("\ufffc", p.span, 0)
		}
		to := len(s.Text)
		if p.span == end.span {
			to = end.at
		}
		l.put(strings.TrimSuffix(s.Text[p.at:to], "\n"), p.span, p.at)
		l.put(shut, -1, 0)
	}
	if l.text.Len() > 0 {
		l.spread()
	}
	l.runs = append(l.runs, levelRun{end, l.base}) // the line end
	l.next = end
	return true
}

// extent is where the next section ends; plain tells that all of it is of the
// paragraph's own level, from left to right.
func (l *levels) extent() (end place, plain bool) {
	plain = l.base == 0
	size := 0
	for p := l.next; ; p = (place{p.span + 1, 0}) {
		s := l.spans.Text(p.span)
		if s == nil {
			return p, plain
		}
		rest := s.Text[p.at:]
		cut := len(rest) > maxSection-size
		if cut {
			n := max(maxSection-size, utf8.UTFMax)
			for n < len(rest) && (!utf8.RuneStart(rest[n]) || attachesAt(rest[n:])) && n < 2*maxSection {
				n++
			}
			rest = rest[:min(n, len(rest))]
		}
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			rest, cut = rest[:i+1], true
		}
		plain = plain && s.Bidi == BidiNormal && !hasRTL(rest)
		if size += len(rest) + 4; cut || size > maxSection {
			if p.at += len(rest); p.at >= len(s.Text) {
				p = place{p.span + 1, 0}
			}
			return p, plain
		}
	}
}

func (l *levels) put(text string, span, from int) {
	if text != "" {
		l.marks = append(l.marks, textMark{l.text.Len(), span, from})
		l.text.WriteString(text)
	}
}

// stretch is text of one level, up to an octet of its section.
type stretch struct {
	end   int
	level uint8
}

// stretches are those of a text.
func (l *levels) stretches(text string) []stretch {
	levels := paragraphLevels([]rune(text), l.base)
	var out []stretch
	n := 0
	for i := range text {
		if k := len(out) - 1; k < 0 || out[k].level != levels[n] {
			out = append(out, stretch{level: levels[n]})
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		out[len(out)-1].end = i + size
		n++
	}
	return out
}

// spread gives the levels of a section to the spans that it is of.
func (l *levels) spread() {
	all := l.stretches(l.text.String())
	k := 0
	for i, m := range l.marks {
		end := l.text.Len()
		if i+1 < len(l.marks) {
			end = l.marks[i+1].at
		}
		for at := m.at; at < end; {
			for k < len(all)-1 && all[k].end <= at {
				k++
			}
			to := min(all[k].end, end)
			if to <= at {
				to = end
			}
			if m.span >= 0 {
				l.runs = append(l.runs, levelRun{place{m.span, m.from + to - m.at}, all[k].level})
			}
			at = to
		}
	}
}
