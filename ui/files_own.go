//go:build !flatpak

package ui

// chooseFolder asks for a folder.
func (d *desk) chooseFolder(title, answer string, then func(dir string)) {
	d.askFile(title, answer, false, then)
}

// chooseFile asks for a file.
func (d *desk) chooseFile(title, answer string, then func(path string)) {
	d.askFile(title, answer, true, then)
}
