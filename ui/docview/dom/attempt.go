package dom

import (
	"hash/maphash"

	"golang.org/x/net/html"
)

// read goes through HTML. tamed tells that some tags were left out, and an error that no
// tree can be made of it.
func (o HTMLOptions) read(text string) (b *builder, tamed bool, err error) {
	for _, depth := range [...]int{o.MaxDepth, o.MaxDepth / 4} {
		s := surveyed(text, depth, o)
		b, err = o.readSurveyed(s)
		if err == nil {
			return b, tamed || s.tamed, nil
		}
		tamed = true // nested more deeply than by tags: open ends that the parser adds
	}
	return nil, true, err
}

func (o HTMLOptions) media() media { return media{width: o.Width, dark: o.Dark} }

// readSurveyed reads a long text while it is parsed. If that fails for an element whose
// content went elsewhere in the end, it begins again and waits for that element's end. Once
// that has taken as long as the text is, it has the whole tree made first.
func (o HTMLOptions) readSurveyed(s *survey) (*builder, error) {
	holds := map[mark]bool{}
	for spent := 0; s.long && spent <= len(s.text); {
		r, ok := begin(s, o.segments, holds)
		if !ok {
			break
		}
		b := o.builder(r, s.rules.again())
		b.build()
		if r.end(s) {
			b.doc.Title = r.seen.title
			return b, nil
		}
		if r.err != nil {
			return nil, r.err
		}
		if r.hold == nil {
			break
		}
		holds[*r.hold] = true
		spent += r.offset
	}
	root, err := parseTree(s.reader())
	if err != nil {
		return nil, err
	}
	b := o.builder(&reading{root: root}, newSheet(o.media()))
	b.collect(root)
	b.build()
	return b, nil
}

func (o HTMLOptions) builder(r *reading, rules *sheet) *builder {
	rules.read = r
	r.keep = rules.siblings
	b := &builder{
		o: o, doc: &Document{}, read: r, sheet: rules, seed: maphash.MakeSeed(), styles: map[uint64]*Style{}, inline: map[string][]decl{}, named: names{},
	}
	if r.watched {
		b.store = &store{named: b.named, anchors: map[*draft][]string{}}
	}
	return b
}

// build goes through the tree.
func (b *builder) build() {
	b.mode = modeOf(b.read.root)
	b.document(b.read.root)
}

// collect reads the style sheets and the title, wherever they are.
func (b *builder) collect(root *html.Node) {
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Namespace != "" || n.FirstChild == nil {
			continue
		}
		switch n.Data {
		case "style":
			if b.sheet.media.matches(attr(n, "media")) {
				b.sheet.add(n.FirstChild.Data)
			}
		case "title":
			if b.doc.Title == "" {
				b.doc.Title = titleOf(n.FirstChild.Data)
			}
		}
	}
}
