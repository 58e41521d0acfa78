package localstore

import (
	"context"
	"errors"
	"os"

	"go.etcd.io/bbolt"

	"restante.app/localstore/search"
)

// search looks at the search index, if there is one and the store was opened with search.
// Where it lacks nothing, it must have as many messages as there are.
func (c *checker) search() error {
	path, ix := searchPath(c.s.dir), c.s.index
	if c.s.o.Text == nil || missing(path) {
		return nil
	}
	select {
	case ix.turn <- struct{}{}: // nothing is indexed meanwhile
		defer func() { <-ix.turn }()
	case <-c.ctx.Done():
		return context.Cause(c.ctx)
	}
	c.r.Files++
	x, err := ix.open()
	if err == nil {
		err = x.Check(c.ctx)
	}
	if err == nil && x.Fresh() == nil {
		err = c.indexed(x)
	}
	if c.ctx.Err() != nil {
		return context.Cause(c.ctx)
	}
	if err != nil {
		c.r.add(path, 0, "The search index is damaged (%v). Nothing else is: it can be made anew.", err)
	}
	return nil
}

var errLacks = errors.New("it has not all messages")

// indexed compares the number of documents with that of the messages.
func (c *checker) indexed(x *search.Index) error {
	at, err := x.Mark()
	if err != nil {
		return err
	}
	st, err := x.Stats()
	if err != nil {
		return err
	}
	return c.s.meta.view(func(tx *bbolt.Tx) error {
		next, err := readBacklog(tx, at)
		if err != nil || next.more || len(next.changed)+len(next.fresh) > 0 {
			return err // it says itself that it is not complete, and a search completes it
		}
		messages := int64(0)
		err = tx.Bucket(bucketCounts).ForEach(func(_, v []byte) error {
			n, err := decodeCounts(v)
			messages += n.Total
			return err
		})
		if err == nil && int64(st.Documents) != messages {
			err = errLacks
		}
		return err
	})
}

// onlySearch tells whether nothing but the search index is wrong.
func (r *Report) onlySearch(dir string) bool {
	for _, p := range r.Problems {
		if p.Path != searchPath(dir) {
			return false
		}
	}
	return !r.OK() && r.More == 0
}

// renewSearch removes a damaged search index. The next search, or the next start of the
// workstation, makes it anew.
func renewSearch(dir string) error {
	path := searchPath(dir)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return classify(path, err)
	}
	return nil
}
