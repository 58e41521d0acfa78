package dom

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// collapser collapses white space (CSS 2.1 section 16.6.1) while a document is made:
// over the bounds of inline elements, but not of blocks.
type collapser struct {
	blank bool   // white space here would follow white space, or begin a line
	last  *draft // the text that ends in the white space before
}

// open begins and ends lines: at the edges of blocks.
func (c *collapser) open() {
	c.end()
	c.blank = true
}

// end takes the white space from the end of a line.
func (c *collapser) end() {
	if c.last != nil {
		c.last.text = strings.TrimSuffix(c.last.text, " ")
		c.last = nil
	}
}

// atom notes that something stands here that is no text.
func (c *collapser) atom() { c.blank, c.last = false, nil }

// text collapses the white space of a text, and tells whether anything of it is left.
func (c *collapser) text(n *draft) bool {
	switch n.style.Space {
	case Pre, PreWrap:
		n.text = strings.ReplaceAll(n.text, "\r", "")
		c.blank, c.last = strings.HasSuffix(n.text, "\n"), nil
		return n.text != ""
	case PreLine:
		n.text = c.lines(n.text)
		c.last = nil
		return n.text != ""
	}
	if !c.collapse(n) {
		return false
	}
	c.last = nil
	if c.blank {
		c.last = n
	}
	return true
}

func space(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' || b == '\f' }

func (c *collapser) collapse(n *draft) bool {
	s := n.text
	if c.collapsed(s) {
		c.blank = space(s[len(s)-1])
		return true
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		if space(s[i]) {
			for i < len(s) && space(s[i]) {
				i++
			}
			if !c.blank {
				b.WriteByte(' ')
				c.blank = true
			}
			continue
		}
		from := i
		for i < len(s) && !space(s[i]) {
			i++
		}
		b.WriteString(s[from:i])
		c.blank = false
	}
	n.text = b.String()
	return n.text != ""
}

// collapsed tells whether a text is one that stays as it is.
func (c *collapser) collapsed(s string) bool {
	before := c.blank
	for i := range len(s) {
		if space(s[i]) && (before || s[i] != ' ') {
			return false
		}
		before = s[i] == ' '
	}
	return s != ""
}

// lines collapses white space but for the ends of lines.
func (c *collapser) lines(s string) string {
	parts := strings.Split(strings.ReplaceAll(s, "\r", ""), "\n")
	for i, p := range parts {
		lead := i == 0 && !c.blank && p != "" && space(p[0])
		trail := i == len(parts)-1 && p != "" && space(p[len(p)-1])
		p = strings.Join(strings.Fields(p), " ")
		if lead {
			p = " " + p
		}
		if trail && p != "" && p != " " {
			p += " "
		}
		parts[i] = p
	}
	out := strings.Join(parts, "\n")
	if out != "" {
		c.blank = strings.HasSuffix(out, "\n") || strings.HasSuffix(out, " ")
	}
	return out
}

// transformed is a text as text-transform has it.
func transformed(s, how string) string {
	switch how {
	case "uppercase":
		return cases.Upper(language.Und).String(s)
	case "lowercase":
		return strings.ToLower(s)
	case "capitalize":
		before := ' '
		return strings.Map(func(r rune) rune {
			if !unicode.IsLetter(before) && !unicode.IsNumber(before) && before != '\'' && before != '’' {
				before = r
				return unicode.ToTitle(r)
			}
			before = r
			return r
		}, s)
	}
	return s
}
