package dom

import "slices"

// tableParts puts the boxes around the parts of a table that its markup lacks (CSS 2.1
// section 17.2.1).
func (b *builder) tableParts(n *draft) {
	switch n.style.Display {
	case Table, InlineTable:
		b.wrap(n, Row, func(d Display) bool { return d == RowGroup || d == Row || d == Caption })
		inOrder(n)
	case RowGroup:
		b.wrap(n, Row, func(d Display) bool { return d == Row })
	case Row:
		b.wrap(n, Cell, func(d Display) bool { return d == Cell })
	default:
		b.wrap(n, Table, func(d Display) bool { return d != RowGroup && d != Row && d != Cell && d != Caption })
	}
}

// inOrder puts a table's head first and its foot last, wherever they are written
// (CSS 2.1 section 17.2).
func inOrder(n *draft) {
	of := func(tag string) int {
		return slices.IndexFunc(n.kids, func(k *draft) bool { return k.tag == tag && k.style.Display == RowGroup })
	}
	move := func(from, to int) {
		k := n.kids[from]
		n.kids = slices.Insert(slices.Delete(n.kids, from, from+1), to, k)
	}
	if i := of("tfoot"); i >= 0 {
		move(i, len(n.kids)-1)
	}
	first := slices.IndexFunc(n.kids, func(k *draft) bool { return k.style.Display != Caption })
	if i := of("thead"); i > first {
		move(i, first)
	}
}

// wrap gives the children that do not fit into a box of the kind each stretch one
// of their own.
func (b *builder) wrap(n *draft, kind Display, fits func(Display) bool) {
	misfits := func(k Kind, d Display) bool {
		if k == Text || k == Break {
			return kind != Table
		}
		return !fits(d)
	}
	misfit := func(k *draft) bool {
		if k.bundle != nil {
			return k.bundle.holds(misfits)
		}
		return misfits(k.kind, k.style.Display)
	}
	if !slices.ContainsFunc(n.kids, misfit) {
		return
	}
	n.unfolded()
	kids := n.kids
	n.kids = nil
	var open *draft
	for _, k := range kids {
		if !misfit(k) {
			open = nil
			n.kids = append(n.kids, k)
			continue
		}
		if k.kind == Text && (k.text == "" || k.text == " ") {
			continue
		}
		if open == nil {
			open = b.anonymous(n, kind)
		}
		k.parent = open
		open.kids = append(open.kids, k)
	}
	for _, k := range n.kids {
		if k.tag == "" && k.kind == Box {
			b.tableParts(k)
		}
	}
}

// anonymous adds a box that no element asked for.
func (b *builder) anonymous(parent *draft, kind Display) *draft {
	pe := &element{st: *parent.style}
	e := pe.heir()
	e.st.Display = kind
	if kind == Cell {
		e.st.VAlign = VMiddle
	}
	return b.add(parent, &draft{style: b.intern(&e.st), quote: parent.quote})
}
