package mimeview

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// decode takes the transfer encoding off a part's body, within the budget. notice
// says what is wrong with it, "" if nothing.
func (p *parser) decode(e entity) (out []byte, notice string) {
	encoding := strings.ToLower(rawText(get(e.fields, "Content-Transfer-Encoding"), ""))
	encoding, _, _ = strings.Cut(strings.TrimLeft(encoding, ` "'`), ";")
	encoding, _, _ = strings.Cut(encoding, " ")
	body := e.body
	if left := max(p.budget.DecodedOctets-p.decoded, 0); int64(len(body)) > left {
		body = body[:left]
		notice = "This message decodes to more than is shown; the rest is in its source."
	}
	damaged := ""
	switch strings.Trim(encoding, `"'`) {
	case "base64", "base-64", "b", "x-base64":
		if out = body; !prose(body) {
			out, damaged = decodeBase64(body)
		}
	case "quoted-printable", "quotedprintable", "quoted_printable", "qp":
		out = quotedPrintable(body)
	case "x-uuencode", "uuencode", "x-uue", "uue", "uu":
		out = body
		if _, files := uudecode(body); len(files) > 0 {
			out, damaged = files[0].octets, files[0].notice
		}
	default:
		out = body
	}
	if notice == "" {
		notice = damaged
	}
	if notice != "" {
		p.note(notice)
	}
	p.decoded += int64(len(out))
	return out, notice
}

// damagedPart is the notice on an encoding with octets that don't belong there.
const damagedPart = "An encoded part of this message is damaged; it may not be complete."

// decodeBase64 decodes a body. What is not of the alphabet is skipped, and said;
// text behind the padding, such as a mailing list's footer, is no part of it.
func decodeBase64(b []byte) (out []byte, notice string) {
	out = make([]byte, base64.StdEncoding.DecodedLen(len(b))+3)
	if n, err := base64.StdEncoding.Decode(out, b); err == nil {
		return out[:n], ""
	}
	n, groups := 0, 0
	var kept []byte
	for l := range bytes.Lines(b) {
		l = bytes.TrimSpace(l)
		padded := bytes.HasSuffix(l, []byte("="))
		if groups > 0 && len(l) > 0 && !base64Line(l) {
			notice = damagedPart
			break // behind the padding
		}
		if len(l) > 0 && !base64Line(l) {
			notice = damagedPart
		}
		kept = append(kept, l...)
		if padded {
			n += base64Quads(out[n:], kept)
			kept = kept[:0]
			groups++
		}
	}
	if len(bytes.TrimRight(kept, "="))%4 == 1 {
		notice = damagedPart
	}
	n += base64Quads(out[n:], kept)
	return out[:n], notice
}

// prose tells whether a body that calls itself base64 is plain text: it has blanks
// between words, and no line that could be base64.
func prose(b []byte) bool {
	const most, words = 8 << 10, 4
	blanks := 0
	for l := range bytes.Lines(b[:min(len(b), most)]) {
		if l = bytes.TrimSpace(l); len(l) == 0 {
			continue
		}
		n := bytes.Count(l, []byte(" "))
		if n == 0 && base64Line(l) {
			return false
		}
		blanks += n
	}
	return blanks >= words
}

// base64Line tells whether a line is of the alphabet alone.
func base64Line(l []byte) bool {
	for _, c := range l {
		if !isBase64(c) && c != '=' && c != ' ' && c != '\t' {
			return false
		}
	}
	return true
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
