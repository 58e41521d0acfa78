package search

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"restante.app/localstore/internal/resident"
)

// Index is an open index. Its methods are safe for use by several goroutines.
type Index struct {
	path     string
	o        Settings
	swapping sync.RWMutex // held by whoever uses db
	db       *bbolt.DB
	writing  sync.Mutex // of what Update does
	merging  sync.Mutex // of what Merge and Compact do
	fresh    error
}

// Settings change how the file is opened. The zero value is ready for use.
type Settings struct {
	NoSync bool // for tests
	// LockTimeout is how long Open waits for another process; 0 is 500 ms.
	LockTimeout time.Duration
}

// Open opens the index at path for the store with this id. A file that is missing,
// damaged, of another store or of another version is replaced by an empty one: Fresh
// then says why, and everything has to be indexed. Errors are those of the disk.
func Open(path string, store []byte, o Settings) (*Index, error) {
	if o.LockTimeout <= 0 {
		o.LockTimeout = 500 * time.Millisecond
	}
	x := &Index{path: path, o: o}
	if err := removeIfThere(path + newSuffix); err != nil {
		return nil, err
	}
	_, err := os.Stat(path)
	if err == nil {
		if err = x.open(); err == nil {
			if err = x.check(store); err == nil {
				return x, nil
			}
			err = errors.Join(err, x.Close())
		}
	}
	switch {
	case errors.Is(err, os.ErrNotExist), errors.Is(err, ErrDamaged):
	default:
		return nil, err
	}
	x.fresh = err
	if err := removeIfThere(path); err != nil {
		return nil, err
	}
	if err := x.open(); err != nil {
		return nil, err
	}
	if err := x.update(func(tx *bbolt.Tx) error { return fill(tx, store) }); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

// mappedFirst is how much of the file is mapped at first: to map more waits for every
// reader.
const mappedFirst = 2 << 30

// allocOctets is how much the file grows by at least.
const allocOctets = 4 << 20

func (x *Index) open() (err error) {
	x.db, err = openFile(x.path, x.o)
	return x.classify(err)
}

func openFile(path string, o Settings) (db *bbolt.DB, err error) {
	var file *os.File
	err = guard(path, func() (err error) {
		options := &bbolt.Options{
			Timeout: o.LockTimeout, FreelistType: bbolt.FreelistMapType,
			NoSync: o.NoSync, NoGrowSync: o.NoSync,
			OpenFile: func(path string, flag int, mode os.FileMode) (*os.File, error) {
				var err error
				if file, err = os.OpenFile(path, flag, mode); err != nil {
					return nil, err
				}
				return file, checkLength(file)
			},
		}
		if runtime.GOOS != "windows" && ^uint(0)>>32 != 0 {
			options.InitialMmapSize = mappedFirst
		}
		db, err = bbolt.Open(path, 0o600, options)
		return err
	})
	if err != nil && file != nil {
		if closeErr := file.Close(); closeErr != nil && !errors.Is(closeErr, os.ErrClosed) {
			err = errors.Join(err, closeErr)
		}
	}
	if err != nil {
		return nil, err
	}
	db.AllocSize = allocOctets
	return db, nil
}

// checkLength finds a file that was cut short, which bbolt would map and then fault on.
func checkLength(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	var page [64 << 10]byte
	n, err := file.ReadAt(page[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	for at := 0; at+80 <= n; at += 1 << 10 {
		meta := page[at+16 : at+80]
		if binary.NativeEndian.Uint32(meta) != 0xED0CDAED {
			continue
		}
		promised := int64(binary.NativeEndian.Uint64(meta[40:])) * int64(binary.NativeEndian.Uint32(meta[8:]))
		if promised > info.Size() {
			return damagedIndex(file.Name(), fmt.Errorf("%d of %d octets are there", info.Size(), promised))
		}
	}
	return nil
}

// classify makes ErrDamaged of what only damage can be the cause of.
func (x *Index) classify(err error) error {
	switch {
	case err == nil, errors.Is(err, ErrDamaged):
		return err
	case errors.Is(err, errRecord), errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return damagedIndex(x.path, err)
	case errors.Is(err, berrors.ErrDatabaseNotOpen), errors.Is(err, os.ErrClosed):
		return fmt.Errorf("%w: %w", ErrClosed, err)
	}
	return err
}

func fill(tx *bbolt.Tx, store []byte) error {
	for _, name := range [][]byte{bucketList, bucketSegments, bucketDead} {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	b, err := tx.CreateBucket(bucketIndex)
	if err != nil {
		return err
	}
	return errors.Join(b.Put(keyLayout, u32(layout)), b.Put(keyAnalysis, u32(analysis)),
		b.Put(keyStore, store), b.Put(keyMark, Mark{}.encode()))
}

// check refuses a file that is not this store's or not of this version.
func (x *Index) check(store []byte) error {
	err := x.view(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketIndex)
		switch {
		case b == nil, tx.Bucket(bucketList) == nil, tx.Bucket(bucketSegments) == nil, tx.Bucket(bucketDead) == nil:
			return fmt.Errorf("%w: it is no index", errRecord)
		case !bytes.Equal(b.Get(keyLayout), u32(layout)), !bytes.Equal(b.Get(keyAnalysis), u32(analysis)):
			return fmt.Errorf("%w: it is of another version", errRecord)
		case !bytes.Equal(b.Get(keyStore), store):
			return fmt.Errorf("%w: it is of another store", errRecord)
		}
		infos, err := listSegments(tx)
		if err != nil {
			return err
		}
		for _, info := range infos {
			if _, err := openSegment(tx, info); err != nil {
				return err
			}
		}
		_, err = decodeMark(b.Get(keyMark))
		return err
	})
	if err != nil {
		return err
	}
	return x.clean()
}

// clean removes segments that were not complete when a process died.
func (x *Index) clean() error {
	var stray [][]byte
	err := x.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketSegments).ForEachBucket(func(k []byte) error {
			if tx.Bucket(bucketList).Get(k) == nil {
				stray = append(stray, bytes.Clone(k))
			}
			return nil
		})
	})
	if err != nil || len(stray) == 0 {
		return err
	}
	return x.update(func(tx *bbolt.Tx) error {
		var err error
		for _, k := range stray {
			err = errors.Join(err, tx.Bucket(bucketSegments).DeleteBucket(k))
		}
		return err
	})
}

// Fresh says why the index was begun anew when it was opened, nil if it was not.
func (x *Index) Fresh() error { return x.fresh }

// Close closes the file. It waits for searches and for what changes the index.
func (x *Index) Close() error {
	x.merging.Lock()
	defer x.merging.Unlock()
	x.writing.Lock()
	defer x.writing.Unlock()
	x.swapping.Lock()
	defer x.swapping.Unlock()
	if x.db == nil {
		return nil
	}
	return guard(x.path, x.db.Close)
}

// Mark returns what Update last noted.
func (x *Index) Mark() (Mark, error) {
	var m Mark
	err := x.view(func(tx *bbolt.Tx) (err error) {
		m, err = decodeMark(tx.Bucket(bucketIndex).Get(keyMark))
		return err
	})
	return m, err
}

// Stats tell what the index holds.
type Stats struct {
	Documents, Deleted, Segments int
	Octets, Free                 int64 // of the file, and what in it is free
}

// Stats returns what the index holds.
func (x *Index) Stats() (Stats, error) {
	var st Stats
	err := x.view(func(tx *bbolt.Tx) error {
		infos, err := listSegments(tx)
		for _, info := range infos {
			st.Documents += int(info.docs - info.dead)
			st.Deleted += int(info.dead)
		}
		db := tx.DB().Stats()
		st.Segments, st.Octets = len(infos), tx.Size()
		st.Free = int64(db.FreePageN+db.PendingPageN) * int64(tx.DB().Info().PageSize)
		return err
	})
	return st, err
}

func listSegments(tx *bbolt.Tx) ([]segmentInfo, error) {
	var all []segmentInfo
	err := tx.Bucket(bucketList).ForEach(func(k, v []byte) error {
		info, err := decodeInfo(k, v)
		all = append(all, info)
		return err
	})
	return all, err
}

// Release gives back what this process has of the file in memory.
func (x *Index) Release() error { return x.view(resident.Release) }

// Names returns words of a field that begin so, those in most documents first: for
// Complete.
func (x *Index) Names(f Field, start string, most int) ([]string, error) {
	typed := words(start)
	if len(typed) != 1 {
		return nil, nil
	}
	counts := map[string]int{}
	err := x.view(func(tx *bbolt.Tx) error {
		infos, err := listSegments(tx)
		if err != nil {
			return err
		}
		for _, info := range infos {
			s, err := openSegment(tx, info)
			if err != nil {
				return err
			}
			n := 0
			s.expand(f, typed[0].term, func(word []byte, l list) bool {
				counts[string(word)] += l.df
				n++
				return n < 5000
			})
		}
		return nil
	})
	return mostFrequent(counts, most), err
}

// Update indexes documents and takes others out, and notes the mark with that. A
// document whose id is known replaces the one that is there. docs is sorted.
func (x *Index) Update(ctx context.Context, docs []Document, remove []uint64, m Mark) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	var w *segmentWriter
	if len(docs) > 0 {
		var err error
		if w, err = build(ctx, docs); err != nil {
			return err
		}
	}
	return x.update(func(tx *bbolt.Tx) error {
		gone := append([]uint64(nil), remove...)
		for i := range docs {
			gone = append(gone, docs[i].ID)
		}
		if err := kill(tx, gone); err != nil {
			return err
		}
		if w != nil {
			n, err := nextSegment(tx)
			if err != nil {
				return err
			}
			if err := errors.Join(w.write(tx, n), w.list(tx, n)); err != nil {
				return err
			}
		}
		return tx.Bucket(bucketIndex).Put(keyMark, m.encode())
	})
}

func nextSegment(tx *bbolt.Tx) (uint32, error) {
	n, err := tx.Bucket(bucketSegments).NextSequence()
	return uint32(n), err
}
