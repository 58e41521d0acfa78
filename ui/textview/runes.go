package textview

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// glyph is one character of the text as it is shown.
type glyph struct {
	r    rune   // what the text has, utf8.RuneError for an octet that is not UTF-8
	size int    // its octets in the text, at least 1
	mark string // shown in its place; empty for a character that stands for itself
	none bool   // takes no room and is not shown
}

// decode reads the first character of s, which must not be empty.
func decode(s string) glyph {
	if c := s[0]; c >= ' ' && c < utf8.RuneSelf-1 {
		return glyph{r: rune(c), size: 1}
	}
	r, size := utf8.DecodeRuneInString(s)
	g := glyph{r: r, size: size}
	switch {
	case r == utf8.RuneError && size == 1:
		g.mark = fmt.Sprintf("[%02X]", s[0])
	case r == '\t' || r == '\n':
	case r < ' ':
		g.mark = "^" + string(r+'@')
	case r == 0x7f:
		g.mark = "^?"
	case obeyed(r):
		g.mark = fmt.Sprintf("[U+%04X]", r)
	case unseen(r):
		g.none = true
	}
	return g
}

// obeyed tells characters that change how the text around them is shown, or that
// end lines behind the reader's back: C1 controls, line and paragraph separators,
// bidirectional embeddings, overrides and isolates, annotations, tags.
func obeyed(r rune) bool {
	return r >= 0x80 && r < 0xa0 ||
		r == 0x2028 || r == 0x2029 ||
		r >= 0x202a && r <= 0x202e ||
		r >= 0x2066 && r <= 0x206f ||
		r >= 0xfff9 && r <= 0xfffb ||
		r >= 0xe0000 && r <= 0xe0fff && !variation(r)
}

// unseen tells characters without a shape that fonts often lack. The joiners
// U+200C and U+200D are not among them: Persian, Indic scripts and emoji need them.
func unseen(r rune) bool {
	switch r {
	case 0xad, 0x34f, 0x61c, 0x180e, 0x200b, 0x200e, 0x200f, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0xfeff:
		return true
	}
	return r >= 0xe0100 && variation(r)
}

func variation(r rune) bool { return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef }

// joins tells whether r is drawn upon the character before it.
func joins(r rune) bool {
	return r >= 0x300 && (r == 0x200d || r == 0x200c || variation(r) || r >= 0x1f3fb && r <= 0x1f3ff || unicode.In(r, unicode.M))
}

// wide tells characters of East Asian scripts, which all fonts draw one em wide.
func wide(r rune) bool {
	return r >= 0x3041 && r <= 0x30ff || r >= 0x3400 && r <= 0x4dbf || r >= 0x4e00 && r <= 0x9fff ||
		r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0x20000 && r <= 0x3ffff
}

// kin gives the character that speaks for the width of a wide one's script, so that
// a page of Chinese does not cost thousands of measurements.
func kin(r rune) rune {
	switch {
	case r >= 0x3041 && r <= 0x30ff:
		return 'の'
	case r >= 0xac00 && r <= 0xd7a3:
		return '한'
	case r >= 0x4e00 && r <= 0x9fff:
		return '中'
	default:
		return r
	}
}

// shaped tells scripts whose characters join or stack, so that a word's width is
// not the sum of its characters'.
func shaped(r rune) bool {
	return r >= 0x600 && r <= 0x8ff || r >= 0x900 && r <= 0xdff || r >= 0xe00 && r <= 0x109f ||
		r >= 0x1780 && r <= 0x18af || r >= 0xfb50 && r <= 0xfdff || r >= 0xfe70 && r <= 0xfeff
}

// rightToLeft tells characters of the scripts that run that way.
func rightToLeft(r rune) bool {
	return r >= 0x590 && r <= 0x8ff && !unicode.IsDigit(r) || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc ||
		r >= 0x10800 && r <= 0x10fff || r >= 0x1e800 && r <= 0x1efff
}
