package localstore

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// syncFolderOf makes the name of a file durable.
func syncFolderOf(path string) error {
	if noSync || runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// mark is a file that is there while the store is open. Found at Open, it says
// that the last process did not close the store.
type mark struct{ path string }

// set makes the mark and tells whether it was there already.
func (m mark) set() (was bool, err error) {
	f, err := os.OpenFile(m.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return true, nil
	}
	if err != nil {
		return false, classify(m.path, err)
	}
	return false, classify(m.path, f.Close())
}

func (m mark) clear() error {
	if err := os.Remove(m.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return classify(m.path, err)
	}
	return nil
}

// copyFileTo copies a file into a new one, durably.
func copyFileTo(ctx context.Context, from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	n := int64(0)
	_, err = io.Copy(copying{ctx, out, nil, &n}, in)
	if err == nil && !noSync {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// writeDurably makes a small file.
func writeDurably(path, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, text)
	if err == nil && !noSync {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
