package localstore

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// boltFile is one bbolt file of the store. It is safe for use by several
// goroutines, as bbolt is. Its methods return *Error, or the callback's own error.
type boltFile struct {
	path string
	db   *bbolt.DB
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
	mmap  int // octets mapped at first: growing beyond waits for every reader
	alloc int // octets by which the file grows
}

var (
	metaTuning  = fileTuning{mmap: 256 << 20, alloc: 4 << 20}
	shardTuning = fileTuning{mmap: 2 << 30, alloc: 32 << 20}
)

func (t fileTuning) initialMmap() int {
	// Windows makes the file as large as the map, and 32 bits are soon used up.
	if runtime.GOOS == "windows" || ^uint(0)>>32 == 0 {
		return 0
	}
	return t.mmap
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
	err = guard(path, func() error {
		var err error
		f.db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout: wait, FreelistType: bbolt.FreelistMapType, NoSync: noSync, NoGrowSync: noSync,
			InitialMmapSize: tuning.initialMmap(), NoStatistics: true,
			OpenFile: openExisting,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	f.db.AllocSize = tuning.alloc
	err = f.view(func(tx *bbolt.Tx) error {
		if info, err := os.Stat(path); err != nil {
			return err
		} else if info.Size() < tx.Size() {
			return damaged(path, fmt.Sprintf("is cut short: %d of %d octets", info.Size(), tx.Size()), nil)
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// openExisting opens without O_CREATE: a file that vanished is not made anew.
func openExisting(path string, flag int, mode os.FileMode) (*os.File, error) {
	return os.OpenFile(path, flag&^os.O_CREATE, mode)
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
	return guard(f.path, func() error { return f.db.View(fn) })
}

// update runs f in a writing transaction and commits it to the disk.
func (f *boltFile) update(fn func(*bbolt.Tx) error) error {
	return guard(f.path, func() error { return f.db.Update(fn) })
}

func (f *boltFile) close() error {
	return guard(f.path, f.db.Close)
}
