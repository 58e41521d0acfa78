package mimeview

import (
	"bytes"
	"strings"
)

// field is a header field as it stands in the message.
type field struct {
	name  string
	value []byte // unfolded
}

// maxJunk bounds the lines skipped in one header.
const maxJunk = 50

// maxField bounds a decoded field.
const maxField = 16 << 10

// splitHeader parts a header from the body below it. odd tells that lines in it are
// no fields and were skipped, or that it is longer than most. Without any field, body
// is all of m but for what leading skips.
func splitHeader(m []byte, most int64) (fields []field, body []byte, odd bool) {
	rest := m[leading(m):]
	whole, junk := rest, 0
	for len(rest) > 0 {
		line, next := nextLine(rest)
		if blank(line) {
			rest = next
			break
		}
		if int64(len(whole)-len(rest)) > most {
			odd = true
			break
		}
		span, after := folded(rest, line, next)
		if f, ok := toField(span); ok {
			fields = append(fields, f)
			rest = after
			continue
		}
		junk++
		if junk > maxJunk || !moreHeader(line, next) {
			odd = true
			break
		}
		odd = true
		rest = next
	}
	if len(fields) == 0 || odd && !plausible(fields) {
		return nil, whole, false
	}
	return fields, rest, odd
}

// leading returns how many octets stand before a header: a byte order mark, empty
// lines, mbox From lines.
func leading(m []byte) int {
	rest := bytes.TrimPrefix(m, []byte("\xef\xbb\xbf"))
	for len(rest) > 0 {
		line, next := nextLine(rest)
		if len(bytes.TrimSpace(line)) > 0 && !fromLine(line) {
			break
		}
		rest = next
	}
	return len(m) - len(rest)
}

// fromLine tells a From line of an mbox from a field with a blank before its colon.
func fromLine(line []byte) bool {
	rest, ok := bytes.CutPrefix(bytes.TrimPrefix(line, []byte(">")), []byte("From "))
	return ok && !bytes.HasPrefix(bytes.TrimLeft(rest, " \t"), []byte(":"))
}

// lineAt returns the line at an offset, without its end, and where the next begins.
func lineAt(b []byte, at int) (line []byte, next int) {
	line, rest := nextLine(b[at:])
	return bytes.TrimRight(line, "\r\n"), len(b) - len(rest)
}

func nextLine(b []byte) (line, rest []byte) {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i+1], b[i+1:]
	}
	return b, nil
}

func blank(line []byte) bool { return len(bytes.TrimRight(line, "\r\n")) == 0 }

// folded extends a line by those that continue it.
func folded(from, line, next []byte) (span, rest []byte) {
	n := len(line)
	for len(next) > 0 && (next[0] == ' ' || next[0] == '\t') {
		var more []byte
		more, next = nextLine(next)
		n += len(more)
	}
	return from[:n], next
}

// toField reads a field with its folds.
func toField(span []byte) (field, bool) {
	i := bytes.IndexByte(span, ':')
	if i < 0 {
		return field{}, false
	}
	name := bytes.TrimRight(span[:i], " \t\r\n")
	if !isName(name) {
		return field{}, false
	}
	first, rest := nextLine(bytes.TrimSpace(span[i+1:]))
	return field{string(name), unfold(bytes.TrimRight(first, "\r\n"), rest)}, true
}

// unfold joins a line with those that continue it. The blanks before each become one.
func unfold(first, rest []byte) []byte {
	if len(rest) == 0 {
		return first
	}
	out := append(make([]byte, 0, len(first)+len(rest)), first...)
	for len(rest) > 0 {
		var line []byte
		line, rest = nextLine(rest)
		if line = bytes.Trim(line, " \t\r\n"); len(line) > 0 {
			out = append(append(out, ' '), line...)
		}
	}
	return out
}

func isName(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return len(b) > 0 && len(b) < 200
}

// moreHeader tells whether a line that is no field is junk within a header (true),
// or the body of a message whose empty line is missing.
func moreHeader(line, next []byte) bool {
	if bytes.HasPrefix(line, []byte("--")) || bytes.HasPrefix(line, []byte("<")) {
		return false
	}
	next = next[:min(len(next), 4<<10)]
	for len(next) > 0 {
		var l []byte
		if l, next = nextLine(next); blank(l) {
			return false
		}
		if name, _, ok := bytes.Cut(l, []byte(":")); ok && wellKnown[strings.ToLower(string(bytes.TrimRight(name, " \t")))] {
			return true
		}
	}
	return false
}

// wellKnown are fields that tell a header from prose with colons.
var wellKnown = map[string]bool{
	"from": true, "to": true, "cc": true, "subject": true, "date": true, "message-id": true, "received": true, "mime-version": true,
	"content-type": true, "content-transfer-encoding": true, "content-disposition": true, "return-path": true, "delivered-to": true,
	"reply-to": true, "sender": true, "in-reply-to": true, "references": true, "x-mailer": true, "status": true, "dkim-signature": true,
}

func plausible(fields []field) bool {
	for _, f := range fields {
		if wellKnown[strings.ToLower(f.name)] {
			return true
		}
	}
	return false
}

// get returns the first field of a name, nil if there is none.
func get(fields []field, name string) []byte {
	for _, f := range fields {
		if strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return nil
}

func count(fields []field, name string) int {
	n := 0
	for _, f := range fields {
		if strings.EqualFold(f.name, name) {
			n++
		}
	}
	return n
}
