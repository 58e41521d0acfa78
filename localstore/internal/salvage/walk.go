package salvage

import "bytes"

// lost notes a damaged page and what may be missing for it.
func (w *walk) lost(g gap) {
	if w.certain {
		w.out.Pages++
	}
	if g.all { // the keys are names of buckets there
		g.from, g.to = nil, nil
	}
	w.gaps = append(w.gaps, g)
}

// list reads the page, or pages, that list the buckets.
func (w *walk) list(id uint64) error {
	return w.tree(id, gap{all: true}, 0, func(e element) error {
		name := string(e.key)
		at, sequence, inline, ok := bucketOf(e.value)
		if !e.bucket || !ok {
			w.lost(gap{bucket: name})
			return nil
		}
		w.out.Sequences[name] = max(w.out.Sequences[name], sequence)
		take := func(e element) error { return w.take(name, e) }
		if inline == nil {
			return w.tree(at, gap{bucket: name}, 0, take)
		}
		all, whole := inline.leaf()
		if !whole {
			w.lost(gap{bucket: name})
		}
		for _, e := range all {
			if err := take(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// maxDepth is more than any tree has.
const maxDepth = 32

// tree calls fn with the records below a page, which are those within g.
func (w *walk) tree(id uint64, g gap, depth int, fn func(element) error) error {
	p, err := w.f.read(id)
	if err != nil || depth > maxDepth {
		w.lost(g)
		return nil //nolint:nilerr // it is noted, and the rest is read
	}
	if !w.f.visit(p) {
		if w.certain { // a page that is in the tree twice
			w.lost(g)
		}
		return nil // an earlier transaction shares it
	}
	if p.flags == branchPage {
		return w.children(p, g, depth, fn)
	}
	all, whole := p.leaf()
	if !whole {
		w.lost(g)
	}
	for _, e := range all {
		if !g.all && (bytes.Compare(e.key, g.from) < 0 || g.to != nil && bytes.Compare(e.key, g.to) >= 0) {
			if whole {
				w.lost(g)
				whole = false
			}
			continue
		}
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) children(p *page, g gap, depth int, fn func(element) error) error {
	all, whole := p.branch()
	if !whole {
		w.lost(g)
	}
	for i, c := range all {
		within := g
		if i > 0 {
			within.from = c.key
		}
		if i+1 < len(all) {
			within.to = all[i+1].key
		}
		if err := w.tree(c.page, within, depth+1, fn); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) take(bucket string, e element) error {
	if e.bucket {
		w.lost(gap{bucket: bucket})
		return nil
	}
	if !w.certain && !w.wanted(bucket, e.key) {
		return nil
	}
	return w.r.Take(bucket, e.key, e.value, w.certain)
}

func (w *walk) wanted(bucket string, key []byte) bool {
	for i := range w.within {
		if w.within[i].has(bucket, key) {
			return true
		}
	}
	return false
}

// orphans reads the leaf pages that no tree has, and that are not known to be free: those
// below a damaged page. What is in them may be of an earlier transaction where it is not
// known which pages are free.
func (w *walk) orphans() error {
	if err := w.orphansIn(false); err != nil || !w.r.Free || w.f.free == nil {
		return err
	}
	return w.orphansIn(true)
}

func (w *walk) orphansIn(free bool) error {
	for id := uint64(2); id < w.f.pages; id++ {
		if w.f.visited[id] || free != (len(w.f.free) > 0 && w.f.free[id]) {
			continue
		}
		p, err := w.f.read(id)
		if err != nil || p.flags != leafPage {
			continue
		}
		// The overflow of a page holds octets of mail, and is never taken for pages.
		w.f.visit(p)
		all, _ := p.leaf()
		for _, e := range all {
			if e.bucket {
				continue
			}
			bucket := w.r.Guess(e.key, e.value)
			if bucket == "" || !w.wanted(bucket, e.key) {
				continue
			}
			if err := w.r.Take(bucket, e.key, e.value, false); err != nil {
				return err
			}
		}
	}
	return nil
}
