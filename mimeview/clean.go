package mimeview

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text fit to enter the window on one line: valid UTF-8, no control
// characters, nothing that reorders or hides (bidirectional overrides and isolates,
// zero-width characters), at most max runes. Line ends and tabs become spaces.
func Clean(s string, max int) string {
	if plain(s) && len(s) <= max {
		return s
	}
	var b strings.Builder
	n := 0
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '\n' || r == '\t':
			r = ' '
		case hidden(r):
			continue
		}
		if n++; n > max {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plain tells whether s is printable ASCII.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// hidden tells whether a character has no business on a line of the window.
func hidden(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0, r == 0xad, r == 0x61c, r == 0x180e, r == 0xfeff:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	case r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return r != utf8.RuneError && unicode.Is(unicode.Cs, r)
}
