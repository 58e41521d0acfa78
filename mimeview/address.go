package mimeview

import (
	"bytes"
	"strings"
)

// maxAddresses bounds how many addresses of a kind are read.
const maxAddresses = 1000

// addresses reads a list of addresses. It takes RFC 5322's and RFC 822's forms, and
// makes the best of others; names are decoded only once the address is told from
// them, so that no encoded word can pass for an address.
func addresses(value []byte, fallback string, most int) []Address {
	if len(value) > 256<<10 {
		value = value[:256<<10]
	}
	r := addressReader{fallback: fallback, most: most}
	r.read(value)
	return r.list
}

// addressReader holds what was read of one address so far.
type addressReader struct {
	fallback string
	most     int
	list     []Address
	phrase   []byte // outside of brackets
	quoted   bool   // some of the phrase was in quotes
	comment  []byte
	angle    []byte
}

func (r *addressReader) read(v []byte) {
	quotes, comments := true, true // whether there can be another closing one
	for i := 0; i < len(v) && len(r.list) < r.most; i++ {
		switch c := v[i]; {
		case c == '"' && quotes:
			end := closingQuote(v[i+1:])
			if end < 0 {
				quotes = false
				continue
			}
			r.phrase, r.quoted = append(r.phrase, unquote(v[i:i+end+2])...), true
			i += end + 1
		case c == '"':
		case c == '(' && comments:
			end := closingParenthesis(v[i+1:])
			if end < 0 {
				comments = false
				continue
			}
			r.comment = v[i+1 : i+1+end]
			i += end + 1
		case c == '<':
			i += r.bracket(v[i:])
		case c == ',' || c == ';':
			r.flush()
		case c == ':' && bytes.IndexByte(r.phrase, '@') < 0 && r.angle == nil && !bytes.Contains(r.phrase, []byte("=?")):
			r.phrase = r.phrase[:0] // the name of a group
		default:
			r.phrase = append(r.phrase, c)
		}
	}
	if len(r.list) < r.most {
		r.flush()
	}
}

// bracket reads "<…>" at the beginning of v and returns how many octets to skip.
func (r *addressReader) bracket(v []byte) int {
	end := bytes.IndexAny(v[1:min(len(v), 2000)], "<>")
	if end < 0 || v[end+1] == '<' {
		if stop := bytes.IndexAny(v[1:], ",;<"); end < 0 && stop < 0 {
			r.angle = v[1:]
			return len(v)
		}
		return 0
	}
	inside := v[1 : end+1]
	if r.angle != nil && bytes.IndexByte(inside, '@') < 0 {
		return end + 1
	}
	r.angle = inside
	return end + 1
}

// closingParenthesis returns where a comment ends whose inside is v, -1 if it does
// not. Comments nest.
func closingParenthesis(v []byte) int {
	depth := 1
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// flush ends an address.
func (r *addressReader) flush() {
	phrase, comment, angle := bytes.TrimSpace(r.phrase), r.comment, r.angle
	var a Address
	switch {
	case angle != nil:
		if a.Address = r.spec(angle); bytes.IndexByte(angle, '@') < 0 && at733(angle) != nil {
			a.Address = r.spec(at733(angle))
		}
		a.Name = r.name(phrase)
		if a.Name == "" {
			a.Name = r.name(comment)
		}
	case bytes.IndexByte(phrase, '@') >= 0 && !r.quoted:
		var rest [][]byte
		for _, w := range bytes.Fields(phrase) {
			if a.Address == "" && bytes.IndexByte(w, '@') >= 0 && !bytes.HasPrefix(w, []byte("=?")) {
				a.Address = r.spec(w)
				continue
			}
			rest = append(rest, w)
		}
		a.Name = r.name(bytes.Join(rest, []byte(" ")))
		if a.Name == "" {
			a.Name = r.name(comment)
		}
	case at733(phrase) != nil:
		a.Name, a.Address = r.name(comment), r.spec(at733(phrase))
	case r.quoted || bytes.ContainsAny(phrase, " \t") || bytes.Contains(phrase, []byte("=?")):
		a.Name = r.name(phrase)
		if at := bytes.LastIndexByte(phrase, '@'); r.quoted && at > 0 && bytes.IndexByte(phrase, ' ') < 0 {
			a.Name, a.Address = r.name(comment), r.spec(phrase)
		}
	default:
		a.Name, a.Address = r.name(comment), r.spec(phrase)
	}
	if a != (Address{}) {
		r.list = append(r.list, a)
	}
	r.phrase, r.quoted, r.comment, r.angle = r.phrase[:0], false, nil, nil
}

// at733 turns "user at host" of RFC 733 into today's form, nil if it is none.
func at733(b []byte) []byte {
	w := bytes.Fields(b)
	if len(w) != 3 || !bytes.EqualFold(w[1], []byte("at")) {
		return nil
	}
	return bytes.Join([][]byte{w[0], w[2]}, []byte("@"))
}

// uncommented takes comments out.
func uncommented(b []byte) []byte {
	var out []byte
	for {
		open := bytes.IndexByte(b, '(')
		if open < 0 {
			return append(out, b...)
		}
		n := closingParenthesis(b[open+1:])
		if n < 0 {
			return append(out, b...)
		}
		out = append(out, b[:open]...)
		b = b[open+1+n+1:]
	}
}

// spec cleans an address; a route of RFC 822 goes, and so do comments and blanks
// within it (RFC 5322 section 4.4).
func (r *addressReader) spec(b []byte) string {
	if bytes.IndexByte(b, '"') < 0 && bytes.ContainsAny(b, "( \t") {
		b = uncommented(b)
		if at := bytes.IndexByte(b, '@'); at >= 0 {
			b = bytes.Join(bytes.Fields(b), nil)
		}
	}
	b = bytes.TrimSpace(b)
	if len(b) > 0 && b[0] == '@' {
		b = b[bytes.LastIndexByte(b, ':')+1:]
	}
	if i := bytes.IndexByte(b, ':'); i == 6 && strings.EqualFold(string(b[:6]), "mailto") {
		b = b[7:]
	}
	return Clean(rawText(bytes.Trim(b, " \t'"), r.fallback), maxName)
}

// name decodes a name.
func (r *addressReader) name(b []byte) string {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return ""
	}
	if len(b) > 1 && b[0] == '\'' && b[len(b)-1] == '\'' {
		b = b[1 : len(b)-1]
	}
	s := text(b, r.fallback)
	if strings.Contains(s, "  ") || strings.ContainsAny(s, "\t\r\n") {
		s = strings.Join(strings.Fields(s), " ")
	}
	return Clean(strings.Trim(s, `"`), maxName)
}
