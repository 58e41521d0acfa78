//go:build !linux

package desktop

import "runtime"

// Notifier shows notifications. On this system that is the toolkit's part.
type Notifier struct{ ID, Name string }

// Notify returns ErrNoNotices.
func (*Notifier) Notify(Notice) error { return ErrNoNotices }

// Close does nothing.
func (*Notifier) Close() error { return nil }

// HasTray tells whether the desktop shows icons in a tray.
func HasTray() bool { return runtime.GOOS == "windows" || runtime.GOOS == "darwin" }
