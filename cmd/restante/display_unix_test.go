//go:build unix && !darwin

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoDisplay starts the program where none is, and where one is named that is not
// there: it says so, and leaves no profile behind in the first case.
func TestNoDisplay(t *testing.T) {
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Setenv("WAYLAND_SOCKET", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	t.Setenv("DISPLAY", "")
	profile := filepath.Join(t.TempDir(), "profile")
	var errs bytes.Buffer
	if code := run([]string{"--profile", profile}, &errs, &errs); code != 1 || !strings.Contains(errs.String(), "no display") {
		t.Errorf("exit code %d, %q", code, &errs)
	}
	if _, err := os.Stat(profile); !os.IsNotExist(err) {
		t.Errorf("a profile was made all the same: %v", err)
	}
}
