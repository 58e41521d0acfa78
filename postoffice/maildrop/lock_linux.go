package maildrop

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile takes the fcntl lock and then the flock lock of an open file, without
// waiting. Closing the file releases both. The fcntl lock is one of the open file
// description: it excludes the POSIX locks of other programs as those do one
// another, but isn't lost when this process closes another descriptor of the file.
func lockFile(f *os.File) error {
	lk := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart}
	if err := unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &lk); err != nil {
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
