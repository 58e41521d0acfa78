package search

import (
	"container/heap"
	"context"
	"errors"
	"slices"

	"go.etcd.io/bbolt"
)

// Order is how results are sorted.
type Order int

// The orders.
const (
	ByDate      Order = iota // the newest first
	ByRelevance              // the best first, of the newest 20,000 that match, or 2,000: see maxBegun
)

// Options say what is wanted of a search.
type Options struct {
	Limit int // of hits; 0 is 100
	Order Order
	// After, with ByDate, leaves out what is not behind this hit: the next page.
	After *Hit
	// Filter answers in:, tag: and is:. Without one they are refused.
	Filter Filter
}

// Hit is a document that was found.
type Hit struct {
	ID    uint64
	Date  int64
	Score float64 // of ByRelevance
}

// Results are what a search found.
type Results struct {
	Hits []Hit
	// Total is how many documents match, after Options.After: exactly, if Exact, else
	// an estimate from those that were looked at.
	Total int
	Exact bool
}

const defaultLimit = 100

// Search looks for a query. Its results are complete as far as Mark says. The errors
// are those of Filter and of ctx, ErrDamaged and ErrClosed.
func (x *Index) Search(ctx context.Context, q *Query, o Options) (Results, error) {
	if o.Limit <= 0 {
		o.Limit = defaultLimit
	}
	sets, err := askFilter(q.root, o.Filter)
	if err != nil {
		return Results{}, err
	}
	var r Results
	err = x.view(func(tx *bbolt.Tx) error {
		infos, err := listSegments(tx)
		if err != nil {
			return err
		}
		s := &searcher{ctx: ctx, tx: tx, root: q.root, sets: sets, o: o, infos: infos}
		switch o.Order {
		case ByRelevance:
			r, err = s.ranked()
		default:
			r, err = s.newest(o.Limit)
		}
		return errors.Join(err, ctx.Err())
	})
	if err != nil {
		return Results{}, err
	}
	return r, nil
}

// askFilter asks once for every operator in the query that the caller answers.
func askFilter(n node, f Filter) (map[*flagNode]*IDSet, error) {
	sets := map[*flagNode]*IDSet{}
	var err error
	walk(n, func(n node) {
		flag, ok := n.(*flagNode)
		if !ok || err != nil {
			return
		}
		if f == nil {
			err = &QueryError{flag.at, flag.op + ": can't be answered here.", "Leave it out."}
			return
		}
		sets[flag], err = f.Filter(flag.op, flag.value)
	})
	return sets, err
}

// walk calls fn with every part of a query.
func walk(n node, fn func(node)) {
	fn(n)
	switch n := n.(type) {
	case andNode:
		for _, part := range n {
			walk(part, fn)
		}
	case orNode:
		for _, part := range n {
			walk(part, fn)
		}
	case *notNode:
		walk(n.not, fn)
	}
}

// searcher is a search in a transaction.
type searcher struct {
	ctx   context.Context
	tx    *bbolt.Tx
	root  node
	sets  map[*flagNode]*IDSet
	o     Options
	infos []segmentInfo
}

// source is a segment's matches, at one of them.
type source struct {
	info  segmentInfo
	s     *segment // nil until its first match is needed
	it    iter
	row   uint32 // none at the end
	from  uint32 // the first row that was looked at
	found int
	date  int64
	id    uint64
}

// sources is a heap, the newest match on top. One that is not open counts as the newest
// document that it can have.
type sources []*source

func (h sources) Len() int           { return len(h) }
func (h sources) Less(i, j int) bool { return newer(h[i].date, h[i].id, h[j].date, h[j].id) }
func (h sources) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *sources) Push(x any) {
	if s, ok := x.(*source); ok {
		*h = append(*h, s)
	}
}

func (h *sources) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// each calls fn with the matches, the newest first, until it returns false.
func (s *searcher) each(fn func(*source) bool) ([]*source, error) {
	var h sources
	all := make([]*source, len(s.infos))
	for i, info := range s.infos {
		all[i] = &source{info: info, date: info.newest, id: ^uint64(0)}
		h = append(h, all[i])
	}
	heap.Init(&h)
	for n := 0; len(h) > 0; n++ {
		if n%1024 == 0 && s.ctx.Err() != nil {
			return nil, s.ctx.Err()
		}
		top := h[0]
		if top.s == nil {
			if err := s.open(top); err != nil {
				return nil, err
			}
		} else {
			top.found++
			if !fn(top) {
				return all, nil
			}
			top.step(top.row + 1)
		}
		if top.row == none {
			heap.Pop(&h)
		} else {
			heap.Fix(&h, 0)
		}
	}
	return all, nil
}

func (s *searcher) open(c *source) error {
	seg, err := openSegment(s.tx, c.info)
	if err != nil {
		return err
	}
	c.s = seg
	if a := s.o.After; a != nil && s.o.Order == ByDate {
		c.from = seg.before(a.Date, a.ID)
		if c.from < seg.docs && seg.id(c.from) == a.ID && seg.date(c.from) == a.Date {
			c.from++
		}
	}
	c.it = (&compiler{s.ctx, seg, s.sets}).node(s.root)
	c.step(c.from)
	return nil
}

// step goes to the first match not before a row.
func (c *source) step(row uint32) {
	for {
		if c.row = c.it.advance(row); c.row == none {
			return
		}
		if !c.s.isDead(c.row) {
			c.date, c.id = c.s.date(c.row), c.s.id(c.row)
			return
		}
		row = c.row + 1
	}
}

// newest returns the newest matches.
func (s *searcher) newest(limit int) (Results, error) {
	var r Results
	more := false
	all, err := s.each(func(c *source) bool {
		if len(r.Hits) == limit {
			more = true
			return false
		}
		r.Hits = append(r.Hits, Hit{ID: c.id, Date: c.date})
		return true
	})
	if err != nil {
		return r, err
	}
	r.Total, r.Exact = len(r.Hits), !more
	if more {
		r.Total = s.estimate(all, len(r.Hits))
	}
	return r, nil
}

// estimate tells how many matches there are, as far as those that were looked at, and
// the cost of the rest, tell.
func (s *searcher) estimate(all []*source, found int) int {
	looked, rest, most := 0.0, 0.0, 0
	for _, c := range all {
		switch {
		case c.s == nil:
			rest += float64(c.info.docs - c.info.dead)
			most += int(c.info.docs - c.info.dead)
		case c.row == none:
			looked += float64(c.info.docs - c.from)
			most += c.found
		default:
			looked += float64(c.row - c.from)
			rest += float64(c.info.docs - c.row)
			most += min(int(c.info.docs-c.info.dead), c.it.cost())
		}
	}
	n := float64(found) * (1 + rest/max(looked, 1))
	return max(found+1, min(int(n), most))
}

func sortRows(rows []uint32) []uint32 {
	slices.Sort(rows)
	return rows
}
