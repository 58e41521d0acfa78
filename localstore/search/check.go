package search

import (
	"context"
	"errors"

	"go.etcd.io/bbolt"
)

// Check looks at every page and every segment of the index. ErrDamaged says that it has to
// be made anew. Updates wait meanwhile.
func (x *Index) Check(ctx context.Context) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.swapping.RLock()
	defer x.swapping.RUnlock()
	if x.db == nil {
		return ErrClosed
	}
	return x.classify(guard(x.path, func() (err error) {
		// bbolt compares the pages with those that are free at the moment: nothing may be
		// written meanwhile.
		tx, err := x.db.Begin(true)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, tx.Rollback()) }()
		for problem := range tx.Check() {
			if err == nil {
				err = damagedIndex(x.path, problem)
			}
		}
		if err != nil {
			return err
		}
		return checkSegments(ctx, tx)
	}))
}

// checkSegments reads the head of every segment, and what is deleted of it.
func checkSegments(ctx context.Context, tx *bbolt.Tx) error {
	infos, err := listSegments(tx)
	if err != nil {
		return err
	}
	for _, info := range infos {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := openSegment(tx, info); err != nil {
			return err
		}
	}
	return nil
}
