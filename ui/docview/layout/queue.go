package layout

import (
	"iter"
	"math"

	"restante.app/ui/docview/dom"
)

// queue is children of a block container, one after the other, those of inline boxes that
// are broken up by blocks in their stead. A container may have any number of them, so that
// they are never listed.
type queue struct {
	of   dom.Node // the container
	at   dom.Node // the child that comes next, none behind the last
	left int32    // of them, at most
}

// kidsOf are a block container's children.
func (f *Flow) kidsOf(n dom.Node) queue { return queue{n, f.unbroken(firstOf(n)), math.MaxInt32} }

// alone is a node as if it were the only child of its parent.
func alone(n dom.Node) queue { return queue{n.Parent(), n, 1} }

// firstOf is the first node in another, none if nothing is in it.
func firstOf(n dom.Node) dom.Node {
	for k := range n.Children() {
		return k
	}
	return dom.Node{}
}

// unbroken is what is first in an inline box that is broken up, or the node itself.
func (f *Flow) unbroken(n dom.Node) dom.Node {
	for !n.IsZero() && n.Broken() {
		n = firstOf(n)
	}
	return n
}

// none tells whether there is none left.
func (q *queue) none() bool { return q.at.IsZero() }

// next takes one.
func (f *Flow) next(q *queue) (n dom.Node) {
	n = q.at
	if q.left--; q.left <= 0 {
		q.at = dom.Node{}
		return n
	}
	at := n
	for at.Next().IsZero() && at.Parent() != q.of {
		at = at.Parent()
	}
	q.at = f.unbroken(at.Next())
	return n
}

// each is all that are left, the queue staying as it is.
func (f *Flow) each(q queue) iter.Seq[dom.Node] {
	return func(yield func(dom.Node) bool) {
		for !q.none() {
			if !yield(f.next(&q)) {
				return
			}
		}
	}
}

// texts takes those that are set as one text: the nodes in lines, and the floats among
// them. It returns them, and the last of them.
func (f *Flow) texts(q *queue) (nodes queue, last dom.Node) {
	nodes = queue{q.of, q.at, 0}
	for !q.none() && (f.inlineLevel(q.at) || q.at.Style().Float != dom.FloatNone) {
		last = f.next(q)
		nodes.left++
	}
	return nodes, last
}

// blank tells whether inline nodes have nothing to show.
func (f *Flow) blank(nodes queue) bool {
	for n := range f.each(nodes) {
		if !empty(n) {
			return false
		}
	}
	return true
}
