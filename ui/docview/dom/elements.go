package dom

import "golang.org/x/net/html"

// dropped are elements of which nothing is shown, not even what is in them.
var dropped = map[string]bool{
	"script": true, "style": true, "head": true, "title": true, "meta": true, "link": true, "base": true, "iframe": true, "frame": true,
	"frameset": true, "object": true, "embed": true, "applet": true, "template": true, "svg": true, "math": true, "audio": true,
	"video": true, "canvas": true, "noframes": true, "datalist": true, "param": true, "source": true, "track": true, "area": true,
	"map": true, "dialog": true, "xml": true, "noembed": true, "portal": true, "slot": true, "col": true, "colgroup": true,
}

// sheetOf is what browsers' own style sheets say of an element (HTML section 15.3).
// Elements that are not in it are inline, and nothing else.
var sheetOf = map[string][]decl{}

func init() {
	for _, rule := range []struct{ tags, css string }{
		{"html address article aside center details dir div dl dt fieldset figcaption figure footer form header hgroup legend main menu nav search section summary body blockquote p pre listing xmp plaintext ul ol dd hr h1 h2 h3 h4 h5 h6 optgroup", "display:block"},
		{"p dl figure ul ol menu dir blockquote", "margin-top:1em;margin-bottom:1em"},
		{"blockquote figure", "margin-left:40px;margin-right:40px"},
		{"dd", "margin-left:40px"},
		{"ul ol menu dir", "padding-left:40px"},
		{"ul menu dir", "list-style-type:disc"},
		{"ol", "list-style-type:decimal"},
		{"li summary", "display:list-item"},
		{"h1", "font-size:2em;margin-top:.67em;margin-bottom:.67em;font-weight:bold"},
		{"h2", "font-size:1.5em;margin-top:.83em;margin-bottom:.83em;font-weight:bold"},
		{"h3", "font-size:1.17em;margin-top:1em;margin-bottom:1em;font-weight:bold"},
		{"h4", "margin-top:1.33em;margin-bottom:1.33em;font-weight:bold"},
		{"h5", "font-size:.83em;margin-top:1.67em;margin-bottom:1.67em;font-weight:bold"},
		{"h6", "font-size:.67em;margin-top:2.33em;margin-bottom:2.33em;font-weight:bold"},
		{"b strong th", "font-weight:bold"},
		{"i em cite var dfn address", "font-style:italic"},
		{"u ins", "text-decoration-line:underline"},
		{"s strike del", "text-decoration-line:line-through"},
		{"pre listing xmp plaintext code kbd samp tt textarea", "font-family:monospace"},
		{"pre listing xmp plaintext", "white-space:pre;margin-top:1em;margin-bottom:1em"},
		{"code kbd samp tt pre listing xmp", "font-size:.8125em"},
		{"small", "font-size:smaller"},
		{"big", "font-size:larger"},
		{"sub", "vertical-align:sub;font-size:smaller"},
		{"sup", "vertical-align:super;font-size:smaller"},
		{"mark", "background-color:#ff0;color:#000"},
		{"nobr", "white-space:nowrap"},
		{"center", "text-align:-webkit-center"},
		{"table", "display:table;border-collapse:separate;box-sizing:border-box;border-spacing:2px;text-indent:0"},
		{"tbody thead tfoot", "display:table-row-group;vertical-align:middle"},
		{"tr", "display:table-row"},
		{"td th", "display:table-cell;padding:1px"},
		{"th", "text-align:center"},
		{"caption", "display:table-caption;text-align:center"},
		{"hr", "border:1px inset #808080;margin-top:.5em;margin-bottom:.5em;margin-left:auto;margin-right:auto"},
		{"button", "display:inline-block;text-align:center;padding:1px 6px;border:1px solid #767676;border-radius:3px;font-size:13.333px"},
		{"bdi", "unicode-bidi:isolate"},
		{"bdo", "unicode-bidi:bidi-override"},
		{"fieldset", "margin-left:2px;margin-right:2px;padding:.35em .75em .625em;border:2px solid #c0c0c0"},
		{"body", "margin:8px"},
	} {
		ds := declarations(rule.css)
		for _, tag := range fields(rule.tags) {
			sheetOf[tag] = append(sheetOf[tag], ds...)
		}
	}
}

// hints are what attributes say that a style says, too (HTML section 15.3).
func hints(n *html.Node, table *html.Node) []decl {
	h := &hinter{n: n}
	switch n.Data {
	case "table":
		h.table()
	case "td", "th":
		h.cell(table)
	case "tr", "tbody", "thead", "tfoot":
		h.color("bgcolor", "background-color")
		h.valign()
		h.align(false)
		h.size("height")
		h.background()
	case "img", "input":
		h.image()
	case "font":
		h.font()
	case "body":
		h.color("bgcolor", "background-color")
		h.color("text", "color")
		h.background()
		h.bodyMargins()
	case "hr":
		h.rule()
	case "ul", "ol", "li":
		h.list()
	case "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "caption":
		h.align(true)
	case "br":
		if c := lower(attr(n, "clear")); c == "left" || c == "right" || c == "all" || c == "both" {
			if c == "all" {
				c = "both"
			}
			h.word("clear", c)
		}
	case "pre":
		if has(n, "wrap") {
			h.word("white-space", "pre-wrap")
		}
	}
	if d := lower(attr(n, "dir")); d == "rtl" || d == "ltr" {
		h.word("direction", d)
		if n.Data != "bdo" {
			h.word("unicode-bidi", "isolate")
		}
	} else if d == "auto" {
		h.word("unicode-bidi", "plaintext")
	}
	return h.out
}
