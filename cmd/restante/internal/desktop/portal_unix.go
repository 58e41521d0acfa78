//go:build !windows && !darwin

package desktop

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"
	"github.com/godbus/dbus/v5"
)

// The XDG Desktop Portal's names: how a program in a sandbox asks the desktop.
const (
	portal        = "org.freedesktop.portal.Desktop"
	portalPath    = "/org/freedesktop/portal/desktop"
	portalRequest = "org.freedesktop.portal.Request"
	portalPatient = 2 * time.Minute // a person may be asked
)

// sandboxMark is a file that every Flatpak has.
var sandboxMark = "/.flatpak-info"

// ErrRefused says that the desktop, or the person before it, has refused what was asked.
var ErrRefused = errors.New("desktop: the desktop did not allow it")

// Sandboxed tells whether the program runs in a Flatpak, which has a home of its own: what
// it writes there, the desktop does not read, and what it starts, is not the desktop's.
func Sandboxed() bool {
	_, err := os.Stat(sandboxMark)
	return err == nil
}

// ShowFile has the desktop open a file of the sandbox by the program that shows such files.
func ShowFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() // it was only read
	_, err = askPortal("org.freedesktop.portal.OpenURI.OpenFile", map[string]any{}, dbus.UnixFD(f.Fd()))
	return err
}

// loginByPortal asks the desktop to start the program at login, or no more. It keeps what
// it said: the portal can't be asked how things stand.
func (l Login) loginByPortal(on bool) error {
	got, err := askPortal("org.freedesktop.portal.Background.RequestBackground", map[string]any{
		"reason": l.Name + " fetches mail when you log in.", "autostart": on, "commandline": l.Command,
	})
	if err != nil {
		return err
	}
	if is, ok := got["autostart"].Value().(bool); on && (!ok || !is) {
		return ErrRefused
	}
	return l.file().set(on)
}

// hasBus tells whether there is a session bus: a call without one may start a stray one.
func hasBus() bool {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	_, err := os.Stat(filepath.Join(xdg.RuntimeDir, "bus"))
	return err == nil
}

// askPortal calls a method whose arguments are the parent window, those given, and
// options, and waits for the answer, which comes as a signal.
func askPortal(method string, options map[string]any, args ...any) (map[string]dbus.Variant, error) {
	if !hasBus() {
		return nil, errors.New("desktop: there is no session bus to ask")
	}
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return nil, err
	}
	defer conn.Close() // nothing is outstanding by then
	ctx, cancel := context.WithTimeout(context.Background(), portalPatient)
	defer cancel()
	token := "restante" + rand.Text()
	sender := strings.ReplaceAll(strings.TrimPrefix(conn.Names()[0], ":"), ".", "_")
	request := dbus.ObjectPath(portalPath + "/request/" + sender + "/" + token)
	if err := conn.AddMatchSignalContext(ctx, dbus.WithMatchInterface(portalRequest), dbus.WithMatchObjectPath(request)); err != nil {
		return nil, err
	}
	signals := make(chan *dbus.Signal, 4)
	conn.Signal(signals)
	all := map[string]dbus.Variant{"handle_token": dbus.MakeVariant(token)}
	for key, value := range options {
		all[key] = dbus.MakeVariant(value)
	}
	args = append(append([]any{""}, args...), all)
	if err := conn.Object(portal, portalPath).CallWithContext(ctx, method, 0, args...).Err; err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return answer(ctx, signals)
}

// answer reads the signal Response: 0 and results, or another number for a refusal.
func answer(ctx context.Context, signals <-chan *dbus.Signal) (map[string]dbus.Variant, error) {
	for {
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("the desktop did not answer: %w", ctx.Err())
		case s, open := <-signals:
			switch {
			case !open:
				return nil, errors.New("desktop: the session bus closed the line")
			case s.Name != portalRequest+".Response":
				continue
			case len(s.Body) != 2 || s.Body[0] != uint32(0):
				return nil, ErrRefused
			}
			got, _ := s.Body[1].(map[string]dbus.Variant)
			return got, nil
		}
	}
}
