package desktop

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/adrg/xdg"
	"github.com/godbus/dbus/v5"
)

// testPortal is a desktop that is asked by programs in a sandbox. It answers by code.
type testPortal struct {
	conn *dbus.Conn
	mu   sync.Mutex
	code uint32
	said string // what it was asked last
}

// answers says how it will answer from now on.
func (p *testPortal) answers(code uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.code = code
}

func (p *testPortal) asked() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said
}

func (p *testPortal) respond(sender dbus.Sender, said string, options, results map[string]dbus.Variant) dbus.ObjectPath {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.said = said
	token, _ := options["handle_token"].Value().(string)
	path := dbus.ObjectPath(portalPath + "/request/" + strings.ReplaceAll(string(sender[1:]), ".", "_") + "/" + token)
	// Before the method returns, as the portal may.
	if err := p.conn.Emit(path, portalRequest+".Response", p.code, results); err != nil {
		panic(err)
	}
	return path
}

// RequestBackground is the portal's method.
func (p *testPortal) RequestBackground(sender dbus.Sender, _ string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	command, _ := options["commandline"].Value().([]string)
	return p.respond(sender, strings.Join(command, "|"), options, map[string]dbus.Variant{"background": dbus.MakeVariant(true), "autostart": options["autostart"]}), nil
}

// OpenFile is the portal's method.
func (p *testPortal) OpenFile(sender dbus.Sender, _ string, fd dbus.UnixFD, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	f := os.NewFile(uintptr(fd), "shown")
	defer f.Close()
	octets, err := io.ReadAll(f)
	if err != nil {
		return "", dbus.MakeFailedError(err)
	}
	return p.respond(sender, string(octets), options, nil), nil
}

func TestPortal(t *testing.T) {
	if !bus(t) {
		return
	}
	mark, config := sandboxMark, xdg.ConfigHome
	sandboxMark, xdg.ConfigHome = filepath.Join(t.TempDir(), "info"), t.TempDir()
	defer func() { sandboxMark, xdg.ConfigHome = mark, config }()
	if Sandboxed() {
		t.Error("there is no sandbox yet")
	}
	if err := os.WriteFile(sandboxMark, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l := Login{ID: "app.restante.Restante", Name: "Restante", Command: []string{"/app/bin/restante", "--profile", "/a b"}}
	if err := l.Set(true); !Sandboxed() || !errors.Is(err, ErrRefused) {
		t.Fatalf("with no portal: %v", err)
	}
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	p := &testPortal{conn: conn}
	for _, name := range []string{"org.freedesktop.portal.Background", "org.freedesktop.portal.OpenURI"} {
		if err := conn.Export(p, portalPath, name); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.RequestName(portal, 0); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code uint32
		set  bool
		want bool
	}{{1, true, false}, {0, true, true}, {2, false, true}, {0, false, false}} {
		p.answers(c.code)
		if err := l.Set(c.set); (c.code == 0) != (err == nil) || err != nil && !errors.Is(err, ErrRefused) {
			t.Errorf("%+v: %v", c, err)
		}
		if is, err := l.Enabled(); is != c.want || err != nil || p.asked() != strings.Join(l.Command, "|") {
			t.Errorf("%+v: %v, %v, started by %q", c, is, err, p.asked())
		}
	}
	shown := filepath.Join(t.TempDir(), "a letter.pdf")
	if err := os.WriteFile(shown, []byte("%PDF"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ShowFile(shown); err != nil || p.asked() != "%PDF" {
		t.Errorf("%v, shown %q", err, p.asked())
	}
	if err := ShowFile(shown + "?"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}
