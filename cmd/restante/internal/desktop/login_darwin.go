package desktop

import (
	"path/filepath"

	"github.com/adrg/xdg"
)

func (l Login) file() entryFile {
	return entryFile{filepath.Join(xdg.Home, "Library", "LaunchAgents", l.ID+".plist"), launchAgent(l)}
}

// Enabled tells whether the program is started at login.
func (l Login) Enabled() (bool, error) { return l.file().enabled() }

// Set has the program started at login, or no more.
func (l Login) Set(on bool) error { return l.file().set(on) }
