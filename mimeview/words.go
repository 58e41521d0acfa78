package mimeview

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// text decodes a field's value: encoded words of RFC 2047, and raw octets of a
// charset that has to be guessed. Senders cut characters of several octets in two,
// name charsets that nobody knows and leave blanks in words, so the octets of
// neighbouring words of one charset are joined before they are decoded, and what is
// no word stays as it is. fallback is a charset for raw octets, "" if none is known.
func text(value []byte, fallback string) string {
	if len(value) > maxField {
		value = value[:maxField]
	}
	if !bytes.Contains(value, []byte("=?")) {
		return rawText(value, fallback)
	}
	d := wordDecoder{fallback: fallback}
	for len(value) > 0 {
		i := bytes.Index(value, []byte("=?"))
		if i < 0 || !bytes.Contains(value[i:], []byte("?=")) {
			break
		}
		charset, octets, n := word(value[i:])
		if n == 0 {
			d.literal(value[:i+2])
			value = value[i+2:]
			continue
		}
		if between := value[:i]; d.charset == "" || len(bytes.TrimSpace(between)) > 0 {
			d.literal(between)
		}
		d.word(charset, octets, value[i:i+n])
		value = value[i+n:]
	}
	d.literal(value)
	return d.out.String()
}

// rawText decodes octets that should be ASCII: as UTF-8 if they are, else by the
// fallback's charset.
func rawText(b []byte, fallback string) string {
	if utf8.Valid(b) {
		return string(b)
	}
	s, _ := toUTF8(b, fallback)
	return s
}

// rawCharset returns the charset for raw octets in a header.
func rawCharset(fields []field) string {
	declared := contentType(get(fields, "Content-Type"), "").params["charset"]
	return headerCharset(declared, get(fields, "Subject"), get(fields, "From"), get(fields, "To"))
}

// headCharset is rawCharset, or what the options say.
func (p *parser) headCharset(fields []field) string {
	if p.forced != "" {
		return p.forced
	}
	return rawCharset(fields)
}

// wordDecoder joins the octets of neighbouring words.
type wordDecoder struct {
	out      strings.Builder
	fallback string
	charset  string // of the pending octets, "" if there are none
	pending  []byte
	source   []byte // what the pending words are spelt like
}

func (d *wordDecoder) literal(b []byte) {
	d.flush()
	d.out.WriteString(rawText(b, d.fallback))
}

func (d *wordDecoder) word(charset string, octets, source []byte) {
	if !strings.EqualFold(charset, d.charset) {
		d.flush()
	}
	d.charset = charset
	d.pending = append(d.pending, octets...)
	d.source = append(d.source, source...)
}

func (d *wordDecoder) flush() {
	if d.charset == "" {
		return
	}
	s, known := toUTF8(d.pending, d.charset)
	if !known && strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' }) {
		s = rawText(d.source, d.fallback) // no text came of it
	}
	d.out.WriteString(s)
	d.charset, d.pending, d.source = "", nil, nil
}

// word reads the encoded word at the start of b. n is its length, 0 if it is none.
func word(b []byte) (charset string, octets []byte, n int) {
	i := bytes.IndexByte(b[2:min(len(b), 80)], '?')
	if i <= 0 || len(b) < i+6 || b[i+4] != '?' {
		return "", nil, 0
	}
	name := b[2 : 2+i]
	if bytes.ContainsAny(name, " \t=") {
		return "", nil, 0
	}
	from := i + 5
	end := bytes.Index(b[from:], []byte("?="))
	if end < 0 {
		return "", nil, 0
	}
	octets = b[from : from+end]
	switch b[i+3] {
	case 'B', 'b':
		decoded := make([]byte, len(octets))
		decoded = decoded[:base64Quads(decoded, octets)]
		if len(decoded) == 0 && len(octets) > 0 {
			return "", nil, 0
		}
		octets = decoded
	case 'Q', 'q':
		octets = quotedPrintable(bytes.ReplaceAll(octets, []byte("_"), []byte(" ")))
	default:
		return "", nil, 0
	}
	charset, _, _ = strings.Cut(string(name), "*") // RFC 2231 section 5: a language
	return charset, octets, from + end + 2
}

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

// base64Quads decodes what is of the alphabet in src, and skips the rest. dst must
// be as long as src. It returns the number of octets written.
func base64Quads(dst, src []byte) int {
	n, bits, have := 0, uint32(0), 0
	for _, c := range src {
		v, ok := sextet(c)
		if !ok {
			continue
		}
		bits, have = bits<<6|uint32(v), have+6
		if have >= 8 {
			have -= 8
			dst[n] = byte(bits >> have)
			n++
		}
	}
	return n
}

func sextet(c byte) (byte, bool) {
	switch {
	case c >= 'A' && c <= 'Z':
		return c - 'A', true
	case c >= 'a' && c <= 'z':
		return c - 'a' + 26, true
	case c >= '0' && c <= '9':
		return c - '0' + 52, true
	case c == '+':
		return 62, true
	case c == '/':
		return 63, true
	}
	return 0, false
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
