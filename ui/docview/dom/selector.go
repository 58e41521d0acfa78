package dom

import (
	"errors"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// selector is a complex selector (Selectors 3 section 8): compounds with combinators
// between them. The library matches compounds; the way from one to the next is gone
// here, because backtracking over ancestors has no end on deep documents.
type selector struct {
	compounds []cascadia.Sel
	// combs[i] stands between compounds i and i+1: ' ', '>', '+' or '~'.
	combs  []byte
	weight cascadia.Specificity
	keys   []compoundKey
	sights []sight
	counts bool // looks at siblings
}

// sight is how far a compound looks beyond an element and what is before it: as long as
// the text behind it is not parsed, it must be waited for.
type sight uint8

const (
	inside sight = 1 << iota // at what is in the element
	ahead                    // at the siblings behind it
)

func sightOf(compound string) (s sight) {
	if strings.Contains(compound, `\`) && strings.Contains(compound, ":") { // a name in disguise
		return inside | ahead
	}
	compound = strings.ToLower(compound)
	if strings.Contains(compound, ":empty") {
		s |= inside
	}
	for _, name := range [...]string{":last-", ":nth-last-", ":only-"} {
		if strings.Contains(compound, name) {
			s |= ahead
		}
	}
	return s
}

// looks tells whether one of the compounds looks so far.
func (s *selector) looks(far sight) bool {
	for _, one := range s.sights {
		if one&far != 0 {
			return true
		}
	}
	return false
}

// compoundKey is what an element must have, one of the three, for a compound to match.
type compoundKey struct{ id, class, tag string }

var errSelector = errors.New("a selector that is not supported")

// parseSelector reads a selector without commas. Those that are never true here, or too
// dear to try, are errors.
func parseSelector(text string) (*selector, error) {
	if len(text) > maxSelector || refused(text) {
		return nil, errSelector
	}
	parts, combs, ok := compoundsOf(text)
	if !ok {
		return nil, errSelector
	}
	s := &selector{combs: combs, counts: strings.ContainsAny(text, "+~:")}
	for _, p := range parts {
		sel, err := cascadia.Parse(p)
		if err != nil {
			return nil, err
		}
		s.compounds = append(s.compounds, sel)
		s.weight = s.weight.Add(sel.Specificity())
		s.keys, s.sights = append(s.keys, keyOf(p)), append(s.sights, sightOf(p))
	}
	return s, nil
}

// compoundsOf cuts a selector at its combinators, but not within brackets and quotes.
// Combinators in the brackets of a pseudo-class are not supported.
func compoundsOf(text string) (parts []string, combs []byte, ok bool) {
	var part strings.Builder
	comb := byte(0)
	flush := func() bool {
		if part.Len() == 0 {
			return false
		}
		parts = append(parts, part.String())
		part.Reset()
		return true
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch c {
		case ' ', '\t', '\n', '\r', '\f', '>', '+', '~':
			if c != ' ' && c > ' ' {
				if comb != 0 && comb != ' ' {
					return nil, nil, false
				}
				comb = c
			} else if comb == 0 {
				comb = ' '
			}
			continue
		}
		if comb != 0 && (part.Len() > 0 || comb != ' ') {
			if !flush() {
				return nil, nil, false
			}
			combs = append(combs, comb)
		}
		comb = 0
		n := unit(text[i:])
		if n == 0 {
			return nil, nil, false
		}
		part.WriteString(text[i : i+n])
		i += n - 1
	}
	if comb != 0 && comb != ' ' || !flush() {
		return nil, nil, false
	}
	return parts, combs, true
}

// unit is how much of a text belongs together: a character, an escape, or all between
// brackets; 0 if that has no end or has combinators of its own.
func unit(text string) int {
	switch text[0] {
	case '\\':
		return min(2, len(text))
	case '(', '[':
	default:
		return 1
	}
	var quote byte
	nth := text[0] == '('
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '[' && !nth:
			return 0
		case c == ')' || c == ']' && !nth:
			if in := strings.ReplaceAll(strings.TrimSpace(text[1:i]), ", ", ","); nth && strings.ContainsAny(in, " >+~") && strings.Trim(in, "0123456789nN+- ") != "" {
				return 0
			}
			return i + 1
		}
	}
	return 0
}

// keyOf finds what a compound names.
func keyOf(text string) (k compoundKey) {
	if i := strings.IndexAny(text, ":["); i >= 0 {
		text = text[:i]
	}
	if strings.Contains(text, `\`) {
		return k
	}
	tag, rest := text, ""
	if i := strings.IndexAny(text, ".#"); i >= 0 {
		tag, rest = text[:i], text[i:]
	}
	name := func(after string) string {
		if i := strings.IndexAny(after, ".#"); i >= 0 {
			return after[:i]
		}
		return after
	}
	switch {
	case strings.Contains(rest, "#"):
		k.id = name(rest[strings.Index(rest, "#")+1:])
	case rest != "":
		k.class = name(rest[1:])
	case tag != "*":
		k.tag = strings.ToLower(tag)
	}
	return k
}

// refused tells whether a selector is never true here, or too dear to try.
func refused(s string) bool {
	if !strings.Contains(s, ":") {
		return false
	}
	s = strings.ToLower(s)
	for _, p := range []string{
		"::", ":hover", ":active", ":focus", ":visited", ":before", ":after", ":has", ":contains", ":matches", ":target", ":checked",
		":first-letter", ":first-line", ":input",
	} {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// outcome of a match that goes from an element to those around it. A failure says how
// far to go back: another ancestor or sibling may do, or another ancestor only, or none.
type outcome uint8

const (
	matched outcome = iota
	failsHere
	failsSiblings
	failsWholly
)

// match tells whether an element is what the selector is for; of the sheet's work what
// was looked at is taken.
func (s *selector) match(n *html.Node, sheet *sheet) bool {
	last := len(s.compounds) - 1
	sheet.work--
	return s.is(n, last, sheet.read) && s.before(n, last, sheet) == matched
}

// is tells whether an element is what a compound is for.
func (s *selector) is(n *html.Node, i int, r *reading) bool {
	if s.sights[i] != 0 && s.keys[i].of(n) {
		if s.sights[i]&inside != 0 {
			for !filled(n) && r.more(n) {
			}
		}
		if s.sights[i]&ahead != 0 {
			r.whole(n.Parent)
		}
	}
	return s.compounds[i].Match(n)
}

// of tells whether an element has what a compound names.
func (k compoundKey) of(n *html.Node) bool {
	switch {
	case k.id != "":
		return attr(n, "id") == k.id
	case k.class != "":
		return strings.Contains(attr(n, "class"), k.class)
	}
	return k.tag == "" || n.Data == k.tag
}

// before matches what stands before compound i, which n matches. Every step back tells
// its caller whether another try can help, so that the work is in proportion to the
// element's ancestors and siblings.
func (s *selector) before(n *html.Node, i int, sheet *sheet) outcome {
	if i == 0 {
		return matched
	}
	comb := s.combs[i-1]
	next, none := parentOf, failsWholly
	if comb == '+' || comb == '~' {
		next, none = siblingOf, failsSiblings
	}
	for n = next(n); n != nil; n = next(n) {
		if sheet.work--; sheet.work < 0 {
			return failsWholly
		}
		got := failsHere
		if s.is(n, i-1, sheet.read) {
			got = s.before(n, i-1, sheet)
		}
		switch {
		case got == matched || got == failsWholly:
			return got
		case comb == '>' || comb == '+':
			return failsHere
		case comb == '~' && got == failsSiblings:
			return got
		}
	}
	return none
}

func parentOf(n *html.Node) *html.Node {
	if p := n.Parent; p != nil && p.Type == html.ElementNode {
		return p
	}
	return nil
}

func siblingOf(n *html.Node) *html.Node {
	for n = n.PrevSibling; n != nil && n.Type != html.ElementNode; n = n.PrevSibling {
	}
	return n
}
