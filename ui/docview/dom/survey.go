package dom

import (
	"hash/maphash"
	"strings"

	"golang.org/x/net/html"
)

// survey is what a look at the tags alone tells of a text. What would make a tree out of
// all proportion to it is left out.
type survey struct {
	calmed
	tamed bool // something is left out

	// What is said late in a long text and counts for what was said before: style sheets,
	// and the attributes of html and body.
	long   bool
	rules  *sheet
	found  gathered
	bodies [2][]html.Attribute
}

// sheetText is a style element.
type sheetText struct{ media, text string }

// surveyed looks at the tags of a text, and leaves those out that a tamer does.
func surveyed(text string, depth int, o HTMLOptions) *survey {
	s := &survey{calmed: calmed{text: text}, long: len(text) > o.segments.least, rules: newSheet(o.media()), found: gathered{seed: maphash.MakeSeed()}}
	r := &surveyor{survey: s, tamer: tamer{depth: depth - 20, formats: map[string]int{}, dropped: map[string]int{}}}
	r.tames = strings.Count(text, "<") >= depth
	if r.tames || s.long {
		r.read()
	}
	return s
}

// surveyor makes a survey.
type surveyor struct {
	*survey
	tamer tamer
	tames bool // there are so many tags that it may have to
}

func (r *surveyor) read() {
	z := html.NewTokenizer(strings.NewReader(r.text))
	at := 0
	var sheet *sheetText // whose text comes next
	for {
		kind := z.Next()
		from := at
		at += len(z.Raw())
		keep, ends := true, ""
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			keep, ends, sheet = r.start(z, kind)
		case html.EndTagToken:
			name, _ := z.TagName()
			keep, sheet = !r.tames || r.tamer.end(string(name)), nil
		case html.TextToken:
			if sheet != nil {
				sheet.text = string(z.Text())
				r.sheet(*sheet)
			}
			sheet = nil
		}
		if end := at; !keep || ends != "" {
			if keep {
				end = from
			}
			r.leave(from, end, ends)
		}
		if kind == html.ErrorToken {
			break
		}
	}
	r.tamed = len(r.cuts) > 0
	r.settle()
}

// start takes a start tag; a style sheet is one whose text follows.
func (r *surveyor) start(z *html.Tokenizer, kind html.TokenType) (keep bool, ends string, sheet *sheetText) {
	tag, more := z.TagName()
	name := string(tag)
	keep = true
	if r.tames && kind == html.StartTagToken {
		keep = r.tamer.start(name)
		ends = r.tamer.ends()
	}
	switch {
	case name == "noscript":
		z.NextIsNotRawText()
	case !keep || !r.long:
	case name == "style":
		return keep, ends, &sheetText{media: valueOf(attributesOf(z, more), "media")}
	case name == "html":
		r.bodies[0] = merged(r.bodies[0], attributesOf(z, more))
	case name == "body":
		r.bodies[1] = merged(r.bodies[1], attributesOf(z, more))
	}
	return keep, ends, nil
}

func (r *surveyor) sheet(s sheetText) {
	if s.text == "" {
		return
	}
	r.found.sheet(s)
	if r.rules.media.matches(s.media) {
		r.rules.add(s.text)
	}
}

// attributesOf reads those of the tag just read.
func attributesOf(z *html.Tokenizer, more bool) []html.Attribute {
	var out []html.Attribute
	for more {
		var key, val []byte
		key, val, more = z.TagAttr()
		out = append(out, html.Attribute{Key: string(key), Val: string(val)})
	}
	return out
}

func valueOf(attrs []html.Attribute, name string) string {
	return attr(&html.Node{Attr: attrs}, name)
}

// gathered is what counts of elements wherever they are: the title, and which style
// sheets there are.
type gathered struct {
	seed   maphash.Seed
	sheets int
	digest uint64
	title  string
}

func (g *gathered) element(n *html.Node) {
	if n.FirstChild == nil {
		return
	}
	switch n.Data {
	case "style":
		g.sheet(sheetText{attr(n, "media"), n.FirstChild.Data})
	case "title":
		if g.title == "" {
			g.title = titleOf(n.FirstChild.Data)
		}
	}
}

// sheet notes one more style sheet: equal ones in an equal order come to the same.
func (g *gathered) sheet(s sheetText) {
	var h maphash.Hash
	h.SetSeed(g.seed)
	maphash.WriteComparable(&h, g.digest)
	maphash.WriteComparable(&h, s)
	g.sheets, g.digest = g.sheets+1, h.Sum64()
}

// same tells whether the same style sheets were found.
func (g *gathered) same(o *gathered) bool { return g.sheets == o.sheets && g.digest == o.digest }

func titleOf(text string) string {
	return strings.Join(strings.Fields(shown(text[:min(len(text), 1000)])), " ")
}
