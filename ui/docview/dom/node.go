package dom

import (
	"iter"
	"slices"
)

// Node is a box or a text of a document. It is a handle, made to be copied and compared;
// the zero Node is none, and has nothing but IsZero to ask it for.
type Node struct {
	doc *Document
	i   int32
}

// record is what a document holds of a node. There is one for every element of a message
// of any length, in the order of the document, so that it has no pointers: what few nodes
// have is in rare, and a node's children come behind it.
type record struct {
	parent int32 // -1 for the root
	after  int32 // the node behind all that are in this one
	style  int32
	start  int32
	end    int32
	rare   int32
	tag    uint16
	quote  uint8
	traits uint8 // the Kind, and folds
}

// The traits of a record.
const (
	kinds  = 3
	folds  = 4
	within = 8 // it is in one that folds
	broken = 16
)

// rare is what few nodes have, and many of these alike.
type rare struct {
	marker           int32 // octets of it, with which its text begins
	colSpan, rowSpan uint16
}

// usual is what most nodes have in the place of a rare.
var usual = rare{colSpan: 1, rowSpan: 1}

// Lone is a node without a document, with no text and nothing in it: what a view adds to
// one. It says that it is at an offset.
func Lone(k Kind, st *Style, offset int) Node {
	at := int32(offset)
	d := &Document{styles: []Style{*st}, tags: []string{""}, rares: []rare{usual}, nodes: &table{}}
	d.nodes.add(record{parent: -1, after: 1, start: at, end: at, traits: uint8(k)})
	return Node{doc: d}
}

func (n Node) record() *record { return n.doc.nodes.at(n.i) }
func (n Node) rare() rare      { return n.doc.rares[n.record().rare] }

// IsZero tells whether it is no node.
func (n Node) IsZero() bool { return n.doc == nil }

// Parent is the node that it is in, none for the root.
func (n Node) Parent() Node {
	p := n.record().parent
	if p < 0 {
		return Node{}
	}
	return Node{n.doc, p}
}

// Children are the nodes in it, in order.
func (n Node) Children() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		after := n.record().after
		for i := n.i + 1; i < after; i = n.doc.nodes.at(i).after {
			if !yield(Node{n.doc, i}) {
				return
			}
		}
	}
}

// Next is the node behind it in the same parent, none for the last.
func (n Node) Next() Node {
	r := n.record()
	if r.parent < 0 || r.after >= n.doc.nodes.at(r.parent).after {
		return Node{}
	}
	return Node{n.doc, r.after}
}

// All are the node itself and all that are in it, in the order of the document.
func (n Node) All() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for i := n.i; i < n.record().after; i++ {
			if !yield(Node{n.doc, i}) {
				return
			}
		}
	}
}

// Leaf tells whether nothing is in it.
func (n Node) Leaf() bool { return n.record().after == n.i+1 }

// Kind is what it is.
func (n Node) Kind() Kind { return Kind(n.record().traits & kinds) }

// Tag is that of its element in lower case, "" for text and for boxes that no element
// asked for.
func (n Node) Tag() string { return n.doc.tags[n.record().tag] }

// Style is never nil; it is shared between nodes, and not to be changed.
func (n Node) Style() *Style { return &n.doc.styles[n.record().style] }

// Text is that of a Text, with white space collapsed as Style.Space says; "\n" breaks a
// line where that preserves it.
func (n Node) Text() string {
	r := n.record()
	if Kind(r.traits&kinds) != Text || r.start == r.end {
		return ""
	}
	return n.doc.flat[r.start:r.end]
}

// Start is where it begins in Document.Flat, in octets.
func (n Node) Start() int { return int(n.record().start) }

// End is where it ends there.
func (n Node) End() int { return int(n.record().end) }

// Link is the link around it, nil for none. It is made for who asks.
func (n Node) Link() *Link {
	if i := n.doc.linkIndex(n.i); i >= 0 {
		return n.doc.link(i)
	}
	return nil
}

// Linked is the node that the link around it begins at, none if there is no link.
func (n Node) Linked() Node {
	if i := n.doc.linkIndex(n.i); i >= 0 {
		return Node{n.doc, n.doc.links[i].node}
	}
	return Node{}
}

// Image is that of a Picture, nil for all else. It is made for who asks.
func (n Node) Image() *Image {
	i, ok := n.doc.imageOf(n.i)
	if !ok {
		return nil
	}
	r := n.record()
	return &Image{Src: n.doc.names.of(n.doc.images[i].src), Alt: n.doc.flat[r.start:r.end]}
}

// Spans are how many columns and rows a Box with display Cell takes, 1 or more.
func (n Node) Spans() (columns, rows int) {
	r := n.rare()
	return int(r.colSpan), int(r.rowSpan)
}

// Columns are the widths that the col elements of a table ask for (Box with display Table).
func (n Node) Columns() []Length {
	i, ok := slices.BinarySearchFunc(n.doc.wide, n.i, func(c columnsAt, n int32) int { return int(c.node) - int(n) })
	if !ok {
		return nil
	}
	c := n.doc.wide[i]
	return n.doc.columns[c.from:c.to:c.to]
}

// Marker is that of a list item: "•", "3."; part of no Text node, but of Flat.
func (n Node) Marker() string {
	r := n.record()
	return n.doc.flat[r.start : r.start+n.doc.rares[r.rare].marker]
}

// Quote is in how many levels of quotation it is, as far as 255.
func (n Node) Quote() int { return int(n.record().quote) }

// Fold tells whether it is the root of a quotation that a view may fold.
func (n Node) Fold() bool { return n.record().traits&folds != 0 }

// Broken tells whether it is an inline box with blocks in it, which break it up (CSS 2.1
// section 9.2.1.1). Floats do not.
func (n Node) Broken() bool { return n.record().traits&broken != 0 }

// InFold tells whether it is in another that a view may fold.
func (n Node) InFold() bool { return n.record().traits&within != 0 }
