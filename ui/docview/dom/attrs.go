package dom

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

func fields(s string) []string { return strings.Fields(s) }

func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func has(n *html.Node, name string) bool {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			return true
		}
	}
	return false
}

// hinter turns attributes into declarations.
type hinter struct {
	n   *html.Node
	out []decl
}

func (h *hinter) add(prop string, v value) { h.out = append(h.out, decl{prop: prop, vals: []value{v}}) }

func (h *hinter) word(prop, word string) { h.add(prop, value{kind: ident, text: word}) }

func (h *hinter) px(prop string, v float32) {
	h.add(prop, value{kind: dimension, num: v, text: "px"})
}

func (h *hinter) color(name, prop string) {
	if c, ok := legacyColour(attr(h.n, name)); ok {
		h.add(prop, value{kind: hash, text: hexOf(c.R, c.G, c.B, c.A)})
	}
}

func hexOf(parts ...uint8) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteByte("0123456789abcdef"[p>>4])
		b.WriteByte("0123456789abcdef"[p&15])
	}
	return b.String()
}

// dimensionOf reads a length as HTML's attributes have it: "600", "600px", "50%".
func dimensionOf(s string) (value, bool) {
	s = strings.TrimSpace(s)
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.') {
		end++
	}
	v, err := strconv.ParseFloat(s[:end], 32)
	if err != nil || v > 1e6 {
		return value{}, false
	}
	if strings.HasPrefix(s[end:], "%") {
		return value{kind: percentage, num: float32(v)}, true
	}
	return value{kind: dimension, num: float32(v), text: "px"}, true
}

func (h *hinter) size(names ...string) {
	for _, name := range names {
		if v, ok := dimensionOf(attr(h.n, name)); ok && (v.num > 0 || h.n.Data == "img") {
			h.add(name, v)
		}
	}
}

// bodyMargins are those of the body's attributes, of two browsers of old.
func (h *hinter) bodyMargins() {
	for _, name := range [...][2]string{
		{"marginwidth", "left"}, {"marginwidth", "right"}, {"marginheight", "top"}, {"marginheight", "bottom"},
		{"leftmargin", "left"}, {"rightmargin", "right"}, {"topmargin", "top"}, {"bottommargin", "bottom"},
	} {
		if v, ok := dimensionOf(attr(h.n, name[0])); ok && v.kind == dimension {
			h.add("margin-"+name[1], v)
		}
	}
}

func (h *hinter) valign() {
	switch v := lower(attr(h.n, "valign")); v {
	case "top", "middle", "bottom", "baseline":
		h.word("vertical-align", v)
	case "center":
		h.word("vertical-align", "middle")
	}
}

// align is the alignment of what is in an element; blocks are aligned, too.
func (h *hinter) align(bool) {
	switch v := lower(attr(h.n, "align")); v {
	case "left", "right", "center":
		h.word("text-align", "-webkit-"+v)
	case "middle":
		h.word("text-align", "-webkit-center")
	case "justify":
		h.word("text-align", v)
	}
}

func (h *hinter) background() {
	if src := attr(h.n, "background"); src != "" {
		h.add("background-image", value{kind: address, text: src})
	}
}

func (h *hinter) table() {
	h.size("width", "height")
	h.color("bgcolor", "background-color")
	h.background()
	switch lower(attr(h.n, "align")) {
	case "center":
		h.word("margin-left", "auto")
		h.word("margin-right", "auto")
	case "left":
		h.word("float", "left")
	case "right":
		h.word("float", "right")
	}
	if v, ok := dimensionOf(attr(h.n, "cellspacing")); ok {
		h.add("border-spacing", v)
	}
	if w := borderOf(h.n); w > 0 {
		h.border(w)
	}
}

// borderOf is the width that the border attribute asks for.
func borderOf(n *html.Node) float32 {
	if !has(n, "border") {
		return 0
	}
	v, ok := dimensionOf(attr(n, "border"))
	if !ok {
		return 1
	}
	return v.num
}

func (h *hinter) border(w float32) {
	for _, s := range sides {
		h.px("border-"+s+"-width", w)
		h.word("border-"+s+"-style", "solid")
		h.add("border-"+s+"-color", value{kind: hash, text: "808080"})
	}
}

func (h *hinter) cell(table *html.Node) {
	if table != nil {
		if v, ok := dimensionOf(attr(table, "cellpadding")); ok {
			for _, s := range sides {
				h.add("padding-"+s, v)
			}
		}
		if borderOf(table) > 0 {
			h.border(1)
		}
	}
	h.size("width", "height")
	h.color("bgcolor", "background-color")
	h.background()
	h.valign()
	h.align(true)
	if has(h.n, "nowrap") {
		h.word("white-space", "nowrap")
	}
}

func (h *hinter) image() {
	h.size("width", "height")
	switch v := lower(attr(h.n, "align")); v {
	case "left", "right":
		h.word("float", v)
	case "top", "middle", "bottom":
		h.word("vertical-align", v)
	case "absmiddle", "center":
		h.word("vertical-align", "middle")
	case "texttop":
		h.word("vertical-align", "text-top")
	}
	for name, s := range map[string][2]string{"hspace": {"left", "right"}, "vspace": {"top", "bottom"}} {
		if v, ok := dimensionOf(attr(h.n, name)); ok {
			h.add("margin-"+s[0], v)
			h.add("margin-"+s[1], v)
		}
	}
	if w := borderOf(h.n); w > 0 {
		for _, s := range sides {
			h.px("border-"+s+"-width", w)
			h.word("border-"+s+"-style", "solid")
		}
	}
}

func (h *hinter) font() {
	h.color("color", "color")
	if f := attr(h.n, "face"); f != "" && len(f) < 500 {
		h.out = append(h.out, declarations("font-family:"+strings.NewReplacer(";", "", "{", "", "}", "").Replace(f))...)
	}
	s := strings.TrimSpace(attr(h.n, "size"))
	if s == "" {
		return
	}
	n, err := strconv.Atoi(strings.TrimPrefix(s, "+"))
	if err != nil {
		return
	}
	if s[0] == '+' || s[0] == '-' {
		n += 3
	}
	names := []string{"x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large"}
	h.word("font-size", names[min(max(n, 1), 7)-1])
}

func (h *hinter) rule() {
	h.size("width")
	v, ok := dimensionOf(attr(h.n, "size"))
	switch ok = ok && v.num >= 1; {
	case ok && (has(h.n, "noshade") || has(h.n, "color")):
		for _, s := range sides {
			h.word("border-"+s+"-style", "none")
		}
		h.add("height", v)
		h.word("background-color", "gray")
	case ok && v.num > 1:
		h.px("height", v.num-2)
	case ok:
		h.word("border-bottom-style", "none")
	}
	if has(h.n, "color") {
		h.color("color", "background-color")
		for _, s := range sides {
			h.color("color", "border-"+s+"-color")
		}
	}
	switch lower(attr(h.n, "align")) {
	case "left":
		h.px("margin-left", 0)
	case "right":
		h.px("margin-right", 0)
	}
}

func (h *hinter) list() {
	switch t := strings.TrimSpace(attr(h.n, "type")); t {
	case "1":
		h.word("list-style-type", "decimal")
	case "a":
		h.word("list-style-type", "lower-alpha")
	case "A":
		h.word("list-style-type", "upper-alpha")
	case "i":
		h.word("list-style-type", "lower-roman")
	case "I":
		h.word("list-style-type", "upper-roman")
	default:
		if t = lower(t); t == "disc" || t == "circle" || t == "square" || t == "none" {
			h.word("list-style-type", t)
		}
	}
}
