package localstore

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

// shardSet is the files of the bodies, opened when they are first needed. It is
// safe for use by several goroutines.
type shardSet struct {
	dir  string
	id   []byte // of the store
	wait time.Duration
	tune fileTuning

	// elsewhere has the paths of those that lie outside of dir, while a repair makes them.
	elsewhere map[uint32]string

	mu     sync.Mutex
	open   map[uint32]*boltFile
	closed bool
}

func newShardSet(dir string, id []byte, o *Options) *shardSet {
	return &shardSet{dir: dir, id: id, wait: o.LockTimeout, tune: o.tuning(shardTuning), open: map[uint32]*boltFile{}}
}

// get returns an open shard.
func (s *shardSet) get(number uint32) (*boltFile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, closedError()
	}
	if f := s.open[number]; f != nil {
		return f, nil
	}
	path := shardPath(s.dir, number)
	if at := s.elsewhere[number]; at != "" {
		path = at
	}
	f, err := openBolt(path, s.wait, s.tune)
	if err != nil {
		return nil, err
	}
	if err := f.view(func(tx *bbolt.Tx) error { return checkShard(tx, f.path, number, s.id) }); err != nil {
		return nil, errors.Join(err, f.close())
	}
	s.open[number] = f
	return f, nil
}

// create makes an empty shard on the disk.
func (s *shardSet) create(number uint32) error {
	return createBolt(shardPath(s.dir, number), s.wait, func(tx *bbolt.Tx) error {
		if _, err := tx.CreateBucketIfNotExists(bucketBodies); err != nil {
			return err
		}
		b, err := tx.CreateBucketIfNotExists(bucketShard)
		if err != nil {
			return err
		}
		return errors.Join(b.Put(keySchema, u32(shardSchema)), b.Put(keyID, s.id),
			b.Put(keyNumber, u32(number)), b.Put(keyBatch, u64(0)))
	})
}

// forget closes a shard, which may be opened again.
func (s *shardSet) forget(number uint32) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.open[number]
	delete(s.open, number)
	if f == nil {
		return nil
	}
	return f.close()
}

func (s *shardSet) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	var errs []error
	for _, f := range s.open {
		errs = append(errs, f.close())
	}
	s.open = nil
	return errors.Join(errs...)
}

// checkShard refuses a file that is not this shard of this store.
func checkShard(tx *bbolt.Tx, path string, number uint32, id []byte) error {
	head, bodies := tx.Bucket(bucketShard), tx.Bucket(bucketBodies)
	if head == nil || bodies == nil {
		return damaged(path, "holds no mail bodies", nil)
	}
	version, err := parseU32(head.Get(keySchema))
	if err != nil {
		return damaged(path, "does not say its version", err)
	}
	if version > shardSchema {
		return newer(path, version)
	}
	if n, err := parseU32(head.Get(keyNumber)); err != nil || n != number {
		return damaged(path, fmt.Sprintf("is body file %d under another name", n), err)
	}
	if !bytes.Equal(head.Get(keyID), id) {
		return damaged(path, "belongs to another mail store", nil)
	}
	return nil
}

func newer(path string, version uint32) *Error {
	return &Error{
		Kind: ErrNewer, Path: path,
		What: fmt.Sprintf("%s was written by a newer Restante (layout %d, which this one does not know).", path, version),
		Next: "Start that newer version; nothing was changed.",
	}
}
