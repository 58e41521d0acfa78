package localstore

import (
	"context"
	"errors"
	"time"

	"go.etcd.io/bbolt"

	"restante.app/localstore/search"
)

// SearchOptions say what is wanted of a search. The zero value wants the newest hundred
// of all that is there.
type SearchOptions struct {
	Limit       int // of hits; 0 is 100
	ByRelevance bool
	After       *SearchHit // by date: only what comes behind this one, the next page
	Typing      bool       // as in search.ParseOptions
	// Wait bounds how long mail that is not indexed yet is waited for; 0 waits until all
	// of it is, which takes some minutes where there is no index yet.
	Wait time.Duration
}

// SearchHit is a message that was found.
type SearchHit struct {
	Ref
	Score float64 // by relevance
}

// SearchResults are what was found.
type SearchResults struct {
	Hits  []SearchHit
	Total int  // messages that match, those after SearchOptions.After
	Exact bool // Total is no estimate
	// Pending is how many messages were not looked into, as Wait was over or, then
	// Problem says so, the index could not be completed.
	Pending int
	Problem error
}

// Search looks for messages in all mailboxes, in the language that search.Parse reads.
// It looks into everything that was committed before the call, but for what it tells as
// Pending. A query that makes no sense is a *search.QueryError; other errors are those of
// ctx and ErrInvalid where the store was opened without search.
func (s *Store) Search(ctx context.Context, query string, o SearchOptions) (SearchResults, error) {
	var r SearchResults
	if s.o.Text == nil {
		return r, invalid("This store was opened without search.")
	}
	q, err := search.Parse(query, search.ParseOptions{Typing: o.Typing, Now: s.o.Now()})
	if err != nil {
		return r, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.ctx, func() { cancel(closedError()) })()
	r.Problem = s.completeIndex(ctx, o.Wait)
	if ctx.Err() != nil {
		return r, context.Cause(ctx)
	}
	so := search.Options{Limit: o.Limit, Filter: filter{s}}
	if o.ByRelevance {
		so.Order = search.ByRelevance
	}
	if o.After != nil {
		so.After = &search.Hit{ID: uint64(o.After.ID), Date: o.After.Date}
	}
	var found search.Results
	err = s.index.using(func(x *search.Index) error {
		if found, err = x.Search(ctx, q, so); err != nil {
			return err
		}
		r.Pending, err = s.index.pending(x)
		return err
	})
	if ctx.Err() != nil {
		return r, context.Cause(ctx)
	}
	if err != nil {
		return r, err
	}
	r.Total, r.Exact = found.Total, found.Exact
	r.Hits, err = s.stillThere(found.Hits)
	return r, err
}

// completeIndex waits for the index to have all that there is. It returns nil when the
// time is over.
func (s *Store) completeIndex(ctx context.Context, wait time.Duration) error {
	limited := ctx
	if wait > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, wait)
		defer cancel()
	}
	err := s.index.catchUp(limited)
	if err == nil && s.o.IndexLazily { // there is nobody else who does
		err = s.index.merge(limited)
	}
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		s.index.wake()
		return nil
	}
	return err
}

// pending returns how many messages the index does not have as they are.
func (ix *indexer) pending(x *search.Index) (int, error) {
	m, err := x.Mark()
	if err != nil {
		return 0, err
	}
	n := 0
	err = ix.s.meta.view(func(tx *bbolt.Tx) error {
		next, err := readBacklog(tx, m)
		if errors.Is(err, errForeign) {
			n = int(tx.Bucket(bucketMessages).Sequence())
			return nil
		}
		n = len(next.changed) + len(next.fresh)
		if next.more {
			n += int(tx.Bucket(bucketMessages).Sequence() - next.mark.UpTo)
		}
		return err
	})
	return n, err
}

// stillThere leaves out what was deleted since it was indexed.
func (s *Store) stillThere(found []search.Hit) ([]SearchHit, error) {
	hits := make([]SearchHit, 0, len(found))
	err := s.meta.view(func(tx *bbolt.Tx) error {
		messages := tx.Bucket(bucketMessages)
		for _, h := range found {
			if messages.Get(u64(h.ID)) != nil {
				hits = append(hits, SearchHit{Ref{MessageID(h.ID), h.Date}, h.Score})
			}
		}
		return nil
	})
	return hits, err
}

// SearchNames returns words of the senders or recipients of mail, for search.Complete:
// those that begin so, the most frequent first. It looks into what is indexed.
func (s *Store) SearchNames(f search.Field, start string, most int) ([]string, error) {
	if s.o.Text == nil {
		return nil, nil
	}
	var names []string
	err := s.index.using(func(x *search.Index) (err error) {
		names, err = x.Names(f, start, most)
		return err
	})
	return names, err
}
