//go:build !windows

package popclient

import "syscall"

var (
	errnoRefused = []syscall.Errno{syscall.ECONNREFUSED}
	errnoNoRoute = []syscall.Errno{syscall.ENETUNREACH, syscall.EHOSTUNREACH}
	errnoReset   = []syscall.Errno{syscall.ECONNRESET, syscall.EPIPE}
)
