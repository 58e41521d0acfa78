package mimeview

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// typed is a Content-Type or Content-Disposition: its value in lower case and its
// parameters, decoded, with names in lower case.
type typed struct {
	value  string
	params map[string]string
}

// Bounds of a field with parameters.
const (
	maxParams   = 64 << 10 // octets that are read
	maxSegments = 1000     // parameters, or segments of them
)

// segment is a piece of a parameter as RFC 2231 cuts them.
type segment struct {
	number  int
	encoded bool
	value   []byte
}

// contentType reads such a field: parameters with blanks and without quotes, in
// words of RFC 2047 or segments of RFC 2231.
func contentType(value []byte, fallback string) typed {
	if len(value) > maxParams {
		value = value[:maxParams]
	}
	t := typed{params: map[string]string{}}
	end := bytes.IndexAny(value, "; \t(")
	if end < 0 {
		end = len(value)
	}
	t.value = strings.ToLower(strings.Trim(rawText(value[:end], fallback), "\"'<>, "))
	segments := map[string][]segment{}
	n := 0
	for _, f := range semicolons(value[end:]) {
		k, v, ok := bytes.Cut(f, []byte("="))
		if !ok || len(k) > 200 {
			continue
		}
		if n++; n > maxSegments {
			break
		}
		name, s := paramName(k)
		s.value = unquote(bytes.TrimSpace(v))
		if s.number < 0 && !s.encoded {
			if _, known := t.params[name]; !known {
				t.params[name] = text(s.value, fallback)
			}
			continue
		}
		segments[name] = append(segments[name], s)
	}
	for name, list := range segments {
		t.params[name] = joinSegments(list)
	}
	return t
}

// paramName parts "name*1*" into the name and what RFC 2231 says with the rest.
func paramName(k []byte) (string, segment) {
	name := strings.ToLower(string(bytes.TrimSpace(k)))
	if i := strings.LastIndexAny(name, " \t)"); i >= 0 {
		name = name[i+1:]
	}
	s := segment{number: -1}
	name, s.encoded = strings.CutSuffix(name, "*")
	if base, number, ok := strings.Cut(name, "*"); ok {
		if n, err := strconv.Atoi(number); err == nil && n >= 0 {
			return base, segment{n, s.encoded, nil}
		}
	}
	return name, s
}

// joinSegments joins the segments of one parameter in the order of their numbers.
func joinSegments(list []segment) string {
	slices.SortStableFunc(list, func(a, b segment) int { return a.number - b.number })
	charset := ""
	var out []byte
	for i, s := range list {
		if i > 0 && s.number == list[i-1].number {
			continue
		}
		v := s.value
		if s.encoded {
			if parts := bytes.SplitN(v, []byte("'"), 3); i == 0 && len(parts) == 3 {
				charset, v = string(parts[0]), parts[2]
			}
			v = percent(v)
		}
		out = append(out, v...)
	}
	if charset == "" {
		return text(out, "")
	}
	s, _ := toUTF8(out, charset)
	return s
}

// percent decodes %XX.
func percent(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '%' && i+2 < len(b) {
			if h, ok := unhex(b[i+1], b[i+2]); ok {
				out = append(out, h)
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}

// unquote takes quotes off. A backslash stays unless it stands before a quote or
// another one, because names of Windows' paths are sent bare.
func unquote(v []byte) []byte {
	if len(v) == 0 || v[0] != '"' {
		if len(v) > 1 && v[0] == '\'' && v[len(v)-1] == '\'' {
			return v[1 : len(v)-1]
		}
		return v
	}
	out := make([]byte, 0, len(v))
	for i := 1; i < len(v); i++ {
		switch {
		case v[i] == '"':
			return out
		case v[i] == '\\' && i+1 < len(v) && (v[i+1] == '"' || v[i+1] == '\\'):
			i++
		}
		out = append(out, v[i])
	}
	return out
}

// semicolons splits at semicolons outside of quotes. A quote without its partner
// hides none.
func semicolons(s []byte) [][]byte {
	var out [][]byte
	start := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			if end := closingQuote(s[i+1:]); end >= 0 {
				i += end + 1
			} else {
				// No partner: nothing behind is quoted.
				for p := range bytes.SplitSeq(s[start:], []byte(";")) {
					out = append(out, p)
				}
				return out
			}
		case ';':
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

// closingQuote returns where the quote ends whose inside is s, -1 if it does not.
func closingQuote(s []byte) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}
