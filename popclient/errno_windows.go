package popclient

import (
	"syscall"

	"golang.org/x/sys/windows"
)

var (
	errnoRefused = []syscall.Errno{windows.WSAECONNREFUSED}
	errnoNoRoute = []syscall.Errno{windows.WSAENETUNREACH, windows.WSAEHOSTUNREACH}
	errnoReset   = []syscall.Errno{windows.WSAECONNRESET, windows.WSAECONNABORTED}
)
