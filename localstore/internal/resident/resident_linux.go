package resident

import (
	"bytes"
	"os"
	"strconv"

	"go.etcd.io/bbolt"
	"golang.org/x/sys/unix"
)

// Release lets go of the pages of the file of a reading transaction. They stay in the
// system's cache, and come back when they are read.
func Release(tx *bbolt.Tx) error {
	// The transaction keeps the map where it is. It is never written to.
	_, _, errno := unix.Syscall(unix.SYS_MADVISE, tx.DB().Info().Data, uintptr(tx.Size()), unix.MADV_DONTNEED)
	if errno != 0 {
		return os.NewSyscallError("madvise", errno)
	}
	return nil
}

// Octets returns how much of all mapped files this process has in memory, programs and
// libraries too. ok is false where the system does not tell.
func Octets() (n int64, ok bool) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, false
	}
	fields := bytes.Fields(text)
	if len(fields) < 3 {
		return 0, false
	}
	pages, err := strconv.ParseInt(string(fields[2]), 10, 64)
	return pages * int64(os.Getpagesize()), err == nil
}
