package look

import (
	"context"
	"image/color"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
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
	styleCollapse
)

var styleNames = []string{
	"display", "color", "background-color", "background-image", "visibility",
	"border-top-width", "border-right-width", "border-bottom-width", "border-left-width", "border-collapse",
}

// snapshot is the part of DOMSnapshot.captureSnapshot that is used. Numbers are
// indices into Strings, -1 for none.
type snapshot struct {
	Documents []struct {
		ContentWidth  float64 `json:"contentWidth"`
		ContentHeight float64 `json:"contentHeight"`
		Nodes         struct {
			ParentIndex []int `json:"parentIndex"`
			NodeType    []int `json:"nodeType"`
			NodeName    []int `json:"nodeName"`
			PseudoType  struct {
				Index []int `json:"index"`
			} `json:"pseudoType"`
		} `json:"nodes"`
		Layout struct {
			NodeIndex []int       `json:"nodeIndex"`
			Styles    [][]int     `json:"styles"`
			Bounds    [][]float64 `json:"bounds"`
			Text      []int       `json:"text"`
		} `json:"layout"`
		TextBoxes struct {
			LayoutIndex []int       `json:"layoutIndex"`
			Bounds      [][]float64 `json:"bounds"`
			Start       []int       `json:"start"` // in UTF-16 of the layout's text
			Length      []int       `json:"length"`
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
	parent   int
	display  string // "" if it has no box
	pseudo   bool
	from, to int // the words in it, once there are any
	own      Box // around the text whose block it is
}

type snapReader struct {
	*snapshot
	layout   []int // of each node, -1 if it has no box
	elements []element
	lines    map[int][][]float64 // the boxes of text, by layout index
	words    []Word
}

func newSnapReader(s *snapshot) *snapReader {
	d := &s.Documents[0]
	n := len(d.Nodes.ParentIndex)
	r := &snapReader{snapshot: s, layout: make([]int, n), elements: make([]element, n), lines: map[int][][]float64{}}
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
		text := utf16.Encode([]rune(r.string(d.Layout.Text[l])))
		from := min(d.TextBoxes.Start[i], len(text))
		to := min(from+d.TextBoxes.Length[i], len(text))
		if strings.TrimSpace(string(utf16.Decode(text[from:to]))) != "" {
			r.lines[l] = append(r.lines[l], d.TextBoxes.Bounds[i])
		}
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

// generated tells whether a node is in content that no element of the message holds, or
// in a control of a form, which has a look of its own in each program.
func (r *snapReader) generated(node int) bool {
	for ; node >= 0; node = r.elements[node].parent {
		if r.elements[node].pseudo {
			return true
		}
		switch r.string(r.Documents[0].Nodes.NodeName[node]) {
		case "INPUT", "BUTTON", "SELECT", "TEXTAREA":
			return true
		}
	}
	return false
}

// page reads the nodes in the order of the document.
func (r *snapReader) page() *Page {
	d := &r.Documents[0]
	order := r.seen()
	order = slices.DeleteFunc(order, func(l int) bool {
		return l < 0 || r.style(l, styleVisibility) != "visible" || r.generated(d.Layout.NodeIndex[l])
	})
	for _, l := range order {
		if node := d.Layout.NodeIndex[l]; d.Nodes.NodeType[node] == 3 {
			r.text(l, node)
		}
	}
	p := &Page{Width: d.ContentWidth, Height: d.ContentHeight, Words: r.words}
	words := 0
	for _, l := range order {
		node := d.Layout.NodeIndex[l]
		switch d.Nodes.NodeType[node] {
		case 3:
			words += len(strings.Fields(r.string(d.Layout.Text[l])))
		case 1:
			p.Boxes = append(p.Boxes, r.boxes(l, node, words)...)
		}
	}
	return p
}

// seen are the layouts of the nodes, in the order of the document but for the feet of
// tables, which are seen last.
func (r *snapReader) seen() []int {
	names := r.Documents[0].Nodes.NodeName
	end := func(node int) int {
		i := node + 1
		for i < len(names) && r.elements[i].parent >= node {
			i++
		}
		return i
	}
	order := slices.Clone(r.layout)
	for foot := len(names) - 1; foot >= 0; foot-- {
		if r.elements[foot].display != "table-footer-group" {
			continue
		}
		from, to, last := foot, end(foot), end(r.elements[foot].parent)
		moved := slices.Clone(order[from:to])
		copy(order[from:], order[to:last])
		copy(order[last-len(moved):], moved)
	}
	return order
}

// text reads a text node, and tells its block and all around it of it.
func (r *snapReader) text(layout, node int) {
	texts := strings.Fields(r.string(r.Documents[0].Layout.Text[layout]))
	if len(texts) == 0 {
		return
	}
	w := Word{}
	w.Color, _ = parseColor(r.style(layout, styleColor))
	w.Back = r.behind(node)
	w.Color = over(w.Color, w.Back)
	first, block := len(r.words), true
	for n := r.elements[node].parent; n >= 0; n = r.elements[n].parent {
		e := &r.elements[n]
		if e.to == 0 {
			e.from = first
		}
		e.to = first + len(texts)
		if block && e.display != "" && e.display != "inline" && e.display != "contents" {
			block = false
			if e.own.Count == 0 {
				e.own.First = first
			}
			e.own.Count += len(texts)
			for _, b := range r.lines[layout] {
				e.own = e.own.union(b[0], b[1], b[2], b[3])
			}
		}
	}
	for _, t := range texts {
		w.Text = t
		r.words = append(r.words, w)
	}
}

// behind is the colour behind a node: the backgrounds of those around it, down to white.
func (r *snapReader) behind(node int) color.NRGBA {
	var layers []color.NRGBA
	for n := r.elements[node].parent; n >= 0; n = r.elements[n].parent {
		l := r.layout[n]
		if l < 0 {
			continue
		}
		if image := r.style(l, styleBackgroundImage); image != "" && image != "none" {
			return color.NRGBA{}
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
	return behind(layers)
}

// boxes are those of one element, before which there are so many words.
func (r *snapReader) boxes(layout, node, words int) []Box {
	e, at := &r.elements[node], r.Documents[0].Layout.Bounds[layout]
	box := Box{First: words, X: at[0], Y: at[1], W: at[2], H: at[3]}
	if e.to > 0 {
		box.First, box.Count = e.from, e.to-e.from
	}
	var boxes []Box
	switch name := r.string(r.Documents[0].Nodes.NodeName[node]); {
	case name == "HTML" || name == "BODY":
	case name == "IMG":
		if box.W > 1 && box.H > 1 {
			box.Kind = ImageBox
			boxes = append(boxes, box)
		}
	case r.style(layout, styleDisplay) != "inline" && r.painted(layout) && box.W >= 1 && box.H >= 1:
		box.Kind = PaintedBox
		box.Color, _ = parseColor(r.style(layout, styleBackground))
		boxes = append(boxes, box)
	}
	if e.own.Count > 0 && e.own.W > 0 {
		e.own.Kind = TextBox
		boxes = append(boxes, e.own)
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
	if r.style(layout, styleCollapse) == "collapse" {
		return false // which of two boxes has the border between them is up to the renderer
	}
	for s := styleBorderTop; s <= styleBorderLeft; s++ {
		if w := r.style(layout, s); w != "" && w != "0px" {
			return true
		}
	}
	return false
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
