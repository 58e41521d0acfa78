package dom

import (
	"strings"

	"golang.org/x/net/html"
)

// mode is how old a browser a document was written for (Quirks Mode Standard). Most mail
// has no doctype, and is laid out for browsers of the last century.
type mode uint8

const (
	standards mode = iota
	limited
	quirks
)

// The public identifiers that begin so are of documents for older browsers (HTML section
// 13.2.6.4.1).
var oldDoctypes = []string{
	"+//silmaril//dtd html pro v0r11 19970101//", "-//as//dtd html 3.0 aswedit + extensions//", "-//advasoft ltd//dtd html 3.0 aswedit + extensions//",
	"-//ietf//dtd html", "-//microsoft//dtd internet explorer ", "-//netscape comm. corp.//dtd ", "-//o'reilly and associates//dtd html ",
	"-//softquad", "-//spyglass//dtd html ", "-//sun microsystems corp.//dtd hotjava ", "-//w3c//dtd html 3", "-//w3c//dtd html 4.0 frameset//",
	"-//w3c//dtd html 4.0 transitional//", "-//w3c//dtd html experimental ", "-//w3c//dtd w3 html ", "-//w3o//dtd w3 html ", "-//webtechs//dtd mozilla html ",
}

func modeOf(root *html.Node) mode {
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if n.Type != html.DoctypeNode {
			continue
		}
		public, system := lower(attr(n, "public")), has(n, "system")
		begins := func(prefix string) bool { return strings.HasPrefix(public, prefix) }
		for _, old := range oldDoctypes {
			if begins(old) {
				return quirks
			}
		}
		switch {
		case n.Data != "html" || public == "-/w3c/dtd html 4.0 transitional/en" || public == "html":
			return quirks
		case begins("-//w3c//dtd html 4.01 frameset//") || begins("-//w3c//dtd html 4.01 transitional//"):
			if system {
				return limited
			}
			return quirks
		case begins("-//w3c//dtd xhtml 1.0 frameset//") || begins("-//w3c//dtd xhtml 1.0 transitional//"):
			return limited
		}
		return standards
	}
	return quirks
}

// quirkyTable is what a table does not inherit in quirks mode (HTML section 15.3.11).
func (b *builder) quirkyTable(e *element) {
	first := initial()
	s := &e.st
	s.Size, s.Weight, s.Italic, s.LineHeight = b.o.BaseSize, first.Weight, first.Italic, first.LineHeight
	s.Space, s.Align, s.Color = first.Space, first.Align, b.bodyColor
	e.factor, e.zero = 0, false
}

// usualMargin is the margin above and below an element, in its own em, that does not count
// at the edge of the body or a cell in quirks mode.
var usualMargin = map[string]float32{
	"p": 1, "dl": 1, "ul": 1, "ol": 1, "menu": 1, "dir": 1, "blockquote": 1, "pre": 1, "listing": 1, "xmp": 1, "plaintext": 1,
	"h1": 0.67, "h2": 0.83, "h3": 1, "h4": 1.33, "h5": 1.67, "h6": 2.33,
}

// quirkyMargins takes the usual margins from what is first in the body and in cells, and
// from what is last in cells (HTML section 15.3.10).
func (b *builder) quirkyMargins(n *draft) {
	if n.tag == "body" || n.tag == "td" || n.tag == "th" {
		b.trim(n, Top)
		if n.tag != "body" {
			b.trim(n, Bottom)
		}
	}
	for _, k := range n.kids {
		k.do(b.quirkyMargins)
	}
}

// trim takes the margins on one side of what is on that side of a box, and tells whether
// there is something that margins do not collapse through.
func (b *builder) trim(n *draft, side int) bool {
	for i := 0; i < len(n.kids); i++ {
		at := i
		if side == Bottom {
			at = len(n.kids) - 1 - i
		}
		k := n.kids[at]
		if k.bundle != nil {
			n.unfold(at)
			i--
			continue
		}
		st := k.style
		if st.Float != FloatNone {
			continue
		}
		if k.kind == Box && st.Display == Inline && len(k.kids) > 0 { // font around paragraphs
			if b.trim(k, side) {
				return true
			}
			continue
		}
		if k.kind != Box || st.Display != Block && st.Display != ListItem {
			return true
		}
		b.unmargin(k, side)
		if st.Clip || st.Border[side].Width > 0 || st.Padding[side].Value != 0 || b.trim(k, side) ||
			st.Border[Bottom-side].Width > 0 || st.Padding[Bottom-side].Value != 0 || st.Height.Value > 0 || st.MinHeight.Value > 0 {
			return true
		}
		b.unmargin(k, Bottom-side) // an empty one: its margins are one
	}
	return false
}

// unmargin takes the margin on one side if it is the usual one.
func (b *builder) unmargin(n *draft, side int) {
	m := n.style.Margin[side]
	usual := usualMargin[n.tag] * n.style.Size
	if d := m.Value - usual; usual == 0 || m.Unit != Px || d > 0.01 || d < -0.01 {
		return
	}
	own := *n.style
	own.Margin[side] = Length{0, Px}
	n.style = b.intern(&own)
}
