package dom

import (
	"strings"

	"golang.org/x/net/html"
)

// parseTree reads HTML into a tree. What is nested deeper than a bound is made flat
// first: deep tells so.
func parseTree(text string, depth int) (root *html.Node, deep bool, err error) {
	parse := func(s string) (*html.Node, error) {
		return html.ParseWithOptions(strings.NewReader(s), html.ParseOptionEnableScripting(false))
	}
	flat, deep := flattened(text, depth)
	root, err = parse(flat)
	if err != nil && !deep {
		flat, _ = flattened(text, depth/4)
		root, err = parse(flat)
		deep = true
	}
	return root, deep, err
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

// flattened leaves out the tags of elements that are nested deeper than a bound. It
// counts by tags alone, as a stack of those that are open; a text that is not so deep
// comes back as it is.
func flattened(text string, depth int) (string, bool) {
	if strings.Count(text, "<") < depth {
		return text, false
	}
	z := html.NewTokenizer(strings.NewReader(text))
	var b strings.Builder
	open := 0
	dropped := map[string]int{}
	deep := false
	for {
		kind := z.Next()
		raw := z.Raw()
		if kind == html.ErrorToken {
			b.Write(raw)
			break
		}
		if kind != html.StartTagToken && kind != html.EndTagToken {
			b.Write(raw)
			continue
		}
		raw = append([]byte(nil), raw...)
		tag, _ := z.TagName()
		name := string(tag)
		switch {
		case void[name] || implied[name]:
		case kind == html.StartTagToken && open >= depth-20:
			dropped[name]++
			deep = true
			continue
		case kind == html.StartTagToken:
			open++
		case dropped[name] > 0:
			dropped[name]--
			continue
		default:
			open = max(open-1, 0)
		}
		b.Write(raw)
	}
	if !deep {
		return text, false
	}
	return b.String(), true
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
