//go:build unix && !linux

package maildrop

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile takes the fcntl lock and then the flock lock of an open file, without
// waiting. Closing any descriptor of the file in this process releases the first;
// between our own sessions the dotlock excludes.
func lockFile(f *os.File) error {
	lk := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart}
	if err := unix.FcntlFlock(f.Fd(), unix.F_SETLK, &lk); err != nil {
		return lockError(f, "fcntl", err)
	}
	return flock(f)
}

// flock takes the flock lock of an open file or directory, without waiting.
func flock(f *os.File) error {
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return lockError(f, "flock", err)
	}
	return nil
}

func lockError(f *os.File, kind string, err error) error {
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return fmt.Errorf("%w: %s of %s is held by another program", ErrLocked, kind, f.Name())
	}
	return fmt.Errorf("%s of %s: %w", kind, f.Name(), err)
}
