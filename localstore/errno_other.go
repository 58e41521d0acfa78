//go:build !windows

package localstore

import "syscall"

// What calls of the operating system return.
var (
	errnoNoSpace  = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG}
	errnoReadOnly = []syscall.Errno{syscall.EROFS}
)
