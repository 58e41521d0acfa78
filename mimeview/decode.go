package mimeview

import (
	"bytes"
	"encoding/base64"
	"mime"
	"strings"
)

// typed is a Content-Type or Content-Disposition: its value in lower case and its
// parameters, decoded.
type typed struct {
	value  string
	params map[string]string
}

// maxParams bounds what is read of a field with parameters.
const maxParams = 32 << 10

// contentType reads such a field, tolerantly.
func contentType(value []byte) typed {
	if len(value) > maxParams {
		value = value[:maxParams]
	}
	s := string(value)
	if v, params, err := mime.ParseMediaType(s); err == nil {
		for k, p := range params {
			params[k] = text([]byte(p))
		}
		return typed{v, params}
	}
	t := typed{params: map[string]string{}}
	v, rest, _ := strings.Cut(s, ";")
	t.value = strings.ToLower(strings.TrimSpace(v))
	for _, f := range semicolons(rest) {
		k, p, ok := strings.Cut(f, "=")
		k = strings.ToLower(strings.TrimSpace(k))
		if _, known := t.params[k]; !ok || known || len(t.params) > 100 {
			continue
		}
		p = strings.TrimSpace(p)
		if strings.HasPrefix(p, `"`) {
			p = strings.ReplaceAll(strings.Trim(p, `"`), `\"`, `"`)
		}
		t.params[strings.TrimSuffix(k, "*")] = text([]byte(p))
	}
	return t
}

func semicolons(s string) []string {
	var out []string
	quoted, start := false, 0
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ';' && !quoted:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

// decode takes the transfer encoding off a part's body, within the budget.
func (p *parser) decode(e entity) []byte {
	encoding := strings.ToLower(strings.TrimSpace(string(get(e.fields, "Content-Transfer-Encoding"))))
	encoding, _, _ = strings.Cut(encoding, ";")
	body := e.body
	if left := p.budget.DecodedOctets - p.decoded; int64(len(body)) > left {
		body = body[:max(left, 0)]
		p.note("This message decodes to more than is shown; the rest is in its source.")
	}
	var out []byte
	switch strings.Trim(encoding, ` "`) {
	case "base64":
		out = p.base64(body)
	case "quoted-printable":
		out = quotedPrintable(body)
	case "x-uuencode", "uuencode", "x-uue", "uue":
		out = body
		if rest, files := uudecode(body); len(files) > 0 && len(bytes.TrimSpace(rest)) == 0 {
			out = files[0].octets
		}
	default:
		out = body
	}
	p.decoded += int64(len(out))
	return out
}

// base64 decodes what is of the alphabet, and skips the rest.
func (p *parser) base64(b []byte) []byte {
	clean := make([]byte, 0, len(b))
	junk := false
	for _, c := range b {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
			clean = append(clean, c)
		case c == '=', c == '\r', c == '\n', c == ' ', c == '\t':
		default:
			junk = true
		}
	}
	if len(clean)%4 == 1 {
		clean, junk = clean[:len(clean)-1], true
	}
	if junk {
		p.note("An encoded part of this message is damaged; it may not be complete.")
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, err := base64.RawStdEncoding.Decode(out, clean)
	if err != nil {
		p.note("An encoded part of this message is damaged; it may not be complete.")
	}
	return out[:n]
}

// quotedPrintable decodes RFC 2045 section 6.7; what is no encoding stays.
func quotedPrintable(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '=' {
			out = append(out, b[i])
			continue
		}
		rest := b[i+1:]
		if n := softBreak(rest); n > 0 {
			i += n
			continue
		}
		if len(rest) >= 2 {
			if h, ok := unhex(rest[0], rest[1]); ok {
				out = append(out, h)
				i += 2
				continue
			}
		}
		if len(rest) > 0 {
			out = append(out, '=')
		}
	}
	return out
}

// softBreak returns the length of a line end, perhaps with blanks before it.
func softBreak(b []byte) int {
	for i, c := range b {
		switch c {
		case ' ', '\t', '\r':
		case '\n':
			return i + 1
		default:
			return 0
		}
	}
	return 0
}

func unhex(a, b byte) (byte, bool) {
	x, ok1 := nibble(a)
	y, ok2 := nibble(b)
	return x<<4 | y, ok1 && ok2
}

func nibble(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}

// uufile is a file that stood uuencoded in a text.
type uufile struct {
	name   string
	octets []byte
}

// uudecode takes uuencoded files out of a text.
func uudecode(b []byte) (rest []byte, files []uufile) {
	for len(files) < 100 {
		i := bytes.Index(b, []byte("begin "))
		if i < 0 || i > 0 && b[i-1] != '\n' {
			if i < 0 {
				break
			}
			rest, b = append(rest, b[:i+6]...), b[i+6:]
			continue
		}
		f, n := uufileAt(b[i:])
		if n == 0 {
			rest, b = append(rest, b[:i+6]...), b[i+6:]
			continue
		}
		rest, b = append(rest, b[:i]...), b[i+n:]
		files = append(files, f)
	}
	return append(rest, b...), files
}

// uufileAt decodes the file that begins at b and returns how long it is there, 0 if
// it is none.
func uufileAt(b []byte) (f uufile, n int) {
	head, body, _ := bytes.Cut(b, []byte("\n"))
	w := strings.SplitN(strings.TrimRight(string(head), "\r"), " ", 3)
	if len(w) != 3 || len(w[1]) < 3 || len(w[1]) > 4 || strings.Trim(w[1], "01234567") != "" {
		return f, 0
	}
	f.name = w[2]
	n = len(head) + 1
	for len(body) > 0 {
		line, rest, _ := bytes.Cut(body, []byte("\n"))
		n += len(body) - len(rest)
		body = rest
		line = bytes.TrimRight(line, "\r")
		if string(line) == "end" {
			return f, n
		}
		if len(line) == 0 {
			continue
		}
		count := int(line[0]-' ') & 63
		if need := (count + 2) / 3 * 4; len(line)-1 < need-3 || count > 45+18 || len(line) > 100 {
			return f, 0
		}
		f.octets = append(f.octets, uuline(line[1:], count)...)
	}
	return f, 0
}

func uuline(l []byte, count int) []byte {
	at := func(i int) byte {
		if i < len(l) {
			return (l[i] - ' ') & 63
		}
		return 0
	}
	out := make([]byte, 0, count+2)
	for i := 0; len(out) < count; i += 4 {
		a, b, c, d := at(i), at(i+1), at(i+2), at(i+3)
		out = append(out, a<<2|b>>4, b<<4|c>>2, c<<6|d)
	}
	return out[:count]
}

// reflow joins the lines of format=flowed (RFC 3676).
func reflow(s string, delsp bool) string {
	var b strings.Builder
	open, last := false, -1
	for l := range strings.SplitSeq(s, "\n") {
		quote := len(l) - len(strings.TrimLeft(l, ">"))
		text := strings.TrimPrefix(l[quote:], " ")
		soft := strings.HasSuffix(text, " ") && text != "-- "
		if open && quote == last && text != "-- " {
			b.WriteString(softEnd(text, soft, delsp))
		} else {
			if last >= 0 {
				b.WriteByte('\n')
			}
			if quote > 0 {
				b.WriteString(strings.Repeat(">", quote) + " ")
			}
			b.WriteString(softEnd(text, soft, delsp))
		}
		open, last = soft, quote
	}
	return b.String()
}

func softEnd(s string, soft, delsp bool) string {
	if soft && delsp {
		return strings.TrimSuffix(s, " ")
	}
	return s
}
