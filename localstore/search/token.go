package search

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxTerm   = 60      // octets of a term; longer words are known by their start
	maxTokens = 1 << 20 // of a document; what lies beyond is not indexed
)

// tokenizer cuts text into terms. A word is a run of letters, digits and marks. In
// scripts without spaces each two neighbours are a term, and so is the last character
// of a run. A symbol such as an emoji is a term of its own.
type tokenizer struct {
	s    string
	at   int
	next int // the position of the next term

	term       []byte // valid until the next call of scan
	start, end int    // where it is in s
	pos        int    // its position
	tail       bool   // the last character of a run that had pairs
	pairs      bool   // within a run that had pairs
	dense      bool   // of a script without spaces
}

// kinds of octets below 0x80
var asciiFold = func() (t [128]byte) {
	for c := range t {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z':
			t[c] = byte(c)
		case c >= 'A' && c <= 'Z':
			t[c] = byte(c) + 'a' - 'A'
		}
	}
	return t
}()

func (t *tokenizer) reset(s string, pos int) {
	t.s, t.at, t.next, t.pairs = s, 0, pos, false
}

// scan goes to the next term and tells whether there is one.
func (t *tokenizer) scan() bool {
	for t.at < len(t.s) {
		c := t.s[t.at]
		if c < utf8.RuneSelf {
			t.pairs = false
			if asciiFold[c] == 0 {
				t.at++
				continue
			}
			if t.word() {
				return true
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(t.s[t.at:])
		switch {
		case dense(r):
			if t.pair() {
				return true
			}
		case wordRune(r):
			t.pairs = false
			if t.word() {
				return true
			}
		case unicode.Is(unicode.So, r) && r != utf8.RuneError:
			t.pairs = false
			t.start, t.end = t.at, t.at+n
			t.term = append(t.term[:0], foldRune(r)...)
			t.at += n
			if t.emit(false) {
				return true
			}
		default:
			t.pairs = false
			t.at += n
		}
	}
	return false
}

// emit gives the term its position, if it has anything in it.
func (t *tokenizer) emit(isDense bool) bool {
	t.dense, t.tail = isDense, false
	if len(t.term) == 0 {
		return false
	}
	t.pos = t.next
	t.next++
	return true
}

// word takes a word that begins here.
func (t *tokenizer) word() bool {
	t.start, t.term = t.at, t.term[:0]
	composed := false
	for t.at < len(t.s) {
		c := t.s[t.at]
		if c < utf8.RuneSelf {
			f := asciiFold[c]
			if f == 0 {
				break
			}
			t.at++
			t.end = t.at
			if len(t.term) < maxTerm {
				t.term = append(t.term, f)
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(t.s[t.at:])
		if dense(r) || !wordRune(r) && !ignorable(r) {
			break
		}
		t.at += n
		t.end = t.at
		composed = composed || unicode.IsMark(r)
		if f := foldRune(r); len(t.term)+len(f) <= maxTerm {
			t.term = append(t.term, f...)
		} else {
			t.term = t.term[:len(t.term):len(t.term)]
		}
	}
	if composed {
		t.term = norm.NFC.Append(nil, t.term...)
	}
	return t.emit(false)
}

// unit returns the folding of the character at an offset, with what belongs to it, and
// the offset behind it.
func (t *tokenizer) unit(at int) (string, int) {
	r, n := utf8.DecodeRuneInString(t.s[at:])
	if r >= 0x1100 && r <= 0x11FF { // Hangul taken apart
		n = max(n, norm.NFC.NextBoundaryInString(t.s[at:], true))
		return norm.NFKC.String(t.s[at : at+n]), at + n
	}
	f := foldRune(r)
	for at += n; at < len(t.s); at += n {
		mark, size := utf8.DecodeRuneInString(t.s[at:])
		if !voicing(mark) && !ignorable(mark) {
			break
		}
		n = size
		if voicing(mark) {
			f = norm.NFKC.String(f + string(mark-map[bool]rune{true: 0xFF9E - 0x3099}[mark >= 0xFF9E]))
		}
	}
	return f, at
}

// pair takes the character here and the one after it, or that alone at the end of a run.
func (t *tokenizer) pair() bool {
	first, at := t.unit(t.at)
	t.start, t.end, t.at = t.at, at, at
	t.term = append(t.term[:0], first...)
	if at < len(t.s) {
		if r, _ := utf8.DecodeRuneInString(t.s[at:]); dense(r) && !voicing(r) {
			second, end := t.unit(at)
			t.term = append(t.term, second...)
			t.end = end
			t.pairs = true
			return t.emit(true)
		}
	}
	tail := t.pairs
	t.pairs = false
	ok := t.emit(true)
	t.tail = tail
	return ok
}
