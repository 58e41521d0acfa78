package dom

import "slices"

// tableParts puts the boxes around the parts of a table that its markup lacks (CSS 2.1
// section 17.2.1).
func (b *builder) tableParts(n *Node) {
	switch n.Style.Display {
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
func inOrder(n *Node) {
	of := func(tag string) int {
		return slices.IndexFunc(n.Children, func(k *Node) bool { return k.Tag == tag && k.Style.Display == RowGroup })
	}
	move := func(from, to int) {
		k := n.Children[from]
		n.Children = slices.Insert(slices.Delete(n.Children, from, from+1), to, k)
	}
	if i := of("tfoot"); i >= 0 {
		move(i, len(n.Children)-1)
	}
	first := slices.IndexFunc(n.Children, func(k *Node) bool { return k.Style.Display != Caption })
	if i := of("thead"); i > first {
		move(i, first)
	}
}

// wrap gives the children that do not fit into a box of the kind each stretch one
// of their own.
func (b *builder) wrap(n *Node, kind Display, fits func(Display) bool) {
	misfit := func(k *Node) bool {
		if k.Kind == Text || k.Kind == Break {
			return kind != Table
		}
		return !fits(k.Style.Display)
	}
	any := false
	for _, k := range n.Children {
		any = any || misfit(k)
	}
	if !any {
		return
	}
	kids := n.Children
	n.Children = nil
	var open *Node
	for _, k := range kids {
		if !misfit(k) {
			open = nil
			n.Children = append(n.Children, k)
			continue
		}
		if k.Kind == Text && (k.Text == "" || k.Text == " ") {
			continue
		}
		if open == nil {
			open = b.anonymous(n, kind)
		}
		k.Parent = open
		open.Children = append(open.Children, k)
	}
	for _, k := range n.Children {
		if k.Tag == "" && k.Kind == Box {
			b.tableParts(k)
		}
	}
}

// anonymous adds a box that no element asked for.
func (b *builder) anonymous(parent *Node, kind Display) *Node {
	pe := &element{st: *parent.Style}
	e := pe.heir()
	e.st.Display = kind
	if kind == Cell {
		e.st.VAlign = VMiddle
	}
	return b.add(parent, &Node{Style: b.intern(&e.st), Link: parent.Link, Quote: parent.Quote, ColSpan: 1, RowSpan: 1})
}
