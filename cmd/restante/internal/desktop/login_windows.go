package desktop

import (
	"errors"
	"syscall"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

const runKey = `Software\Microsoft\Windows\CurrentVersion\Run`

// Enabled tells whether the program is started at login.
func (l Login) Enabled() (bool, error) {
	k, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, _, err = k.GetStringValue(l.ID)
	if errors.Is(err, registry.ErrNotExist) {
		return false, k.Close()
	}
	return err == nil, errors.Join(err, k.Close())
}

// Set has the program started at login, or no more.
func (l Login) Set(on bool) error {
	k, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return err
	}
	if on {
		err = k.SetStringValue(l.ID, windows.ComposeCommandLine(l.Command))
	} else if err = k.DeleteValue(l.ID); errors.Is(err, syscall.ERROR_FILE_NOT_FOUND) {
		err = nil
	}
	return errors.Join(err, k.Close())
}
