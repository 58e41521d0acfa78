package localstore

import (
	"sync"

	"go.etcd.io/bbolt"
)

// hashView is a hashTable for reading transactions, of any number of goroutines. It keeps
// what the log held in the newest transaction that asked, which is not changed any more:
// a transaction has that or, where the log is another, one of its own.
type hashView struct {
	mu     sync.Mutex
	newest *hashTable
}

func newHashView(t *hashTable) *hashView { return &hashView{newest: t} }

// in opens the table for a reading transaction. Only what was committed is read, and no two
// commits leave the log with the same sequence, so that tells whether it is what it was.
func (v *hashView) in(tx *bbolt.Tx) (*hashes, error) {
	v.mu.Lock()
	defer v.mu.Unlock() // after a panic over a damaged page too
	t := v.newest
	if !t.loaded || t.state != tx.Bucket(t.log).Sequence() {
		t = t.unloaded()
		if err := t.load(tx); err != nil {
			return nil, err
		}
		if !v.newest.loaded || t.state > v.newest.state {
			v.newest = t
		}
	}
	return &hashes{t: t, tx: tx, rows: tx.Bucket(t.rows).Cursor()}, nil
}
