package dom

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Span is a stretch of the flat text, in octets.
type Span struct{ Start, End int }

// maxFound is how many places Find looks for at most.
const maxFound = 10_000

// Find returns where the flat text has a query, whatever the case and the accents;
// blanks in the query stand for any white space. There are no more than 10,000, and
// none overlap.
func (d *Document) Find(query string) []Span {
	want, _ := folded(query)
	if len(want) == 0 {
		return nil
	}
	have, at := folded(d.flat)
	var out []Span
	for from := 0; len(out) < maxFound; {
		i := strings.Index(have[from:], want)
		if i < 0 {
			return out
		}
		start, end := from+i, from+i+len(want)
		out = append(out, Span{at.of(start), at.of(end)})
		from = end
	}
	return out
}

// offsets lead from a folded text to where it comes from: at every place where the
// two begin to differ by another length.
type offsets struct{ folded, flat []int }

// of is where an octet of the folded text comes from.
func (o *offsets) of(i int) int {
	lo, hi := 0, len(o.folded)
	for lo < hi {
		if m := (lo + hi) / 2; o.folded[m] <= i {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo == 0 {
		return i
	}
	return o.flat[lo-1] + i - o.folded[lo-1]
}

func (o *offsets) note(folded, flat int) {
	o.folded, o.flat = append(o.folded, folded), append(o.flat, flat)
}

// folded is a text without case and accents, with single blanks for white space.
func folded(s string) (string, *offsets) {
	var b strings.Builder
	b.Grow(len(s))
	o := &offsets{}
	blank := false
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			if blank {
				i++
				o.note(b.Len(), i)
				continue
			}
			b.WriteByte(' ')
			blank = true
			i++
			continue
		case c < utf8.RuneSelf:
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			b.WriteByte(c)
			i++
		default:
			n := norm.NFKD.NextBoundaryInString(s[i:], true)
			if n <= 0 {
				n = len(s) - i
			}
			before := b.Len()
			foldInto(&b, s[i:i+n])
			i += n
			if b.Len()-before != n {
				o.note(b.Len(), i)
			}
		}
		blank = false
	}
	return b.String(), o
}

func foldInto(b *strings.Builder, s string) {
	for _, r := range norm.NFKD.String(s) {
		if unicode.Is(unicode.Mn, r) || r == '\u00ad' || r >= 0x200b && r <= 0x200f || r == '\ufeff' {
			continue
		}
		if r == '\u00a0' {
			r = ' '
		}
		b.WriteRune(unicode.ToLower(r))
	}
}
