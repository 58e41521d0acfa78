package present

import (
	"net/url"
	"strings"

	"restante.app/mimeview"
)

// Mailto is what a mailto: link asks for (RFC 6068): to, cc, subject and body, and none of
// the other fields that it may name, as those could send what nobody chose.
type Mailto struct {
	To, Cc, Subject string
	Body            string // with \n
}

// Bounds of a link.
const (
	maxMailto  = 64 << 10
	maxAddress = 2000 // runes of a field
)

// ParseMailto reads a link. ok is false if it is none.
func ParseMailto(link string) (m Mailto, ok bool) {
	if len(link) > maxMailto {
		return Mailto{}, false
	}
	scheme, rest, ok := strings.Cut(link, ":")
	if !ok || !strings.EqualFold(scheme, "mailto") {
		return Mailto{}, false
	}
	rest, _, _ = strings.Cut(rest, "#")
	to, query, _ := strings.Cut(rest, "?")
	var tos, ccs []string
	add := func(list *[]string, s string) {
		if s = mimeview.Clean(s, maxAddress); strings.TrimSpace(s) != "" {
			*list = append(*list, strings.TrimSpace(s))
		}
	}
	add(&tos, unescaped(to))
	for field := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(field, "=")
		value = unescaped(value)
		switch strings.ToLower(unescaped(name)) {
		case "to":
			add(&tos, value)
		case "cc":
			add(&ccs, value)
		case "subject":
			m.Subject = mimeview.Clean(value, maxAddress)
		case "body":
			m.Body = strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\r", "\n")
		}
	}
	m.To, m.Cc = strings.Join(tos, ", "), strings.Join(ccs, ", ")
	return m, true
}

// unescaped undoes percent-encoding; a + is a +. What is encoded wrongly stays.
func unescaped(s string) string {
	plain, err := url.PathUnescape(s)
	if err != nil {
		return s
	}
	return strings.ToValidUTF8(plain, "\uFFFD")
}
