package typeset

import (
	"sort"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
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
	if text != "" {
		r.marks = append(r.marks, mark{r.text.Len(), span, from})
		r.text.WriteString(text)
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

// runs are the levels of a text, each up to an octet. Any fault of the algorithm
// leaves the text at its base.
func (r *resolver) runs(text string) []levelRun {
	whole := []levelRun{{len(text), r.l.base}}
	dir := bidi.LeftToRight
	lead := "\u200e"
	if r.l.base == 1 {
		dir, lead = bidi.RightToLeft, "\u200f"
	}
	var p bidi.Paragraph
	// A mark in front forces the base: the option alone gives way to the first letter.
	if n, err := p.SetString(lead+text, bidi.DefaultDirection(dir)); err != nil || n < len(lead)+len(text) {
		return whole
	}
	order, err := p.Order()
	if err != nil {
		return whole
	}
	var out []levelRun
	runes := []rune(lead + text)
	octets := make([]int, 0, len(runes)+1)
	for i := range lead + text {
		octets = append(octets, i-len(lead))
	}
	octets = append(octets, len(text))
	for i := range order.NumRuns() {
		run := order.Run(i)
		first, last := run.Pos()
		if first < 0 || last+1 >= len(octets) {
			return whole
		}
		out = r.add(out, runes[first:last+1], octets[first:last+2], run.Direction() == bidi.RightToLeft)
	}
	if len(out) == 0 || out[len(out)-1].end != len(text) {
		return whole
	}
	return out
}

// add adds a run. The library tells directions, not levels: in left-to-right text a
// number that follows right-to-left words belongs to these (rules W and I).
func (r *resolver) add(out []levelRun, runes []rune, octets []int, rtl bool) []levelRun {
	end := octets[len(runes)]
	switch {
	case rtl:
		return append(out, levelRun{end, 1})
	case r.l.base == 1:
		return append(out, levelRun{end, 2})
	}
	if n := numberEnd(runes); len(out) > 0 && n > 0 {
		out = append(out, levelRun{octets[n], 2})
		if n == len(runes) {
			return out
		}
	}
	return append(out, levelRun{end, 0})
}

// numberEnd tells where the number ends that runes begin with, 0 if with none.
func numberEnd(runes []rune) int {
	end := 0
	for i, r := range runes {
		switch {
		case unicode.IsDigit(r):
			end = i + 1
		case end == 0 || r != '.' && r != ',' && r != ':' && r != '/':
			return end
		}
	}
	return end
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
