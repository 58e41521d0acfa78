//go:build unix

package maildrop

import (
	"os"
	"syscall"
)

// inode returns the file's number within its file system.
func inode(fi os.FileInfo) uint64 {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return st.Ino
	}
	return 0
}

// alive tells whether a process of this machine exists.
func alive(pid int) bool {
	return syscall.Kill(pid, 0) != syscall.ESRCH
}
