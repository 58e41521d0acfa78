package layout

import (
	"strings"

	"restante.app/ui/docview/dom"
)

// Placed is how far down everything has its place, in px of the output.
func (f *Flow) Placed() float32 { return f.placed }

// Reached is how far the flat text has its place; what floats may be ahead of it.
func (f *Flow) Reached() int {
	if frames, within := f.placedFrames(); len(frames) > 0 && !f.done {
		return frames[len(frames)-1].at(within)
	}
	return f.doc.Root.End()
}

// Foldable lists the quotations of a document that have a line to fold them with where
// Options.Folded is given: long ones that are in no other.
func Foldable(d *dom.Document) []dom.Node {
	var out []dom.Node
	flat := d.Flat()
	var walk func(n dom.Node)
	walk = func(n dom.Node) {
		if n.Fold() {
			if linesOf(n, flat) > fewLines {
				out = append(out, n)
			}
			return
		}
		for k := range n.Children() {
			walk(k)
		}
	}
	walk(d.Root)
	return out
}

// linesOf counts the lines of a quotation.
func linesOf(n dom.Node, flat string) int {
	return 1 + strings.Count(strings.Trim(flat[min(n.Start(), len(flat)):min(n.End(), len(flat))], "\n"), "\n")
}

// FoldLine is where the line is that folds a quotation; ok is false if it has none, or
// has no place yet.
func (f *Flow) FoldLine(n dom.Node) (r Rect, ok bool) { return f.foldLine(f.root, n, 0, 0) }

func (f *Flow) foldLine(b *box, n dom.Node, x, y float32) (Rect, bool) {
	if b.fold == n {
		r := Rect{x, y, b.w, b.h}
		r.W = f.lines(b.text, 0)[0].Width
		return r, true
	}
	f.enter(b)
	for _, k := range b.kids {
		if k.fold == n || int(k.start) <= n.Start() && n.Start() <= int(k.end) && k.fold.IsZero() {
			if r, ok := f.foldLine(k, n, x+k.x, y+k.y); ok {
				return r, true
			}
		}
	}
	return Rect{}, false
}
