//go:build unix

package localstore

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile takes the lock that bbolt takes of a file, if nobody has it. It ends with the file.
func lockFile(f *os.File) (bool, error) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// unlockFile gives up the lock of a file. To close the file is not enough where bbolt has
// mapped it and gave up by a panic: the map keeps the lock.
func unlockFile(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_UN)
	if errors.Is(err, unix.EBADF) { // it is closed already
		return nil
	}
	return err
}

// freeOctets returns how much may be written to the disk of a folder.
func freeOctets(dir string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, &os.PathError{Op: "statfs", Path: dir, Err: err}
	}
	return int64(st.Bavail) * int64(st.Bsize), nil //nolint:unconvert // their types differ from system to system
}
