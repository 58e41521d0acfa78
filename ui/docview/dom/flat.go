package dom

import (
	"strings"
)

// finish numbers the nodes by the flat text and notes the sources of images. It is the
// last step in making a document.
func (d *Document) finish() {
	w := &flattener{seen: map[string]bool{}, doc: d}
	size := 0
	each(d.Root, func(n *Node) { size += len(n.Text) + 1 })
	w.b.Grow(size)
	w.node(d.Root)
	d.flat = w.b.String()
	d.Root.End = len(d.flat)
	each(d.Root, func(n *Node) {
		if n.Text != "" { // a part of the whole, which holds it once
			n.Text = d.flat[n.Start : n.Start+len(n.Text)]
		}
	})
}

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

func (w *flattener) node(n *Node) {
	n.Start = w.b.Len()
	switch n.Kind {
	case Text:
		if n.Text != "" {
			w.flush()
			n.Start = w.b.Len()
			w.write(n.Text)
		}
	case Break:
		w.flush()
		n.Start = w.b.Len()
		w.write("\n")
	case Picture:
		w.source(n.Image.Src)
		block := n.Style.Display == Block
		if block {
			w.due(1)
		}
		if n.Image.Alt != "" {
			w.flush()
			n.Start = w.b.Len()
			w.write(n.Image.Alt)
		}
		if block {
			w.due(1)
		}
	default:
		w.box(n)
	}
	n.End = w.b.Len()
}

func (w *flattener) box(n *Node) {
	st := n.Style
	if st.Backdrop != nil {
		w.source(st.Backdrop.Src)
	}
	switch st.Display {
	case Inline, InlineBlock, InlineTable, RowGroup:
		w.kids(n)
		return
	case Cell:
		w.kids(n)
		w.lines, w.tab = 0, true
		return
	case Row:
		w.due(1)
		w.kids(n)
		w.tab = false
		w.due(1)
		return
	}
	w.due(gap(st, Top))
	if m := n.Marker(); m != "" {
		w.flush()
		n.Start = w.b.Len()
		w.write(m + " ")
	}
	w.kids(n)
	w.tab = false
	w.due(gap(st, Bottom))
}

// gap is how many line ends part a block from the one above or below: two where there
// is room for an empty line.
func gap(st *Style, side int) int {
	if m := st.Margin[side]; m.Unit == Px && m.Value >= st.Size*0.6 {
		return 2
	}
	return 1
}

func (w *flattener) kids(n *Node) {
	for _, k := range n.Children {
		w.node(k)
	}
}

func (w *flattener) source(src string) {
	if src != "" && !w.seen[src] {
		w.seen[src] = true
		w.doc.Sources = append(w.doc.Sources, src)
	}
}

// Links returns the first node of every link, in order.
func (d *Document) Links() []*Node {
	var out []*Node
	seen := map[*Link]bool{}
	each(d.Root, func(n *Node) {
		if n.Link != nil && !seen[n.Link] {
			seen[n.Link] = true
			out = append(out, n)
		}
	})
	return out
}

func each(n *Node, visit func(*Node)) {
	visit(n)
	for _, k := range n.Children {
		each(k, visit)
	}
}

// Join makes one document of several that were each made alone: bodies of one message
// below each other, with a line between them. No style and no open tag of one reaches
// into another, nor does anything of it stand above or below its own place. It takes them over; they are not to be used alone any more.
func Join(docs ...*Document) *Document {
	if len(docs) == 1 {
		return docs[0]
	}
	out := &Document{Root: &Node{Style: rootStyle(16)}}
	for i, d := range docs {
		b := &Node{Parent: out.Root, Style: d.Root.Style, Children: []*Node{d.Root}}
		own := *d.Root.Style
		own.Margin = [4]Length{{0, Px}, {0, Px}, {0, Px}, {0, Px}}
		own.Padding = own.Margin
		own.Background, own.Contain = d.Canvas, true
		if i > 0 {
			own.Border[Top] = Border{Width: 1, Color: own.Color}
			own.Margin[Top], own.Padding[Top] = Length{16, Px}, Length{16, Px}
		}
		b.Style = &own
		d.Root.Parent = b
		out.Root.Children = append(out.Root.Children, b)
		out.Notices = append(out.Notices, d.Notices...)
		for name, n := range d.anchors {
			out.note(name, n)
		}
		if out.Title == "" {
			out.Title = d.Title
		}
	}
	out.finish()
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
