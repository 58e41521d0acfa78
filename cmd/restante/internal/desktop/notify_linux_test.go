package desktop

import (
	"bufio"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

// server is a desktop that shows notifications.
type server struct {
	conn  *dbus.Conn
	shown chan []any
}

// Notify is the desktop's method.
func (s *server) Notify(name string, replaces uint32, icon, title, body string, actions []string, hints map[string]dbus.Variant, timeout int32) (uint32, *dbus.Error) {
	s.shown <- []any{replaces, title, body, strings.Join(actions, " ")}
	return 7, nil
}

// GetCapabilities is the desktop's method.
func (*server) GetCapabilities() ([]string, *dbus.Error) { return []string{"body", "body-markup"}, nil }

// bus starts a session bus of the test's own, and returns false where there is none to be had.
func bus(t *testing.T) bool {
	t.Helper()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	path, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
		t.Log("left out: no dbus-daemon here")
		return false
	}
	cmd := exec.CommandContext(t.Context(), path, "--session", "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(line))
	return true
}

func TestNotify(t *testing.T) {
	if !bus(t) {
		return
	}
	n := &Notifier{ID: "app.restante.Restante", Name: "Restante"}
	defer n.Close()
	if err := n.Notify(Notice{Title: "x"}); !errors.Is(err, ErrNoNotices) {
		t.Fatalf("with no desktop: %v", err)
	}
	if HasTray() {
		t.Error("there is no tray")
	}
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	s := &server{conn, make(chan []any, 10)}
	if err := conn.Export(s, noticesPath, notices); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{notices, "org.kde.StatusNotifierWatcher"} {
		if _, err := conn.RequestName(name, 0); err != nil {
			t.Fatal(err)
		}
	}
	if !HasTray() {
		t.Error("there is a tray")
	}
	clicked := make(chan bool, 1)
	if err := n.Notify(Notice{Title: "Fred", Body: "<b>Hi</b> & more", Open: func() { clicked <- true }}); err != nil {
		t.Fatal(err)
	}
	got := <-s.shown
	if got[0] != uint32(0) || got[1] != "Fred" || got[2] != "&lt;b&gt;Hi&lt;/b&gt; &amp; more" || got[3] != "default Open" {
		t.Errorf("%q", got)
	}
	if err := conn.Emit(noticesPath, notices+".ActionInvoked", uint32(7), "default"); err != nil {
		t.Fatal(err)
	}
	<-clicked
	if err := n.Notify(Notice{Title: "Fred again"}); err != nil {
		t.Fatal(err)
	}
	if got := <-s.shown; got[0] != uint32(7) {
		t.Errorf("the second takes the place of %v", got[0])
	}
}
