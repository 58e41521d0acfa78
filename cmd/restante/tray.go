package main

import (
	"context"
	"time"
)

// How long a start in the tray waits for one: at login the desktop's own programs come up
// at the same time as this one.
const (
	trayPatience = 15 * time.Second
	trayPause    = 500 * time.Millisecond
)

// awaitTray waits until has tells of a tray, and returns whether it did. It gives up after
// a while, or when the window is called for meanwhile.
func awaitTray(ctx context.Context, has func() bool, called <-chan struct{}) bool {
	patience := time.After(trayPatience)
	for !has() {
		select {
		case <-ctx.Done():
			return false
		case <-called:
			return false
		case <-patience:
			return false
		case <-time.After(trayPause):
		}
	}
	return true
}
