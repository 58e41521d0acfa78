package dom

import (
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
	"golang.org/x/net/html"
)

// Bounds of the style sheets of a document.
const (
	maxSheet     = 1 << 20 // octets, together
	maxRules     = 10_000
	maxSelector  = 300
	maxTries     = 4_000_000 // selectors tried, over all elements
	manySiblings = 300       // more than that and selectors that count siblings do not match
)

// rule is one selector with its declarations.
type rule struct {
	sel    cascadia.Sel
	weight cascadia.Specificity
	order  int
	decls  []decl
	counts bool // looks at siblings
}

// sheet is all rules of a document's style sheets, by what the element that they are
// for must have.
type sheet struct {
	byID, byClass, byTag map[string][]*rule
	rest                 []*rule
	count, octets, tries int
	media                media
}

// media is what media queries ask about.
type media struct {
	width float32
	dark  bool
}

func newSheet(m media) *sheet {
	return &sheet{byID: map[string][]*rule{}, byClass: map[string][]*rule{}, byTag: map[string][]*rule{}, media: m}
}

// add reads a style sheet.
func (s *sheet) add(text string) {
	if s.octets += len(text); s.octets > maxSheet {
		return
	}
	text = strings.NewReplacer("<!--", " ", "-->", " ").Replace(text)
	p := css.NewParser(parse.NewInputString(text), false)
	var selectors []string
	var decls []decl
	var off []bool // of the at-rules that are open: their rules do not count
	skipping := func() bool { return slices.Contains(off, true) }
	for {
		kind, _, data := p.Next()
		switch kind {
		case css.ErrorGrammar:
			if !p.HasParseError() {
				return
			}
		case css.BeginAtRuleGrammar:
			off = append(off, !s.applies(strings.ToLower(string(data)), join(p.Values())))
		case css.EndAtRuleGrammar:
			if len(off) > 0 {
				off = off[:len(off)-1]
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
			if !skipping() {
				s.rules(selectors, decls)
			}
			selectors = nil
		}
	}
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
		if s.count >= maxRules || len(text) > maxSelector || refused(text) {
			continue
		}
		sel, err := cascadia.Parse(text)
		if err != nil {
			continue
		}
		s.count++
		r := &rule{sel: sel, weight: sel.Specificity(), order: s.count, decls: decls, counts: strings.ContainsAny(text, "+~") || strings.Contains(text, ":")}
		s.index(r, text)
	}
}

// refused tells whether a selector is never true here, or too dear to try.
func refused(s string) bool {
	if !strings.Contains(s, ":") {
		return false
	}
	for _, p := range []string{"::", ":hover", ":active", ":focus", ":visited", ":before", ":after", ":has", ":contains", ":matches", ":target", ":checked", ":first-letter", ":first-line"} {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// index files a rule under what its last part names.
func (s *sheet) index(r *rule, text string) {
	last := text
	if i := strings.LastIndexAny(text, " >+~"); i >= 0 && !strings.ContainsAny(text[i:], "])\"'") {
		last = text[i+1:]
	} else if i >= 0 {
		s.rest = append(s.rest, r)
		return
	}
	end := strings.IndexAny(last, ":[")
	if end < 0 {
		end = len(last)
	}
	last = last[:end]
	tag, rest := last, ""
	if i := strings.IndexAny(last, ".#"); i >= 0 {
		tag, rest = last[:i], last[i:]
	}
	file := func(m map[string][]*rule, key string) {
		if strings.Contains(key, `\`) {
			s.rest = append(s.rest, r)
			return
		}
		m[key] = append(m[key], r)
	}
	switch {
	case strings.Contains(rest, "#"):
		id := rest[strings.Index(rest, "#")+1:]
		if i := strings.IndexAny(id, ".#"); i >= 0 {
			id = id[:i]
		}
		file(s.byID, id)
	case rest != "":
		class := rest[1:]
		if i := strings.IndexByte(class, '.'); i >= 0 {
			class = class[:i]
		}
		file(s.byClass, class)
	case tag != "" && tag != "*":
		file(s.byTag, strings.ToLower(tag))
	default:
		s.rest = append(s.rest, r)
	}
}

// of returns the declarations for an element, those that count most last; the
// important ones apart.
func (s *sheet) of(n *html.Node) (usual, important []decl) {
	if s.count == 0 || s.tries > maxTries {
		return nil, nil
	}
	var hits []*rule
	try := func(rules []*rule) {
		s.tries += len(rules)
		for _, r := range rules {
			if r.counts && crowded(n) {
				continue
			}
			if r.sel.Match(n) {
				hits = append(hits, r)
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
		case a.weight.Less(b.weight):
			return -1
		case b.weight.Less(a.weight):
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

// crowded tells whether an element has so many siblings that counting them for each
// would never end.
func crowded(n *html.Node) bool {
	count := 0
	for s := n.PrevSibling; s != nil; s = s.PrevSibling {
		if count++; count > manySiblings {
			return true
		}
	}
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		if count++; count > manySiblings {
			return true
		}
	}
	return false
}

func attr(n *html.Node, name string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == name && n.Attr[i].Namespace == "" {
			return n.Attr[i].Val
		}
	}
	return ""
}
