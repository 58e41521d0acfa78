package localstore

import (
	"context"
	"errors"
	"io"
	"os"

	"go.etcd.io/bbolt"
)

// moment is all files of the store.
type moment struct {
	files []snapFile
}

// snapFile is one file as a reading transaction sees it.
type snapFile struct {
	name string // within the store's folder
	tx   *bbolt.Tx
	end  func() error
}

// freeze begins a transaction on every file, all of the same moment: mail is neither
// stored nor removed meanwhile. They must be ended soon, and none of them twice.
func (s *Store) freeze(ctx context.Context) (*moment, error) {
	var snap moment
	s.removing.Lock()
	defer s.removing.Unlock()
	err := s.alone(ctx, func() error {
		if err := snap.begin(s.meta, metaName); err != nil {
			return err
		}
		inv, err := readInventory(snap.files[0].tx)
		if err != nil {
			return damaged(s.meta.path, "has a damaged list of body files", err)
		}
		for number := range inv.marks {
			f, err := s.shards.get(number)
			if err != nil {
				return err
			}
			if err := snap.begin(f, shardName(number)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, snap.end())
	}
	return &snap, nil
}

func (snap *moment) begin(f *boltFile, name string) error {
	tx, end, err := f.begin()
	if err != nil {
		return err
	}
	snap.files = append(snap.files, snapFile{name, tx, end})
	return nil
}

// octets returns how long the files are.
func (snap *moment) octets() (n int64) {
	for _, f := range snap.files {
		n += f.tx.Size()
	}
	return n
}

// end ends the transactions that are still open.
func (snap *moment) end() error {
	var errs []error
	for _, f := range snap.files {
		errs = append(errs, f.end())
	}
	snap.files = nil
	return errors.Join(errs...)
}

// alone runs fn on the writer's goroutine, once everything queued is committed: nothing is
// stored meanwhile. Deletions and marks are not kept from running.
func (s *Store) alone(ctx context.Context, fn func() error) error {
	it := newItem(nil, kindAlone)
	it.run = func() error {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		return fn()
	}
	if err := s.enqueue(ctx, it); err != nil {
		return err
	}
	// What runs there uses what the caller holds, so the caller waits for its end.
	select {
	case err := <-it.done:
		return err
	case <-s.writerDone:
		select {
		case err := <-it.done:
			return err
		default:
			return closedError()
		}
	}
}

// copying is a writer that ends with its context, and tells how far it is.
type copying struct {
	ctx      context.Context
	w        io.Writer
	progress func(octets int64)
	n        *int64
}

// Write implements io.Writer.
func (c copying) Write(p []byte) (int, error) {
	if err := context.Cause(c.ctx); err != nil {
		return 0, err
	}
	n, err := c.w.Write(p)
	*c.n += int64(n)
	if c.progress != nil {
		c.progress(*c.n)
	}
	return n, err
}

// writeCopy writes what a transaction sees of a file into a new one, durably.
func writeCopy(ctx context.Context, tx *bbolt.Tx, path string, n *int64, progress func(int64)) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = tx.WriteTo(copying{ctx, f, progress, n})
	if cause := context.Cause(ctx); cause != nil {
		err = cause // bbolt hides it
	}
	if err == nil && !noSync {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
