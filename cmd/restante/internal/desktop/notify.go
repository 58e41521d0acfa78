package desktop

import "errors"

// Notice is a notification.
type Notice struct {
	Title, Body string
	// Open is called, on a goroutine of its own, when the person clicks the notification,
	// where the desktop tells. It may be nil.
	Open func()
}

// ErrNoNotices says that the desktop takes no notifications, or none from here.
var ErrNoNotices = errors.New("desktop: notifications can't be shown here")
