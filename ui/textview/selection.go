package textview

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxWord bounds how far a double click looks for the ends of a word, in octets.
const maxWord = 4 << 10

// unit is what a selection grows by.
type unit int

const (
	byCharacter unit = iota
	byWord
	byLine
)

// selection reaches from what was first clicked to what the pointer is on now. Both
// are stretches, because a double click selects by whole words.
type selection struct {
	held, loose link
	unit        unit
}

// span gives the selected octets.
func (s selection) span() (start, end int) {
	return min(s.held.start, s.loose.start), max(s.held.end, s.loose.end)
}

// unitAt gives the character boundary, word or line at an offset of text.
func unitAt(text string, offset int, u unit) link {
	switch u {
	case byWord:
		return wordAt(text, offset)
	case byLine:
		return lineAt(text, offset)
	default:
		return link{offset, offset}
	}
}

// lineAt gives the line at offset with its line end.
func lineAt(text string, offset int) link {
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	if i := strings.IndexByte(text[offset:], '\n'); i >= 0 {
		return link{start, offset + i + 1}
	}
	return link{start, len(text)}
}

// wordAt gives the characters of one kind around offset: a word, a run of spaces,
// or one other character.
func wordAt(text string, offset int) link {
	if offset >= len(text) {
		return link{offset, offset}
	}
	at, size := utf8.DecodeRuneInString(text[offset:])
	k, start, end := kindOf(at), offset, offset+size
	if k == other {
		return link{start, end}
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
	return link{start, end}
}

// kind sorts characters for a double click.
type kind int

const (
	other kind = iota
	blank
	letter
)

func kindOf(r rune) kind {
	switch {
	case r == '\n':
		return other
	case unicode.IsSpace(r):
		return blank
	case r == '_' || r == '\'' || r == '’' || unicode.IsLetter(r) || unicode.IsDigit(r) || joins(r):
		return letter
	default:
		return other
	}
}
