package mimeview

import "strings"

// Clean makes text fit to enter the window on one line: valid UTF-8, no control
// characters, nothing that reorders or hides (bidirectional overrides and isolates,
// zero-width characters), at most most runes, the last of them … if
// there were more. Line ends and tabs become spaces; octets that are not UTF-8 become U+FFFD.
func Clean(s string, most int) string {
	if len(s) <= most && plain(s) {
		return s
	}
	if most <= 0 {
		return ""
	}
	var b strings.Builder
	b.Grow(min(len(s), 4<<10))
	n, last := 0, 0 // last: where the last rune begins in b
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
			r = ' '
		case hidden(r):
			continue
		}
		if n == most {
			return b.String()[:last] + "…"
		}
		n, last = n+1, b.Len()
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
	case r < ' ', r >= 0x7f && r < 0xa0, r == 0xad, r == 0x34f, r == 0x61c, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0xfeff:
		return true
	case r >= 0x180b && r <= 0x180f, r == 0x3164, r == 0xffa0, r >= 0xfe00 && r <= 0xfe0f && r != 0xfe0f:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	case r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return false
}
