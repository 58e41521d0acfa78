package salvage

import (
	"bytes"
	"cmp"
	"slices"
)

// Reader says how the records of a file are taken.
type Reader struct {
	// Take gets a record, whose slices it may keep. certain tells that it is a record of
	// the last transaction; others may be of an earlier one, or may come twice: they count
	// where there is no certain one. An error ends it all.
	Take func(bucket string, key, value []byte, certain bool) error
	// Guess tells the bucket of a record by its shape, "" if it is in none. It is asked
	// where the page that says so is lost.
	Guess func(key, value []byte) string
	// Free looks into pages that are free as well, after all others: what is there was
	// removed, or is an earlier copy of what is elsewhere.
	Free bool
	// Buckets are names that every list of buckets has.
	Buckets []string
	// Rank tells how late the transaction is that wrote a list of buckets, of which get
	// returns small ones' records. Ranks are the same for what can't be told apart.
	Rank func(get func(bucket, key string) []byte) uint64
}

// Outcome says what was found.
type Outcome struct {
	Sound     bool              // the file hangs together, and nothing of it is lost
	Pages     int               // that were found damaged
	Lost      map[string]bool   // buckets of which something may be missing
	AllLost   bool              // the list of buckets is a guess, or none
	Doubt     bool              // it may not be the last transaction that is read
	Sequences map[string]uint64 // by bucket
}

// gap is a range of keys of a bucket that could not be read.
type gap struct {
	bucket   string
	all      bool // of every bucket
	from, to []byte
}

func (g *gap) has(bucket string, key []byte) bool {
	return (g.all || g.bucket == bucket) && bytes.Compare(key, g.from) >= 0 && (g.to == nil || bytes.Compare(key, g.to) < 0)
}

// walk is a way through the tree of one transaction.
type walk struct {
	f       *File
	r       *Reader
	certain bool
	within  []gap // what is taken, unless certain
	gaps    []gap
	out     *Outcome
}

// root is where the tree of a transaction begins.
type root struct {
	page     uint64
	rank     uint64
	sequence uint64 // the sum of those of its buckets
	tx       uint64 // of its meta page, 0 if that is lost
	whole    bool
}

// maxRoots bounds how many earlier transactions are looked into.
const maxRoots = 8

// Salvage reads the file: the tree of its last transaction, and where something of that
// is lost, those of earlier ones and the pages that no tree has.
func (f *File) Salvage(r Reader) (Outcome, error) {
	out := Outcome{Lost: map[string]bool{}, Sequences: map[string]uint64{}}
	if len(f.metas) > 0 {
		f.readFree(f.metas[0])
	}
	out.Pages = f.broken
	roots := f.roots(&r)
	// Only two whole meta pages say for sure which transaction was the last.
	out.Doubt = f.broken > 0 || len(roots) == 0 || roots[0].page != f.metas[0].root || !roots[0].whole
	w := walk{f: f, r: &r, certain: true, out: &out, gaps: []gap{{all: true}}}
	for i, at := range roots {
		w.certain, w.within = i == 0, w.gaps
		if i == 0 {
			w.gaps = nil
		}
		before := len(w.gaps)
		if err := w.list(at.page); err != nil {
			return out, err
		}
		if i == 0 && out.Doubt { // the pages of a later transaction may be there
			w.gaps, before = []gap{{all: true}}, 1
		}
		if len(w.gaps) == 0 {
			break
		}
		if i > 0 {
			w.gaps = w.gaps[:before] // those of the last transaction stay what is looked for
		}
	}
	if len(w.gaps) > 0 {
		w.certain, w.within = false, w.gaps
		if err := w.orphans(); err != nil {
			return out, err
		}
	}
	for _, g := range w.gaps {
		out.AllLost = out.AllLost || g.all
		out.Lost[g.bucket] = true
	}
	out.AllLost = out.AllLost || len(roots) == 0
	out.Sound = !out.Doubt && out.Pages == 0 && len(w.gaps) == 0 && f.free != nil
	return out, nil
}

// roots returns where to begin, the best first.
func (f *File) roots(r *Reader) []root {
	var all []root
	whole := f.broken == 0
	for _, m := range f.metas {
		at, ok := f.rankOf(m.root, r)
		at.page, at.tx, at.whole = m.root, m.tx, ok
		all = append(all, at)
		whole = whole && ok
	}
	if whole {
		return all
	}
	for id := uint64(2); id < f.pages; id++ {
		if slices.ContainsFunc(all, func(x root) bool { return x.page == id }) {
			continue
		}
		if at, ok := f.rankOf(id, r); ok {
			all = append(all, at)
		}
	}
	slices.SortStableFunc(all, func(a, b root) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(b.sequence, a.sequence), cmp.Compare(b.tx, a.tx))
	})
	return all[:min(len(all), maxRoots)]
}

// rankOf looks at a page that may list the buckets. ok tells whether it does.
func (f *File) rankOf(id uint64, r *Reader) (at root, ok bool) {
	at.page = id
	all := f.listing(id, 0)
	small, names := map[string][]element{}, map[string]bool{}
	for _, e := range all {
		root, sequence, inline, ok := bucketOf(e.value)
		if !e.bucket || !ok || root >= f.pages {
			return at, false
		}
		at.sequence += sequence
		names[string(e.key)] = true
		if inline != nil {
			small[string(e.key)], _ = inline.leaf()
		}
	}
	for _, name := range r.Buckets {
		if !names[name] {
			return at, false
		}
	}
	at.rank = r.Rank(func(bucket, key string) []byte {
		for _, e := range small[bucket] {
			if string(e.key) == key {
				return e.value
			}
		}
		return nil
	})
	return at, true
}

// listing returns what is in a leaf page, or in those below a branch page, nil if
// something of it is damaged.
func (f *File) listing(id uint64, depth int) []element {
	p, err := f.read(id)
	if err != nil || depth > 2 {
		return nil
	}
	if p.flags == leafPage {
		all, whole := p.leaf()
		if !whole {
			return nil
		}
		return all
	}
	children, whole := p.branch()
	if !whole || len(children) > 64 {
		return nil
	}
	var all []element
	for _, c := range children {
		some := f.listing(c.page, depth+1)
		if len(some) == 0 || !some[0].bucket {
			return nil
		}
		all = append(all, some...)
	}
	return all
}
