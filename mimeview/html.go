package mimeview

import (
	"errors"
	"io"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxToken bounds one token of HTML.
const maxToken = 8 << 20

// TextOf returns what an HTML body says, as text: blocks on lines of their own,
// cells of a table beside each other, and behind a link where it goes, if its text
// does not say so. It reads the tokens once and builds no tree, so that no nesting
// can hurt it.
func TextOf(s string) string {
	z := html.NewTokenizer(strings.NewReader(s))
	z.SetMaxBuf(maxToken)
	t := &htmlText{}
	for {
		switch z.Next() {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				t.line()
				t.b.WriteString("[The rest of this HTML can't be read.]")
			}
			return strings.TrimSpace(t.b.String()) + "\n"
		case html.TextToken:
			t.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			t.start(atom.Lookup(name), z, more)
		case html.EndTagToken:
			name, _ := z.TagName()
			t.end(atom.Lookup(name))
		}
	}
}

// htmlText collects text.
type htmlText struct {
	b      strings.Builder
	skip   atom.Atom // the element whose content is not text, 0 outside
	pre    int
	breaks int  // line ends at the end of b
	space  bool // a blank is due before the next word
	href   string
	anchor int // where the link's text begins in b
	cells  int
}

func (t *htmlText) text(s string) {
	if t.skip != 0 {
		return
	}
	s = html.UnescapeString(s)
	if t.pre > 0 {
		t.write(s)
		return
	}
	for i, w := range strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")) {
		if i > 0 || strings.TrimLeft(s, " \t\r\n\u00a0") != s {
			t.space = true
		}
		t.write(w)
	}
	if strings.TrimRight(s, " \t\r\n\u00a0") != s {
		t.space = true
	}
}

func (t *htmlText) write(s string) {
	if s == "" {
		return
	}
	if t.space && t.breaks == 0 && t.b.Len() > 0 {
		t.b.WriteByte(' ')
	}
	t.space = false
	t.b.WriteString(s)
	t.breaks = len(s) - len(strings.TrimRight(s, "\n"))
}

// line ends the line, unless it is empty; gap leaves one line empty besides.
func (t *htmlText) line() { t.lines(1) }
func (t *htmlText) gap()  { t.lines(2) }

func (t *htmlText) lines(n int) {
	t.space = false
	if t.b.Len() == 0 {
		return
	}
	for t.breaks < n {
		t.b.WriteByte('\n')
		t.breaks++
	}
}

func (t *htmlText) start(a atom.Atom, z *html.Tokenizer, more bool) {
	if t.skip != 0 {
		return
	}
	switch a {
	case atom.Script, atom.Style, atom.Title, atom.Noscript, atom.Template, atom.Iframe, atom.Object, atom.Head:
		if a != atom.Head {
			t.skip = a
		}
	case atom.Br:
		t.space = false
		if t.b.Len() > 0 {
			t.b.WriteByte('\n')
			t.breaks++
		}
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Ul, atom.Ol, atom.Table, atom.Hr, atom.Dl:
		t.gap()
	case atom.Pre, atom.Textarea:
		t.gap()
		t.pre++
	case atom.Li:
		t.line()
		t.write("• ")
	case atom.Tr:
		t.line()
		t.cells = 0
	case atom.Td, atom.Th:
		if t.cells++; t.cells > 1 && t.breaks == 0 {
			t.write("  ")
		}
	case atom.Div, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Center, atom.Address, atom.Dt, atom.Dd, atom.Form:
		t.line()
	case atom.Img:
		if alt := attribute(z, more, "alt"); alt != "" {
			t.space = true
			t.write("[" + strings.Join(strings.Fields(alt), " ") + "]")
		}
	case atom.A:
		t.href, t.anchor = attribute(z, more, "href"), t.b.Len()
	}
}

func (t *htmlText) end(a atom.Atom) {
	if t.skip != 0 {
		if a == t.skip {
			t.skip = 0
		}
		return
	}
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Ul, atom.Ol, atom.Table, atom.Dl:
		t.gap()
	case atom.Pre, atom.Textarea:
		t.pre = max(0, t.pre-1)
		t.gap()
	case atom.Div, atom.Tr, atom.Li, atom.Section, atom.Article, atom.Dt, atom.Dd, atom.Center:
		t.line()
	case atom.A:
		t.link()
	}
}

// link says where a link goes, if its text does not.
func (t *htmlText) link() {
	href := t.href
	t.href = ""
	u, err := url.Parse(strings.TrimSpace(href))
	if href == "" || err != nil || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto" {
		return
	}
	if said := t.b.String()[min(t.anchor, t.b.Len()):]; strings.Contains(said, u.Host) && u.Host != "" || u.Opaque != "" && strings.Contains(said, u.Opaque) {
		return
	}
	where := u.String()
	if len(where) > 100 {
		where = u.Scheme + "://" + u.Host + "/…"
	}
	t.space = true
	t.write("<" + where + ">")
	t.space = true
}

// attribute returns an attribute of the tag just read.
func attribute(z *html.Tokenizer, more bool, name string) string {
	for more {
		var k, v []byte
		if k, v, more = z.TagAttr(); string(k) == name {
			return string(v)
		}
	}
	return ""
}
