package viewport

import (
	"sort"
	"strings"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
)

// Link is where a text leads.
type Link struct {
	Text string // what it says, or what its image says
	Href string
}

// Hit is what is at a point of the view.
type Hit struct {
	Offset int   // in the flat text
	Inside bool  // the point is on text
	Link   *Link // nil for none
	Fold   bool  // a line that folds or unfolds a quotation
	Image  string
}

// stop is what Tab goes to: a link, or a line that folds a quotation.
type stop struct {
	start, end int
	node       dom.Node // the link's, or the quotation's
	fold       bool
}

// At tells what is at a point of the view.
func (v *View) At(x, y float32) Hit {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.hit(x, y)
}

// TryAt is At, but does not wait for whoever holds the view: ok is false then.
func (v *View) TryAt(x, y float32) (h Hit, ok bool) {
	if !v.mu.TryLock() {
		return Hit{}, false
	}
	defer v.mu.Unlock()
	return v.hit(x, y), true
}

func (v *View) hit(x, y float32) Hit {
	at := v.flow.At(x+v.x-v.margin(), y+v.y-v.margin())
	h := Hit{Offset: at.Offset, Inside: at.Inside, Fold: !at.Fold.IsZero()}
	if !at.Node.IsZero() && at.Node.Kind() == dom.Picture && at.Node.Image() != nil {
		h.Image = at.Node.Image().Src
	}
	if !at.Link.IsZero() {
		h.Link = v.linkAt(at.Link)
	}
	return h
}

// linkAt is the link that begins at a node.
func (v *View) linkAt(n dom.Node) *Link {
	return &Link{Href: n.Link().Href, Text: strings.TrimSpace(v.doc.Flat()[n.Start():n.End()])}
}

// listStops lists links and folds in their order, if that was not done yet.
func (v *View) listStops() {
	if v.stops != nil {
		return
	}
	v.stops = []stop{}
	for _, n := range v.doc.Links() {
		v.stops = append(v.stops, stop{start: n.Start(), end: n.End(), node: n})
	}
	if v.o.FoldLabel != nil {
		for _, n := range layout.Foldable(v.doc) {
			v.stops = append(v.stops, stop{start: n.Start(), end: n.Start(), node: n, fold: true})
		}
	}
	sort.SliceStable(v.stops, func(i, j int) bool { return v.stops[i].start < v.stops[j].start })
}

// FocusNext gives the focus to the next (1) or the previous (-1) link or fold, from what
// is in sight if none has it, and tells whether there is one. Beyond the last none has it.
func (v *View) FocusNext(by int) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.listStops()
	i := v.stop + by
	if v.stop < 0 {
		from, to := v.insight()
		i = sort.Search(len(v.stops), func(i int) bool { return v.stops[i].start >= from })
		if by < 0 {
			i = sort.Search(len(v.stops), func(i int) bool { return v.stops[i].start >= to }) - 1
		}
	}
	for i >= 0 && i < len(v.stops) && v.hidden(v.stops[i]) {
		i += by
	}
	v.version++
	if i < 0 || i >= len(v.stops) {
		v.stop = -1
		return false
	}
	v.stop = i
	v.goal = goal{kind: toSight, offset: v.stops[i].start, end: v.stops[i].end}
	return true
}

// ShowFocus shows the mark of the link or fold in focus, or hides it: while the view has
// not the keyboard.
func (v *View) ShowFocus(shown bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.unmarked == shown {
		v.unmarked = !shown
		v.version++
	}
}

// FocusAt is the place below the link or fold in focus, within the view.
func (v *View) FocusAt() (x, y float32, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.stop < 0 {
		return 0, 0, false
	}
	m := v.margin()
	for _, r := range v.stopRects(layout.Rect{X: v.x - m, Y: v.y - m, W: float32(v.size.w), H: float32(v.size.h)}) {
		return r.X + m - v.x, r.Y + r.H + m - v.y, true
	}
	return 0, 0, false
}

// Focused returns the link that has the focus, nil if none has it.
func (v *View) Focused() *Link {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.stop < 0 || v.stops[v.stop].fold {
		return nil
	}
	return v.linkAt(v.stops[v.stop].node)
}

// insight is the stretch of the flat text that is in sight.
func (v *View) insight() (from, to int) {
	y := v.y - v.margin()
	if y > 0 {
		from = v.flow.At(0, y).Offset
	}
	return from, v.flow.At(float32(v.size.w), y+float32(v.size.h)).Offset
}

// hidden tells whether a stop is within a quotation that is folded.
func (v *View) hidden(s stop) bool {
	for _, o := range v.stops {
		if o.fold && o.node != s.node && v.isFolded(o.node) && s.start >= o.node.Start() && s.end <= o.node.End() {
			return true
		}
	}
	return false
}

func (v *View) isFolded(n dom.Node) bool {
	if open, ok := v.open[n]; ok {
		return !open
	}
	return v.folded
}

// stopRects is where the stop in focus is.
func (v *View) stopRects(within layout.Rect) []layout.Rect {
	s := v.stops[v.stop]
	if s.fold {
		if r, ok := v.flow.FoldLine(s.node); ok {
			return []layout.Rect{r}
		}
		return nil
	}
	return v.flow.Rects(s.start, s.end, within)
}

// Fold folds or unfolds the quotation whose line is at a point of the view, and tells
// whether there is one.
func (v *View) Fold(x, y float32) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	at := v.flow.At(x+v.x-v.margin(), y+v.y-v.margin())
	if at.Fold.IsZero() {
		return false
	}
	v.toggle(at.Fold)
	return true
}

// FoldFocused folds or unfolds the quotation whose line has the focus, and tells
// whether one has it.
func (v *View) FoldFocused() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.stop < 0 || !v.stops[v.stop].fold {
		return false
	}
	v.toggle(v.stops[v.stop].node)
	return true
}

// FoldAll folds all quotations, or unfolds them.
func (v *View) FoldAll(folded bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.anchor()
	v.folded, v.open = folded, map[dom.Node]bool{}
	v.next = v.newFlow()
	v.version++
}

// toggle makes a map of its own for the flow to come: the one that is shown may still
// be laid out by what it was begun with.
func (v *View) toggle(n dom.Node) {
	v.setOpen(n, v.isFolded(n))
	v.relay()
}

func (v *View) setOpen(n dom.Node, open bool) {
	now := make(map[dom.Node]bool, len(v.open)+1)
	for k, o := range v.open {
		now[k] = o
	}
	now[n] = open
	v.open = now
}

// unfold opens the folded quotation that a stretch of text is in.
func (v *View) unfold(from, to int) {
	v.listStops()
	for _, s := range v.stops {
		if s.fold && from < s.node.End() && to > s.node.Start() && v.isFolded(s.node) {
			v.setOpen(s.node, true)
			v.next = v.newFlow()
			v.version++
		}
	}
}
