package ui

import (
	"time"

	"golang.org/x/sys/unix"
)

// threadTime is how long this thread has been at work: on a busy machine less than went by.
func threadTime() time.Duration {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_THREAD, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
