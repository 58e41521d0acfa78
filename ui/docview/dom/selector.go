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
	key    compoundKey // of the last compound
	counts bool        // looks at siblings
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
	}
	s.key = keyOf(parts[len(parts)-1])
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

// match tells whether an element is what the selector is for; budget is counted down
// by what was looked at.
func (s *selector) match(n *html.Node, budget *int) bool {
	last := len(s.compounds) - 1
	*budget--
	return s.compounds[last].Match(n) && s.before(n, last, budget) == matched
}

// before matches what stands before compound i, which n matches. Every step back tells
// its caller whether another try can help, so that the work is in proportion to the
// element's ancestors and siblings.
func (s *selector) before(n *html.Node, i int, budget *int) outcome {
	if i == 0 {
		return matched
	}
	comb := s.combs[i-1]
	next, none := parentOf, failsWholly
	if comb == '+' || comb == '~' {
		next, none = siblingOf, failsSiblings
	}
	for n = next(n); n != nil; n = next(n) {
		if *budget--; *budget < 0 {
			return failsWholly
		}
		got := failsHere
		if s.compounds[i-1].Match(n) {
			got = s.before(n, i-1, budget)
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
