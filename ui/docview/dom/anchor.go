package dom

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Bounds of the places in a document that have a name.
const (
	maxAnchors = 10_000
	maxAnchor  = 256 // octets of a name
)

// Anchor is where a link to a place in this document leads ("#name", without the "#"):
// the stretch of the flat text that the element of that id or name has. "" and "top" are
// the document's beginning where nothing else has that name (HTML, section 7.4.6.3).
func (d *Document) Anchor(name string) (at Span, ok bool) {
	i, ok := d.anchors[name]
	if !ok {
		if plain, err := url.PathUnescape(name); err == nil {
			i, ok = d.anchors[plain]
		}
	}
	switch {
	case ok:
		r := d.nodes.at(i)
		at := Span{int(r.start), int(r.end)}
		for at.Start < len(d.flat) && (d.flat[at.Start] == '\n' || d.flat[at.Start] == '\t') { // a block begins behind them
			at.Start++
		}
		return Span{at.Start, max(at.Start, at.End)}, true
	case name == "" || strings.EqualFold(name, "top"):
		return Span{}, true
	}
	return Span{}, false
}

// anchor notes the names of an element, of which the first in the document counts.
func (b *builder) anchor(n *html.Node, node *draft) {
	b.address(attr(n, "id"), node)
	if n.Data == "a" {
		b.address(attr(n, "name"), node)
	}
}

func (b *builder) address(name string, node *draft) {
	if b.named.note(name, node) && b.store != nil {
		b.store.anchors[node] = append(b.store.anchors[node], strings.Clone(name))
	}
}

func (named names) note(name string, node *draft) bool {
	if name == "" || len(name) > maxAnchor || len(named) >= maxAnchors || named[name] != nil {
		return false
	}
	named[strings.Clone(name)] = node
	return true
}
