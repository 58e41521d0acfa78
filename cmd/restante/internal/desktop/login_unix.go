//go:build !windows && !darwin

package desktop

import (
	"path/filepath"

	"github.com/adrg/xdg"
)

func (l Login) file() entryFile {
	return entryFile{filepath.Join(xdg.ConfigHome, "autostart", l.ID+".desktop"), desktopEntry(l)}
}

// Enabled tells whether the program is started at login.
func (l Login) Enabled() (bool, error) { return l.file().enabled() }

// Set has the program started at login, or no more. In a sandbox the person may be asked.
func (l Login) Set(on bool) error {
	if Sandboxed() {
		return l.loginByPortal(on)
	}
	return l.file().set(on)
}
