package desktop

import (
	"context"
	"fmt"
	"html"
	"slices"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// The Desktop Notifications Specification's names.
const (
	notices     = "org.freedesktop.Notifications"
	noticesPath = "/org/freedesktop/Notifications"
	busTimeout  = 3 * time.Second
	trayTimeout = 500 * time.Millisecond // the window waits for the answer
	maxOpen     = 50                     // notifications whose clicks are waited for
)

// Notifier shows notifications by the session's bus. The zero value connects when it is
// first used.
type Notifier struct {
	ID, Name string // the program's

	mu    sync.Mutex
	conn  *dbus.Conn
	open  map[uint32]func()
	marks bool   // the body is markup
	last  uint32 // the notification that the next one takes the place of, if it is still there
}

// Notify shows a notification in the place of the last one.
func (n *Notifier) Notify(note Notice) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.connect(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), busTimeout)
	defer cancel()
	hints := map[string]dbus.Variant{
		"category":      dbus.MakeVariant("email.arrived"),
		"desktop-entry": dbus.MakeVariant(n.ID),
	}
	var id uint32
	body := note.Body
	if n.marks { // what a stranger wrote is no markup
		body = html.EscapeString(body)
	}
	err := n.conn.Object(notices, noticesPath).CallWithContext(ctx, notices+".Notify", 0, n.Name, n.last, n.ID,
		note.Title, body, []string{"default", "Open"}, hints, int32(-1)).Store(&id)
	if err != nil {
		n.drop()
		return fmt.Errorf("%w: %w", ErrNoNotices, err)
	}
	n.last = id
	if note.Open != nil && len(n.open) < maxOpen {
		n.open[id] = note.Open
	}
	return nil
}

// connect is called with mu held.
func (n *Notifier) connect() error {
	if n.conn != nil && n.conn.Connected() {
		return nil
	}
	if !hasBus() {
		return ErrNoNotices
	}
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoNotices, err)
	}
	if err := conn.AddMatchSignal(dbus.WithMatchInterface(notices), dbus.WithMatchObjectPath(noticesPath)); err != nil {
		return fmt.Errorf("%w: %w", ErrNoNotices, closing(conn, err))
	}
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	n.conn, n.open, n.marks = conn, map[uint32]func(){}, marksUp(conn)
	go n.follow(signals)
	return nil
}

// marksUp asks whether bodies are markup (section 2). Who does not answer shows nothing
// anyway.
func marksUp(conn *dbus.Conn) bool {
	ctx, cancel := context.WithTimeout(context.Background(), busTimeout)
	defer cancel()
	var can []string
	err := conn.Object(notices, noticesPath).CallWithContext(ctx, notices+".GetCapabilities", 0).Store(&can)
	return err != nil || slices.Contains(can, "body-markup")
}

func closing(conn *dbus.Conn, err error) error {
	if e := conn.Close(); e != nil {
		return fmt.Errorf("%w (%w)", err, e)
	}
	return err
}

// drop forgets the connection. mu is held.
func (n *Notifier) drop() {
	_ = n.conn.Close() // it is of no use any more
	n.conn, n.last = nil, 0
}

// follow calls what belongs to the notifications that are clicked, until the connection
// ends.
func (n *Notifier) follow(signals <-chan *dbus.Signal) {
	for s := range signals {
		if len(s.Body) < 1 {
			continue
		}
		id, ok := s.Body[0].(uint32)
		if !ok {
			continue
		}
		n.mu.Lock()
		open := n.open[id]
		if s.Name == notices+".NotificationClosed" {
			delete(n.open, id)
			if n.last == id {
				n.last = 0
			}
		}
		n.mu.Unlock()
		if s.Name == notices+".ActionInvoked" && open != nil {
			go open()
		}
	}
}

// Close ends the connection.
func (n *Notifier) Close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.conn == nil {
		return nil
	}
	err := n.conn.Close()
	n.conn = nil
	return err
}

// HasTray tells whether the desktop shows icons in a tray: on this one somebody must
// watch for them (StatusNotifierItem).
func HasTray() bool {
	if !hasBus() {
		return false
	}
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return false
	}
	defer conn.Close() // it was only asked
	ctx, cancel := context.WithTimeout(context.Background(), trayTimeout)
	defer cancel()
	var is bool
	err = conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, "org.kde.StatusNotifierWatcher").Store(&is)
	return err == nil && is
}
