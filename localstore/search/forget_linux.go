package search

import (
	"go.etcd.io/bbolt"
	"golang.org/x/sys/unix"
)

// forget takes what was read of the file out of the resident memory of the process: a
// merge reads all of some segments, once. The system keeps it cached as long as it likes.
func (x *Index) forget() error {
	return x.view(func(tx *bbolt.Tx) error { // which keeps the file where it is mapped
		data, size := tx.DB().Info().Data, uintptr(tx.Size())
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, data, size, unix.MADV_DONTNEED) // refused, it has cost memory alone
		return nil
	})
}
