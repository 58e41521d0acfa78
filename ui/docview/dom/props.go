package dom

import (
	"math"
	"strings"
)

// element is an element's style being computed, with what is inherited beside it.
type element struct {
	st     Style
	factor float32 // line-height as a multiple of the font's size; 0 if it is a length or normal
	marker string  // list-style-type
	hidden bool    // display: none
	flex   bool    // display: flex in a row
	inFlex bool    // a child of one
	quote  uint16
	zero   bool // font-size 0: text is not seen
	// transform is text-transform.
	transform string
	column    bool // flex-direction
	fold      bool // a quotation that can be folded
}

// heir begins the style of a child: inherited properties as they are, others initial.
func (e *element) heir() *element {
	s := initial()
	p := &e.st
	s.Color, s.Family, s.Size, s.Weight, s.Italic = p.Color, p.Family, p.Size, p.Weight, p.Italic
	s.LineHeight, s.LetterSpace, s.WordSpace = p.LineHeight, p.LetterSpace, p.WordSpace
	s.Align, s.Indent, s.Space, s.BreakWord, s.BreakAll = p.Align, p.Indent, p.Space, p.BreakWord, p.BreakAll
	s.RTL, s.Invisible, s.Opacity, s.NoStrut = p.RTL, p.Invisible, p.Opacity, p.NoStrut
	s.Collapse, s.Spacing, s.CaptionBottom, s.MarkerInside = p.Collapse, p.Spacing, p.CaptionBottom, p.MarkerInside
	if p.Display != InlineBlock && p.Display != InlineTable && p.Float == FloatNone {
		s.Underline, s.Strike, s.Overline = p.Underline, p.Strike, p.Overline
	}
	return &element{st: s, factor: e.factor, marker: e.marker, quote: e.quote, inFlex: e.flex, zero: e.zero, transform: e.transform}
}

// unread tells whether nobody can read a text of this style: letters hide text so that
// lists of messages and filters see it. What is not seen is not found or copied either.
func (e *element) unread() bool {
	const faint, tiny = 0.05, 2
	return e.zero || e.st.Invisible || e.st.Opacity < faint || e.st.Size < tiny
}

// cascade are the declarations for an element, in the order in which they count.
type cascade struct {
	lists  [][]decl
	parent *element
	rem    float32
	view   float32
}

// apply computes the style: the font's size first, then what is measured in it.
func (c *cascade) apply(e *element) {
	for _, list := range c.lists {
		for i := range list {
			if list[i].prop == "font-size" {
				c.fontSize(e, list[i].vals)
			}
		}
	}
	m := measure{em: e.st.Size, rem: c.rem, view: c.view}
	for _, list := range c.lists {
		for i := range list {
			if list[i].prop == "color" {
				c.color(e, list[i].vals[0])
			}
		}
	}
	for _, list := range c.lists {
		for i := range list {
			c.one(e, &list[i], m)
		}
	}
	if e.factor > 0 {
		e.st.LineHeight = e.factor * e.st.Size
	}
}

func (c *cascade) color(e *element, v value) {
	if v.kind == ident && (v.text == "inherit" || v.text == "unset") {
		e.st.Color = c.parent.st.Color
		return
	}
	if col, ok := colour(v, c.parent.st.Color); ok {
		e.st.Color = col
	}
}

// Bounds of the size of letters, in px.
// What is set in less than leastSeen is not seen, and its blanks take no room to speak of.
const minSize, leastSeen, maxSize = 0.01, 1, 400

func (c *cascade) fontSize(e *element, vals []value) {
	base := c.parent.st.Size
	v := vals[0]
	size := base
	m := measure{em: base, rem: c.rem, view: c.view}
	switch v.kind {
	case ident:
		f, ok := map[string]float32{
			"xx-small": 9.0 / 16, "x-small": 10.0 / 16, "small": 13.0 / 16, "medium": 1, "large": 18.0 / 16,
			"x-large": 1.5, "xx-large": 2, "xxx-large": 3, "initial": 1,
		}[v.text]
		switch {
		case ok:
			size = c.rem * f
		case v.text == "smaller":
			size = base / 1.2
		case v.text == "larger":
			size = base * 1.2
		case v.text != "inherit" && v.text != "unset":
			return
		}
	case percentage:
		size = base * v.num / 100
	default:
		n, ok := m.px(v, true)
		if !ok || n < 0 {
			return
		}
		size = n
	}
	e.zero = size < leastSeen
	e.st.Size = min(max(size, minSize), maxSize)
}

// one sets one property. What it does not know, or can't read, has no effect.
func (c *cascade) one(e *element, d *decl, m measure) {
	v := d.vals[0]
	if v.kind == ident && (v.text == "inherit" || v.text == "initial" || v.text == "unset" || v.text == "revert") {
		c.wide(e, d.prop, v.text)
		return
	}
	if set := properties[d.prop]; set != nil {
		set(e, d.vals, m)
	}
}

// wide handles the keywords that every property has, for those where mail uses them.
func (c *cascade) wide(e *element, prop, word string) {
	p, s := &c.parent.st, &e.st
	first := initial()
	if word == "inherit" {
		first = *p
	}
	switch prop {
	case "background-color":
		s.Background = first.Background
	case "width":
		s.Width = first.Width
	case "height":
		s.Height = first.Height
	case "text-decoration-line":
		if word != "inherit" {
			s.Underline, s.Strike, s.Overline = false, false, false
		} else {
			s.Underline, s.Strike, s.Overline = p.Underline, p.Strike, p.Overline
		}
	case "line-height":
		e.factor, s.LineHeight = c.parent.factor, p.LineHeight
	case "font-weight":
		s.Weight = p.Weight
	case "font-family":
		s.Family = p.Family
	case "font-style":
		s.Italic = p.Italic
	case "text-align":
		s.Align = p.Align
	case "vertical-align":
		s.VAlign = first.VAlign
	case "white-space":
		s.Space = p.Space
	case "display":
		s.Display = first.Display
	}
}

// properties set the properties that are known.
var properties map[string]func(e *element, v []value, m measure)

func init() {
	properties = map[string]func(e *element, v []value, m measure){}
	boxProperties()
	textProperties()
	backgroundProperties()
}

func lengthInto(field func(s *Style) *Length, bareToo, negative bool) func(*element, []value, measure) {
	return func(e *element, v []value, m measure) {
		if l, ok := m.length(v[0], bareToo); ok && (negative || l.Value >= 0) {
			*field(&e.st) = l
		}
	}
}

func boxProperties() {
	p := properties
	p["width"] = lengthInto(func(s *Style) *Length { return &s.Width }, true, false)
	p["height"] = lengthInto(func(s *Style) *Length { return &s.Height }, true, false)
	p["min-width"] = lengthInto(func(s *Style) *Length { return &s.MinWidth }, true, false)
	p["max-width"] = lengthInto(func(s *Style) *Length { return &s.MaxWidth }, true, false)
	p["min-height"] = lengthInto(func(s *Style) *Length { return &s.MinHeight }, true, false)
	p["max-height"] = lengthInto(func(s *Style) *Length { return &s.MaxHeight }, true, false)
	for i, side := range sides {
		p["margin-"+side] = lengthInto(func(s *Style) *Length { return &s.Margin[i] }, true, true)
		p["padding-"+side] = func(e *element, v []value, m measure) {
			if l, ok := m.length(v[0], true); ok && l.Value >= 0 && l.Unit != Auto {
				e.st.Padding[i] = l
			}
		}
		p["border-"+side+"-width"] = func(e *element, v []value, m measure) { borderWidth(e, i, v[0], m) }
		p["border-"+side+"-style"] = func(e *element, v []value, _ measure) { borderStyle(e, i, v[0]) }
		p["border-"+side+"-color"] = func(e *element, v []value, _ measure) {
			if c, ok := colour(v[0], e.st.Color); ok {
				e.st.Border[i].Color = c
			}
		}
		p["border-"+corners[i]+"-radius"] = func(e *element, v []value, m measure) {
			if v[0].kind == percentage {
				e.st.Radius[i] = min(v[0].num/100*max(e.st.Width.Value, 0), 1000)
			} else if n, ok := m.px(v[0], true); ok && n >= 0 {
				e.st.Radius[i] = n
			}
		}
	}
	flowProperties(p)
	tableProperties(p)
}

// flowProperties are those of where a box is and how it is seen.
func flowProperties(p map[string]func(*element, []value, measure)) {
	p["display"] = func(e *element, v []value, _ measure) { display(e, v) }
	p["flex-direction"] = func(e *element, v []value, _ measure) { e.column = strings.HasPrefix(v[0].text, "column") }
	p["float"] = func(e *element, v []value, _ measure) {
		if f, ok := map[string]Float{"none": FloatNone, "left": FloatLeft, "right": FloatRight}[v[0].text]; ok {
			e.st.Float = f
		}
	}
	p["clear"] = func(e *element, v []value, _ measure) {
		if f, ok := map[string]Float{"none": FloatNone, "left": FloatLeft, "right": FloatRight, "both": FloatBoth}[v[0].text]; ok {
			e.st.Clear = f
		}
	}
	p["box-sizing"] = func(e *element, v []value, _ measure) { e.st.BorderBox = v[0].text == "border-box" }
	p["overflow"] = func(e *element, v []value, _ measure) {
		e.st.Clip = v[0].text == "hidden" || v[0].text == "auto" || v[0].text == "scroll" || v[0].text == "clip"
	}
	p["visibility"] = func(e *element, v []value, _ measure) {
		e.st.Invisible = v[0].text == "hidden" || v[0].text == "collapse"
	}
	p["opacity"] = func(e *element, v []value, _ measure) {
		if v[0].kind == number || v[0].kind == percentage {
			e.st.Opacity *= clamp(share(v[0], 1))
		}
	}
}

func tableProperties(p map[string]func(*element, []value, measure)) {
	p["border-collapse"] = func(e *element, v []value, _ measure) { e.st.Collapse = v[0].text == "collapse" }
	p["border-spacing"] = func(e *element, v []value, m measure) {
		a, ok := m.px(v[0], true)
		b, ok2 := m.px(v[len(v)-1], true)
		if ok && ok2 && a >= 0 && b >= 0 {
			e.st.Spacing = [2]float32{a, b}
		}
	}
	p["table-layout"] = func(e *element, v []value, _ measure) { e.st.FixedTable = v[0].text == "fixed" }
	p["caption-side"] = func(e *element, v []value, _ measure) { e.st.CaptionBottom = v[0].text == "bottom" }
}

func borderWidth(e *element, side int, v value, m measure) {
	b := &e.st.Border[side]
	switch v.kind {
	case ident:
		if w, ok := map[string]float32{"thin": 1, "medium": 3, "thick": 5}[v.text]; ok {
			b.Width = w
		}
	default:
		if w, ok := m.px(v, true); ok && w >= 0 {
			b.Width = float32(math.Min(float64(w), 1000))
		}
	}
}

// none marks a border without a style while the style is computed.
const none = BorderStyle(255)

func borderStyle(e *element, side int, v value) {
	b := &e.st.Border[side]
	switch v.text {
	case "none", "hidden":
		b.Style = none
	case "dashed":
		b.Style = Dashed
	case "dotted":
		b.Style = Dotted
	case "double":
		b.Style = Double
	default:
		if isBorderStyle(v.text) {
			b.Style = Solid
		}
	}
}

func display(e *element, v []value) {
	e.hidden, e.flex = false, false
	switch v[0].text {
	case "none":
		e.hidden = true
	case "inline", "contents", "ruby":
		e.st.Display = Inline
	case "inline-block":
		e.st.Display = InlineBlock
	case "list-item":
		e.st.Display = ListItem
	case "table":
		e.st.Display = Table
	case "inline-table":
		e.st.Display = InlineTable
	case "table-row-group", "table-header-group", "table-footer-group":
		e.st.Display = RowGroup
	case "table-row":
		e.st.Display = Row
	case "table-cell":
		e.st.Display = Cell
	case "table-caption":
		e.st.Display = Caption
	case "table-column", "table-column-group":
		e.hidden = true
	case "flex", "inline-flex", "-webkit-box", "-webkit-flex":
		e.st.Display, e.flex = Block, true
		if v[0].text == "inline-flex" {
			e.st.Display = InlineBlock
		}
	case "grid", "inline-grid":
		e.st.Display = Block
	case "block", "flow-root":
		e.st.Display = Block
	}
}
