package ui

import (
	"fmt"
	"path/filepath"

	"restante.app/mimeview"
)

// openFile opens a file of mail.
func (d *desk) openFile(path string) {
	d.fault("Opening "+mimeview.Clean(filepath.Base(path), 100), fmt.Errorf("files of mail can't be opened by a click yet"))
}
