package typeset

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// leftToRight is a mark without width that keeps what is beside it in its place.
const leftToRight = "\u200e"

// Visual puts one line of text in the order in which it is seen, for a renderer that
// draws letters of each direction right, but what is of different directions always from
// left to right. The line's direction is that of its first letter (UAX 9, P2 and P3). Text
// without letters from right to left is returned as it is. The result is to be shown, not
// to be copied.
func Visual(s string) string {
	if !strings.ContainsFunc(s, fromTheRight) {
		return s
	}
	text := []rune(s)
	levels := paragraphLevels(text, firstDirection(text))
	var b strings.Builder
	for _, r := range visualRuns(levels) {
		if r.level&1 == 0 {
			b.WriteString(string(text[r.from:r.to]))
			continue
		}
		from, to := r.from, r.to
		for from < to && !strong(text[from]) {
			from++
		}
		for to > from && !strong(text[to-1]) {
			to--
		}
		for to < r.to && classOf(text[to]) == bidi.NSM { // stays on its letter
			to++
		}
		b.WriteString(bidi.ReverseString(string(text[to:r.to])) + leftToRight)
		b.WriteString(string(text[from:to]))
		b.WriteString(leftToRight + bidi.ReverseString(string(text[r.from:from])))
	}
	return b.String()
}

func classOf(r rune) bidi.Class {
	p, _ := bidi.LookupRune(r)
	return p.Class()
}

func fromTheRight(r rune) bool {
	c := classOf(r)
	return c == bidi.R || c == bidi.AL
}

func strong(r rune) bool { return classOf(r) == bidi.L || fromTheRight(r) }

func firstDirection(text []rune) uint8 {
	for _, r := range text {
		if strong(r) {
			if fromTheRight(r) {
				return 1
			}
			return 0
		}
	}
	return 0
}

// visualRun is a stretch of one level.
type visualRun struct {
	from, to int
	level    uint8
}

// visualRuns are the stretches of one level in the order in which they are seen (rule L2).
func visualRuns(levels []uint8) (runs []visualRun) {
	top := uint8(0)
	for i, l := range levels {
		if i == 0 || l != levels[i-1] {
			runs = append(runs, visualRun{from: i, level: l})
		}
		runs[len(runs)-1].to = i + 1
		top = max(top, l)
	}
	for level := top; level > 0; level-- {
		for i := 0; i < len(runs); i++ {
			j := i
			for j < len(runs) && runs[j].level >= level {
				j++
			}
			slices.Reverse(runs[i:j])
			i = max(i, j-1)
		}
	}
	return runs
}
