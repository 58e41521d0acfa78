package desktop

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func listen(t *testing.T, profile string) <-chan Request {
	t.Helper()
	got := make(chan Request, 10)
	k, err := Listen(profile, func(r Request) { got <- r })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	return got
}

func TestHandOver(t *testing.T) {
	profile := t.TempDir()
	want := Request{Open: []string{"/home/ines/a letter.eml", "mailto:fred@example.org"}}
	if err := HandOver(t.Context(), profile, want); !errors.Is(err, ErrNoHandover) {
		t.Fatalf("with nobody there: %v", err)
	}
	got := listen(t, profile)
	for range 3 {
		if err := HandOver(t.Context(), profile, want); err != nil {
			t.Fatal(err)
		}
		if r := <-got; !slices.Equal(r.Open, want.Open) {
			t.Errorf("%q came, want %q", r.Open, want.Open)
		}
	}
	info, err := os.Stat(filepath.Join(profile, "window"))
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the socket's mode is %v", info.Mode())
	}
}

// TestLeftSocket is a start after a crash: the socket is there, and nobody behind it.
func TestLeftSocket(t *testing.T) {
	profile := t.TempDir()
	path := filepath.Join(profile, "window")
	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	ln.SetUnlinkOnClose(false)
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	if err := HandOver(t.Context(), profile, Request{}); !errors.Is(err, ErrNoHandover) {
		t.Fatalf("a dead socket: %v", err)
	}
	got := listen(t, profile)
	if err := HandOver(t.Context(), profile, Request{}); err != nil {
		t.Fatal(err)
	}
	<-got
}

// TestNonsense must neither be taken nor end the doorkeeper.
func TestNonsense(t *testing.T) {
	profile := t.TempDir()
	got := listen(t, profile)
	for _, said := range []string{"", "GET / HTTP/1.1\r\n\r\n", `{"open":[1]}`, `{"open":"` + strings.Repeat("x", maxRequest) + `"}`} {
		nc, err := net.Dial("unix", filepath.Join(profile, "window"))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(nc, said) // it may be cut off
		if c, ok := nc.(*net.UnixConn); ok {
			_ = c.CloseWrite()
		}
		if answer, _ := io.ReadAll(nc); len(answer) > 0 {
			t.Errorf("%.40q was answered %q", said, answer)
		}
		_ = nc.Close()
	}
	if err := HandOver(t.Context(), profile, Request{Open: []string{"x"}}); err != nil {
		t.Fatal(err)
	}
	if r := <-got; len(r.Open) != 1 {
		t.Errorf("%q came", r.Open)
	}
}

func TestLongProfile(t *testing.T) {
	profile := filepath.Join(t.TempDir(), strings.Repeat("long", 40))
	path, err := socket(profile)
	if err != nil {
		if !errors.Is(err, ErrNoHandover) {
			t.Fatal(err)
		}
		return
	}
	if len(path) > maxSocket || strings.Contains(path, "long") {
		t.Errorf("a socket at %q", path)
	}
}
