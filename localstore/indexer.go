package localstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"restante.app/localstore/search"
)

// Text is what is searched of a message, as UTF-8 text. Where From, To or Subject are
// empty, those of its summary are.
type Text struct {
	From, To, Subject string
	Files             []string // names of attachments
	Body              string
	Attachments       bool
}

// Bounds of one step of indexing.
const (
	stepOctets = 4 << 20         // of text in memory
	maxText    = 8 << 20         // of one message; what lies beyond is not searched
	indexDelay = 2 * time.Second // after a commit, so that a fetch is not slowed down
)

// indexer completes the search index. The semaphore turn is held by whoever does.
type indexer struct {
	s       *Store
	woken   chan struct{}
	turn    chan struct{}
	running sync.WaitGroup

	mu   sync.Mutex
	x    *search.Index // nil until it is needed
	sets setCache
}

func newIndexer(s *Store) *indexer {
	return &indexer{s: s, woken: make(chan struct{}, 1), turn: make(chan struct{}, 1)}
}

// wake tells that something is new. It does not wait.
func (ix *indexer) wake() {
	select {
	case ix.woken <- struct{}{}:
	default:
	}
}

func (ix *indexer) start() {
	if ix.s.o.Text == nil || ix.s.o.IndexLazily {
		return
	}
	ix.wake()
	ix.running.Go(ix.run)
}

// run indexes what is new until the store closes.
func (ix *indexer) run() {
	for {
		select {
		case <-ix.woken:
		case <-ix.s.stop:
			return
		}
		select {
		case <-time.After(indexDelay):
		case <-ix.s.stop:
			return
		}
		err := ix.catchUp(ix.s.ctx)
		if err == nil {
			err = ix.merge(ix.s.ctx)
		}
		if err != nil && ix.s.ctx.Err() == nil {
			ix.s.o.Log.Error("indexing", "err", err)
		}
	}
}

func (ix *indexer) close() error {
	ix.running.Wait()
	ix.turn <- struct{}{} // a search that is completing the index gives up first
	defer func() { <-ix.turn }()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.x == nil {
		return nil
	}
	return ix.x.Close()
}

// open returns the index, which it opens at the first call.
func (ix *indexer) open() (*search.Index, error) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.s.ctx.Err() != nil {
		return nil, closedError()
	}
	if ix.x != nil {
		return ix.x, nil
	}
	path := searchPath(ix.s.dir)
	x, err := search.Open(path, ix.s.id, search.Settings{NoSync: noSync, LockTimeout: ix.s.o.LockTimeout})
	if err != nil {
		return nil, classify(path, err)
	}
	if why := x.Fresh(); why != nil {
		ix.s.o.Log.Info("the search index is made anew", "why", why)
	}
	ix.x = x
	return x, nil
}

// renew throws the index away, unless somebody has done so since. Searches that go on
// in the old one end with an error and are tried again.
func (ix *indexer) renew(old *search.Index, why error) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.x != old {
		return nil
	}
	ix.s.o.Log.Warn("the search index is made anew", "why", why)
	ix.x = nil
	if err := old.Close(); err != nil && !errors.Is(err, search.ErrDamaged) {
		return err
	}
	path := searchPath(ix.s.dir)
	return classify(path, removeIfThere(path))
}

// using calls fn with the index, and once more with a new one if it is found damaged.
func (ix *indexer) using(fn func(*search.Index) error) error {
	for try := 0; ; try++ {
		x, err := ix.open()
		if err != nil {
			return err
		}
		err = fn(x)
		bad := errors.Is(err, search.ErrDamaged) || errors.Is(err, errForeign)
		closed := errors.Is(err, search.ErrClosed) && ix.s.ctx.Err() == nil
		if !bad && !closed || try == 2 {
			return classify(searchPath(ix.s.dir), err)
		}
		if bad {
			if err := ix.renew(x, err); err != nil {
				return err
			}
		}
	}
}

// catchUp indexes all that was committed before the call.
func (ix *indexer) catchUp(ctx context.Context) error {
	select {
	case ix.turn <- struct{}{}:
		defer func() { <-ix.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return ix.using(func(x *search.Index) error {
		for {
			more, err := ix.step(ctx, x)
			if err != nil || !more {
				return err
			}
		}
	})
}

// lacking returns what the index lacks, and the mark that it is at.
func (ix *indexer) lacking(x *search.Index) (next backlog, at search.Mark, err error) {
	if at, err = x.Mark(); err != nil {
		return next, at, err
	}
	err = ix.s.meta.view(func(tx *bbolt.Tx) error {
		next, err = readBacklog(tx, at)
		if err != nil && !errors.Is(err, errForeign) {
			err = damaged(ix.s.meta.path, "has a damaged list of changes", err)
		}
		return err
	})
	return next, at, err
}

// indexStep is some of what is new, on its way into the index.
type indexStep struct {
	docs   []search.Document
	gone   []uint64
	octets int
	to     search.Mark
}

// step indexes some of what is new, and tells whether there is more.
func (ix *indexer) step(ctx context.Context, x *search.Index) (more bool, err error) {
	next, at, err := ix.lacking(x)
	if err != nil || next.mark == at && !next.more {
		return false, err
	}
	st := indexStep{to: next.mark}
	more, err = ix.again(ctx, &st, next.changed)
	if err == nil && more {
		st.to.UpTo = at.UpTo
	} else if err == nil {
		more, err = ix.fresh(ctx, &st, next.fresh)
	}
	if err == nil {
		err = ix.s.o.fault("search")
	}
	if err == nil {
		err = x.Update(ctx, st.docs, st.gone, st.to)
	}
	if err == nil && st.to.Changes != at.Changes {
		err = ix.s.update(func(tx *bbolt.Tx) error { return dropChanges(tx, st.to.Changes) })
	}
	return more || next.more, err
}

// again takes what changed, as it is now. It tells whether some had to be left.
func (ix *indexer) again(ctx context.Context, st *indexStep, changes []indexChange) (left bool, err error) {
	known := map[MessageID]bool{}
	for _, c := range changes {
		if known[c.message] {
			continue
		}
		if st.octets >= stepOctets {
			st.to.Changes = c.number - 1
			return true, nil
		}
		known[c.message] = true
		there, err := ix.take(ctx, st, c.message)
		if err != nil {
			return false, err
		}
		if !there {
			st.gone = append(st.gone, uint64(c.message))
		}
	}
	return false, nil
}

// fresh takes new messages. It tells whether some had to be left.
func (ix *indexer) fresh(ctx context.Context, st *indexStep, ids []MessageID) (left bool, err error) {
	for _, id := range ids {
		if st.octets >= stepOctets {
			st.to.UpTo = uint64(id) - 1
			return true, nil
		}
		if _, err := ix.take(ctx, st, id); err != nil {
			return false, err
		}
	}
	return false, nil
}

// take adds a message to a step, if it is there.
func (ix *indexer) take(ctx context.Context, st *indexStep, id MessageID) (there bool, err error) {
	d, there, err := ix.document(ctx, id)
	if err == nil && there {
		st.docs = append(st.docs, d)
		st.octets += d.Octets()
	}
	return there, err
}

// document makes what is indexed of a message. ok is false if it is not there any more.
func (ix *indexer) document(ctx context.Context, id MessageID) (d search.Document, ok bool, err error) {
	if err := ctx.Err(); err != nil {
		return d, false, context.Cause(ctx)
	}
	entries, err := ix.s.Entries([]MessageID{id})
	if err != nil || len(entries) == 0 {
		return d, false, err
	}
	var date int64
	err = ix.s.meta.view(func(tx *bbolt.Tx) error {
		m, found, err := readMessage(tx, id)
		date, ok = m.Date, found
		return err
	})
	if err != nil || !ok {
		return d, false, err
	}
	e := entries[0]
	t, err := ix.text(id)
	if err != nil {
		if errors.Is(err, ErrNotFound) {
			return d, false, nil
		}
		// What can't be read is found by its summary.
		ix.s.o.Log.Warn("a message is indexed by its summary alone", "id", id, "err", err)
	}
	d = search.Document{
		ID: uint64(id), Date: date, Size: e.Size, From: t.From, To: t.To, Subject: t.Subject, Files: t.Files,
		Body: t.Body[:min(len(t.Body), maxText)], Attachment: t.Attachments || err != nil && e.Summary.Attachments,
	}
	fallBack(&d.From, strings.TrimSpace(e.Summary.FromName+" "+e.Summary.FromAddress))
	fallBack(&d.To, e.Summary.To)
	fallBack(&d.Subject, e.Summary.Subject)
	return d, true, nil
}

func fallBack(s *string, other string) {
	if *s == "" {
		*s = other
	}
}

// text asks for the text of a message.
func (ix *indexer) text(id MessageID) (t Text, err error) {
	m, err := ix.s.OpenMessage(id)
	if err != nil {
		return t, err
	}
	defer func() {
		if p := recover(); p != nil {
			t, err = Text{}, fmt.Errorf("its text can't be made: %v", p)
		}
	}()
	r := io.NewSectionReader(m, 0, m.Size())
	return ix.s.o.Text(r), nil
}

// merge keeps the index in few pieces, and its file free of what they left.
func (ix *indexer) merge(ctx context.Context) error {
	return ix.using(func(x *search.Index) error {
		for {
			more, err := x.Merge(ctx)
			if err != nil {
				return err
			}
			if !more {
				return ix.compact(ctx, x)
			}
		}
	})
}

// compact makes the file smaller. Where that fails, the index is as good as before.
func (ix *indexer) compact(ctx context.Context, x *search.Index) error {
	done, err := x.Compact(ctx)
	switch {
	case err == nil && done:
		ix.s.o.Log.Info("the search index was compacted")
	case err != nil && ctx.Err() == nil && !errors.Is(err, search.ErrDamaged):
		ix.s.o.Log.Warn("the search index was not compacted", "err", err)
		return nil
	}
	return err
}
