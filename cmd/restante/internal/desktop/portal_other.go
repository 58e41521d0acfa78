//go:build windows || darwin

package desktop

import "errors"

// Sandboxed tells whether the program runs in a Flatpak, which is not known here.
func Sandboxed() bool { return false }

// ShowFile is for programs in a sandbox.
func ShowFile(string) error { return errors.ErrUnsupported }
