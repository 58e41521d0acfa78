package dom

// draft is a node while its document is made: the tree can still be changed. A document
// is sealed of drafts, which are gone then.
type draft struct {
	parent *draft
	kids   []*draft
	style  *Style
	rare   *rare   // nil is usual
	bundle *bundle // what it stands for, and nothing else then
	tag    string
	text   string
	at     int32 // its index once the document is sealed
	quote  uint16
	kind   Kind
	fold   bool
}

// few is what few drafts have, to be read.
func (n *draft) few() *rare {
	if n.rare == nil {
		return &usual
	}
	return n.rare
}

// own is the same to be written to.
func (n *draft) own() *rare {
	if n.rare == nil {
		own := usual
		n.rare = &own
	}
	return n.rare
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
	count, size := root.size()
	d.nodes, d.rares, d.tags, d.styles = make([]record, 0, count), []rare{usual}, []string{""}, nil
	s := &sealer{doc: d, styles: map[*Style]int32{}, tags: map[string]uint16{"": 0}, same: map[likeness]int32{{"", 1, 1}: 0}, flat: flattener{seen: map[string]bool{}, doc: d}}
	s.flat.b.Grow(size)
	s.node(root, -1)
	d.flat = s.flat.b.String()
	d.nodes[0].end = int32(len(d.flat))
	d.Root = Node{doc: d}
	d.styles = make([]Style, len(s.order))
	for i, st := range s.order {
		d.styles[i] = *st
	}
	if len(named) > 0 {
		d.anchors = make(map[string]int32, len(named))
	}
	for name, n := range named {
		d.anchors[name] = n.at
	}
}

// size is how many nodes there are, and about how long their text is.
func (n *draft) size() (nodes, octets int) {
	if n.bundle != nil {
		return n.bundle.nodes, n.bundle.octets
	}
	nodes, octets = 1, len(n.text)+1
	for _, k := range n.kids {
		a, b := k.size()
		nodes, octets = nodes+a, octets+b
	}
	return nodes, octets
}

// sealer makes records of drafts.
type sealer struct {
	doc    *Document
	flat   flattener
	styles map[*Style]int32
	order  []*Style // the styles by their index
	tags   map[string]uint16
	same   map[likeness]int32
}

// likeness is what can be the same of many nodes in a rare.
type likeness struct {
	marker           string
	colSpan, rowSpan uint16
}

// node seals a node with all that is in it, which it lets go of.
func (s *sealer) node(n *draft, parent int32) {
	i := int32(len(s.doc.nodes))
	n.at = i
	s.doc.nodes = append(s.doc.nodes, s.record(n, parent))
	start, end := s.flat.node(n, func(k *draft) { s.node(k, i) })
	r := &s.doc.nodes[i]
	r.start, r.end, r.after = int32(start), int32(end), int32(len(s.doc.nodes))
	n.kids, n.text = nil, ""
}

func (s *sealer) record(n *draft, parent int32) record {
	r := record{parent: parent, style: s.style(n.style), rare: s.rare(n), tag: s.tag(n.tag), quote: uint8(min(n.quote, 255)), traits: uint8(n.kind)}
	if n.fold {
		r.traits |= folds
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
	own := likeness{few.marker, few.colSpan, few.rowSpan}
	shared := few.link == nil && few.image == nil && len(few.columns) == 0
	if i, ok := s.same[own]; shared && ok {
		return i
	}
	i := int32(len(s.doc.rares))
	s.doc.rares = append(s.doc.rares, *few)
	if shared {
		s.same[own] = i
	}
	return i
}

// drafts takes a document apart again, to make another of it.
func (d *Document) drafts() (*draft, names) {
	all := make([]draft, len(d.nodes))
	for i := range all {
		n := Node{d, int32(i)}
		r := n.record()
		all[i] = draft{style: n.Style(), rare: n.rare(), tag: n.Tag(), text: n.Text(), quote: uint16(r.quote), kind: n.Kind(), fold: n.Fold()}
		if p := r.parent; p >= 0 {
			all[i].parent = &all[p]
			all[p].kids = append(all[p].kids, &all[i])
		}
	}
	named := names{}
	for name, i := range d.anchors {
		named[name] = &all[i]
	}
	return &all[0], named
}
