//go:build !windows

package desktop

// yieldFront does nothing: here a window may come to the front by itself, or never.
func yieldFront() {}
