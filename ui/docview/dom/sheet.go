package dom

import (
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
	"golang.org/x/net/html"
)

// Bounds of the style sheets of a document.
const (
	maxSheet     = 1 << 20 // octets, together
	maxRules     = 10_000
	maxSelector  = 300
	maxWork      = 4_000_000 // elements and declarations looked at, over all elements
	manySiblings = 300       // more than that and selectors that count siblings do not match
)

// rule is one selector with its declarations.
type rule struct {
	sel   *selector
	order int
	decls []decl
}

// sheet is all rules of a document's style sheets, by what the element that they are
// for must have.
type sheet struct {
	byID, byClass, byTag map[string][]*rule
	rest                 []*rule
	count, octets        int
	work                 int // what is left of maxWork
	media                media
	siblings             bool     // some rules look at siblings
	read                 *reading // what the elements are of
	// added are the rules of each sheet, by its hash: letters in letters bring the same ones.
	added map[[sha256.Size]byte][]*rule
	fresh []*rule // of the sheet that is read
}

// media is what media queries ask about.
type media struct {
	width float32
	dark  bool
}

func newSheet(m media) *sheet {
	return &sheet{byID: map[string][]*rule{}, byClass: map[string][]*rule{}, byTag: map[string][]*rule{}, work: maxWork, media: m, added: map[[sha256.Size]byte][]*rule{}}
}

// again is the same sheet for another reading.
func (s *sheet) again() *sheet {
	own := *s
	own.work = maxWork
	return &own
}

// add reads a style sheet.
func (s *sheet) add(text string) {
	if s.octets += len(text); s.octets > maxSheet {
		return
	}
	hash := sha256.Sum256([]byte(text))
	if same, ok := s.added[hash]; ok {
		for _, r := range same {
			s.rule(r.sel, r.decls)
		}
		return
	}
	s.fresh = nil
	s.parse(text)
	s.added[hash] = s.fresh
}

// parse reads a style sheet that is not known.
func (s *sheet) parse(text string) {
	text = strings.NewReplacer("<!--", " ", "-->", " ").Replace(text)
	p := css.NewParser(parse.NewInputString(text), false)
	var selectors []string
	var decls []decl
	var off []bool // of the at-rules that are open: their rules do not count
	skipped := 0   // how many of them are true
	for {
		kind, _, data := p.Next()
		switch kind {
		case css.ErrorGrammar:
			if !p.HasParseError() {
				return
			}
		case css.BeginAtRuleGrammar:
			off = append(off, !s.applies(strings.ToLower(string(data)), join(p.Values())))
			skipped += count(off[len(off)-1])
		case css.EndAtRuleGrammar:
			if n := len(off) - 1; n >= 0 {
				skipped -= count(off[n])
				off = off[:n]
			}
		case css.QualifiedRuleGrammar:
			selectors = append(selectors, alternatives(join(p.Values()))...)
		case css.BeginRulesetGrammar:
			selectors, decls = append(selectors, alternatives(join(p.Values()))...), nil
		case css.DeclarationGrammar:
			if len(decls) < maxDecls {
				decls = append(decls, declare(string(data), p.Values())...)
			}
		case css.EndRulesetGrammar:
			if skipped == 0 {
				s.rules(selectors, decls)
			}
			selectors = nil
		}
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// alternatives cuts a list of selectors at its commas, but not within brackets.
func alternatives(list string) []string {
	var out []string
	depth, from := 0, 0
	var quote byte
	for i := range len(list) {
		switch c := list[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case c == ',' && depth == 0:
			out = append(out, strings.TrimSpace(list[from:i]))
			from = i + 1
		}
		if len(out) > maxRules {
			return out
		}
	}
	return append(out, strings.TrimSpace(list[from:]))
}

func join(tokens []css.Token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.Write(t.Data)
	}
	return strings.TrimSpace(b.String())
}

// applies tells whether the rules in an at-rule count.
func (s *sheet) applies(name, query string) bool {
	switch name {
	case "@media":
		return s.media.matches(query)
	case "@supports":
		return !strings.Contains(query, "not")
	case "@layer":
		return true
	}
	return false
}

// rules adds a rule for each selector.
func (s *sheet) rules(selectors []string, decls []decl) {
	if len(decls) == 0 {
		return
	}
	for _, text := range selectors {
		if s.count >= maxRules {
			return
		}
		sel, err := parseSelector(text)
		if err != nil {
			continue // as browsers do (CSS 2.1 section 4.2)
		}
		s.siblings = s.siblings || sel.counts
		s.rule(sel, decls)
	}
}

func (s *sheet) rule(sel *selector, decls []decl) {
	if s.count >= maxRules {
		return
	}
	s.count++
	r := &rule{sel: sel, order: s.count, decls: decls}
	s.fresh = append(s.fresh, r)
	s.index(r)
}

// index files a rule under what its last part names.
func (s *sheet) index(r *rule) {
	k := r.sel.keys[len(r.sel.keys)-1]
	switch {
	case k.id != "":
		s.byID[k.id] = append(s.byID[k.id], r)
	case k.class != "":
		s.byClass[k.class] = append(s.byClass[k.class], r)
	case k.tag != "":
		s.byTag[k.tag] = append(s.byTag[k.tag], r)
	default:
		s.rest = append(s.rest, r)
	}
}

// of returns the declarations for an element, those that count most last; the
// important ones apart.
func (s *sheet) of(n *html.Node) (usual, important []decl) {
	if s.count == 0 || s.work <= 0 {
		return nil, nil
	}
	var hits []*rule
	try := func(rules []*rule) {
		for _, r := range rules {
			if r.sel.counts && s.many(n, r.sel) {
				continue
			}
			if s.work > 0 && r.sel.match(n, s) && (!r.sel.counts || !s.manyAround(n)) {
				hits = append(hits, r)
				s.work -= len(r.decls)
			}
		}
	}
	try(s.rest)
	try(s.byTag[n.Data])
	if id := attr(n, "id"); id != "" {
		try(s.byID[id])
	}
	if class := attr(n, "class"); class != "" && len(s.byClass) > 0 {
		names := strings.Fields(class[:min(len(class), 2000)])
		slices.Sort(names)
		for _, c := range slices.Compact(names) {
			try(s.byClass[c])
		}
	}
	slices.SortStableFunc(hits, func(a, b *rule) int {
		switch {
		case a.sel.weight.Less(b.sel.weight):
			return -1
		case b.sel.weight.Less(a.sel.weight):
			return 1
		}
		return a.order - b.order
	})
	for _, r := range hits {
		for _, d := range r.decls {
			if d.important {
				important = append(important, d)
			} else {
				usual = append(usual, d)
			}
		}
	}
	return usual, important
}

// many tells whether an element has too many siblings for a selector, as far as that is
// to be known before a match is tried.
func (s *sheet) many(n *html.Node, sel *selector) bool {
	back := siblings(n, func(n *html.Node) *html.Node { return n.PrevSibling })
	s.work -= back
	if back > manySiblings {
		return true
	}
	if !sel.looks(ahead) {
		return false
	}
	s.work -= manySiblings
	return s.manyAround(n)
}

// manyAround tells whether an element has too many siblings before it and behind it.
func (s *sheet) manyAround(n *html.Node) bool {
	back := siblings(n, func(n *html.Node) *html.Node { return n.PrevSibling })
	for {
		next := siblings(n, func(n *html.Node) *html.Node { return n.NextSibling })
		if back+next > manySiblings {
			return true
		}
		if !s.read.more(n.Parent) {
			return false
		}
	}
}

// siblings counts those of an element on one side, but not far beyond the bound.
func siblings(n *html.Node, next func(*html.Node) *html.Node) int {
	count := 0
	for n = next(n); n != nil && count <= manySiblings; n = next(n) {
		count++
	}
	return count
}

func attr(n *html.Node, name string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == name && n.Attr[i].Namespace == "" {
			return n.Attr[i].Val
		}
	}
	return ""
}
