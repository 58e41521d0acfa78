//go:build unix

package maildrop

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// holdKind takes a lock as other mail programs do: a POSIX one, not one of the open
// file description.
func holdKind(kind string, f *os.File) error {
	switch kind {
	case "fcntl":
		return unix.FcntlFlock(f.Fd(), unix.F_SETLKW, &unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart})
	case "flock":
		return unix.Flock(int(f.Fd()), unix.LOCK_EX)
	}
	return fmt.Errorf("no lock %q", kind)
}
