package dom

import (
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// begin starts a reading that follows the parser. ok is false where that can't be.
func begin(s *survey, size segments, holds map[mark]bool) (r *reading, ok bool) {
	p, ok := startParser(s.reader(), size)
	if !ok {
		return nil, false
	}
	r = &reading{root: p.doc, p: p, watched: true, holds: holds, seen: gathered{seed: s.found.seed}}
	for r.p != nil && !r.failed && !p.inBody() {
		r.parse()
	}
	if r.p == nil || r.failed {
		return r, true
	}
	for i := range r.late {
		n := (*p.open)[i]
		r.late[i] = &late{node: n, own: n.Attr, merged: merged(slices.Clone(n.Attr), s.bodies[i])}
		n.Attr = r.late[i].merged
	}
	return r, true
}

// inBody tells whether there is a body, which ends what may come before it.
func (p *parser) inBody() bool {
	return len(*p.open) > 1 && (*p.open)[1].DataAtom == atom.Body
}

// parse has one more segment parsed.
func (r *reading) parse() {
	for _, l := range r.late {
		if l != nil {
			l.node.Attr = l.own
		}
	}
	_, more := r.p.resume()
	r.offset = r.p.feed.read
	for _, l := range r.late {
		if l != nil {
			l.own, l.node.Attr = l.node.Attr, l.merged
		}
	}
	if r.err = r.p.err; r.err != nil {
		r.failed = true
		return
	}
	r.round++
	was := r.opened
	r.check(was)
	if !more {
		r.p, r.opened = nil, nil
		return
	}
	r.opened = r.marks(was)
}

// marks are those of the elements that have not ended, and of what they are in: an
// element's end may come before the end of what is in it.
func (r *reading) marks(was map[*html.Node]mark) map[*html.Node]mark {
	now := make(map[*html.Node]mark, len(was))
	nth := 0
	for _, n := range *r.p.open {
		for ; n != nil; n = n.Parent {
			if _, known := now[n]; known {
				break
			}
			nth++
			m, known := was[n]
			if !known {
				m = mark{r.round, nth}
			}
			now[n] = m
		}
	}
	return now
}

// check fails the reading if what was gone through is not as it was.
func (r *reading) check(was map[*html.Node]mark) {
	for _, s := range r.steps {
		moved := s.last != nil && s.last.Parent != s.parent
		grown := s.last != nil && s.last.Type == html.TextNode && r.says(s.last)
		away := s.now != nil && (s.now.Parent != s.parent || s.now.PrevSibling != s.last)
		if !moved && !grown && !away {
			continue
		}
		r.failed = true
		var suspects []*html.Node
		if s.now != nil {
			suspects = append(suspects, s.now)
		} else if grown {
			for n := s.last.NextSibling; n != nil; n = n.NextSibling {
				suspects = append(suspects, n)
			}
		}
		for _, n := range append(suspects, s.parent) {
			if m, open := was[n]; open {
				r.hold = &m
				return
			}
		}
		return
	}
}

// says tells whether a text node has something to say, again.
func (r *reading) says(n *html.Node) bool {
	_, more := (*r.p.texts)[n]
	return more || n.Data != ""
}

// end stops the parser, if it is still at work, and tells whether all was as the survey
// said.
func (r *reading) end(s *survey) bool {
	if r.p != nil {
		r.p.stop()
	}
	if r.failed || !r.seen.same(&s.found) {
		return false
	}
	for _, l := range r.late {
		if l != nil && !slices.Equal(l.own, l.merged) {
			return false
		}
	}
	return true
}

// merged adds the attributes of one more tag, where they are not said before.
func merged(to, from []html.Attribute) []html.Attribute {
	known := make(map[string]bool, len(to)+len(from))
	for _, a := range to {
		known[a.Key] = true
	}
	for _, a := range from {
		if !known[a.Key] {
			known[a.Key] = true
			to = append(to, a)
		}
	}
	return to
}
