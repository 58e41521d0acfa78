package dom

import (
	"strings"
)

// flattener writes the flat text.
type flattener struct {
	b       strings.Builder
	doc     *Document
	lines   int // line ends that are due before more text
	tab     bool
	endings int // line ends that the text ends with by now
	seen    map[string]bool
}

// due asks for so many line ends before more text.
func (w *flattener) due(n int) {
	if w.b.Len() > 0 {
		w.lines = max(w.lines, n)
	}
}

func (w *flattener) write(s string) {
	if s == "" {
		return
	}
	w.b.WriteString(s)
	ends := len(s) - len(strings.TrimRight(s, "\n"))
	if ends == len(s) {
		ends += w.endings
	}
	w.endings = ends
}

// flush writes the line ends and the tab that are due.
func (w *flattener) flush() {
	if w.lines > w.endings {
		w.write(strings.Repeat("\n", w.lines-w.endings))
	} else if w.tab {
		w.write("\t")
	}
	w.lines, w.tab = 0, false
}

// node writes a node and calls kid with each that is in it. It tells where the node is.
func (w *flattener) node(n *draft, kid func(*draft)) (start, end int) {
	start = w.b.Len()
	switch n.kind {
	case Text:
		if n.text != "" {
			start = w.piece(n.text)
		}
	case Break:
		start = w.piece("\n")
	case Picture:
		start = w.picture(n)
	default:
		start = w.box(n, kid)
	}
	return start, w.b.Len()
}

// piece writes what is due and a text, and tells where that begins.
func (w *flattener) piece(s string) (start int) {
	w.flush()
	start = w.b.Len()
	w.write(s)
	return start
}

func (w *flattener) picture(n *draft) (start int) {
	start = w.b.Len()
	image := n.few().image
	w.source(image.Src)
	block := n.style.Display == Block
	if block {
		w.due(1)
	}
	if image.Alt != "" {
		start = w.piece(image.Alt)
	}
	if block {
		w.due(1)
	}
	return start
}

func (w *flattener) box(n *draft, kid func(*draft)) (start int) {
	start = w.b.Len()
	st := n.style
	if st.Backdrop != nil {
		w.source(st.Backdrop.Src)
	}
	kids := func() {
		for k := range n.each() {
			kid(k)
		}
	}
	switch st.Display {
	case Inline, InlineBlock, InlineTable, RowGroup:
		kids()
		return start
	case Cell:
		kids()
		w.lines, w.tab = 0, true
		return start
	case Row:
		w.due(1)
		kids()
		w.tab = false
		w.due(1)
		return start
	}
	w.due(gap(st, Top))
	if m := n.few().marker; m != "" {
		start = w.piece(m + " ")
	}
	kids()
	w.tab = false
	w.due(gap(st, Bottom))
	return start
}

// gap is how many line ends part a block from the one above or below: two where there
// is room for an empty line.
func gap(st *Style, side int) int {
	if m := st.Margin[side]; m.Unit == Px && m.Value >= st.Size*0.6 {
		return 2
	}
	return 1
}

func (w *flattener) source(src string) {
	if src != "" && !w.seen[src] {
		w.seen[src] = true
		w.doc.Sources = append(w.doc.Sources, src)
	}
}

// Links returns the node that each link is around, in order.
func (d *Document) Links() []Node {
	var out []Node
	for _, l := range d.links {
		out = append(out, Node{d, l.node})
	}
	return out
}

// Join makes one document of several that were each made alone: bodies of one message
// below each other, with a line between them. No style and no open tag of one reaches
// into another, nor does anything of it stand above or below its own place. It takes them over; they are not to be used alone any more.
func Join(docs ...*Document) *Document {
	if len(docs) == 1 {
		return docs[0]
	}
	out, root, named := &Document{}, &draft{style: rootStyle(16)}, names{}
	for i, d := range docs {
		in, inner := d.drafts()
		own := *in.style
		own.Margin = [4]Length{{0, Px}, {0, Px}, {0, Px}, {0, Px}}
		own.Padding = own.Margin
		own.Background, own.Contain = d.Canvas, true
		if i > 0 {
			own.Border[Top] = Border{Width: 1, Color: own.Color}
			own.Margin[Top], own.Padding[Top] = Length{16, Px}, Length{16, Px}
		}
		root.add(&draft{style: &own, kids: []*draft{in}})
		in.parent = root.kids[i]
		out.Notices = append(out.Notices, d.Notices...)
		for name, n := range inner {
			named.note(name, n)
		}
		if out.Title == "" {
			out.Title = d.Title
		}
	}
	out.seal(root, named)
	return out
}

// rootStyle is the style that everything inherits from, with the initial values of CSS.
func rootStyle(size float32) *Style {
	s := initial()
	s.Display, s.Size = Block, size
	return &s
}

// initial is a style with the initial value of every property.
func initial() Style {
	zero := [4]Length{{0, Px}, {0, Px}, {0, Px}, {0, Px}}
	return Style{Display: Inline, Margin: zero, Padding: zero, Indent: Length{0, Px}, Size: 16, Weight: 400, Opacity: 1}
}
