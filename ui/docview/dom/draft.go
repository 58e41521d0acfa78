package dom

import (
	"slices"
	"strings"
)

// draft is a node while its document is made: the tree can still be changed. A document
// is sealed of drafts, which are gone then.
type draft struct {
	parent *draft
	kids   []*draft
	style  *Style
	own    *own    // nil is nothing
	bundle *bundle // what it stands for, and nothing else then
	tag    string
	text   string
	at     int32 // its index once the document is sealed
	quote  uint16
	kind   Kind
	fold   bool
}

// own is what few drafts have.
type own struct {
	link             *Link // that begins here
	image            *Image
	columns          []Length
	marker           string
	colSpan, rowSpan uint16
}

// nothing is what most drafts have of their own.
var nothing = own{colSpan: 1, rowSpan: 1}

// few is what few drafts have, to be read.
func (n *draft) few() *own {
	if n.own == nil {
		return &nothing
	}
	return n.own
}

// rare is the same to be written to.
func (n *draft) rare() *own {
	if n.own == nil {
		o := nothing
		n.own = &o
	}
	return n.own
}

// add puts a draft behind those that are in it.
func (n *draft) add(kid *draft) {
	kid.parent = n
	n.kids = append(n.kids, kid)
}

// names are the drafts that an address may lead to ("#name").
type names map[string]*draft

// seal makes the document of its drafts. It is the last step in making one.
func (d *Document) seal(root *draft, named names) {
	d.nodes, d.rares, d.tags, d.styles = &table{}, []rare{usual}, []string{""}, nil
	s := &sealer{
		doc: d, styles: map[*Style]int32{}, tags: map[string]uint16{"": 0}, same: map[rare]int32{usual: 0}, link: -1,
		names: stripper{seen: map[string]int32{}}, flat: flattener{seen: map[string]bool{}, doc: d},
	}
	s.flat.b.Grow(root.size())
	s.node(root, -1, false)
	d.flat = s.flat.b.String()
	if s.flat.b.Cap() > len(d.flat)+len(d.flat)/16 {
		d.flat = strings.Clone(d.flat)
	}
	d.nodes.at(0).end = int32(len(d.flat))
	d.nodes.seal()
	d.Root = Node{doc: d}
	d.styles = make([]Style, len(s.order))
	for i, st := range s.order {
		d.styles[i] = *st
	}
	d.names = s.names.strip()
	for i, src := range d.Sources {
		if k, ok := s.names.seen[src]; ok {
			d.Sources[i] = d.names.of(k) // nothing holds on to the message
		}
	}
	d.links, d.images, d.wide = slices.Clip(d.links), slices.Clip(d.images), slices.Clip(d.wide)
	if len(named) > 0 {
		d.anchors = make(map[string]int32, len(named))
	}
	for name, n := range named {
		d.anchors[name] = n.at
	}
}

// size is about how long the text is.
func (n *draft) size() (octets int) {
	if n.bundle != nil {
		return n.bundle.octets
	}
	octets = len(n.text)
	if n.kind == Box && n.style.Display != Inline {
		octets++
	}
	for _, k := range n.kids {
		octets += k.size()
	}
	return octets
}

// sealer makes records of drafts.
type sealer struct {
	doc    *Document
	flat   flattener
	styles map[*Style]int32
	order  []*Style // the styles by their index
	tags   map[string]uint16
	same   map[rare]int32
	names  stripper
	link   int32 // that a node is in, -1 for none
}

// node seals a node with all that is in it, which it lets go of, and tells whether it is a
// block for those that it is in.
func (s *sealer) node(n *draft, parent int32, inFold bool) (block bool) {
	nodes, link := s.doc.nodes, s.link
	i := nodes.add(s.record(n, parent, inFold))
	n.at = i
	s.place(n, i)
	blocks := false
	start, end := s.flat.node(n, func(k *draft) { blocks = s.node(k, i, inFold || n.fold) || blocks })
	r := nodes.at(i)
	block = inBlocks(n, blocks)
	if block && n.style.Display == Inline {
		r.traits |= broken
	}
	r.start, r.end, r.after = int32(start), int32(end), nodes.count
	s.link = link
	n.kids, n.text = nil, ""
	return block
}

// inBlocks tells whether a node is placed as a block, or is an inline box with such in it;
// blocks tells that there are.
func inBlocks(n *draft, blocks bool) bool {
	switch {
	case n.kind == Text || n.kind == Break || n.style.Float != FloatNone:
		return false
	case n.style.Display == Inline:
		return n.kind == Box && blocks
	}
	return n.style.Display != InlineBlock && n.style.Display != InlineTable
}

// place notes what the node has that is kept beside its record.
func (s *sealer) place(n *draft, i int32) {
	few, d := n.few(), s.doc
	if l := few.link; l != nil {
		d.links = append(d.links, linkAt{node: i, outer: s.link, href: s.names.add(l.Href), title: s.names.add(l.Title)})
		s.link = int32(len(d.links) - 1)
	}
	if few.image != nil {
		d.images = append(d.images, imageAt{i, s.names.add(few.image.Src)})
	}
	if len(few.columns) > 0 {
		from := int32(len(d.columns))
		d.columns = append(d.columns, few.columns...)
		d.wide = append(d.wide, columnsAt{i, from, int32(len(d.columns))})
	}
}

func (s *sealer) record(n *draft, parent int32, inFold bool) record {
	r := record{parent: parent, style: s.style(n.style), rare: s.rare(n), tag: s.tag(n.tag), quote: uint8(min(n.quote, 255)), traits: uint8(n.kind)}
	if n.fold {
		r.traits |= folds
	}
	if inFold {
		r.traits |= within
	}
	return r
}

func (s *sealer) style(st *Style) int32 {
	i, ok := s.styles[st]
	if !ok {
		i = int32(len(s.order))
		s.styles[st] = i
		s.order = append(s.order, st)
	}
	return i
}

func (s *sealer) tag(name string) uint16 {
	i, ok := s.tags[name]
	if !ok && len(s.doc.tags) < 1<<16 {
		i = uint16(len(s.doc.tags))
		s.tags[name] = i
		s.doc.tags = append(s.doc.tags, name)
	}
	return i
}

func (s *sealer) rare(n *draft) int32 {
	few := n.few()
	r := rare{int32(len(few.marker)), few.colSpan, few.rowSpan}
	i, ok := s.same[r]
	if !ok {
		i = int32(len(s.doc.rares))
		s.doc.rares = append(s.doc.rares, r)
		s.same[r] = i
	}
	return i
}

// drafts takes a document apart again, to make another of it.
func (d *Document) drafts() (*draft, names) {
	all := make([]draft, d.nodes.count)
	for i := range all {
		n := Node{d, int32(i)}
		r := n.record()
		all[i] = draft{style: n.Style(), tag: n.Tag(), text: n.Text(), quote: uint16(r.quote), kind: n.Kind(), fold: n.Fold()}
		if r.rare != 0 {
			own := all[i].rare()
			own.marker = n.Marker()
			own.colSpan, own.rowSpan = d.rares[r.rare].colSpan, d.rares[r.rare].rowSpan
		}
		if p := r.parent; p >= 0 {
			all[i].parent = &all[p]
			all[p].kids = append(all[p].kids, &all[i])
		}
	}
	for i := range d.links {
		all[d.links[i].node].rare().link = d.link(int32(i))
	}
	for _, m := range d.images {
		all[m.node].rare().image = Node{d, m.node}.Image()
	}
	for _, c := range d.wide {
		all[c.node].rare().columns = d.columns[c.from:c.to]
	}
	named := names{}
	for name, i := range d.anchors {
		named[name] = &all[i]
	}
	return &all[0], named
}
