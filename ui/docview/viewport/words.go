package viewport

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"

	"restante.app/ui/docview/dom"
)

// maxWord bounds how far the ends of a word are looked for, in octets.
const maxWord = 4 << 10

// unitAt is the place, the word or the paragraph at an offset.
func unitAt(text string, offset int, u Unit) dom.Span {
	offset = min(max(offset, 0), len(text))
	switch u {
	case ByWord:
		return wordAt(text, offset)
	case ByParagraph:
		start := strings.LastIndexByte(text[:offset], '\n') + 1
		if i := strings.IndexByte(text[offset:], '\n'); i >= 0 {
			return dom.Span{Start: start, End: offset + i + 1}
		}
		return dom.Span{Start: start, End: len(text)}
	default:
		return dom.Span{Start: offset, End: offset}
	}
}

// wordAt is the characters of one kind around an offset: a word, a run of blanks, or
// one other character.
func wordAt(text string, offset int) dom.Span {
	if offset >= len(text) {
		return dom.Span{Start: offset, End: offset}
	}
	at, size := utf8.DecodeRuneInString(text[offset:])
	k, start, end := kindOf(at), offset, offset+size
	if k == other {
		return dom.Span{Start: start, End: end}
	}
	for start > 0 && offset-start < maxWord {
		r, n := utf8.DecodeLastRuneInString(text[:start])
		if kindOf(r) != k {
			break
		}
		start -= n
	}
	for end < len(text) && end-offset < maxWord {
		r, n := utf8.DecodeRuneInString(text[end:])
		if kindOf(r) != k {
			break
		}
		end += n
	}
	return dom.Span{Start: start, End: end}
}

// kind sorts characters for double clicks and motions by words.
type kind int

const (
	other kind = iota
	blank
	letter
)

func kindOf(r rune) kind {
	switch {
	case r == '\n' || r == '\t':
		return other
	case unicode.IsSpace(r):
		return blank
	case r == '_' || r == '\'' || r == '’' || unicode.IsLetter(r) || unicode.IsDigit(r) || joins(r):
		return letter
	default:
		return other
	}
}

// joins tells whether a character belongs to the one before.
func joins(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc) || r == 0x200d || r >= 0xfe00 && r <= 0xfe0f || r >= 0x1f3fb && r <= 0x1f3ff
}

// step is the next place for the caret from an offset, or the previous one: over a
// character with its marks, or over a word and the blanks at it.
func step(text string, at int, forward, word bool) int {
	if !word {
		return stepRune(text, at, forward)
	}
	inWord := false
	for range maxWord {
		to := stepRune(text, at, forward)
		if to == at {
			return at
		}
		r, _ := utf8.DecodeRuneInString(text[min(at, to):])
		if kindOf(r) == letter {
			inWord = true
		} else if inWord {
			return at
		}
		at = to
	}
	return at
}

func stepRune(text string, at int, forward bool) int {
	for first := true; ; first = false {
		if forward {
			r, n := utf8.DecodeRuneInString(text[at:])
			if n == 0 || !first && !joins(r) {
				return at
			}
			at += n
			if r == 0x200d { // joins what follows, too
				_, n = utf8.DecodeRuneInString(text[at:])
				at += n
			}
			continue
		}
		r, n := utf8.DecodeLastRuneInString(text[:at])
		at -= n
		if before, _ := utf8.DecodeLastRuneInString(text[:at]); n == 0 || !joins(r) && before != 0x200d {
			return at
		}
	}
}

// leftwards tells whether the text at an offset goes from right to left.
func leftwards(text string, at int) bool {
	for _, r := range text[at:min(at+64, len(text))] {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.R, bidi.AL:
			return true
		case bidi.L:
			return false
		}
	}
	return false
}
