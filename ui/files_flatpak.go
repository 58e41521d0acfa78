//go:build flatpak

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

// chooseFolder asks for a folder, by the desktop's own dialog: what is chosen there, and
// nothing else, comes into the sandbox.
func (d *desk) chooseFolder(_, _ string, then func(dir string)) {
	dialog.ShowFolderOpen(func(dir fyne.ListableURI, err error) {
		switch {
		case err != nil:
			d.fault("The folder could not be opened", err)
		case dir != nil:
			then(dir.Path())
		}
	}, d.window)
}

// chooseFile asks for a file in the same way.
func (d *desk) chooseFile(_, _ string, then func(path string)) {
	dialog.ShowFileOpen(func(f fyne.URIReadCloser, err error) {
		switch {
		case err != nil:
			d.fault("The file could not be opened", err)
		case f != nil:
			path := f.URI().Path()
			if err := f.Close(); err != nil {
				d.fault("The file could not be read", err)
				return
			}
			then(path)
		}
	}, d.window)
}
