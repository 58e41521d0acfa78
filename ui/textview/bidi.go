package textview

import (
	"slices"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// stretch is characters [start,end) of a row that run in one direction.
type stretch struct {
	start, end int
	rtl        bool
}

// directions splits a row into stretches in the order of the text. The row holds
// none of the characters that embed, override or isolate. Any fault of the
// algorithm leaves the row as it is in the text.
func directions(row []rune, baseRTL bool) []stretch {
	const mark = 1 // one character put in front, to force a left-to-right base
	text := append([]rune{'\u200e'}, row...)
	option := bidi.DefaultDirection(bidi.LeftToRight)
	if baseRTL {
		text[0], option = '\u200f', bidi.DefaultDirection(bidi.RightToLeft)
	}
	var p bidi.Paragraph
	if _, err := p.SetString(string(text), option); err != nil {
		return []stretch{{0, len(row), false}}
	}
	order, err := p.Order()
	if err != nil {
		return []stretch{{0, len(row), false}}
	}
	var all []stretch
	for i := range order.NumRuns() {
		run := order.Run(i)
		first, last := run.Pos()
		s := stretch{max(0, first-mark), min(last+1-mark, len(row)), run.Direction() == bidi.RightToLeft}
		if s.end > s.start {
			all = append(all, s)
		}
	}
	if len(all) == 0 || all[0].start != 0 || all[len(all)-1].end != len(row) {
		return []stretch{{0, len(row), false}}
	}
	return all
}

// visual puts the stretches in the order in which they are seen from left to right
// (rule L2 of UAX 9 for the two levels that remain, and numbers in right-to-left text).
func visual(row []rune, all []stretch, baseRTL bool) []stretch {
	out := slices.Clone(all)
	if baseRTL {
		slices.Reverse(out)
		return out
	}
	for i := 0; i < len(out); {
		if !out[i].rtl {
			i++
			continue
		}
		j := i + 1
		for j+1 < len(out) && !strongLeft(row[out[j].start:out[j].end]) && out[j+1].rtl {
			j += 2
		}
		slices.Reverse(out[i:j])
		i = j
	}
	return out
}

func strongLeft(s []rune) bool {
	return slices.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) && !rightToLeft(r) })
}

// baseRTL tells whether a paragraph's first letter runs from right to left.
func baseRTL(paragraph string) bool {
	for i, r := range paragraph {
		if i > backtrack {
			break
		}
		if rightToLeft(r) {
			return true
		}
		if unicode.IsLetter(r) {
			return false
		}
	}
	return false
}
