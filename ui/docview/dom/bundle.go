package dom

import (
	"encoding/binary"
	"iter"
	"slices"
)

// bundle is drafts that follow each other in a parent, with all that is in them, in few
// octets. A draft stands for them there until they are asked for. None of them stands for
// others, but those in them may.
type bundle struct {
	of       *store
	data     []byte
	names    []nameAt
	octets   int // as of draft.size
	displays uint32
	text     bool // some are no boxes
	// then is what is still to be done to them.
	then []func(*draft)
}

// nameAt is an address of the how manieth draft in a bundle.
type nameAt struct {
	nth  int
	name string
}

// store keeps what is finished of a long document until it is sealed.
type store struct {
	styles  numbers[*Style]
	tags    numbers[string]
	owns    []*own
	inner   []*bundle // that are in others
	anchors map[*draft][]string
	named   names
	buf     []byte
}

// numbers count what comes again and again.
type numbers[T comparable] struct {
	all []T
	at  map[T]uint64
}

func (t *numbers[T]) index(v T) uint64 {
	i, ok := t.at[v]
	if !ok {
		if t.at == nil {
			t.at = map[T]uint64{}
		}
		i = uint64(len(t.all))
		t.at[v], t.all = i, append(t.all, v)
	}
	return i
}

// foldable tells whether what is in a draft does not change until all is read, but for
// the boxes around parts of tables.
func (b *builder) foldable(n *draft) bool {
	if b.store == nil || b.space.last != nil || n.tag == "" || n.tag == "html" {
		return false
	}
	return n.style.Display != Table && n.style.Display != InlineTable
}

// fold bundles what is in a draft that is not finished.
func (s *store) fold(n *draft) {
	from := len(n.kids)
	for from > 0 && n.kids[from-1].bundle == nil {
		from--
	}
	b := &bundle{of: s}
	s.buf = s.buf[:0]
	nth := 0
	for _, k := range n.kids[from:] {
		b.octets += k.size()
		if k.kind == Text || k.kind == Break {
			b.text = true
		} else {
			b.displays |= 1 << k.style.Display
		}
		s.write(b, k, &nth)
	}
	b.data = slices.Clone(s.buf)
	clear(n.kids[from:])
	n.kids = append(n.kids[:from], &draft{bundle: b, parent: n})
}

// What the first octet of a draft in a bundle says beside its kind.
const (
	hasFold = 4 << iota
	hasOwn
	hasQuote
	isBundle
)

func flag(is bool, f byte) byte {
	if is {
		return f
	}
	return 0
}

// inBundle stands for a draft with an address as long as that is in a bundle.
var inBundle = &draft{}

func (s *store) write(b *bundle, n *draft, nth *int) {
	if n.bundle != nil {
		s.buf = append(s.buf, isBundle)
		s.buf = binary.AppendUvarint(s.buf, uint64(len(s.inner)))
		s.inner = append(s.inner, n.bundle)
		return
	}
	for _, name := range s.anchors[n] {
		b.names = append(b.names, nameAt{*nth, name})
		s.named[name] = inBundle
	}
	delete(s.anchors, n)
	*nth++
	s.buf = append(s.buf, byte(n.kind)|flag(n.fold, hasFold)|flag(n.own != nil, hasOwn)|flag(n.quote > 0, hasQuote))
	s.buf = binary.AppendUvarint(s.buf, s.styles.index(n.style))
	s.buf = binary.AppendUvarint(s.buf, s.tags.index(n.tag))
	if n.own != nil {
		s.buf = binary.AppendUvarint(s.buf, uint64(len(s.owns)))
		s.owns = append(s.owns, n.own)
	}
	if n.quote > 0 {
		s.buf = binary.AppendUvarint(s.buf, uint64(n.quote))
	}
	if n.kind == Text {
		s.buf = binary.AppendUvarint(s.buf, uint64(len(n.text)))
		s.buf = append(s.buf, n.text...)
		return
	}
	s.buf = binary.AppendUvarint(s.buf, uint64(len(n.kids)))
	for _, k := range n.kids {
		s.write(b, k, nth)
	}
}

// unbundler makes drafts of a bundle.
type unbundler struct {
	*bundle
	rest []byte
	nth  int
}

// drafts are what is in a bundle, anew, with what was still to be done to it done. It
// can be asked for once.
func (b *bundle) drafts(parent *draft) []*draft {
	u := &unbundler{bundle: b, rest: b.data}
	var out []*draft
	for len(u.rest) > 0 {
		out = append(out, u.draft(parent))
	}
	b.data = nil
	for _, do := range b.then {
		for _, n := range out {
			n.do(do)
		}
	}
	return out
}

func (u *unbundler) number() uint64 {
	n, size := binary.Uvarint(u.rest)
	u.rest = u.rest[size:]
	return n
}

func (u *unbundler) draft(parent *draft) *draft {
	head := u.rest[0]
	u.rest = u.rest[1:]
	if head == isBundle {
		i := u.number()
		n := &draft{parent: parent, bundle: u.of.inner[i]}
		u.of.inner[i] = nil
		return n
	}
	n := &draft{parent: parent, kind: Kind(head & kinds), fold: head&hasFold != 0}
	for len(u.names) > 0 && u.names[0].nth == u.nth {
		name := u.names[0].name
		u.of.named[name], u.names = n, u.names[1:]
		u.of.anchors[n] = append(u.of.anchors[n], name)
	}
	u.nth++
	n.style, n.tag = u.of.styles.all[u.number()], u.of.tags.all[u.number()]
	if head&hasOwn != 0 {
		n.own = u.of.owns[u.number()]
	}
	if head&hasQuote != 0 {
		n.quote = uint16(u.number())
	}
	count := int(u.number())
	if n.kind == Text {
		n.text, u.rest = string(u.rest[:count]), u.rest[count:]
		return n
	}
	if count > 0 {
		n.kids = make([]*draft, count)
	}
	for i := range n.kids {
		n.kids[i] = u.draft(n)
	}
	return n
}

// do does something to a draft: to those in it, if it stands for a bundle, once they are
// asked for.
func (n *draft) do(what func(*draft)) {
	if n.bundle != nil {
		n.bundle.then = append(n.bundle.then, what)
		return
	}
	what(n)
}

// unfold puts what is in a bundle into the place of the draft that stands for it.
func (n *draft) unfold(at int) {
	n.kids = slices.Replace(n.kids, at, at+1, n.kids[at].bundle.drafts(n)...)
}

// unfolded puts all that is in bundles into their place.
func (n *draft) unfolded() {
	for i := 0; i < len(n.kids); {
		if n.kids[i].bundle != nil {
			n.unfold(i)
		} else {
			i++
		}
	}
}

// each are the drafts in another, once: those of bundles are gone then.
func (n *draft) each() iter.Seq[*draft] {
	return func(yield func(*draft) bool) {
		for _, k := range n.kids {
			if k.bundle == nil {
				if !yield(k) {
					return
				}
				continue
			}
			for _, d := range k.bundle.drafts(n) {
				if !yield(d) {
					return
				}
			}
			k.bundle = nil
		}
	}
}

// holds tells whether there is one directly in the bundle that a test is true of.
func (b *bundle) holds(is func(Kind, Display) bool) bool {
	for d := Block; d <= Caption; d++ {
		if b.displays&(1<<d) != 0 && is(Box, d) {
			return true
		}
	}
	return b.text && is(Text, Inline)
}
