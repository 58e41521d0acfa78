package raster

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// maxData bounds a data URI.
const maxData = 48 << 20

func isData(src string) bool { return len(src) >= 5 && strings.EqualFold(src[:5], "data:") }

// dataURI decodes a data URI of an image (RFC 2397). nil if it is none.
func dataURI(src string) []byte {
	head, body, ok := strings.Cut(src[5:min(len(src), maxData)], ",")
	if !ok || len(src) > maxData || len(head) < 6 || !strings.EqualFold(head[:6], "image/") {
		return nil
	}
	if strings.Contains(body, "%") {
		plain, err := url.PathUnescape(body)
		if err != nil {
			return nil
		}
		body = plain
	}
	if !strings.HasSuffix(strings.ToLower(strings.TrimSpace(head)), ";base64") {
		return []byte(body)
	}
	body = strings.Map(base64Only, body)
	data := make([]byte, base64.RawStdEncoding.DecodedLen(len(body)))
	n, err := base64.RawStdEncoding.Decode(data, []byte(body))
	if err != nil && n == 0 {
		return nil
	}
	return data[:n] // of a damaged one what came before the damage
}

// base64Only drops blanks, padding and what else does not belong, and takes the
// characters of base64url for those of base64.
func base64Only(r rune) rune {
	switch {
	case r == '-':
		return '+'
	case r == '_':
		return '/'
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '+', r == '/':
		return r
	}
	return -1
}
