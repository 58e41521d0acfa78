package search

import (
	"container/heap"
	"math"
	"slices"
)

// Ranking is BM25 over the words of the query, with what stands in the subject or the
// sender counting more, among the newest matches.
const (
	maxCandidates = 20_000
	maxBegun      = 2_000 // where a phrase has a word that is only begun, which costs much more
	bm25K         = 1.2
	bm25B         = 0.6
	subjectWeight = 2.5
	fromWeight    = 1.0
)

// scored is a word that counts.
type scored struct {
	field  Field
	rarity Field // where it is as rare as it counts
	word   queryWord
	idf    float64
	weight float64
}

// ranked returns the best of the newest matches.
func (s *searcher) ranked() (Results, error) {
	words, average, err := s.weigh()
	if err != nil {
		return Results{}, err
	}
	var best hitHeap
	n, more, most := 0, false, mostCandidates(s.root)
	scorers := map[*source]*scorer{}
	all, err := s.each(func(c *source) bool {
		if n == most {
			more = true
			return false
		}
		n++
		sc := scorers[c]
		if sc == nil {
			sc = newScorer(s, c.s, words, average)
			scorers[c] = sc
		}
		h := Hit{ID: c.id, Date: c.date, Score: sc.score(c.row)}
		if len(best) < s.o.Limit {
			heap.Push(&best, h)
		} else if better(h, best[0]) {
			best[0] = h
			heap.Fix(&best, 0)
		}
		return true
	})
	if err != nil {
		return Results{}, err
	}
	r := Results{Hits: best, Total: n, Exact: !more}
	if more {
		r.Total = s.estimate(all, n)
	}
	slices.SortFunc(r.Hits, func(a, b Hit) int {
		if better(a, b) {
			return -1
		}
		return 1
	})
	return r, nil
}

func mostCandidates(root node) int {
	most := maxCandidates
	asked(root, func(t *textNode) {
		if len(t.words) > 1 && slices.ContainsFunc(t.words, func(w queryWord) bool { return w.prefix }) {
			most = maxBegun
		}
	})
	return most
}

// better tells whether a hit comes before another one.
func better(a, b Hit) bool {
	if a.Score != b.Score {
		return a.Score > b.Score
	}
	return newer(a.Date, a.ID, b.Date, b.ID)
}

// hitHeap has the worst hit on top.
type hitHeap []Hit

func (h hitHeap) Len() int           { return len(h) }
func (h hitHeap) Less(i, j int) bool { return better(h[j], h[i]) }
func (h hitHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *hitHeap) Push(x any) {
	if hit, ok := x.(Hit); ok {
		*h = append(*h, hit)
	}
}

func (h *hitHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// weigh finds the words that count, how rare they are, and how long documents are.
func (s *searcher) weigh() (all []scored, average float64, err error) {
	asked(s.root, func(t *textNode) {
		for _, w := range t.words {
			all = append(all, scored{t.field, t.field, w, 0, 1})
			if t.field == Any {
				all = append(all, scored{Subject, Any, w, 0, subjectWeight}, scored{From, Any, w, 0, fromWeight})
			}
		}
	})
	docs, terms := 0.0, 0.0
	df := make([]float64, len(all))
	for _, info := range s.infos {
		docs, terms = docs+float64(info.docs), terms+float64(info.terms)
		seg, err := openSegment(s.tx, info)
		if err != nil {
			return nil, 0, err
		}
		for i, w := range all {
			df[i] += float64((&compiler{s.ctx, seg, nil}).word(w.rarity, w.word).cost())
		}
	}
	for i := range all {
		all[i].idf = math.Log(1 + (docs-min(df[i], docs)+0.5)/(df[i]+0.5))
	}
	return all, terms / max(docs, 1), nil
}

// asked calls fn with what a query looks for, but not with what must not be there.
func asked(n node, fn func(*textNode)) {
	switch n := n.(type) {
	case andNode:
		for _, part := range n {
			asked(part, fn)
		}
	case orNode:
		for _, part := range n {
			asked(part, fn)
		}
	case *textNode:
		fn(n)
	}
}

// scorer scores the rows of a segment.
type scorer struct {
	s       *segment
	words   []scored
	its     []iter
	average float64
}

func newScorer(s *searcher, seg *segment, words []scored, average float64) *scorer {
	sc := &scorer{s: seg, words: words, average: average}
	c := &compiler{s.ctx, seg, nil}
	for _, w := range words {
		sc.its = append(sc.its, c.word(w.field, w.word))
	}
	return sc
}

// score returns a row's score. Rows go up.
func (sc *scorer) score(row uint32) float64 {
	total := 0.0
	norm := bm25K * (1 - bm25B + bm25B*float64(sc.s.length(row))/max(sc.average, 1))
	for i, it := range sc.its {
		if it.advance(row) != row {
			continue
		}
		f := 1.0
		if p, ok := it.(*postings); ok {
			f = float64(p.often())
		}
		total += sc.words[i].weight * sc.words[i].idf * f * (bm25K + 1) / (f + norm)
	}
	return total
}
