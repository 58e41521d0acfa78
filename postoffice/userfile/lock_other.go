//go:build !unix

package userfile

import (
	"errors"
	"os"
	"time"
)

// lock waits a while until no other process changes the file.
func lock(path string) (unlock func() error, err error) {
	for range 100 {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			return func() error { return errors.Join(f.Close(), os.Remove(path)) }, nil
		}
		if !errors.Is(err, os.ErrExist) {
			return nil, err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil, errors.New(path + " exists: another program changes the users, or was ended while it did; remove it then")
}
