package dom

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// maxURL is how long a link or a source may be, in octets; data: URLs of images may
// be as long as maxData.
const (
	maxURL  = 8 << 10
	maxData = 8 << 20
)

// safeLink is what a link's target comes to by the policy: http, https and mailto, or
// a place in this document; "" for all else.
func safeLink(href string) string {
	href = bare(href)
	if href == "" || len(href) > maxURL {
		return ""
	}
	if href[0] == '#' {
		return href
	}
	if strings.HasPrefix(href, "//") {
		href = "https:" + href
	}
	u, err := url.Parse(href)
	if err != nil {
		return lenient(href)
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if u.Host != "" {
			return href
		}
	case "mailto":
		return href
	}
	return ""
}

// lenient takes a web address that has a stray character in its path, which browsers
// escape.
func lenient(href string) string {
	for _, scheme := range []string{"http://", "https://"} {
		rest, ok := cutFold(href, scheme)
		if !ok {
			continue
		}
		host, path := rest, ""
		if i := strings.IndexAny(rest, "/?#"); i >= 0 {
			host, path = rest[:i], rest[i:]
		}
		if u, err := url.Parse(scheme + host); err == nil && u.Host != "" {
			var b strings.Builder
			for i := range len(path) {
				if c := path[i]; c == '%' || c <= ' ' || c >= 0x7f || strings.IndexByte(`"<>\^{|}`+"`", c) >= 0 {
					b.WriteString("%" + strings.ToUpper(string("0123456789abcdef"[c>>4])+string("0123456789abcdef"[c&15])))
				} else {
					b.WriteByte(c)
				}
			}
			return scheme + host + b.String()
		}
	}
	return ""
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}

// bare is an address without the blanks and controls that browsers ignore in it.
func bare(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' || r == '\u00a0' })
	if strings.IndexFunc(s, odd) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if odd(r) {
			return -1
		}
		return r
	}, s)
}

func odd(r rune) bool { return r < ' ' || r == 0x7f || unicode.Is(unicode.Cf, r) }

// safeSource is where an image may come from: a part of the message, data of an image
// type, or the web. "" for all else.
func safeSource(src string) string {
	src = bare(src)
	if strings.HasPrefix(src, "//") {
		src = "https:" + src
	}
	colon := strings.IndexAny(src, ":/?#")
	if src == "" || colon < 0 || src[colon] != ':' {
		if len(src) > maxURL || strings.HasPrefix(src, "#") || strings.Contains(src, `\`) { // a share of a network
			return ""
		}
		return src // a name relative to the message
	}
	switch strings.ToLower(src[:colon]) {
	case "http", "https":
		if u, err := url.Parse(src); len(src) <= maxURL && (err != nil && lenient(src) != "" || err == nil && u.Host != "") {
			return src
		}
	case "cid":
		if len(src) <= maxURL {
			return src
		}
	case "data":
		if len(src) <= maxData && imageData.MatchString(src[:min(len(src), 64)]) {
			return src
		}
	}
	return ""
}

var imageData = regexp.MustCompile(`(?i)^data:image/(png|jpe?g|gif|webp|bmp)[;,]`)

// inText finds addresses of the web and of mail in a text.
var inText = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>"\x60]+|\b(?:mailto:)?[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}\b`)

// found is a link in a text.
type found struct {
	start, end int
	href       string
}

// linksIn finds the links of a text.
func linksIn(s string) []found {
	if !strings.Contains(s, "@") && !strings.Contains(s, "://") && !strings.Contains(s, "www.") && !strings.Contains(s, "WWW.") {
		return nil
	}
	var out []found
	for _, m := range inText.FindAllStringIndex(s, 10_000) {
		if m[1]-m[0] > 2*maxURL {
			continue
		}
		shown := trimmed(s[m[0]:m[1]])
		href := shown
		switch lower := strings.ToLower(shown[:min(len(shown), 8)]); {
		case strings.HasPrefix(lower, "www."):
			href = "http://" + shown
		case !strings.HasPrefix(lower, "http") && !strings.HasPrefix(lower, "mailto:") || !strings.ContainsAny(shown, ":"):
			href = "mailto:" + shown
		}
		if href = safeLink(href); href != "" && len(shown) > 4 {
			out = append(out, found{m[0], m[0] + len(shown), href})
		}
	}
	return out
}

// trimmed is an address without the punctuation of the sentence that it stands in.
func trimmed(s string) string {
	surplus := [3]int{} // of closing brackets, by kind
	const shut, open = ")]}", "([{"
	for k := range surplus {
		surplus[k] = strings.Count(s, shut[k:k+1]) - strings.Count(s, open[k:k+1])
	}
	for {
		t := strings.TrimRight(s, ".,;:!?'*_~»”’")
		last := byte(' ')
		if t != "" {
			last = t[len(t)-1]
		}
		if k := strings.IndexByte(shut, last); k >= 0 && surplus[k] > 0 {
			surplus[k]--
			t = t[:len(t)-1]
		}
		if t == s {
			return s
		}
		s = t
	}
}
