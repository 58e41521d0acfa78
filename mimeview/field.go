package mimeview

import (
	"bytes"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding/charmap"
)

// field is a header field as it stands in the message.
type field struct {
	name  string
	value []byte // unfolded
}

// splitHeader parts a message's header from its body. odd tells that lines had to
// be skipped. A message may begin with an mbox From line.
func splitHeader(m []byte, most int) (fields []field, body []byte, odd bool) {
	rest := m
	for first := true; len(rest) > 0; first = false {
		line := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			line = rest[:i+1]
		}
		text := bytes.TrimRight(line, "\r\n")
		switch {
		case len(text) == 0 && first:
			// An empty line before the header is someone's mistake, not its end.
		case len(text) == 0:
			return fields, rest[len(line):], odd
		case len(m)-len(rest) > most:
			return fields, rest, true
		case text[0] == ' ' || text[0] == '\t':
			if n := len(fields); n > 0 {
				fields[n-1].value = append(append(fields[n-1].value[:len(fields[n-1].value):len(fields[n-1].value)], ' '), bytes.TrimLeft(text, " \t")...)
			} else {
				odd = true
			}
		default:
			name, value, ok := bytes.Cut(text, []byte(":"))
			switch {
			case ok && isName(name):
				fields = append(fields, field{string(bytes.TrimRight(name, " \t")), bytes.TrimSpace(value)})
			case first && (bytes.HasPrefix(text, []byte("From ")) || bytes.HasPrefix(text, []byte(">From "))):
			case len(fields) == 0:
				return nil, m, true // this is no header
			case !ok && len(fields) > 0 && looksLikeBody(text):
				return fields, rest, true
			default:
				odd = true
			}
		}
		rest = rest[len(line):]
	}
	return fields, nil, odd
}

func isName(b []byte) bool {
	b = bytes.TrimRight(b, " \t")
	for _, c := range b {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return len(b) > 0 && len(b) < 200
}

// looksLikeBody tells whether a line in a header that has no colon is the body of a
// message whose empty line is missing.
func looksLikeBody(line []byte) bool {
	return bytes.HasPrefix(line, []byte("--")) || bytes.Count(line, []byte(" ")) >= 2
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

// maxField bounds a decoded field.
const maxField = 16 << 10

var words = mime.WordDecoder{CharsetReader: func(name string, r io.Reader) (io.Reader, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	s, _ := toUTF8(b, name)
	return strings.NewReader(s), nil
}}

// text decodes a field's value: words of RFC 2047, and raw octets of a charset that
// has to be guessed.
func text(value []byte) string {
	if len(value) > maxField {
		value = value[:maxField]
	}
	if !bytes.Contains(value, []byte("=?")) {
		if utf8.Valid(value) {
			return string(value)
		}
		s, _ := toUTF8(value, "")
		return s
	}
	s := string(value)
	if !utf8.ValidString(s) {
		s, _ = toUTF8(value, "")
	}
	if d, err := words.DecodeHeader(joinWords(s)); err == nil {
		return d
	}
	return s
}

// joinWords joins neighbouring words of one charset and encoding, because senders
// cut characters of several octets in two.
func joinWords(s string) string {
	for _, enc := range []string{"B", "b"} {
		parts := strings.Split(s, "?= =?")
		for i := len(parts) - 1; i > 0; i-- {
			head := strings.SplitN(parts[i], "?", 3)
			at := strings.LastIndex(parts[i-1], "=?")
			start := parts[i-1]
			if at >= 0 {
				start = parts[i-1][at+2:]
			}
			before := strings.SplitN(start, "?", 3)
			if len(head) != 3 || len(before) != 3 || head[1] != enc || before[1] != enc || !strings.EqualFold(head[0], before[0]) || strings.HasSuffix(before[2], "=") {
				continue
			}
			parts[i-1] += head[2]
			parts = append(parts[:i], parts[i+1:]...)
		}
		s = strings.Join(parts, "?= =?")
	}
	return s
}

// toUTF8 decodes octets of a named charset. known is false if the name means
// nothing to us or was not given; then UTF-8 is tried, and windows-1252 last.
func toUTF8(b []byte, name string) (s string, known bool) {
	name = strings.ToLower(strings.Trim(name, " \"'"))
	if i := strings.IndexByte(name, '*'); i > 0 {
		name = name[:i] // RFC 2231 language
	}
	if alias, ok := aliases[name]; ok {
		name = alias
	}
	if name != "" && name != "us-ascii" && name != "utf-8" && name != "x-unknown" && name != "unknown-8bit" {
		if r, err := charset.Reader(name, bytes.NewReader(b)); err == nil {
			if d, err := io.ReadAll(r); err == nil {
				return strings.ToValidUTF8(string(d), "\uFFFD"), true
			}
		}
	} else if name != "" {
		known = true
	}
	if utf8.Valid(b) {
		return string(b), known
	}
	if name == "utf-8" {
		return strings.ToValidUTF8(string(b), "\uFFFD"), true
	}
	d, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD"), false
	}
	return string(d), false
}

// aliases are names of charsets that mail uses and the index of the web does not.
var aliases = map[string]string{
	"cp932": "shift_jis", "ms932": "shift_jis", "x-sjis": "shift_jis", "sjis": "shift_jis", "cp936": "gbk", "cp949": "euc-kr",
	"ks_c_5601-1987": "euc-kr", "cp950": "big5", "utf8": "utf-8", "ascii": "us-ascii", "ansi_x3.4-1968": "us-ascii", "cp1252": "windows-1252",
	"cp1251": "windows-1251", "cp1250": "windows-1250", "latin1": "iso-8859-1", "iso8859-1": "iso-8859-1", "8bit": "", "default": "",
	"iso-8859-8-i": "iso-8859-8", "x-gbk": "gbk", "gb18030-2000": "gb18030", "unicode-1-1-utf-7": "utf-7",
}
