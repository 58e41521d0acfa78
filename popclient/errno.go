package popclient

import (
	"errors"
	"syscall"
)

// NothingListens tells whether a connection was refused at once: the host is there, and no
// program listens at the port.
func NothingListens(err error) bool { return isOneOf(err, errnoRefused) }

// NoRoute tells whether there is no way to the network or the host.
func NoRoute(err error) bool { return isOneOf(err, errnoNoRoute) }

// isOneOf compares with the numbers of the operating system itself: on Windows the names
// in package syscall that Unix has too stand for numbers that no call returns.
func isOneOf(err error, numbers []syscall.Errno) bool {
	for _, n := range numbers {
		if errors.Is(err, n) {
			return true
		}
	}
	return false
}
