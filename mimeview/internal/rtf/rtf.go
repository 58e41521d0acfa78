// Package rtf reads the text out of Rich Text Format (RTF 1.9.1), and the HTML that
// Exchange puts into it ([MS-OXRTFEX]). It never fails: what it does not know it
// skips, as RTF says. It is linear in its input, and no nesting of groups can hurt it.
package rtf

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Decode decodes octets of one of Windows' codepages.
type Decode func(octets []byte, codepage int) string

// Text returns what an RTF says, with \n as line end and tabs between cells.
func Text(b []byte, decode Decode) string {
	r := newReader(b, decode)
	r.run()
	return r.out.String()
}

// HTML returns the HTML within an RTF, "" if it was not made of HTML.
func HTML(b []byte, decode Decode) string {
	head := b[:min(len(b), 1<<10)]
	if !strings.Contains(string(head), `\fromhtml1`) {
		return ""
	}
	r := newReader(b, decode)
	r.html = true
	r.run()
	return r.out.String()
}

// Is tells whether octets begin as RTF does.
func Is(b []byte) bool { return strings.HasPrefix(string(b[:min(len(b), 5)]), `{\rtf`) }

// state is what a group inherits and its end undoes.
type state struct {
	skip     bool // a destination that is no text
	tag      bool // of \*\htmltag: HTML as it stands
	hidden   bool // text that is not seen
	rendered bool // between \htmlrtf and \htmlrtf0: not in the HTML
	unicode  int  // how many characters stand for one of \u
	font     int
}

// maxGroups bounds the states that are kept; deeper groups share one.
const maxGroups = 1000

type reader struct {
	b        []byte
	at       int
	decode   Decode
	html     bool
	out      strings.Builder
	s        state
	stack    []state
	deeper   int // groups beyond maxGroups
	codepage int
	fonts    map[int]int // codepages by font
	inFonts  int         // the depth of the font table, 0 outside
	octets   []byte      // pending, of the codepage
	units    []uint16    // pending, of \u
	ignore   int         // characters to skip behind \u
	starred  bool        // \* was read, a destination follows
}

func newReader(b []byte, decode Decode) *reader {
	return &reader{b: b, decode: decode, s: state{unicode: 1, font: -1}, codepage: 1252, fonts: map[int]int{}}
}

func (r *reader) run() {
	for r.at < len(r.b) {
		c := r.b[r.at]
		r.at++
		switch c {
		case '{':
			r.push()
		case '}':
			r.pop()
		case '\\':
			r.control()
		case '\r', '\n', 0:
		default:
			r.octet(c)
		}
	}
	r.flush()
}

func (r *reader) push() {
	r.flush()
	r.ignore = 0
	if len(r.stack) == maxGroups {
		r.deeper++
		return
	}
	r.stack = append(r.stack, r.s)
}

func (r *reader) pop() {
	r.flush()
	r.ignore = 0
	if r.deeper > 0 {
		r.deeper--
		return
	}
	if n := len(r.stack); n > 0 {
		r.s, r.stack = r.stack[n-1], r.stack[:n-1]
		if len(r.stack) < r.inFonts {
			r.inFonts = 0
		}
	}
}

// octet takes a character of the text, in the codepage of its font.
func (r *reader) octet(c byte) {
	r.starred = false
	if r.ignore > 0 {
		r.ignore--
		return
	}
	if len(r.units) > 0 {
		r.flush()
	}
	r.octets = append(r.octets, c)
}

// shown tells whether text counts here.
func (r *reader) shown() bool { return !r.s.skip && !r.s.hidden && (!r.html || !r.s.rendered) }

// flush writes what is pending.
func (r *reader) flush() {
	if r.shown() {
		if len(r.octets) > 0 {
			page := r.codepage
			if p, ok := r.fonts[r.s.font]; ok && !r.s.tag {
				page = p
			}
			r.out.WriteString(r.decode(r.octets, page))
		}
		for _, c := range utf16.Decode(r.units) {
			if utf8.ValidRune(c) {
				r.out.WriteRune(c)
			}
		}
	}
	r.octets, r.units = r.octets[:0], r.units[:0]
}

func (r *reader) write(s string) {
	r.flush()
	if r.shown() {
		r.out.WriteString(s)
	}
}

// control reads what stands behind a backslash.
func (r *reader) control() {
	if r.at == len(r.b) {
		return
	}
	c := r.b[r.at]
	if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
		word, number, has := r.word()
		r.do(word, number, has)
		return
	}
	r.at++
	switch c {
	case '\'':
		r.hex()
	case '*':
		r.starred = true
	case '~':
		r.write("\u00a0")
	case '_':
		r.write("\u2011")
	case '\r', '\n':
		r.write("\n")
	case '\\', '{', '}':
		r.octet(c)
	}
}

// hex reads \'xx.
func (r *reader) hex() {
	v := 0
	for range 2 {
		if r.at == len(r.b) {
			return
		}
		d := strings.IndexByte("0123456789abcdef", r.b[r.at]|0x20)
		if d < 0 {
			return
		}
		v = v<<4 | d
		r.at++
	}
	r.octet(byte(v))
}

// word reads a control word, its number and the blank behind it.
func (r *reader) word() (word string, number int, has bool) {
	const longest = 32
	from := r.at
	for r.at < len(r.b) && r.at-from < longest && (r.b[r.at]|0x20 >= 'a' && r.b[r.at]|0x20 <= 'z') {
		r.at++
	}
	word = string(r.b[from:r.at])
	negative := r.at < len(r.b) && r.b[r.at] == '-'
	if negative {
		r.at++
	}
	for r.at < len(r.b) && r.b[r.at] >= '0' && r.b[r.at] <= '9' {
		has = true
		number = min(number*10+int(r.b[r.at]-'0'), 1<<30)
		r.at++
	}
	if negative {
		number = -number
	}
	if r.at < len(r.b) && r.b[r.at] == ' ' {
		r.at++
	}
	return word, number, has
}
