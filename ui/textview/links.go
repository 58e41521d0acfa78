package textview

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLink is the longest address that is made clickable, in octets.
const maxLink = 2048

// link is a stretch [start,end) of octets.
type link struct{ start, end int }

var schemes = []string{"http://", "https://", "mailto:"}

// findLinks gives the addresses in a paragraph, in order. Each is exactly what the
// reader sees: a character that is shown by a mark or not at all ends an address.
func findLinks(s string) []link {
	var found []link
	for at := 0; at < len(s); {
		i := strings.IndexByte(s[at:], ':')
		if i < 0 {
			break
		}
		colon := at + i
		at = colon + 1
		start, ok := schemeBefore(s, colon)
		if !ok || len(found) > 0 && start < found[len(found)-1].end {
			continue
		}
		if end := linkEnd(s, start); end > 0 {
			found = append(found, link{start, end})
			at = end
		}
	}
	return found
}

// schemeBefore tells where the scheme that ends with the colon starts, if it is one
// of ours and starts a word.
func schemeBefore(s string, colon int) (int, bool) {
	for _, scheme := range schemes {
		name := scheme[:strings.IndexByte(scheme, ':')]
		start := colon - len(name)
		if start < 0 || start+len(scheme) >= len(s) || !strings.EqualFold(s[start:start+len(scheme)], scheme) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:start])
		if start == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			return start, true
		}
	}
	return 0, false
}

// linkEnd gives where the address from start ends, or 0 if there is none.
func linkEnd(s string, start int) int {
	body := start + strings.IndexByte(s[start:], ':') + 1
	end := body
	for end < len(s) && end-start < maxLink {
		g := decode(s[end:])
		if g.mark != "" || g.none || !inAddress(g.r) {
			break
		}
		end += g.size
	}
	end = trimAddress(s, body, end)
	if strings.Trim(s[body:end], "/") == "" {
		return 0
	}
	return end
}

func inAddress(r rune) bool {
	if r < 0x80 {
		return r > ' ' && !strings.ContainsRune("<>\"\\^`{|}", r)
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// trimAddress leaves out what belongs to the sentence around an address: stops and
// quotes at its end, and brackets that do not open within it.
func trimAddress(s string, start, end int) int {
	for end > start {
		switch c := s[end-1]; c {
		case '.', ',', ';', ':', '!', '?', '\'', '*', '_':
		case ')', ']':
			open := map[byte]string{')': "(", ']': "["}[c]
			if strings.Count(s[start:end], open) >= strings.Count(s[start:end], string(c)) {
				return end
			}
		default:
			return end
		}
		end--
	}
	return end
}
