package textview

import (
	"slices"
	"unicode"
	"unicode/utf8"

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

// visual puts the stretches in the order in which they are seen from left to right:
// rule L2 of UAX 9, for a library that tells directions but not levels. In
// left-to-right text, numbers after right-to-left words belong to those.
func visual(row []rune, all []stretch, baseRTL bool) []stretch {
	if baseRTL {
		out := slices.Clone(all)
		slices.Reverse(out)
		return out
	}
	out := splitNumbers(row, all)
	for i := 0; i < len(out); i++ {
		j := i
		for j < len(out) && (out[j].rtl || j > i && number(row, out[j])) {
			j++
		}
		if j > i {
			slices.Reverse(out[i:j])
			i = j - 1
		}
	}
	return out
}

// splitNumbers gives a number that follows right-to-left words its own stretch.
func splitNumbers(row []rune, all []stretch) []stretch {
	var out []stretch
	for i, s := range all {
		if n := numberEnd(row, s); i > 0 && !s.rtl && n > s.start && n < s.end {
			out = append(out, stretch{s.start, n, false})
			s.start = n
		}
		out = append(out, s)
	}
	return out
}

func number(row []rune, s stretch) bool { return numberEnd(row, s) == s.end }

// numberEnd gives where the number ends that a stretch starts with; its start if
// there is none.
func numberEnd(row []rune, s stretch) int {
	end := s.start
	for i := s.start; i < s.end; i++ {
		switch r := row[i]; {
		case unicode.IsDigit(r):
			end = i + 1
		case end == s.start || r != '.' && r != ',' && r != ':' && r != '/':
			return end
		}
	}
	return end
}

// rightParts cuts right-to-left text into words and what is between them, in the
// order of the text. Fyne draws a string's parts from left to right as soon as they
// come from different fonts, and a font for Hebrew is rarely the one that has the
// full stop; so each part is drawn by itself.
func rightParts(s string) []link {
	var parts []link
	last := false
	for i, r := range s {
		word := rightToLeft(r) || last && joins(r)
		if len(parts) == 0 || word != last {
			parts = append(parts, link{i, i})
		}
		last = word
		parts[len(parts)-1].end = i + utf8.RuneLen(r)
	}
	return parts
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
