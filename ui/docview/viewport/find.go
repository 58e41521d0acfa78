package viewport

import (
	"sort"

	"restante.app/ui/docview/dom"
)

// found is what was looked for.
type found struct {
	spans   []dom.Span
	current int
}

// Find looks for a query in the document, whatever the case, marks every place and goes
// to the first at or below the top of what is in sight. It takes as long as the text is.
func (v *View) Find(query string) (total int) {
	doc := v.Document()
	spans := doc.Find(query)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.doc != doc {
		return 0
	}
	v.version++
	v.found = found{spans: spans}
	if len(spans) == 0 {
		return len(spans)
	}
	from := 0
	if v.y > 0 {
		from = v.flow.At(0, v.y-v.margin()).Offset
	}
	i := sort.Search(len(spans), func(i int) bool { return spans[i].Start >= from })
	v.found.current = i % len(spans)
	v.toCurrent()
	return len(spans)
}

// FindStep goes to the next (1) or the previous (-1) place, and round at the ends.
func (v *View) FindStep(by int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := len(v.found.spans)
	if n == 0 {
		return
	}
	v.found.current = ((v.found.current+by)%n + n) % n
	v.version++
	v.toCurrent()
}

// Found tells at which of how many places the view is, from 1.
func (v *View) Found() (current, total int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.found.spans) == 0 {
		return 0, 0
	}
	return v.found.current + 1, len(v.found.spans)
}

// ClearFind takes the marks away.
func (v *View) ClearFind() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.found = found{}
	v.version++
}

func (v *View) toCurrent() {
	s := v.found.spans[v.found.current]
	v.reveal(s.Start, s.End)
}
