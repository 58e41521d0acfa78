//go:build unix && !darwin

package main

import (
	"errors"
	"os"
	"path/filepath"
)

// errNoDisplay is said before anything is opened, for the window's library would crash.
var errNoDisplay = errors.New("there is no display here (DISPLAY and WAYLAND_DISPLAY are not set): start it in a desktop session; to collect and read mail without one there is popfetch")

// checkDisplay tells whether there is a display to be asked for a window.
func checkDisplay() error {
	for _, name := range []string{"DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"} {
		if os.Getenv(name) != "" {
			return nil
		}
	}
	// Where Wayland's libraries look if nothing is set.
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "wayland-0")); err == nil {
			return nil
		}
	}
	return errNoDisplay
}
