package look

import (
	"context"
	"image/color"
	"slices"
	"strconv"
	"strings"
)

// The computed styles that are asked for, and their places in what comes back.
const (
	styleDisplay = iota
	styleColor
	styleBackground
	styleBackgroundImage
	styleVisibility
	styleBorderTop
	styleBorderRight
	styleBorderBottom
	styleBorderLeft
)

var styleNames = []string{
	"display", "color", "background-color", "background-image", "visibility",
	"border-top-width", "border-right-width", "border-bottom-width", "border-left-width",
}

// snapshot is the part of DOMSnapshot.captureSnapshot that is used. Numbers are
// indices into Strings, -1 for none.
type snapshot struct {
	Documents []struct {
		ContentWidth  float64 `json:"contentWidth"`
		ContentHeight float64 `json:"contentHeight"`
		Nodes         struct {
			ParentIndex []int   `json:"parentIndex"`
			NodeType    []int   `json:"nodeType"`
			NodeName    []int   `json:"nodeName"`
			Attributes  [][]int `json:"attributes"`
			PseudoType  struct {
				Index []int `json:"index"`
			} `json:"pseudoType"`
		} `json:"nodes"`
		Layout struct {
			NodeIndex  []int       `json:"nodeIndex"`
			Styles     [][]int     `json:"styles"`
			Bounds     [][]float64 `json:"bounds"`
			Text       []int       `json:"text"`
		} `json:"layout"`
		TextBoxes struct {
			LayoutIndex []int       `json:"layoutIndex"`
			Bounds      [][]float64 `json:"bounds"`
		} `json:"textBoxes"`
	} `json:"documents"`
	Strings []string `json:"strings"`
}

// snapshot asks where everything is.
func (b *Browser) snapshot(ctx context.Context) (*Page, error) {
	var s snapshot
	err := b.tools.call(ctx, "DOMSnapshot.captureSnapshot", map[string]any{
		"computedStyles": styleNames,
	}, &s)
	if err != nil {
		return nil, err
	}
	if len(s.Documents) == 0 {
		return &Page{}, nil
	}
	r := newSnapReader(&s)
	return r.page(), nil
}

// element is what is known of a node while a snapshot is read.
type element struct {
	parent  int
	display string // "" if it has no box
	pseudo  bool
	words   []string // of all the text in it
	own     []string // of the text whose block it is
	text    Box      // around that text
}

type snapReader struct {
	*snapshot
	layout   []int // of each node, -1 if it has no box
	elements []element
	lines    map[int][][]float64 // the boxes of text, by layout index
}

func newSnapReader(s *snapshot) *snapReader {
	d := &s.Documents[0]
	r := &snapReader{snapshot: s, layout: make([]int, len(d.Nodes.ParentIndex)), elements: make([]element, len(d.Nodes.ParentIndex)), lines: map[int][][]float64{}}
	for i, p := range d.Nodes.ParentIndex {
		r.elements[i].parent, r.layout[i] = p, -1
	}
	for _, i := range d.Nodes.PseudoType.Index {
		r.elements[i].pseudo = true
	}
	for i, l := range d.Layout.NodeIndex {
		if e := &r.elements[l]; e.display == "" {
			e.display, r.layout[l] = r.style(i, styleDisplay), i
		}
	}
	for i, l := range d.TextBoxes.LayoutIndex {
		r.lines[l] = append(r.lines[l], d.TextBoxes.Bounds[i])
	}
	return r
}

func (r *snapReader) string(i int) string {
	if i < 0 || i >= len(r.Strings) {
		return ""
	}
	return r.Strings[i]
}

func (r *snapReader) style(layout, which int) string {
	if s := r.Documents[0].Layout.Styles[layout]; which < len(s) {
		return r.string(s[which])
	}
	return ""
}

// generated tells whether a node is in content that no element of the message holds.
func (r *snapReader) generated(node int) bool {
	for ; node >= 0; node = r.elements[node].parent {
		if r.elements[node].pseudo {
			return true
		}
	}
	return false
}

func (r *snapReader) page() *Page {
	d := &r.Documents[0]
	p := &Page{Width: d.ContentWidth, Height: d.ContentHeight}
	for i, node := range d.Layout.NodeIndex {
		if d.Nodes.NodeType[node] == 3 && r.style(i, styleVisibility) == "visible" && !r.generated(node) {
			p.Words = append(p.Words, r.text(i, node)...)
		}
	}
	for i, node := range d.Layout.NodeIndex {
		p.Boxes = append(p.Boxes, r.boxes(i, node)...)
	}
	return p
}

// text reads a text node, and tells its block and all around it of it.
func (r *snapReader) text(layout, node int) []Word {
	d := &r.Documents[0]
	texts := strings.Fields(r.string(d.Layout.Text[layout]))
	if len(texts) == 0 {
		return nil
	}
	w := Word{}
	w.Color, _ = parseColor(r.style(layout, styleColor))
	w.Back, w.Known = r.behind(node)
	block := true
	for n := r.elements[node].parent; n >= 0; n = r.elements[n].parent {
		e := &r.elements[n]
		e.words = append(e.words, texts...)
		if block && e.display != "" && e.display != "inline" && e.display != "contents" {
			block = false
			e.own = append(e.own, texts...)
			for _, b := range r.lines[layout] {
				e.text = e.text.union(b[0], b[1], b[2], b[3])
			}
		}
	}
	words := make([]Word, len(texts))
	for i, t := range texts {
		words[i] = w
		words[i].Text = t
	}
	return words
}

// behind is the colour behind a node: the backgrounds of those around it, down to white.
func (r *snapReader) behind(node int) (back color.NRGBA, known bool) {
	var layers []color.NRGBA
	for n := r.elements[node].parent; n >= 0; n = r.elements[n].parent {
		l := r.layout[n]
		if l < 0 {
			continue
		}
		if image := r.style(l, styleBackgroundImage); image != "" && image != "none" {
			return color.NRGBA{}, false
		}
		c, ok := parseColor(r.style(l, styleBackground))
		if !ok || c.A == 0 {
			continue
		}
		layers = append(layers, c)
		if c.A == 255 {
			break
		}
	}
	back = color.NRGBA{255, 255, 255, 255}
	for _, c := range slices.Backward(layers) {
		back = over(c, back)
	}
	return back, true
}

// boxes are those of one element.
func (r *snapReader) boxes(layout, node int) []Box {
	d := &r.Documents[0]
	if d.Nodes.NodeType[node] != 1 || r.style(layout, styleVisibility) != "visible" || r.generated(node) {
		return nil
	}
	e, at := &r.elements[node], d.Layout.Bounds[layout]
	box := Box{X: at[0], Y: at[1], W: at[2], H: at[3]}
	var boxes []Box
	switch name := r.string(d.Nodes.NodeName[node]); {
	case name == "HTML" || name == "BODY" || name == "INPUT" || name == "BUTTON" || name == "SELECT" || name == "TEXTAREA":
	case name == "IMG":
		if box.W > 1 && box.H > 1 {
			box.Kind, box.Text = ImageBox, imageName(r.attribute(node, "src"))
			boxes = append(boxes, box)
		}
	case r.style(layout, styleDisplay) != "inline" && r.painted(layout) && box.W >= 1 && box.H >= 1:
		box.Kind, box.Text = PaintedBox, strings.Join(e.words, " ")
		boxes = append(boxes, box)
	}
	if len(e.own) > 0 && e.text.W > 0 {
		e.text.Kind, e.text.Text = TextBox, strings.Join(e.own, " ")
		boxes = append(boxes, e.text)
	}
	return boxes
}

// painted tells whether a box shows by itself.
func (r *snapReader) painted(layout int) bool {
	if c, ok := parseColor(r.style(layout, styleBackground)); ok && c.A > 0 {
		return true
	}
	if image := r.style(layout, styleBackgroundImage); image != "" && image != "none" {
		return true
	}
	for s := styleBorderTop; s <= styleBorderLeft; s++ {
		if w := r.style(layout, s); w != "" && w != "0px" {
			return true
		}
	}
	return false
}

func (r *snapReader) attribute(node int, name string) string {
	a := r.Documents[0].Nodes.Attributes[node]
	for i := 0; i+1 < len(a); i += 2 {
		if r.string(a[i]) == name {
			return r.string(a[i+1])
		}
	}
	return ""
}

// imageName makes a source the same for both renderers.
func imageName(src string) string {
	if name, ok := strings.CutPrefix(src, host+"cid/"); ok {
		src = "cid:" + name
	}
	return src[:min(len(src), 80)]
}

// parseColor reads a computed colour, rgb(…) or rgba(…), and those of #rrggbbaa.
func parseColor(s string) (color.NRGBA, bool) {
	if hex, ok := strings.CutPrefix(s, "#"); ok {
		v, err := strconv.ParseUint(hex, 16, 32)
		switch {
		case err != nil:
		case len(hex) == 6:
			return color.NRGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}, true
		case len(hex) == 8:
			return color.NRGBA{uint8(v >> 24), uint8(v >> 16), uint8(v >> 8), uint8(v)}, true
		}
		return color.NRGBA{}, false
	}
	_, list, ok := strings.Cut(strings.TrimSuffix(s, ")"), "(")
	parts := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '/' })
	if !ok || len(parts) < 3 {
		return color.NRGBA{}, false
	}
	v := [4]float64{3: 1}
	for i, p := range parts[:min(len(parts), 4)] {
		f, err := strconv.ParseFloat(p, 64)
		if err != nil {
			return color.NRGBA{}, false
		}
		v[i] = f
	}
	return color.NRGBA{uint8(v[0]), uint8(v[1]), uint8(v[2]), uint8(v[3]*255 + 0.5)}, true
}
