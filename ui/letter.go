package ui

import (
	"context"
	"net/url"
	"strings"
	"sync"

	"restante.app/fetcher"
	"restante.app/mimeview"
	"restante.app/ui/docview/drawing"
)

// letter is a message that is read: the one that was chosen, or one that is within it.
type letter struct {
	view     *mimeview.View
	sender   fetcher.Sender
	source   func() ([]byte, error) // its octets
	pictures *pictures
	ctx      context.Context // ends when another message is read
	stale    bool            // pictures came that are not shown yet
}

func newLetter(ctx context.Context, v *mimeview.View, s fetcher.Sender, source func() ([]byte, error)) *letter {
	return &letter{view: v, sender: s, source: source, ctx: ctx, pictures: &pictures{parts: v.Parts, remote: map[string][]byte{}, asked: map[string]bool{}, drawn: map[int][]byte{}}}
}

// from is the address of the sender, "" if there is none.
func (l *letter) from() string {
	if len(l.view.From) == 0 {
		return ""
	}
	return l.view.From[0].Address
}

// pictures are the images of a message: its own parts, and those that were asked for
// from the web.
type pictures struct {
	parts []mimeview.Part

	mu     sync.Mutex
	remote map[string][]byte
	asked  map[string]bool
	come   int            // of those asked for, for better or worse
	drawn  map[int][]byte // of parts that are drawings, as pictures, nil for what can't be drawn
}

// load returns the octets of an image, nil if they are not here. It asks nobody.
func (p *pictures) load(src string) []byte {
	if isRemote(src) {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.remote[src]
	}
	if id, ok := cutFold(src, "cid:"); ok {
		if plain, err := url.PathUnescape(id); err == nil {
			id = plain
		}
		id = strings.Trim(id, "<>")
		for i := range p.parts {
			if p.parts[i].ID == id && id != "" {
				return p.part(i)
			}
		}
		return nil
	}
	for i := range p.parts { // RFC 2557: by the place that a part says it is from
		if l := p.parts[i].Location; l != "" && l == src {
			return p.part(i)
		}
	}
	return nil
}

// part is a part as a picture; a drawing is drawn once.
func (p *pictures) part(i int) []byte {
	if !drawing.Is(p.parts[i].Octets) {
		return p.parts[i].Octets
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	octets, ok := p.drawn[i]
	if !ok {
		octets = drawn(p.parts[i].Octets)
		p.drawn[i] = octets
	}
	return octets
}

// drawn is a drawing as a picture, nil if it can't be drawn.
func drawn(svg []byte) []byte {
	octets, err := drawing.PNG(svg)
	if err != nil {
		return nil // its alternative text is shown
	}
	return octets
}

// ask returns those of some sources that were not asked for yet, and notes that they are.
func (p *pictures) ask(sources []string) (fresh []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range sources {
		if isRemote(s) && !p.asked[s] && len(p.asked) < mostRemote {
			p.asked[s] = true
			fresh = append(fresh, s)
		}
	}
	return fresh
}

// mostRemote bounds how many images one message has fetched.
const mostRemote = 500

// put keeps what came of a source, nil for nothing.
func (p *pictures) put(src string, octets []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.come++
	if octets != nil {
		p.remote[src] = octets
	}
}

// state counts what was asked for, what came of it, and what failed.
func (p *pictures) state() (asked, come, failed int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.asked), p.come, p.come - len(p.remote)
}

// waiting counts the sources on the web that nobody asked for.
func (p *pictures) waiting(sources []string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range sources {
		if isRemote(s) && !p.asked[s] {
			n++
		}
	}
	return n
}

// isRemote tells whether an image is on the web.
func isRemote(src string) bool {
	_, http := cutFold(src, "http://")
	_, https := cutFold(src, "https://")
	return http || https
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}

// shownWithin tells whether a part is an image that the HTML shows in its place.
func shownWithin(v *mimeview.View, p mimeview.Part) bool {
	if p.ID == "" || p.Class != mimeview.Image {
		return false
	}
	for _, b := range v.Bodies {
		if strings.Contains(b.HTML, "cid:"+p.ID) || strings.Contains(b.HTML, "cid:"+url.PathEscape(p.ID)) {
			return true
		}
	}
	return false
}
