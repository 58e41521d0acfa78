package dom

import (
	"iter"
	"strings"

	"golang.org/x/net/html"
)

// reading goes through HTML's tree in the order of the document, once, and lets go of
// what is behind it. Of a long text the tree is made meanwhile: the reading follows the
// parser, and waits where an element has not ended, until more of the text was parsed.
//
// A parser puts most of what comes behind what is there. Where it does otherwise (HTML
// section 13.2.6.1, foster parenting; section 13.2.6.4.7, the adoption agency), what was
// gone through may change. That is noticed, the reading fails, and another one begins
// that waits for the end of the element that it was.
type reading struct {
	root *html.Node
	p    *parser // nil once the tree is whole
	// watched tells that it began before the tree was whole: then seen is what was found
	// on the way.
	watched bool
	seen    gathered
	// keep tells that selectors look at siblings: those that were gone through stay, empty.
	keep  bool
	holds map[mark]bool // the elements to wait for

	round  int // how many segments were parsed
	offset int // how far the parser is in the text
	opened map[*html.Node]mark
	steps  []step   // from the root to what is read
	late   [2]*late // html and body

	failed bool
	hold   *mark // the element to wait for the next time, of a reading that failed
	err    error // of the parser
}

// mark tells an element that has not ended from others, whatever is left of the tree: in
// which segment it was open first, and which of those open then it is.
type mark struct{ round, nth int }

// step is a place in a parent: what was gone through last, and what is gone through now.
type step struct {
	parent, last, now *html.Node
	entered           bool // the children of now were gone through
	full              bool // they are more than blanks
}

// late are the attributes of an element of which several tags say some.
type late struct {
	node        *html.Node
	own, merged []html.Attribute
}

// children are the nodes in another, each until the next is asked for. What the caller
// does not go through itself is gone through then.
func (r *reading) children(n *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		at := len(r.steps)
		r.steps = append(r.steps, step{parent: n})
		more, full := true, false
		for k := r.next(at); k != nil; k = r.next(at) {
			full = r.visit(k) || full
			if more {
				more = yield(k)
			}
			r.leave(k, at)
		}
		r.steps = r.steps[:at]
		if at > 0 && r.steps[at-1].now == n {
			r.steps[at-1].entered, r.steps[at-1].full = true, full
		}
	}
}

// next waits for the next child, nil if there is none.
func (r *reading) next(at int) *html.Node {
	for !r.failed {
		s := &r.steps[at]
		k := s.parent.FirstChild
		if s.last != nil {
			k = s.last.NextSibling
		}
		if k != nil && r.ready(k) || k == nil && !r.isOpen(s.parent) {
			s.now, s.entered = k, false
			return k
		}
		r.parse()
	}
	return nil
}

// ready tells whether a node may be gone through: it has ended, or has been open for so
// long that its end is not waited for.
func (r *reading) ready(k *html.Node) bool {
	if r.p == nil {
		return true
	}
	if k.Type == html.TextNode {
		if k.NextSibling == nil {
			return !r.isOpen(k.Parent)
		}
		return !r.holds[r.opened[k.NextSibling]]
	}
	m, open := r.opened[k]
	if !open {
		return true
	}
	switch k.Data {
	case "style", "title", "select", "col", "colgroup":
		return k.Namespace != ""
	}
	return m.round < r.round && !r.holds[m]
}

// isOpen tells whether more may be put into an element.
func (r *reading) isOpen(n *html.Node) bool {
	if r.p == nil {
		return false
	}
	_, open := r.opened[n]
	return open
}

// whole waits for the end of an element.
func (r *reading) whole(n *html.Node) {
	for r != nil && r.isOpen(n) && !r.failed {
		r.parse()
	}
}

// more has a segment more parsed if that may put something into an element.
func (r *reading) more(n *html.Node) bool {
	if r == nil || !r.isOpen(n) || r.failed {
		return false
	}
	r.parse()
	return !r.failed
}

// visit notes what counts of a node wherever it is, and tells whether it is more than
// blanks.
func (r *reading) visit(k *html.Node) bool {
	switch k.Type {
	case html.ElementNode:
		if r.watched && k.Namespace == "" {
			r.seen.element(k)
		}
		return true
	case html.TextNode:
		if r.p != nil {
			if b, ok := (*r.p.texts)[k]; ok {
				k.Data = string(b)
				delete(*r.p.texts, k)
			}
		}
		return strings.TrimSpace(k.Data) != ""
	}
	return false
}

// leave lets go of a node that was gone through.
func (r *reading) leave(k *html.Node, at int) {
	if k.Type == html.ElementNode && r.watched && !r.failed && !r.steps[at].entered {
		for range r.children(k) {
		}
	}
	if r.failed {
		return
	}
	s := &r.steps[at]
	switch k.Type {
	case html.TextNode:
		k.Data = ""
	case html.ElementNode:
		full := s.full
		if !s.entered {
			full = filled(k)
		}
		release(k, full)
	}
	if old := s.last; old != nil && !r.keep && r.isOpen(s.parent) {
		s.parent.RemoveChild(old)
	}
	s.last, s.now = k, nil
}

// filling stands for what was in an element.
var filling = &html.Node{Type: html.TextNode, Data: "…"}

// release lets go of what is in an element that was read: a tree takes several times as
// much as its text. The rules for those behind it may only ask whether it is empty.
func release(n *html.Node, full bool) {
	n.FirstChild, n.LastChild = nil, nil
	if full {
		n.FirstChild, n.LastChild = filling, filling
	}
}

// filled tells whether there is more than blanks in an element.
func filled(n *html.Node) bool {
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if k.Type == html.ElementNode || k.Type == html.TextNode && strings.TrimSpace(k.Data) != "" {
			return true
		}
	}
	return false
}
