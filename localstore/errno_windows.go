package localstore

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// What calls of the operating system return. The names in package syscall that Unix has too
// stand here for numbers that no call returns.
var (
	errnoNoSpace  = []syscall.Errno{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL}
	errnoReadOnly = []syscall.Errno{windows.ERROR_WRITE_PROTECT}
)
