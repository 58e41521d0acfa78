package look

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"restante.app/assets/fonts"
)

// fontFiles are the fonts of the program under the names of their files.
var fontFiles = map[string][]byte{
	"IBMPlexSans-Regular.ttf":        fonts.Sans,
	"IBMPlexSans-SemiBold.ttf":       fonts.SansBold,
	"IBMPlexSans-Italic.ttf":         fonts.SansItalic,
	"IBMPlexSans-SemiBoldItalic.ttf": fonts.SansBoldItalic,
	"IBMPlexMono-Regular.ttf":        fonts.Mono,
	"IBMPlexMono-SemiBold.ttf":       fonts.MonoBold,
}

// fontsConf makes every generic family one of the program's. Liberation is left out,
// as it stands in for Arial and Times by itself; the rest of the system's fonts serve
// characters that the program's lack, DejaVu first, as they do in the view.
const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>%s</dir>
<dir>/usr/share/fonts</dir>
<dir>/usr/local/share/fonts</dir>
<cachedir>%s</cachedir>
<match target="pattern"><edit name="family" mode="append" binding="weak"><string>DejaVu Sans</string></edit></match>
<selectfont><rejectfont><glob>*/liberation*</glob></rejectfont></selectfont>
%s</fontconfig>
`

var generic = map[string]string{
	"sans-serif": "IBM Plex Sans", "serif": "IBM Plex Sans", "system-ui": "IBM Plex Sans", "cursive": "IBM Plex Sans",
	"fantasy": "IBM Plex Sans", "Times New Roman": "IBM Plex Sans", "monospace": "IBM Plex Mono",
}

// writeFonts puts the fonts and a configuration that prefers them into dir, and returns
// the configuration's name.
func writeFonts(dir string) (string, error) {
	folder := filepath.Join(dir, "fonts")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	for name, octets := range fontFiles {
		if err := os.WriteFile(filepath.Join(folder, name), octets, 0o600); err != nil {
			return "", err
		}
	}
	var aliases strings.Builder
	for name, family := range generic {
		fmt.Fprintf(&aliases, "<match target=\"pattern\"><test name=\"family\"><string>%s</string></test>"+
			"<edit name=\"family\" mode=\"prepend\" binding=\"strong\"><string>%s</string></edit></match>\n", name, family)
	}
	conf := filepath.Join(dir, "fonts.conf")
	text := fmt.Sprintf(fontsConf, html.EscapeString(folder), html.EscapeString(filepath.Join(dir, "cache")), aliases.String())
	return conf, os.WriteFile(conf, []byte(text), 0o600)
}

// Names of monospaced fonts that messages ask for without naming the generic family.
var monospaced = []string{"Courier New", "Courier", "Consolas", "Menlo", "Monaco", "SFMono-Regular", "Lucida Console"}

// fontFaces makes the names of monospaced fonts the program's own. Others end in the
// generic family or in the browser's standard, both of which are ours.
func fontFaces() string {
	var b strings.Builder
	b.WriteString("html{text-rendering:geometricPrecision}")
	for _, name := range monospaced {
		fmt.Fprintf(&b, `@font-face{font-family:"%s";src:local("IBM Plex Mono")}`, name)
		fmt.Fprintf(&b, `@font-face{font-family:"%s";font-weight:bold;src:local("IBM Plex Mono SemiBold")}`, name)
	}
	return b.String()
}

var (
	cidURL = regexp.MustCompile(`(?i)\bcid:([A-Za-z0-9@._-]+)`)
	headAt = regexp.MustCompile(`(?i)<head[^>]*>|<html[^>]*>|<!doctype[^>]*>`)
)

// forBrowser makes the message one that the browser can show: its parts at addresses of
// http, which is what Chromium would make of cid: if it knew it, and the fonts.
func forBrowser(message string) string {
	message = cidURL.ReplaceAllString(message, host+"cid/$1")
	style := "<style>" + fontFaces() + "</style>"
	// After the doctype at least, or the browser would go into another mode.
	at := 0
	if places := headAt.FindAllStringIndex(message, 3); len(places) > 0 {
		at = places[len(places)-1][1]
	}
	return message[:at] + style + message[at:]
}
