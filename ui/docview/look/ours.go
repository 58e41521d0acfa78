package look

import (
	"image"
	"image/color"
	"slices"
	"strings"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/faces"
	"restante.app/ui/docview/layout"
	"restante.app/ui/docview/raster"
	"restante.app/ui/docview/typeset"
)

// View is the document view without a window.
type View struct {
	fonts *typeset.Fonts
	width float32
}

// NewView returns a view of so many CSS px, in the program's fonts and those of the
// system, whose list is kept in dir.
func NewView(width int, dir string) (*View, error) {
	f, err := faces.Reading()
	if err != nil {
		return nil, err
	}
	f.System(dir)
	return &View{fonts: f, width: float32(width)}, nil
}

// Show lays a message out, whose pictures come from load, and returns what became of it,
// painted too if so asked.
func (v *View) Show(html string, load func(src string) []byte, paint bool) *Page {
	doc := dom.ParseHTML(html, dom.HTMLOptions{Width: v.width})
	images := raster.NewImages(load, 64<<20)
	flow := layout.New(doc, layout.Options{Width: v.width, Zoom: 1, Fonts: v.fonts, Size: images.Size})
	flow.All()
	height, _ := flow.Height()
	r := &ourReader{at: map[dom.Node]*ourNode{}}
	r.node(doc.Root, canvasOf(doc))
	flow.Items(layout.Rect{W: max(flow.Width(), v.width), H: height}, func(i *layout.Item) bool {
		r.item(i)
		return true
	})
	p := &Page{Width: float64(flow.Width()), Height: float64(height), Words: r.words, Boxes: r.boxes(), Stand: r.strangers()}
	if paint {
		p.Image = image.NewRGBA(image.Rect(0, 0, int(max(flow.Width(), v.width)), max(1, min(int(height), tallest))))
		raster.New(images).Paint(p.Image, flow, 0, 0, raster.Options{Canvas: canvasOf(doc)})
	}
	return p
}

func canvasOf(doc *dom.Document) color.NRGBA { return behind([]color.NRGBA{doc.Canvas}) }

// ourNode is what is known of a node while the items are read.
type ourNode struct {
	order    int
	from, to int // the words in it
	own      Box // around the text whose block it is
	box      Box // its border box, if it shows
	image    bool
}

// control are elements that have a look of their own in each program.
var control = map[string]bool{"input": true, "button": true, "select": true, "textarea": true}

type ourReader struct {
	at    map[dom.Node]*ourNode
	nodes []*ourNode // in the order of the document
	words []Word
	stand []string
}

// node reads the words of a node; behind it is back.
func (r *ourReader) node(n dom.Node, back color.NRGBA) {
	o := &ourNode{order: len(r.nodes), from: len(r.words)}
	r.at[n] = o
	r.nodes = append(r.nodes, o)
	if n.Kind() == dom.Box {
		if bg := n.Style().Background; bg.A == 255 || bg.A > 0 && back.A > 0 {
			back = over(n.Style().Background, back)
		}
		if n.Style().Backdrop != nil {
			back = color.NRGBA{}
		}
	}
	if n.Kind() == dom.Text && !n.Style().Invisible && !control[n.Parent().Tag()] {
		texts := strings.Fields(n.Text())
		for _, t := range texts {
			r.words = append(r.words, Word{t, over(n.Style().Color, back), back})
		}
		if own := &r.at[blockOf(n)].own; len(texts) > 0 {
			if own.Count == 0 {
				own.First = o.from
			}
			own.Count += len(texts)
		}
	}
	for k := range n.Children() {
		r.node(k, back)
	}
	o.to = len(r.words)
}

// blockOf is the element that a text is on the lines of.
func blockOf(n dom.Node) dom.Node {
	for !n.Parent().IsZero() && (n.Kind() != dom.Box || n.Style().Display == dom.Inline || n.Tag() == "") {
		n = n.Parent()
	}
	return n
}

func (r *ourReader) item(i *layout.Item) {
	o := r.at[i.Node]
	if o == nil {
		return
	}
	x, y, w, h := float64(i.Rect.X), float64(i.Rect.Y), float64(i.Rect.W), float64(i.Rect.H)
	switch i.Kind {
	case layout.Glyphs:
		r.glyphs(i)
	case layout.Picture, layout.Frame:
		o.image = true
		o.box = o.box.union(x, y, w, h)
	case layout.Fill, layout.Edge, layout.Tiles:
		if control[i.Node.Tag()] {
			return
		}
		if i.Kind == layout.Edge && i.Node.Style().Collapse {
			return // which of two boxes has the border between them is up to the renderer
		}
		if i.Node.Style().Display != dom.Inline && i.Node.Tag() != "html" && i.Node.Tag() != "body" && i.Node.Tag() != "" {
			o.box = o.box.union(x, y, w, h)
			o.box.Color = i.Node.Style().Background
		}
	case layout.Stroke:
	}
}

func (r *ourReader) glyphs(i *layout.Item) {
	if i.Node.Kind() == dom.Text && !control[i.Node.Parent().Tag()] && strings.TrimSpace(i.Run.Span.Text) != "" {
		own := &r.at[blockOf(i.Node)].own
		*own = own.union(float64(i.Rect.X), float64(i.Rect.Y), float64(i.Rect.W), float64(i.Rect.H))
	}
	if family := i.Run.Face.Describe().Family; !strings.HasPrefix(family, "IBM Plex") && !slices.Contains(r.stand, family) {
		r.stand = append(r.stand, family)
	}
}

func (r *ourReader) strangers() []string {
	slices.Sort(r.stand)
	return r.stand
}

func (r *ourReader) boxes() []Box {
	var boxes []Box
	for _, o := range r.nodes {
		if b := o.box; b.W >= 1 && b.H >= 1 && (!o.image || b.W > 1 && b.H > 1) {
			b.Kind, b.First, b.Count = PaintedBox, o.from, o.to-o.from
			if o.image {
				b.Kind, b.Color = ImageBox, color.NRGBA{}
			}
			boxes = append(boxes, b)
		}
		if b := o.own; b.Count > 0 && b.W > 0 {
			b.Kind = TextBox
			boxes = append(boxes, b)
		}
	}
	return boxes
}
