package search

import (
	"errors"
	"fmt"
	"runtime/debug"

	"go.etcd.io/bbolt"
)

var (
	// ErrDamaged says that the file can't be read. Remove it, open it anew and index everything.
	ErrDamaged = errors.New("search: the index is damaged")
	// ErrClosed says that the index is closed.
	ErrClosed = errors.New("search: the index is closed")
)

// QueryError says what is wrong with a query, and what to do about it.
type QueryError struct {
	At   int    // octet of the query
	What string // one sentence
	Next string // one sentence
}

// Error returns both sentences.
func (e *QueryError) Error() string { return e.What + " " + e.Next }

func damagedIndex(path string, cause error) error {
	return fmt.Errorf("%w: %s: %w", ErrDamaged, path, cause)
}

// guard turns the panics of bbolt, and those of our own reading of what is damaged, into
// ErrDamaged.
func guard(path string, f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = damagedIndex(path, fmt.Errorf("%v", p))
		}
	}()
	return f()
}

// errRecord is the cause of a value that can't be read.
var errRecord = errors.New("a record can't be read")

func (x *Index) view(fn func(*bbolt.Tx) error) error {
	x.swapping.RLock()
	defer x.swapping.RUnlock()
	return x.classify(guard(x.path, func() error { return x.db.View(fn) }))
}

func (x *Index) update(fn func(*bbolt.Tx) error) error {
	x.swapping.RLock()
	defer x.swapping.RUnlock()
	return x.classify(guard(x.path, func() error { return x.db.Update(fn) }))
}
