package dom

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// element adds an element with all that is in it.
func (b *builder) element(n *html.Node, parent *draft, pe *element) {
	if n.Namespace != "" || dropped[n.Data] || has(n, "hidden") {
		return
	}
	switch n.Data {
	case "input":
		b.input(n, parent, pe)
		return
	case "option":
		if !b.chosen(n) {
			return
		}
	case "wbr":
		b.text("\u200b", parent, pe)
		return
	}
	e := b.compute(n, pe)
	if e.hidden || unseen(&e.st) {
		return
	}
	var link *Link
	switch n.Data {
	case "br":
		b.space.open()
		b.anchor(n, b.add(parent, &draft{kind: Break, tag: "br", style: b.intern(&e.st), quote: e.quote}))
		return
	case "img":
		b.picture(n, parent, e, attr(n, "src"), attr(n, "alt"))
		return
	case "a":
		if href := safeLink(attr(n, "href")); href != "" {
			link = &Link{Href: href, Title: strings.TrimSpace(shown(attr(n, "title")))}
		}
	}
	e.quotation(n)
	node := b.add(parent, &draft{tag: n.Data, style: b.intern(&e.st), quote: e.quote, fold: e.fold})
	if columns, rows := spanOf(n, "colspan"), spanOf(n, "rowspan"); link != nil || columns > 1 || rows > 1 {
		node.own = &own{link: link, colSpan: columns, rowSpan: rows}
	}
	b.anchor(n, node)
	b.fill(n, node, e)
}

// unseen tells whether a box is made so that nothing of it is seen: letters hide
// text so that lists of messages show it.
func unseen(s *Style) bool {
	none := func(l Length) bool { return l.Unit == Px && l.Value == 0 }
	return s.Clip && (none(s.MaxHeight) || none(s.Height) || none(s.MaxWidth) || none(s.Width)) && s.Padding[Top].Value == 0 && s.Padding[Bottom].Value == 0
}

// spanOf is how many columns or rows a cell spans.
func spanOf(n *html.Node, name string) uint16 {
	v, err := strconv.Atoi(strings.TrimSpace(attr(n, name)))
	if err != nil || v < 1 {
		return 1
	}
	return uint16(min(v, 1000))
}

// fill adds what is in an element, and keeps the books of lists, tables and white space.
func (b *builder) fill(n *html.Node, node *draft, e *element) {
	lines := e.st.Display != Inline
	inLine := e.st.Display == InlineBlock || e.st.Display == InlineTable
	if inLine {
		b.space.last = nil // the white space before it stays
	}
	if lines {
		b.space.open()
	}
	switch n.Data {
	case "ol", "ul", "menu", "dir":
		b.lists = append(b.lists, b.counterOf(n))
		defer func() { b.lists = b.lists[:len(b.lists)-1] }()
	case "table":
		b.tables = append(b.tables, n)
		defer func() { b.tables = b.tables[:len(b.tables)-1] }()
	}
	if e.st.Display == ListItem {
		if m := markerOf(e.marker, b.number(n)); m != "" && !e.unread() {
			node.rare().marker = m
		}
	}
	b.kids(n, node, e)
	if lines {
		b.space.open()
	}
	if inLine {
		b.space.atom()
	}
	b.tableParts(node)
}

func (b *builder) counterOf(n *html.Node) counter {
	c := counter{next: 1, step: 1}
	if n.Data != "ol" {
		return c
	}
	if has(n, "reversed") {
		b.read.whole(n)
		c.step, c.next = -1, 0
		for k := n.FirstChild; k != nil; k = k.NextSibling {
			if k.Data == "li" {
				c.next++
			}
		}
	}
	if v, err := strconv.Atoi(strings.TrimSpace(attr(n, "start"))); err == nil {
		c.next = v
	}
	return c
}

// columns notes the widths that the columns of a table ask for: k is a child of the table.
func (b *builder) columns(k *html.Node, table *draft) {
	switch k.Data {
	case "col":
		b.column(k, table)
	case "colgroup":
		some := false
		for c := k.FirstChild; c != nil; c = c.NextSibling {
			if c.Data == "col" {
				some = true
				b.column(c, table)
			}
		}
		if !some {
			b.column(k, table)
		}
	}
}

func (b *builder) column(n *html.Node, table *draft) {
	var l Length
	m := measure{em: b.o.BaseSize, rem: b.o.BaseSize, view: b.o.Width}
	if v, ok := dimensionOf(attr(n, "width")); ok {
		l, _ = m.length(v, true)
	}
	for _, d := range declarations(attr(n, "style")) {
		if d.prop == "width" {
			l, _ = m.length(d.vals[0], true)
		}
	}
	own := table.rare()
	for range min(int(spanOf(n, "span")), 1000-len(own.columns)) {
		own.columns = append(own.columns, l)
	}
}

func (b *builder) picture(n *html.Node, parent *draft, e *element, src, alt string) {
	src, alt = safeSource(src), strings.Join(strings.Fields(shown(alt[:min(len(alt), 2000)])), " ")
	if e.unread() {
		alt = ""
	}
	if src == "" && alt == "" {
		return
	}
	node := b.add(parent, &draft{kind: Picture, tag: n.Data, style: b.intern(&e.st), quote: e.quote})
	node.rare().image = &Image{Src: src, Alt: alt}
	if e.st.Float == FloatNone {
		if e.st.Display == Inline || e.st.Display == InlineBlock {
			b.space.atom()
		} else {
			b.space.open()
		}
	}
}

// input shows a form's field as what is written in it.
func (b *builder) input(n *html.Node, parent *draft, pe *element) {
	kind := lower(attr(n, "type"))
	if kind == "hidden" || kind == "password" || kind == "file" {
		return
	}
	e := b.compute(n, pe)
	if e.hidden {
		return
	}
	val := attr(n, "value")
	switch kind {
	case "image":
		b.picture(n, parent, e, attr(n, "src"), attr(n, "alt"))
		return
	case "checkbox", "radio":
		val = "☐ "
		if has(n, "checked") {
			val = "☑ "
		}
	case "submit", "reset", "button":
	default:
		if val == "" {
			val = attr(n, "placeholder")
		}
	}
	if val == "" {
		return
	}
	if e.st.Display == Inline {
		e.st.Display = InlineBlock
	}
	node := b.add(parent, &draft{tag: n.Data, style: b.intern(&e.st), quote: e.quote})
	b.space.last = nil
	b.space.open()
	b.text(val[:min(len(val), 4000)], node, e)
	b.space.open()
	b.space.atom()
}

// chosen tells whether an option is the one that its list shows.
func (b *builder) chosen(n *html.Node) bool {
	if has(n, "selected") {
		return true
	}
	for k := n.PrevSibling; k != nil; k = k.PrevSibling {
		if k.Data == "option" {
			return false
		}
	}
	b.read.whole(n.Parent)
	for k := n.NextSibling; k != nil; k = k.NextSibling {
		if k.Data == "option" && has(k, "selected") {
			return false
		}
	}
	return true
}

// quotation finds the quoted message in an answer, by the marks that mail programs put
// on it.
func (e *element) quotation(n *html.Node) {
	class := " " + lower(attr(n, "class")) + " "
	cited := n.Data == "blockquote" && (lower(attr(n, "type")) == "cite" || strings.Contains(class, " gmail_quote ") || strings.Contains(class, "quote"))
	wrapped := n.Data == "div" && (strings.Contains(class, " gmail_quote ") || strings.Contains(class, " yahoo_quoted ") || strings.Contains(class, " protonmail_quote ") || strings.Contains(class, " moz-forward-container "))
	switch {
	case cited:
		e.quote++
		e.fold = true
	case wrapped:
		e.fold = true
	}
}
