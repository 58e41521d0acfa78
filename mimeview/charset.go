package mimeview

import (
	"bytes"
	"encoding/base64"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// toUTF8 decodes octets of a named charset. known is false if no charset is named,
// the name means nothing, or the octets can't be of that charset; then it is guessed.
func toUTF8(b []byte, name string) (s string, known bool) {
	switch name = charsetName(name); name {
	case "":
		return guess(b), false
	case "us-ascii":
		s = guess(b)
		return s, ascii(b)
	case "utf-8":
		if utf8.Valid(b) {
			return strings.TrimPrefix(string(b), "\ufeff"), true
		}
		if mostlyUTF8(b) {
			return strings.ToValidUTF8(string(b), "\uFFFD"), true
		}
		return guess(b), false
	case "utf-7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7":
		return utf7(string(b)), true
	case "iso-2022-kr":
		b, name = unshift(b), "euc-kr"
	}
	if s, ok := library(b, name); ok {
		return s, true
	}
	return guess(b), false
}

// library decodes by the tables of golang.org/x/text, under the names of the web
// first, because mail means what browsers mean by iso-8859-1 and gb2312.
func library(b []byte, name string) (string, bool) {
	if e, err := htmlindex.Get(name); err == nil && name != "hz-gb-2312" {
		if strings.HasPrefix(name, "utf-16") {
			d, _, err := transform.Bytes(unicode.BOMOverride(e.NewDecoder()), b)
			return string(d), err == nil
		}
		d, err := e.NewDecoder().Bytes(b)
		return strings.ToValidUTF8(string(d), "\uFFFD"), err == nil
	}
	r, err := charset.Reader(name, bytes.NewReader(b))
	if err != nil {
		return "", false
	}
	d, err := io.ReadAll(r)
	return strings.ToValidUTF8(string(d), "\uFFFD"), err == nil
}

// aliases are names that mail uses and the indexes do not hold.
var aliases = map[string]string{
	"utf8": "utf-8", "ascii": "us-ascii", "ansi-x3.4-1968": "us-ascii", "ansi-x3.4-1986": "us-ascii", "646": "us-ascii", "us": "us-ascii", "iso646-us": "us-ascii", "c": "us-ascii",
	"cp932": "shift_jis", "ms932": "shift_jis", "x-sjis": "shift_jis", "sjis": "shift_jis", "shift-jis": "shift_jis", "x-ms-cp932": "shift_jis", "windows-932": "shift_jis",
	"cp936": "gbk", "ms936": "gbk", "x-gbk": "gbk", "gb18030-2000": "gb18030", "gb-2312-80": "gbk", "euc-cn": "gbk", "x-euc-cn": "gbk", "windows-936": "gbk",
	"cp949": "euc-kr", "ms949": "euc-kr", "ks-c-5601-1987": "euc-kr", "ks-c-5601": "euc-kr", "uhc": "euc-kr", "windows-949": "euc-kr", "5601": "euc-kr",
	"cp950": "big5", "x-big5": "big5", "big5-hkscs": "big5", "windows-950": "big5", "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8",
	"iso-2022-jp-1": "iso-2022-jp", "iso-2022-jp-2": "iso-2022-jp", "iso-2022-jp-3": "iso-2022-jp", "iso-2022-jp-ms": "iso-2022-jp", "cp50220": "iso-2022-jp", "cp50221": "iso-2022-jp",
	"x-euc-jp": "euc-jp", "eucjp": "euc-jp", "cp51932": "euc-jp", "eucjp-ms": "euc-jp", "latin-1": "iso-8859-1", "latin1": "iso-8859-1", "latin2": "iso-8859-2", "latin-2": "iso-8859-2",
	"latin9": "iso-8859-15", "latin-9": "iso-8859-15", "iso-8859-1-windows-3.1-latin-1": "windows-1252", "koi8r": "koi8-r", "koi8": "koi8-r", "koi8-ru": "koi8-u",
	"mac": "macintosh", "x-mac-roman": "macintosh", "macroman": "macintosh", "utf16": "utf-16", "ucs-2": "utf-16", "unicode": "utf-16", "windows-31j": "shift_jis",
	"ansi-x3.110-1983": "iso-8859-1", "ansi-x3.110": "iso-8859-1", "maccyrillic": "x-mac-cyrillic",
	"x-mac-japanese": "shift_jis", "x-mac-korean": "euc-kr", "x-mac-chinesesimp": "gbk", "x-mac-chinesetrad": "big5", "x-mac-ukrainian": "x-mac-cyrillic", "macukraine": "x-mac-cyrillic",
	"iso-8859-6-i": "iso-8859-6", "iso-8859-6-e": "iso-8859-6", "ansi-x3.4": "us-ascii", "utf-8-mac": "utf-8", "x-utf-8": "utf-8", "utf": "utf-8", "cp65001": "utf-8", "65001": "utf-8", "utf7": "utf-7",
}

// canonical finds the usual spelling of a charset's name.
func canonical(name string) string {
	if len(name) > 80 {
		return "unknown"
	}
	name = strings.ToLower(strings.Trim(name, " \t\"'<>"))
	if name == "utf-8" || name == "us-ascii" {
		return name
	}
	name, _, _ = strings.Cut(name, ";")
	name = strings.TrimSpace(strings.TrimPrefix(name, "charset="))
	dashed := strings.NewReplacer("_", "-", " ", "-").Replace(name)
	if a, ok := aliases[dashed]; ok {
		return a
	}
	for _, p := range [...][2]string{{"cp125", "windows-125"}, {"cp-125", "windows-125"}, {"win125", "windows-125"}, {"win-125", "windows-125"}, {"windows125", "windows-125"}, {"x-cp125", "windows-125"}, {"ansi-125", "windows-125"}} {
		if n, ok := strings.CutPrefix(dashed, p[0]); ok && len(n) == 1 {
			return p[1] + n
		}
	}
	for _, p := range [...]string{"iso8859", "iso-8859", "8859", "x-iso-8859", "iso--8859"} {
		if n, ok := strings.CutPrefix(dashed, p); ok {
			return "iso-8859-" + strings.TrimLeft(n, "-")
		}
	}
	return name
}

// charsetName is the usual spelling of a charset that says something, else "".
func charsetName(name string) string {
	switch name = canonical(name); name {
	case "unknown-8bit", "x-unknown", "unknown", "binary", "8bit", "7bit", "none", "default", "x-user-defined":
		return ""
	}
	return name
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// mostlyUTF8 tells whether octets are UTF-8 with some damage.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		b = b[n:]
	}
	return good > bad
}

// guess decodes octets of an unnamed charset: by a byte order mark, as UTF-8, by the
// escapes of Japanese mail, as windows-1252. It is quick; detect knows more.
func guess(b []byte) string {
	if bytes.Contains(b, []byte("\x1b$")) {
		if s, ok := library(b, "iso-2022-jp"); ok && !strings.ContainsRune(s, utf8.RuneError) {
			return s
		}
	}
	if bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		if s, ok := library(b, "utf-16"); ok {
			return s
		}
	}
	if utf8.Valid(b) {
		return strings.TrimPrefix(string(b), "\ufeff")
	}
	if mostlyUTF8(b) {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	s, _ := charmap.Windows1252.NewDecoder().Bytes(b)
	return strings.ToValidUTF8(string(s), "\uFFFD")
}

// detect names a charset other than Latin ones by the frequency of letters, "" if
// none is likely. It takes a millisecond and more, so that it is asked once for a
// header and a bounded number of times for bodies. Of the detectors that there are in Go, this one is right for the
// shortest Chinese, Korean and Cyrillic texts and takes no Western name for another.
func detect(b []byte) string {
	const before, most, likely, surely = 200, 4 << 10, 0.6, 0.8
	at := slices.IndexFunc(b, func(c byte) bool { return c >= 0x80 })
	if at < 0 || mostlyUTF8(b) {
		return ""
	}
	b = b[max(at-before, 0):]
	r := chardet.Detect(b[:min(len(b), most)])
	switch name := canonical(r.Encoding); name {
	case "shift_jis", "euc-jp", "euc-kr", "big5", "gb2312", "gbk", "gb18030":
		if r.Confidence > likely {
			return name
		}
	case "windows-1251", "koi8-r", "iso-8859-5", "x-mac-cyrillic", "maccyrillic", "ibm855", "ibm866",
		"windows-1253", "iso-8859-7", "windows-1255", "iso-8859-8", "windows-1256", "tis-620":
		if r.Confidence > surely {
			return name
		}
	}
	return ""
}

// headerCharset returns the charset of raw octets in a header: the one that it
// declares for the body, unless these octets can't be of it, else by its letters.
func headerCharset(declared string, subject, from, to []byte) string {
	if utf8.Valid(subject) && utf8.Valid(from) && utf8.Valid(to) {
		return declared
	}
	switch charsetName(declared) {
	case "", "us-ascii", "utf-8":
	default:
		return declared
	}
	for _, v := range [...][]byte{subject, from, to} {
		v = v[:min(len(v), maxField)]
		if name := detect(v); name != "" {
			return name
		}
	}
	return declared
}

// utf7 decodes RFC 2152. What is no valid sequence stays as it is.
func utf7(s string) string {
	var out strings.Builder
	for {
		head, rest, ok := strings.Cut(s, "+")
		out.WriteString(strings.ToValidUTF8(head, "\uFFFD"))
		if !ok {
			return out.String()
		}
		n := 0
		for n < len(rest) && isBase64(rest[n]) {
			n++
		}
		code := rest[:n]
		s = strings.TrimPrefix(rest[n:], "-")
		if d, err := base64.RawStdEncoding.DecodeString(code); err == nil && n > 0 {
			units := make([]uint16, len(d)/2)
			for i := range units {
				units[i] = uint16(d[2*i])<<8 | uint16(d[2*i+1])
			}
			out.WriteString(string(utf16.Decode(units)))
			continue
		}
		out.WriteString("+" + code)
	}
}

// unshift turns iso-2022-kr (RFC 1557) into euc-kr: between SO and SI the octets lack
// their high bit.
func unshift(b []byte) []byte {
	out := make([]byte, 0, len(b))
	b = bytes.ReplaceAll(b, []byte("\x1b$)C"), nil)
	var high byte
	for _, c := range b {
		switch {
		case c == 0x0e:
			high = 0x80
		case c == 0x0f:
			high = 0
		case c > ' ':
			out = append(out, c|high)
		default:
			if c == '\n' {
				high = 0
			}
			out = append(out, c)
		}
	}
	return out
}
