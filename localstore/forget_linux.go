package localstore

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// forgetCached drops what the system caches of a file, so that what is read next
// comes from the disk. After a failed fsync Linux keeps the octets that never
// reached the disk, marked as if they had: trusting them would give a receipt for
// mail that the next power cut takes.
func forgetCached(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return classify(path, err)
	}
	err = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
	return classify(path, errors.Join(err, f.Close()))
}
