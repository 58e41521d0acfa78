package search

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"go.etcd.io/bbolt"
)

// The file is worth copying once so much of it is free.
const (
	worthOctets = 8 << 20
	worthPart   = 8 // an eighth
)

// Compact gives the room that merges leave back to the disk, if it is much, and tells
// whether it did: it copies the file and puts the copy in its place. Searches and updates
// go on meanwhile. Cancelled, or without room for the copy, it leaves everything as it was.
func (x *Index) Compact(ctx context.Context) (bool, error) {
	x.merging.Lock() // segments that are there stay there
	defer x.merging.Unlock()
	st, err := x.Stats()
	if err != nil || st.Free < worthOctets || st.Free < st.Octets/worthPart {
		return false, err
	}
	return true, x.compact(ctx)
}

func (x *Index) compact(ctx context.Context) error {
	c := &copier{ctx: ctx, from: x, path: x.path + newSuffix, known: map[uint32]bool{}}
	err := removeIfThere(c.path)
	if err == nil {
		err = c.begin()
	}
	if err == nil {
		err = c.segments()
	}
	if err == nil {
		err = c.finish()
	}
	if err != nil {
		return errors.Join(err, c.abandon())
	}
	return nil
}

// newSuffix is that of a copy that is being made.
const newSuffix = ".new"

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// copier copies an index.
type copier struct {
	ctx   context.Context
	from  *Index
	path  string
	to    *bbolt.DB
	known map[uint32]bool // segments that are copied
}

func (c *copier) begin() (err error) {
	if c.to, err = openFile(c.path, Settings{NoSync: true, LockTimeout: c.from.o.LockTimeout}); err != nil {
		return err
	}
	c.to.AllocSize = 256 << 10 // the file ends soon behind what it holds
	return c.to.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketList, bucketSegments, bucketDead, bucketIndex} {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *copier) abandon() error {
	var err error
	if c.to != nil {
		err = c.to.Close()
	}
	return errors.Join(err, removeIfThere(c.path))
}

// segments copies those that are not copied yet.
func (c *copier) segments() error {
	var infos []segmentInfo
	err := c.from.view(func(tx *bbolt.Tx) (err error) {
		infos, err = listSegments(tx)
		return err
	})
	for _, info := range infos {
		for bucket := range segmentBuckets {
			if err == nil && !c.known[info.number] {
				err = c.bucket(info.number, bucket)
			}
		}
		c.known[info.number] = true
	}
	return err
}

// bucket copies a bucket of a segment. No transaction is long: one that reads keeps the
// file from being mapped anew.
func (c *copier) bucket(segment uint32, bucket int) error {
	var last []byte
	for done := false; !done; {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		var some []put
		err := c.from.view(func(tx *bbolt.Tx) error {
			some, done = nextPuts(tx.Bucket(bucketSegments).Bucket(u32(segment)).Bucket(segmentBuckets[bucket]), last)
			return nil
		})
		if err != nil {
			return err
		}
		if err := errors.Join(c.from.forget(), c.write(segment, bucket, some)); err != nil {
			return err
		}
		if len(some) > 0 {
			last = some[len(some)-1].key
		}
	}
	return nil
}

// nextPuts returns copies of what a bucket has behind a key, as far as a transaction goes.
func nextPuts(b *bbolt.Bucket, last []byte) (some []put, done bool) {
	cur := b.Cursor()
	k, v := cur.Seek(last)
	if last != nil && bytes.Equal(k, last) {
		k, v = cur.Next()
	}
	for octets := 0; k != nil && octets < mergeOctets; k, v = cur.Next() {
		some = append(some, put{key: bytes.Clone(k), value: bytes.Clone(v)})
		octets += len(k) + len(v)
	}
	return some, k == nil
}

func (c *copier) write(segment uint32, bucket int, some []put) error {
	return c.to.Update(func(tx *bbolt.Tx) error {
		seg, err := tx.Bucket(bucketSegments).CreateBucketIfNotExists(u32(segment))
		if err != nil {
			return err
		}
		b, err := seg.CreateBucketIfNotExists(segmentBuckets[bucket])
		if err != nil {
			return err
		}
		return putAll(b, some)
	})
}

func putAll(b *bbolt.Bucket, some []put) error {
	b.FillPercent = 1
	for _, p := range some {
		if err := b.Put(p.key, p.value); err != nil {
			return err
		}
	}
	return nil
}

// finish copies what changes, and puts the copy in the place of the file.
func (c *copier) finish() error {
	c.from.writing.Lock()
	defer c.from.writing.Unlock()
	if err := c.segments(); err != nil {
		return err
	}
	err := c.from.view(func(tx *bbolt.Tx) error {
		return c.to.Update(func(to *bbolt.Tx) error {
			for _, name := range [][]byte{bucketList, bucketDead, bucketIndex} {
				b := to.Bucket(name)
				if err := tx.Bucket(name).ForEach(b.Put); err != nil {
					return err
				}
			}
			return to.Bucket(bucketSegments).SetSequence(tx.Bucket(bucketSegments).Sequence())
		})
	})
	if err == nil && !c.from.o.NoSync {
		err = c.to.Sync()
	}
	if err == nil {
		err = c.to.Close()
		c.to = nil
	}
	if err != nil {
		return err
	}
	return c.from.swap(c.path)
}

// swap puts a file in the place of the open one, once no search reads that any more.
func (x *Index) swap(fresh string) error {
	x.swapping.Lock()
	defer x.swapping.Unlock()
	if x.db == nil {
		return ErrClosed
	}
	// Windows renames over no open file.
	if err := x.db.Close(); err != nil {
		return err
	}
	err := os.Rename(fresh, x.path)
	db, openErr := openFile(x.path, x.o)
	if openErr != nil {
		return damagedIndex(x.path, errors.Join(err, openErr))
	}
	x.db = db
	if err == nil && !x.o.NoSync {
		err = syncFolder(filepath.Dir(x.path))
	}
	return err
}

// syncFolder has the disk keep a renaming, where folders can be synced.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
