package mimeview

import (
	"net/url"
	"strings"
)

// Resource finds the part that an address in a body's HTML means: by its Content-ID
// (cid:, RFC 2392), or by its Content-Location (RFC 2557). Only parts of the same
// message count, so that none can show the images of another.
func (v *View) Resource(b Body, address string) (p Part, ok bool) {
	address = strings.TrimSpace(address)
	if len(address) > maxHref || address == "" {
		return Part{}, false
	}
	id, byID := "", false
	if len(address) > 4 && strings.EqualFold(address[:4], "cid:") {
		id, byID = strings.Trim(address[4:], "<> "), true
		if plain, err := url.PathUnescape(id); err == nil {
			id = plain
		}
	}
	for _, p := range v.Parts {
		switch {
		case p.Within != b.Within:
		case byID && p.ID != "" && (p.ID == id || p.ID == strings.Trim(address[4:], "<> ")):
			return p, true
		case !byID && p.Location != "" && (p.Location == address || resolved(b.Location, p.Location) == resolved(b.Location, address)):
			return p, true
		}
	}
	return Part{}, false
}

// resolved makes an address absolute, itself if it can't be.
func resolved(base, address string) string {
	b, err := url.Parse(base)
	if err != nil || base == "" {
		return address
	}
	u, err := b.Parse(address)
	if err != nil {
		return address
	}
	return u.String()
}
