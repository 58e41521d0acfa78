package dom

import (
	"fmt"
	"hash/maphash"
	"image/color"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// HTMLOptions say how HTML becomes a document.
type HTMLOptions struct {
	MaxNodes, MaxDepth int     // 0 is 200,000 and 500
	Width              float32 // of the view in CSS px, for @media; 0 is 700
	BaseSize           float32 // px of medium, 0 is 16
	// Dark recolours the document for a dark background: Back, with Text on it.
	Dark             bool
	Text, Back, Link color.NRGBA

	segments segments
}

// maxHTML is how much HTML is read, in octets, and maxInline how many style attributes are
// remembered.
const (
	maxHTML   = 24 << 20
	maxInline = 2000
)

// ParseHTML makes a document of HTML with its style sheets. It never fails: what can't
// be read is left out, and what is more than the bounds allow is told in the notices.
//
// Nothing in it is trusted. Elements and properties are those of an allow-list; links
// lead to http, https, mailto or the document itself; scripts, frames, objects, forms'
// targets, imports and fonts are as if they were not there; nothing is positioned
// outside the document.
func ParseHTML(text string, o HTMLOptions) *Document {
	o = o.defaults()
	d := &Document{}
	if len(text) > maxHTML {
		text = text[:maxHTML]
		d.Notices = append(d.Notices, fmt.Sprintf("Only the first %d MB of the HTML are shown.", maxHTML>>20))
	}
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "")
	b, tamed, err := o.read(text)
	if err != nil {
		t := FromText(plainOf(text), TextOptions{BaseSize: o.BaseSize, Text: o.Text, Back: o.Back, Link: o.Link})
		t.Notices = append(slices.Clone(d.Notices), "The HTML could not be read; its text is shown.")
		return t
	}
	if tamed {
		d.Notices = append(d.Notices, "The HTML is nested too deeply, or its tags have no end; some of it is shown without its layout.")
	}
	return b.finish(d.Notices)
}

// finish makes the document once all is read.
func (b *builder) finish(notices []string) *Document {
	d := b.doc
	d.Notices = notices
	if b.mode == quirks {
		b.quirkyMargins(b.root)
	}
	if b.nodes >= b.o.MaxNodes {
		d.Notices = append(d.Notices, "The HTML has too many parts; the rest is not shown.")
	}
	if b.sheet.work <= 0 {
		d.Notices = append(d.Notices, "The HTML has too many style rules for its size; some of it is shown without them.")
	}
	b.space.end()
	if b.o.Dark {
		darken(d, b.root, b.o)
	}
	b.read, b.sheet, b.inline = nil, nil, nil // they take more room than what is sealed
	d.seal(b.root, b.named)
	return d
}

func (o HTMLOptions) defaults() HTMLOptions {
	if o.MaxNodes <= 0 {
		o.MaxNodes = 200_000
	}
	if o.MaxDepth <= 0 || o.MaxDepth > 500 {
		o.MaxDepth = 500
	}
	if o.segments == (segments{}) {
		o.segments = usualSegments
	}
	if o.Width <= 0 {
		o.Width = 700
	}
	if o.BaseSize <= 0 {
		o.BaseSize = 16
	}
	if o.Text == (color.NRGBA{}) {
		o.Text = color.NRGBA{A: 255}
	}
	if o.Back == (color.NRGBA{}) {
		o.Back = color.NRGBA{255, 255, 255, 255}
	}
	if o.Link == (color.NRGBA{}) {
		o.Link = color.NRGBA{0, 0, 0xee, 255}
	}
	return o
}

// builder makes the tree of boxes.
type builder struct {
	o    HTMLOptions
	doc  *Document
	root *draft
	mode mode
	// bodyColor is that of the text in the body, which tables take in quirks mode.
	bodyColor color.NRGBA

	read   *reading
	sheet  *sheet
	seed   maphash.Seed
	styles map[uint64]*Style
	inline map[string][]decl
	named  names
	nodes  int
	space  collapser
	store  *store // of long documents
	tables []*html.Node
	lists  []counter
}

// counter numbers the items of a list.
type counter struct{ next, step int }

// document begins with the root and the body.
func (b *builder) document(root *html.Node) {
	first := initial()
	first.Display, first.Size, first.Color = Block, b.o.BaseSize, b.o.Text
	first.NoStrut = b.mode != standards
	b.bodyColor = b.o.Text
	e := &element{st: first, marker: "disc"}
	b.root = &draft{style: b.intern(&e.st)}
	b.space.open()
	b.kids(root, b.root, e)
	if !b.read.failed {
		b.canvas()
	}
}

// canvas takes the background of the outermost boxes for that of the whole (CSS 2.1
// section 14.2).
func (b *builder) canvas() {
	n := b.root
	for range 2 {
		if len(n.kids) == 0 {
			return
		}
		n = n.kids[0]
		if n.tag != "html" && n.tag != "body" {
			return
		}
		if n.style.Background.A > 0 || n.style.Backdrop != nil {
			b.doc.Canvas = n.style.Background
			own, root := *n.style, *b.root.style
			root.Backdrop = own.Backdrop
			own.Background, own.Backdrop = color.NRGBA{}, nil
			n.style, b.root.style = b.intern(&own), b.intern(&root)
			return
		}
	}
}

// intern returns the one style that is equal. The table has its hash, as styles are large.
func (b *builder) intern(s *Style) *Style {
	hash := maphash.Comparable(b.seed, *s)
	for ; b.styles[hash] != nil; hash++ {
		if p := b.styles[hash]; *p == *s {
			return p
		}
	}
	own := *s
	b.styles[hash] = &own
	return &own
}

// kids adds what is in an element.
func (b *builder) kids(n *html.Node, parent *draft, e *element) {
	before := b.nodes
	for k := range b.read.children(n) {
		if n.Data == "table" && k.Type == html.ElementNode {
			b.columns(k, parent)
		}
		if b.nodes >= b.o.MaxNodes {
			continue
		}
		switch k.Type {
		case html.TextNode:
			b.text(k.Data, parent, e)
		case html.ElementNode:
			b.element(k, parent, e)
		}
		if b.nodes-before >= b.o.segments.bundle && b.foldable(parent) {
			b.store.fold(parent)
			before = b.nodes
		}
	}
}

func (b *builder) add(parent, n *draft) *draft {
	b.nodes++
	parent.add(n)
	return n
}

func (b *builder) text(s string, parent *draft, e *element) {
	if s == "" || e.unread() && strings.TrimSpace(s) != "" {
		return
	}
	s = transformed(shown(s), e.transform)
	st := e.st
	st.Display, st.Background, st.Backdrop, st.Float = Inline, color.NRGBA{}, nil, FloatNone
	zero := initial()
	st.Margin, st.Padding, st.Border, st.Radius = zero.Margin, zero.Padding, zero.Border, zero.Radius
	st.Width, st.Height, st.MinWidth, st.MaxWidth, st.MinHeight, st.MaxHeight = Length{}, Length{}, Length{}, Length{}, Length{}, Length{}
	st.VAlign, st.VShift, st.Clip, st.Clear, st.Bidi, st.BorderBox = Baseline, 0, false, FloatNone, BidiNormal, false
	n := &draft{kind: Text, text: s, style: b.intern(&st), quote: e.quote}
	if b.space.text(n) {
		b.add(parent, n)
	}
}

// compute finds the style of an element.
func (b *builder) compute(n *html.Node, parent *element) *element {
	e := parent.heir()
	var table *html.Node
	if len(b.tables) > 0 {
		table = b.tables[len(b.tables)-1]
	}
	usual, important := b.sheet.of(n)
	lists := [][]decl{turned(n, parent), hints(n, table), usual}
	if n.Data == "tr" || n.Data == "td" || n.Data == "th" {
		e.st.VAlign = parent.st.VAlign
		if n.Data == "tr" && parent.st.Display != RowGroup {
			e.st.VAlign = VMiddle
		}
	}
	if nested := len(b.lists); nested > 0 && (n.Data == "ul" || n.Data == "ol") {
		lists[0] = nestedList(n.Data, lists[0], nested)
	}
	if n.Data == "table" { // in HTML a table does not take its alignment from outside
		if a := e.st.Align; a == BlockCenter || a == BlockLeft || a == BlockRight {
			e.st.Align = Start
		}
		if b.mode == quirks {
			b.quirkyTable(e)
		}
	}
	if s := attr(n, "style"); s != "" {
		ds, ok := b.inline[s]
		if !ok {
			ds = declarations(s)
			if len(b.inline) >= maxInline {
				clear(b.inline)
			}
			b.inline[s] = ds
		}
		var own, strong []decl
		for _, d := range ds {
			if d.important {
				strong = append(strong, d)
			} else {
				own = append(own, d)
			}
		}
		lists = append(lists, own, important, strong)
	} else {
		lists = append(lists, important)
	}
	if n.Data == "a" && attr(n, "href") != "" {
		e.st.Color, e.st.Underline = b.o.Link, true
	}
	for i := range e.st.Border {
		e.st.Border[i] = Border{Width: 3, Style: none, Color: color.NRGBA{0, 0, 0, 1}}
	}
	c := &cascade{lists: lists, parent: parent, rem: b.o.BaseSize, view: b.o.Width}
	c.apply(e)
	b.settle(e, parent)
	if n.Data == "body" {
		b.body(n, e)
	}
	return e
}

// body notes what the body says of the text in all of it.
func (b *builder) body(n *html.Node, e *element) {
	b.bodyColor = e.st.Color
	h := &hinter{n: n}
	h.color("link", "color")
	if len(h.out) > 0 {
		if c, ok := colour(h.out[0].vals[0], b.o.Link); ok {
			b.o.Link = c
		}
	}
}

// turned are the declarations of browsers' own style sheets for an element, for text from
// right to left: lists and definitions are indented where their text begins.
func turned(n *html.Node, parent *element) []decl {
	ds := sheetOf[n.Data]
	rtl := parent.st.RTL
	switch lower(attr(n, "dir")) {
	case "rtl":
		rtl = true
	case "ltr":
		rtl = false
	}
	if !rtl || n.Data != "ul" && n.Data != "ol" && n.Data != "menu" && n.Data != "dir" && n.Data != "dd" {
		return ds
	}
	ds = slices.Clone(ds)
	for i := range ds {
		ds[i].prop = strings.ReplaceAll(ds[i].prop, "-left", "-right")
	}
	return ds
}

// nestedList is what browsers say of a list in other lists.
func nestedList(tag string, usual []decl, depth int) []decl {
	zero := []value{{kind: number}}
	out := append([]decl{}, usual...)
	out = append(out, decl{prop: "margin-top", vals: zero}, decl{prop: "margin-bottom", vals: zero})
	if tag == "ul" {
		kind := "circle"
		if depth > 1 {
			kind = "square"
		}
		out = append(out, decl{prop: "list-style-type", vals: []value{{kind: ident, text: kind}}})
	}
	return out
}

// settle brings a computed style into the form that the document has.
func (b *builder) settle(e, parent *element) {
	s := &e.st
	for i := range s.Border {
		if s.Border[i].Style == none {
			s.Border[i] = Border{}
		} else if s.Border[i].Color == (color.NRGBA{0, 0, 0, 1}) {
			s.Border[i].Color = s.Color
		}
	}
	if s.Backdrop != nil && s.Backdrop.Src == "" {
		s.Backdrop = nil
	}
	if s.Float != FloatNone {
		switch s.Display {
		case Inline, InlineBlock:
			s.Display = Block
		case InlineTable:
			s.Display = Table
		}
	}
	if parent.flex && !e.hidden {
		s.Float = FloatNone
		switch s.Display {
		case Table:
			s.Display = InlineTable
		default:
			s.Display = InlineBlock
		}
		s.VAlign = VTop
	}
	if e.column {
		e.flex = false
	}
}

func (b *builder) number(n *html.Node) int {
	if len(b.lists) == 0 {
		return 1
	}
	l := &b.lists[len(b.lists)-1]
	if v, err := strconv.Atoi(strings.TrimSpace(attr(n, "value"))); err == nil && n.Data == "li" {
		l.next = v
	}
	now := l.next
	l.next += l.step
	return now
}
