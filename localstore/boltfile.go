package localstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// boltFile is one bbolt file of the store. It is safe for use by several
// goroutines, as bbolt is. Its methods return *Error, or the callback's own error.
type boltFile struct {
	path string
	// mu is held for reading while a transaction of view, update, alone or begin is open,
	// and for writing while the file is replaced by a copy of itself. The writer's own
	// transactions do without: nothing is replaced but by the writer.
	mu sync.RWMutex
	db *bbolt.DB
}

// guard runs f and turns a panic into ErrDamaged: bbolt panics over a damaged
// page, and a file cut short under its memory map faults.
func guard(path string, f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = damaged(path, "has damaged pages", fmt.Errorf("%v", p))
		}
	}()
	return classify(path, f())
}

// fileTuning is how a kind of file grows.
type fileTuning struct {
	mmap  int64 // octets mapped at first: growing beyond waits for every reader
	alloc int   // octets by which the file grows
	free  bbolt.FreelistType
}

// Each commit writes the list of the free pages to pages next to each other. The list of the
// map type takes any page: with a long one no such pages stay, the file grows at each commit,
// and what it grew by makes the list longer. That of the array type takes the first page,
// and so leaves the others together; but to look for several it goes through them, which a
// shard, of whose records most take several, has no time for.
var (
	metaTuning  = fileTuning{mmap: 256 << 20, alloc: 4 << 20, free: bbolt.FreelistArrayType}
	shardTuning = fileTuning{mmap: 2 << 30, alloc: 32 << 20, free: bbolt.FreelistMapType}
)

func (t fileTuning) initialMmap() int {
	// Windows makes the file as large as the map, and 32 bits are soon used up.
	if runtime.GOOS == "windows" || ^uint(0)>>32 == 0 {
		return 0
	}
	return int(t.mmap)
}

// openBolt opens a file that exists and holds something.
func openBolt(path string, wait time.Duration, tuning fileTuning) (*boltFile, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, damaged(path, "is missing", err)
	case err != nil:
		return nil, classify(path, err)
	case !info.Mode().IsRegular():
		return nil, damaged(path, "is not a file", nil)
	case info.Size() == 0:
		return nil, damaged(path, "is empty", nil)
	}
	f := &boltFile{path: path}
	var file *os.File
	err = guard(path, func() error {
		var err error
		f.db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout: wait, FreelistType: tuning.free, NoSync: noSync, NoGrowSync: noSync,
			InitialMmapSize: tuning.initialMmap(),
			OpenFile: func(path string, flag int, mode os.FileMode) (*os.File, error) {
				var err error
				// Without O_CREATE, a file that has vanished is not made anew.
				file, err = os.OpenFile(path, flag&^os.O_CREATE, mode)
				if err != nil {
					return nil, err
				}
				return file, checkLength(file)
			},
		})
		return err
	})
	if err != nil {
		// Where bbolt gave up by a panic, the file and its lock are still held.
		if file != nil {
			closeErr := errors.Join(unlockFile(file), file.Close())
			if closeErr != nil && !errors.Is(closeErr, os.ErrClosed) {
				err = errors.Join(err, closeErr)
			}
		}
		if own := new(Error); !errors.As(err, &own) {
			err = damaged(path, "can't be opened", err)
		}
		return nil, err
	}
	f.db.AllocSize = tuning.alloc
	return f, nil
}

// checkLength compares the length of a file with what its first pages promise,
// where they can be read: bbolt maps a file that is cut short, and then faults.
func checkLength(file *os.File) error {
	var page [128 << 10]byte // the second of bbolt's meta pages begins within
	n, err := file.ReadAt(page[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	promised, last, whole, first := int64(0), uint64(0), 0, int64(0)
	// The second page begins where the first ends: what looks like one elsewhere may be mail.
	for at := int64(0); at+80 <= int64(n) && whole < 2; at += 1 << 10 {
		meta := page[at+16 : at+80]
		size := int64(binary.NativeEndian.Uint32(meta[8:]))
		high, tx := binary.NativeEndian.Uint64(meta[40:]), binary.NativeEndian.Uint64(meta[48:])
		sum := fnv.New64a()
		sum.Write(meta[:56])
		if binary.NativeEndian.Uint32(meta) != 0xED0CDAED || sum.Sum64() != binary.NativeEndian.Uint64(meta[56:]) ||
			at != 0 && (at != size || whole == 1 && at != first) {
			continue
		}
		whole, first = whole+1, size
		if tx >= last {
			last, promised = tx, int64(high)*size
		}
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case info.Size() < promised:
		err = damaged(file.Name(), fmt.Sprintf("is cut short: %d of %d octets", info.Size(), promised), nil)
	case whole == 1:
		// bbolt would go on with the transaction before the last, as if that had never been:
		// a receipt may have been given for it.
		err = damaged(file.Name(), "has a damaged first page", nil)
	}
	return err
}

// createBolt makes a file whole or not at all: under another name first, filled by
// fill, synced, then renamed. It leaves a file that is there as it is.
func createBolt(path string, wait time.Duration, fill func(*bbolt.Tx) error) error {
	return guard(path, func() error {
		fresh := path + ".new"
		db, err := openFresh(fresh, wait)
		if err != nil {
			return err
		}
		// The lock on the new file is held until it has its name, so that two
		// processes can't both make a store here.
		if _, err := os.Stat(path); err == nil {
			return errors.Join(db.Close(), removeIfThere(fresh))
		}
		if err := db.Update(fill); err != nil {
			return errors.Join(err, db.Close(), removeIfThere(fresh))
		}
		if runtime.GOOS == "windows" { // which renames no open file
			if err := db.Close(); err != nil {
				return err
			}
		}
		if err := errors.Join(os.Rename(fresh, path), db.Close()); err != nil {
			return err
		}
		return syncFolderOf(path)
	})
}

// openFresh opens a file to be filled. What a crash left of an earlier try goes.
func openFresh(path string, wait time.Duration) (*bbolt.DB, error) {
	options := &bbolt.Options{
		Timeout: wait, FreelistType: bbolt.FreelistMapType, NoSync: noSync, NoGrowSync: noSync, NoStatistics: true,
	}
	db, err := bbolt.Open(path, 0o600, options)
	if err == nil || errors.Is(err, berrors.ErrTimeout) || isErrno(err) {
		return db, err
	}
	if err := removeIfThere(path); err != nil {
		return nil, err
	}
	return bbolt.Open(path, 0o600, options)
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// view runs f in a reading transaction, which must be short: a long one keeps the
// file from growing. It must not be nested on one file.
func (f *boltFile) view(fn func(*bbolt.Tx) error) error {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return guard(f.path, func() error { return f.db.View(fn) })
}

// update runs f in a writing transaction and commits it to the disk.
func (f *boltFile) update(fn func(*bbolt.Tx) error) error {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return guard(f.path, func() error { return f.db.Update(fn) })
}

// alone runs f while nothing is written to the file. It changes nothing.
func (f *boltFile) alone(fn func(*bbolt.Tx) error) error {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return guard(f.path, func() (err error) {
		tx, err := f.db.Begin(true)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, tx.Rollback()) }() // after a panic too
		return fn(tx)
	})
}

// begin begins a reading transaction, which end ends; the first time it is called.
func (f *boltFile) begin() (tx *bbolt.Tx, end func() error, err error) {
	f.mu.RLock()
	err = guard(f.path, func() (err error) {
		tx, err = f.db.Begin(false)
		return err
	})
	if err != nil {
		f.mu.RUnlock()
		return nil, nil, err
	}
	return tx, sync.OnceValue(func() error {
		defer f.mu.RUnlock()
		return guard(f.path, tx.Rollback)
	}), nil
}

// writing begins a writing transaction of the writer.
func (f *boltFile) writing() (*bbolt.Tx, error) { return f.db.Begin(true) }

func (f *boltFile) close() error {
	return guard(f.path, f.db.Close)
}
