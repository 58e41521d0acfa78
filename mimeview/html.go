package mimeview

import (
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/idna"
)

// Bounds of an HTML body.
const (
	maxToken  = 8 << 20 // octets of one token
	maxQuotes = 8       // levels of quotation that are drawn
	maxLists  = 20      // lists within lists that are counted
	maxHref   = 2000    // octets of a link
)

// TextOf returns what an HTML body says, as text: blocks on lines of their own,
// cells of a table beside each other, quotations behind ">", and behind a link where
// it goes, unless its text names that same host. It reads the tokens once and builds
// no tree, so that no nesting can hurt it.
func TextOf(s string) string {
	z := html.NewTokenizer(strings.NewReader(s))
	z.SetMaxBuf(maxToken)
	t := &htmlText{}
	for {
		switch z.Next() {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				t.lines(1)
				t.write("[The rest of this HTML can't be read.]")
			}
			t.link()
			return strings.Trim(t.b.String(), " \n") + "\n"
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
	quotes int
	lists  []int // the last number in each list that is open, -1 if it has none
	breaks int   // line ends at the end of b
	space  bool  // a blank is due before the next word
	href   string
	anchor int // where the link's text begins in b
	cells  int
}

// text takes a text between tags, its entities decoded.
func (t *htmlText) text(s string) {
	if t.skip != 0 {
		return
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	if t.pre > 0 {
		for i, l := range strings.Split(s, "\n") {
			if i > 0 {
				t.br()
			}
			t.write(strings.TrimRight(l, "\r"))
		}
		return
	}
	const blanks = " \t\r\n\f\u00a0"
	if strings.TrimLeft(s, blanks) != s {
		t.space = true
	}
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(blanks, r) }) {
		t.write(strings.Map(visible, w))
		t.space = true
	}
	t.space = t.space && strings.TrimRight(s, blanks) != s
}

// visible drops the characters that newsletters hide in a preview's text.
func visible(r rune) rune {
	if r == 0xad || r == 0x34f || r == 0x200b || r == 0xfeff || r == 0x2060 {
		return -1
	}
	return r
}

func (t *htmlText) write(s string) {
	if s == "" {
		return
	}
	if t.breaks > 0 || t.b.Len() == 0 {
		t.b.WriteString(strings.Repeat("> ", min(t.quotes, maxQuotes)))
	} else if t.space {
		t.b.WriteByte(' ')
	}
	t.space, t.breaks = false, 0
	t.b.WriteString(s)
}

// lines ends the line, unless it is empty; of 2, one line besides stays empty.
func (t *htmlText) lines(n int) {
	t.space = false
	if t.b.Len() == 0 {
		return
	}
	for t.breaks < n {
		t.br()
	}
}

func (t *htmlText) br() {
	t.space = false
	if t.b.Len() > 0 && t.breaks < 3 {
		t.b.WriteByte('\n')
		t.breaks++
	}
}

func (t *htmlText) start(a atom.Atom, z *html.Tokenizer, more bool) {
	if t.skip != 0 {
		return
	}
	t.block(a)
	switch a {
	case atom.Script, atom.Style, atom.Title, atom.Iframe, atom.Noframes:
		t.skip = a // the tokenizer reads them to their end tag as one text
	case atom.Br:
		t.br()
	case atom.Hr:
		t.write("--------")
		t.lines(1)
	case atom.Blockquote:
		t.quotes++
	case atom.Pre, atom.Textarea:
		t.pre++
	case atom.Ul, atom.Ol:
		if len(t.lists) < maxLists {
			t.lists = append(t.lists, boolInt(a == atom.Ol)-1)
		}
	case atom.Li:
		t.item()
	case atom.Tr:
		t.cells = 0
	case atom.Td, atom.Th:
		if t.cells++; t.cells > 1 && t.breaks == 0 {
			t.space = false
			t.write("  ")
		}
	case atom.Img:
		if alt := attribute(z, more, "alt"); alt != "" && !t.hiddenAlt(alt) {
			t.space = true
			t.write("[" + strings.Join(strings.Fields(alt), " ") + "]")
		}
	case atom.A:
		t.link()
		t.href, t.anchor = attribute(z, more, "href"), t.b.Len()
	}
}

// hiddenAlt tells whether the text for an image is no use to a reader.
func (t *htmlText) hiddenAlt(alt string) bool { return len(alt) > 500 || strings.TrimSpace(alt) == "" }

// block ends the line before or after an element that stands on its own.
func (t *htmlText) block(a atom.Atom) {
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Table, atom.Dl, atom.Pre, atom.Textarea, atom.Fieldset:
		t.lines(2)
	case atom.Ul, atom.Ol:
		t.lines(2 - boolInt(len(t.lists) > 0))
	case atom.Div, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Center, atom.Address, atom.Dt, atom.Dd, atom.Form, atom.Tr,
		atom.Li, atom.Main, atom.Nav, atom.Aside, atom.Caption, atom.Figure, atom.Body, atom.Hr, atom.Option:
		t.lines(1)
	}
}

// item begins an item of a list.
func (t *htmlText) item() {
	n := len(t.lists)
	mark := "•"
	if n > 0 && t.lists[n-1] >= 0 {
		t.lists[n-1]++
		mark = strconv.Itoa(t.lists[n-1]) + "."
	}
	t.write(strings.Repeat("  ", max(n-1, 0)) + mark)
	t.space = true
}

func (t *htmlText) end(a atom.Atom) {
	if t.skip != 0 {
		if a == t.skip {
			t.skip = 0
		}
		return
	}
	switch a {
	case atom.A:
		t.link()
	case atom.Blockquote:
		t.lines(2)
		t.quotes = max(0, t.quotes-1)
		return
	case atom.Pre, atom.Textarea:
		t.pre = max(0, t.pre-1)
	case atom.Ul, atom.Ol:
		t.lists = t.lists[:max(0, len(t.lists)-1)]
	case atom.Br:
		t.br()
	}
	t.block(a)
}

// link says where a link goes, unless its text names that same host. Links of other
// schemes than those of the web and of mail go nowhere.
func (t *htmlText) link() {
	href := strings.TrimSpace(t.href)
	t.href = ""
	if href == "" || len(href) > maxHref {
		return
	}
	u, err := url.Parse(href)
	if err != nil {
		return
	}
	said := t.b.String()[min(t.anchor, t.b.Len()):]
	var where string
	switch {
	case u.Scheme == "mailto" && u.Opaque != "":
		address, _, _ := strings.Cut(u.Opaque, "?")
		if strings.Contains(strings.ToLower(said), strings.ToLower(address)) {
			return
		}
		where = address
	case (u.Scheme == "http" || u.Scheme == "https") && u.Host != "":
		host := asciiHost(u.Host)
		if names(said, host) {
			return
		}
		u.Host, u.User = host, nil
		if where = u.String(); len(where) > 100 {
			where = u.Scheme + "://" + host + "/…"
		}
	default:
		return
	}
	t.space = true
	t.write("<" + Clean(where, 300) + ">")
	t.space = true
}

// asciiHost writes a host as it is looked up, so that look-alikes show.
func asciiHost(host string) string {
	if a, err := idna.Punycode.ToASCII(strings.ToLower(host)); err == nil {
		return a
	}
	return host
}

// names tells whether a link's text names the host, and no other one.
func names(said, host string) bool {
	if len(said) > 2000 {
		return false
	}
	found := false
	for _, w := range strings.Fields(strings.ToLower(said)) {
		w = strings.Trim(w, "<>()[]{},;\"'.")
		if _, rest, ok := strings.Cut(w, "://"); ok {
			w = rest
		}
		w, _, _ = strings.Cut(w, "/")
		w, _, _ = strings.Cut(w, "?")
		if !strings.Contains(w, ".") || strings.Contains(w, "@") {
			continue
		}
		if asciiHost(w) != host && "www."+asciiHost(w) != host {
			return false
		}
		found = true
	}
	return found
}

// attribute returns an attribute of the tag just read.
func attribute(z *html.Tokenizer, more bool, name string) string {
	for more {
		var k, v []byte
		if k, v, more = z.TagAttr(); string(k) == name {
			return strings.ToValidUTF8(string(v), "\uFFFD")
		}
	}
	return ""
}
