package dom

import (
	"slices"
	"strings"
)

// What few nodes have is kept beside the records, in the order of the document.

// linkAt is a link that begins at a node.
type linkAt struct {
	node        int32
	outer       int32 // the link that it is in, -1 for none
	href, title int32 // of Document.names
}

// imageAt is a picture's image. What it says in words is the picture's text.
type imageAt struct{ node, src int32 }

// columnsAt are the columns of a table, of Document.columns.
type columnsAt struct{ node, from, to int32 }

// linkIndex is that of the innermost link around a node, -1 for none.
func (d *Document) linkIndex(node int32) int32 {
	k, found := slices.BinarySearchFunc(d.links, node, func(l linkAt, n int32) int { return int(l.node) - int(n) })
	if !found {
		k--
	}
	i := int32(k)
	for i >= 0 && d.nodes.at(d.links[i].node).after <= node {
		i = d.links[i].outer
	}
	return i
}

func (d *Document) link(i int32) *Link {
	l := &d.links[i]
	return &Link{Href: d.names.of(l.href), Title: d.names.of(l.title)}
}

// imageOf is the index of a picture's image.
func (d *Document) imageOf(node int32) (i int, ok bool) {
	return slices.BinarySearchFunc(d.images, node, func(m imageAt, n int32) int { return int(m.node) - int(n) })
}

// strip is texts one after the other, each once.
type strip struct {
	all  string
	ends []uint32
}

func (s *strip) of(i int32) string {
	from := uint32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.all[from:s.ends[i]]
}

// stripper makes a strip.
type stripper struct {
	b    strings.Builder
	ends []uint32
	seen map[string]int32
}

func (s *stripper) add(text string) int32 {
	i, ok := s.seen[text]
	if !ok {
		i = int32(len(s.ends))
		s.b.WriteString(text)
		s.ends = append(s.ends, uint32(s.b.Len()))
		s.seen[text] = i
	}
	return i
}

func (s *stripper) strip() strip { return strip{strings.Clone(s.b.String()), slices.Clone(s.ends)} }
