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
	n := d.anchors[name]
	if n == nil {
		if plain, err := url.PathUnescape(name); err == nil {
			n = d.anchors[plain]
		}
	}
	switch {
	case n != nil:
		at := Span{n.Start, n.End}
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
func (b *builder) anchor(n *html.Node, node *Node) {
	b.doc.note(attr(n, "id"), node)
	if n.Data == "a" {
		b.doc.note(attr(n, "name"), node)
	}
}

func (d *Document) note(name string, node *Node) {
	if name == "" || len(name) > maxAnchor || len(d.anchors) >= maxAnchors || d.anchors[name] != nil {
		return
	}
	if d.anchors == nil {
		d.anchors = map[string]*Node{}
	}
	d.anchors[strings.Clone(name)] = node
}
