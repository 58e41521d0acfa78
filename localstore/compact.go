package localstore

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"

	"go.etcd.io/bbolt"
)

// Compaction says what Compact did.
type Compaction struct {
	Files  int   // that were compacted
	Before int64 // octets of those files
	After  int64
}

// A file is worth compacting once so much of it is free.
const (
	worthOctets = 32 << 20
	worthPart   = 2 // at least one half
	// Each commit to meta.bolt writes the list of its free pages, which what is done to all
	// messages at once makes long, as does a migration: there a quarter is enough.
	worthMetaPart = 4
)

// compactTries is how often a file is copied while marks or deletions come in between.
const compactTries = 3

// Compact gives the room of deleted mail back to the disk: it copies each file that is
// free for a good part (or each, if all), compares the copy with the file record by record, and puts
// it in the file's place. The store may be used meanwhile; mail that comes waits. A crash
// leaves the file or its copy, and never a part of either. It needs room for the copy of
// one file. The search index is joined and compacted too, where it has much that is deleted. The errors are ErrNoSpace, ErrDisk, ErrDamaged, ErrClosed and the context's.
func (s *Store) Compact(ctx context.Context, all bool) (Compaction, error) {
	s.upkeep.Lock()
	defer s.upkeep.Unlock()
	defer s.residence.closely()()
	var c Compaction
	files, err := s.files()
	if err != nil {
		return c, err
	}
	for _, f := range files {
		free, size := f.free()
		part := int64(worthPart)
		if f == s.meta {
			part = worthMetaPart
		}
		if !all && (free < worthOctets || free*part < size) {
			continue
		}
		if err := s.compactFile(ctx, f, &c); err != nil {
			return c, err
		}
	}
	err = s.compactSearch(ctx, &c)
	return c, err
}

// compactSearch compacts the search index, if there is one and it is worth it.
func (s *Store) compactSearch(ctx context.Context, c *Compaction) error {
	path := searchPath(s.dir)
	before, err := os.Stat(path)
	if s.o.Text == nil || errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return classify(path, err)
	}
	if err := s.index.merge(ctx); err != nil {
		return err
	}
	after, err := os.Stat(path)
	if err != nil {
		return classify(path, err)
	}
	if after.Size() < before.Size() {
		c.Files++
		c.Before += before.Size()
		c.After += after.Size()
	}
	return nil
}

// files returns every file of the store, open.
func (s *Store) files() ([]*boltFile, error) {
	files := []*boltFile{s.meta}
	var inv inventory
	err := s.meta.view(func(tx *bbolt.Tx) (err error) {
		inv, err = readInventory(tx)
		return err
	})
	if err != nil {
		return nil, damaged(s.meta.path, "has a damaged list of body files", err)
	}
	var numbers []uint32
	for number := range inv.marks {
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	for _, number := range numbers {
		f, err := s.shards.get(number)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// free returns how many octets of a file are free, and all of it.
func (f *boltFile) free() (free, size int64) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	page := int64(f.db.Info().PageSize)
	stats := f.db.Stats()
	free = int64(stats.FreePageN+stats.PendingPageN) * page
	if info, err := os.Stat(f.path); err == nil {
		size = info.Size()
	}
	return free, size
}

func (s *Store) compactFile(ctx context.Context, f *boltFile, c *Compaction) error {
	before, err := os.Stat(f.path)
	if err != nil {
		return classify(f.path, err)
	}
	done := false
	for range compactTries {
		err := s.alone(ctx, func() (err error) {
			if e := s.suspect.Load(); e != nil {
				return e
			}
			done, err = s.compactOnce(f)
			return err
		})
		if err != nil {
			return errors.Join(err, classify(f.path, removeIfThere(f.path+".new")))
		}
		if done {
			break
		}
	}
	if !done {
		s.o.Log.Info("a file was not compacted, as it was in use", "file", f.path)
		return classify(f.path, removeIfThere(f.path+".new"))
	}
	after, err := os.Stat(f.path)
	if err != nil {
		return classify(f.path, err)
	}
	c.Files++
	c.Before += before.Size()
	c.After += after.Size()
	s.o.Log.Info("a file was compacted", "file", f.path, "before", before.Size(), "after", after.Size())
	return nil
}

// compactOnce copies, compares and swaps a file, on the writer's goroutine. done is false
// if it was written to in between.
func (s *Store) compactOnce(f *boltFile) (done bool, err error) {
	fresh := f.path + ".new"
	if err := removeIfThere(fresh); err != nil {
		return false, classify(fresh, err)
	}
	last := 0
	err = f.alone(func(tx *bbolt.Tx) error { // nothing is written to it meanwhile
		last = tx.ID() - 1
		if err := compactInto(f.db, fresh, s); err != nil {
			return err
		}
		return sameAs(tx, fresh, s.o.LockTimeout)
	})
	if err == nil {
		err = s.o.fault("compact")
	}
	if err != nil {
		return false, err
	}
	return f.replace(fresh, last, s)
}

// compactStride is how many octets a transaction of a copy has.
const compactStride = 16 << 20

func compactInto(src *bbolt.DB, fresh string, s *Store) error {
	dst, err := openFresh(fresh, s.o.LockTimeout)
	if err != nil {
		return err
	}
	dst.NoSync = true
	err = bbolt.Compact(dst, src, compactStride)
	if err == nil && !noSync {
		err = dst.Sync()
	}
	return errors.Join(err, dst.Close())
}

// replace puts a copy in the place of the file, unless that has changed since its
// transaction last.
func (f *boltFile) replace(fresh string, last int, s *Store) (done bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	tuning := s.o.tuning(shardTuning)
	if f == s.meta {
		tuning = s.o.tuning(metaTuning)
	}
	return done, guard(f.path, func() error {
		changed := false
		if err := f.db.View(func(tx *bbolt.Tx) error { changed = tx.ID() != last; return nil }); err != nil || changed {
			return err
		}
		if runtime.GOOS == "windows" { // which renames over no open file
			if err := f.db.Close(); err != nil {
				return err
			}
			err := os.Rename(fresh, f.path)
			opened, openErr := openBolt(f.path, s.o.LockTimeout, tuning)
			if openErr == nil {
				f.db = opened.db
			}
			done = err == nil && openErr == nil
			return errors.Join(err, openErr)
		}
		opened, err := openBolt(fresh, s.o.LockTimeout, tuning)
		if err != nil {
			return err
		}
		if err := os.Rename(fresh, f.path); err != nil {
			return errors.Join(err, opened.close())
		}
		old := f.db
		f.db, done = opened.db, true
		return errors.Join(syncFolderOf(f.path), old.Close())
	})
}
