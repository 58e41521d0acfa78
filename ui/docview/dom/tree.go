package dom

import (
	"io"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// parseTree reads HTML into a tree.
func parseTree(text io.Reader) (*html.Node, error) {
	return html.ParseWithOptions(text, html.ParseOptionEnableScripting(false))
}

// void are elements without content.
var void = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true, "link": true,
	"meta": true, "param": true, "source": true, "track": true, "wbr": true,
}

// implied are elements whose end is often left out: they do not nest by being open.
var implied = map[string]bool{
	"p": true, "li": true, "dt": true, "dd": true, "tr": true, "td": true, "th": true, "tbody": true, "thead": true, "tfoot": true, "option": true,
	"html": true, "head": true, "body": true,
}

// formatting are elements that a parser opens anew in every block while their end is
// missing (HTML section 13.2.4.3).
var formatting = map[string]bool{
	"a": true, "b": true, "big": true, "code": true, "em": true, "font": true, "i": true, "nobr": true, "s": true, "small": true,
	"strike": true, "strong": true, "tt": true, "u": true,
}

// Bounds of what a parser makes beyond what is written.
const (
	maxRemade = 400_000 // elements opened anew
	maxBodies = 8       // tags of html and of body, whose attributes come together
)

// tamer leaves out tags: of elements that are nested deeper than a bound, and of those
// that would be made over and over. It counts by tags alone.
type tamer struct {
	depth   int
	open    int            // elements that have not ended
	formats map[string]int // those of formatting among them
	count   int            // how many these are
	remade  int            // how many may be made for each block
	bodies  int            // tags of html and body
	dropped map[string]int // start tags that were left out, whose ends are, too
}

// start tells whether a start tag stays.
func (t *tamer) start(name string) bool {
	switch {
	case name == "html" || name == "body":
		t.bodies++
		return t.bodies <= maxBodies
	case void[name]:
		return true
	case !formatting[name]:
		if name != "span" {
			t.remade += t.count
		}
		if implied[name] {
			return true
		}
	case t.remade > maxRemade:
		t.dropped[name]++
		return false
	}
	if t.open >= t.depth {
		t.dropped[name]++
		return false
	}
	t.open++
	if formatting[name] {
		t.formats[name]++
		t.count++
	}
	return true
}

// end tells whether an end tag stays.
func (t *tamer) end(name string) bool {
	switch {
	case void[name] || implied[name]:
	case t.dropped[name] > 0:
		t.dropped[name]--
		return false
	default:
		t.open = max(t.open-1, 0)
		if t.formats[name] > 0 {
			t.formats[name]--
			t.count--
		}
	}
	return true
}

// ends are the end tags of what would be made once too often.
func (t *tamer) ends() string {
	if t.remade <= maxRemade || t.count == 0 {
		return ""
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(t.formats)) {
		b.WriteString(strings.Repeat("</"+name+">", t.formats[name]))
	}
	clear(t.formats)
	t.count = 0
	return b.String()
}

// plainOf is the text of HTML that could not be made a tree.
func plainOf(text string) string {
	z := html.NewTokenizer(strings.NewReader(text))
	var b strings.Builder
	skip := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if skip == "" {
				b.Write(z.Text())
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			switch s := string(name); s {
			case "script", "style", "title":
				skip = s
			case "p", "div", "br", "tr", "li", "table":
				b.WriteByte('\n')
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == skip {
				skip = ""
			}
		}
	}
}
