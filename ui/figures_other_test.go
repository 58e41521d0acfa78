//go:build !linux

package ui

import "time"

var begun = time.Now()

// threadTime is the time that went by, where the system has no clock of a thread's work.
func threadTime() time.Duration { return time.Since(begun) }
