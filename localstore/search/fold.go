package search

import (
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Folding makes of a character what it is compared by: without case, without accents,
// and in its plain form (full-width letters, ligatures, superscripts). It goes character
// by character, so that what is found can be pointed at in the text.

// plainLetters are letters that people type without what Unicode does not take apart.
var plainLetters = map[rune]string{
	'ł': "l", 'Ł': "l", 'ø': "o", 'Ø': "o", 'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d", 'ħ': "h", 'Ħ': "h",
	'ŧ': "t", 'Ŧ': "t", 'ı': "i", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'þ': "th", 'Þ': "th",
	'ς': "σ", 'ё': "е", 'Ё': "е",
}

const foldPage = 256

// folded holds the folding of the first 65,536 characters, page by page as they are needed.
var folded [65536 / foldPage]atomic.Pointer[[foldPage]string]

// foldRune returns the folding of a character, "" for one that counts for nothing.
func foldRune(r rune) string {
	if uint32(r) >= 65536 {
		return computeFold(r)
	}
	page := folded[r/foldPage].Load()
	if page == nil {
		page = new([foldPage]string)
		for i := range page {
			page[i] = computeFold(r/foldPage*foldPage + rune(i))
		}
		folded[r/foldPage].Store(page)
	}
	return page[r%foldPage]
}

func computeFold(r rune) string {
	if ignorable(r) || accent(r) || !utf8.ValidRune(r) {
		return ""
	}
	var b strings.Builder
	for _, d := range cases.Fold().String(norm.NFKD.String(string(r))) {
		switch {
		case plainLetters[d] != "":
			b.WriteString(plainLetters[d])
		case accent(d), !wordRune(d) && !unicode.Is(unicode.So, d):
		case d >= 'A' && d <= 'Z':
			b.WriteRune(d + 'a' - 'A')
		default:
			b.WriteRune(d)
		}
	}
	return norm.NFC.String(b.String())
}

// accent tells whether a mark is left out of what is compared. The marks of scripts
// that write vowels with them stay.
func accent(r rune) bool {
	return r >= 0x0300 && r <= 0x036F || r >= 0x0591 && r <= 0x05C7 && unicode.Is(unicode.Mn, r) ||
		r >= 0x064B && r <= 0x065F || r == 0x0670 || r == 0x0640
}

// ignorable tells whether a character is invisible and within words means nothing.
func ignorable(r rune) bool {
	return r == 0x00AD || r >= 0x200B && r <= 0x200F || r >= 0x2060 && r <= 0x2064 || r == 0xFEFF || r >= 0xFE00 && r <= 0xFE0F
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// dense tells whether a character is of a script that is written without spaces, in
// which words are found by pairs of characters: Han, kana, Hangul, Thai and its kin.
func dense(r rune) bool {
	switch {
	case r < 0x0E00:
		return false
	case r <= 0x0EFF, r >= 0x1000 && r <= 0x109F, r >= 0x1100 && r <= 0x11FF, r >= 0x1780 && r <= 0x17FF,
		r >= 0x2E80 && r <= 0x2FDF, r >= 0x3005 && r <= 0x3007, r >= 0x3040 && r <= 0x31FF,
		r >= 0x3400 && r <= 0x4DBF, r >= 0x4E00 && r <= 0x9FFF, r >= 0xA960 && r <= 0xA97F,
		r >= 0xAC00 && r <= 0xD7FF, r >= 0xF900 && r <= 0xFAFF, r >= 0xFF66 && r <= 0xFFDC,
		r >= 0x20000 && r <= 0x3FFFF:
		return wordRune(r)
	}
	return false
}

// voicing tells whether a mark belongs to the kana before it.
func voicing(r rune) bool {
	return r == 0x3099 || r == 0x309A || r == 0xFF9E || r == 0xFF9F
}
