package desktop

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Login starts the program when its user logs in, if asked to. The zero value is of no use.
type Login struct {
	ID      string   // the program's, as app.restante.Restante
	Name    string   // as people read it
	Command []string // the program and its arguments
}

// entryFile is a file that makes the desktop start a program: its path and what is in it.
type entryFile struct {
	path string
	text string
}

// enabled tells whether the file is there.
func (f entryFile) enabled() (bool, error) {
	_, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// set writes the file, or removes it.
func (f entryFile) set(on bool) error {
	if !on {
		if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
		return err
	}
	temp := f.path + ".new"
	if err := os.WriteFile(temp, []byte(f.text), 0o644); err != nil {
		return err
	}
	return os.Rename(temp, f.path)
}

// desktopEntry is the text of a freedesktop.org autostart file (Desktop Entry
// Specification, Desktop Application Autostart Specification).
func desktopEntry(l Login) string {
	quoted := make([]string, len(l.Command))
	for i, arg := range l.Command {
		quoted[i] = quoteExec(arg)
	}
	return "[Desktop Entry]\nType=Application\nName=" + escapeValue(l.Name) +
		"\nExec=" + escapeValue(strings.Join(quoted, " ")) + "\nIcon=" + escapeValue(l.ID) +
		"\nTerminal=false\nX-GNOME-Autostart-enabled=true\n"
}

// quoteExec quotes an argument of the key Exec.
func quoteExec(arg string) string {
	arg = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", "$", `\$`, "%", "%%").Replace(arg)
	return `"` + arg + `"`
}

// escapeValue escapes a value of type string.
func escapeValue(s string) string {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s)
}

// launchAgent is the text of a property list of launchd.
func launchAgent(l Login) string {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>Label</key><string>` + escape.Replace(l.ID) + `</string>
<key>ProgramArguments</key><array>
`)
	for _, arg := range l.Command {
		b.WriteString("<string>" + escape.Replace(arg) + "</string>\n")
	}
	b.WriteString("</array>\n<key>RunAtLoad</key><true/>\n</dict></plist>\n")
	return b.String()
}
