package typeset

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// levels are the embedding levels of the text of spans (UAX 9).
type levels struct {
	base uint8
	at   [][]levelRun // of each span, in order
}

// levelRun is a stretch of a span's text that ends at an octet.
type levelRun struct {
	end   int
	level uint8
}

// of returns the level at an octet of a span's text, and where it changes.
func (l *levels) of(span, at int) (level uint8, end int) {
	if l == nil {
		return 0, 1 << 30
	}
	runs := l.at[span]
	i := sort.Search(len(runs), func(i int) bool { return runs[i].end > at })
	if i == len(runs) {
		return l.base, 1 << 30
	}
	return runs[i].level, runs[i].end
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

// resolver finds the levels of one paragraph after the other.
type resolver struct {
	l     *levels
	text  strings.Builder
	marks []mark // what stands where in text
}

// mark says that text from an octet on is that of a span; span -1 is a control.
type mark struct {
	at, span, from int
}

func newLevels(spans []Span, rtl bool) *levels {
	r := resolver{l: &levels{at: make([][]levelRun, len(spans))}}
	if rtl {
		r.l.base = 1
	}
	for i := range spans {
		s := &spans[i]
		open, shut := controls(s)
		r.put(open, -1, 0)
		if s.Box {
			r.put("\ufffc", i, 0)
		}
		for from := 0; from < len(s.Text); {
			line, _, broken := strings.Cut(s.Text[from:], "\n")
			r.put(line, i, from)
			from += len(line)
			if broken {
				from++
				r.resolve()
			}
		}
		r.put(shut, -1, 0)
	}
	r.resolve()
	return r.l
}

func (r *resolver) put(text string, span, from int) {
	for text != "" {
		rest := ""
		if room := maxParagraph - r.text.Len(); len(text) > room {
			room = min(max(room, utf8.UTFMax), len(text))
			for room < len(text) && !utf8.RuneStart(text[room]) {
				room++
			}
			text, rest = text[:room], text[room:]
		}
		r.marks = append(r.marks, mark{r.text.Len(), span, from})
		r.text.WriteString(text)
		from += len(text)
		if text = rest; text != "" {
			r.resolve()
		}
	}
}

// resolve finds the levels of the text put so far.
func (r *resolver) resolve() {
	text := r.text.String()
	if text != "" {
		r.spread(r.runs(text))
	}
	r.text.Reset()
	r.marks = r.marks[:0]
}

// maxParagraph is how much text is put in order as a whole, in octets. A longer one is
// cut: what stands on a page is far shorter.
const maxParagraph = 64 << 10

// runs are the levels of a text, each up to an octet.
func (r *resolver) runs(text string) []levelRun {
	levels := paragraphLevels([]rune(text), r.l.base)
	var out []levelRun
	n := 0
	for i := range text {
		if k := len(out) - 1; k < 0 || out[k].level != levels[n] {
			out = append(out, levelRun{level: levels[n]})
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		out[len(out)-1].end = i + size
		n++
	}
	return out
}

// spread gives the levels of the text to the spans that it is of.
func (r *resolver) spread(runs []levelRun) {
	k := 0
	for i, m := range r.marks {
		end := r.text.Len()
		if i+1 < len(r.marks) {
			end = r.marks[i+1].at
		}
		for at := m.at; at < end; {
			for k < len(runs)-1 && runs[k].end <= at {
				k++
			}
			to := min(runs[k].end, end)
			if to <= at {
				to = end
			}
			if m.span >= 0 {
				r.l.at[m.span] = append(r.l.at[m.span], levelRun{m.from + to - m.at, runs[k].level})
			}
			at = to
		}
	}
}
