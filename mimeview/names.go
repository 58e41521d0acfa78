package mimeview

import (
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// maxFileName is shorter than file systems allow, so that a number still fits.
const maxFileName = 120

// reserved are names that mean devices on Windows, with any extension.
var reserved = []string{"CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9"}

// SafeName makes a file's base name from one that a message claims: no folder, no
// device, nothing hidden or reordered, never empty, with an extension. index tells
// nameless parts apart.
func SafeName(claimed, mediaType string, index int) string {
	name := Clean(claimed, 1000)
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) || !unicode.IsPrint(r) {
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(strings.TrimSpace(name), ". ")
	ext := filepath.Ext(name)
	if len(ext) > 16 || strings.ContainsRune(ext, ' ') {
		ext = ""
	}
	base := strings.TrimSuffix(name, ext)
	if base == "" {
		base = fmt.Sprintf("attachment-%d", index+1)
	}
	if ext == "" {
		ext = extension(mediaType)
	}
	if stem, _, _ := strings.Cut(base, "."); slices.Contains(reserved, strings.ToUpper(strings.TrimSpace(stem))) {
		base = "_" + base
	}
	for len(base)+len(ext) > maxFileName {
		r := []rune(base)
		base = string(r[:len(r)-1])
	}
	return strings.TrimRight(base, " .") + ext
}

// extensions are those of types that the system's table may give odd ones.
var extensions = map[string]string{
	"text/plain": ".txt", "text/html": ".html", "image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf",
	"message/rfc822": ".eml", "text/calendar": ".ics", "text/csv": ".csv", "application/zip": ".zip", "application/octet-stream": ".bin",
	"application/pgp-signature": ".asc", "application/ms-tnef": ".dat", "text/vcard": ".vcf",
}

func extension(mediaType string) string {
	if e, ok := extensions[mediaType]; ok {
		return e
	}
	if list, err := mime.ExtensionsByType(mediaType); err == nil && len(list) > 0 {
		return list[0]
	}
	return ".bin"
}

// programs are extensions that systems run.
var programs = []string{
	".exe", ".scr", ".com", ".pif", ".bat", ".cmd", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh", ".ps1", ".msi", ".msp", ".hta", ".cpl",
	".jar", ".lnk", ".url", ".reg", ".sh", ".app", ".desktop", ".iso", ".img", ".vhd", ".docm", ".xlsm", ".pptm", ".apk", ".dll", ".chm", ".svg",
}

// suspicious tells whether a part can run as a program, or claims a name that
// hides what it is.
func suspicious(claimed string, p Part) bool {
	ext := strings.ToLower(filepath.Ext(p.Name))
	if slices.Contains(programs, ext) || strings.HasPrefix(string(p.Octets[:min(2, len(p.Octets))]), "MZ") {
		return true
	}
	for _, r := range claimed {
		if hidden(r) && r != '\r' && r != '\n' && r != '\t' {
			return true
		}
	}
	return strings.ContainsAny(claimed, `/\:`)
}

// SavePart writes a part into a folder under its safe name, or that name with a
// number if it is taken, and returns the path. The file can't be run, and nothing
// is overwritten.
func SavePart(dir string, p Part) (path string, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", fmt.Errorf("the folder to save in: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	name := SafeName(p.Name, p.Type, p.Index)
	ext := filepath.Ext(name)
	for n := 1; n < 10_000; n++ {
		as := name
		if n > 1 {
			as = fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ext), n, ext)
		}
		f, err := root.OpenFile(as, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("saving %s: %w", as, err)
		}
		_, err = f.Write(p.Octets)
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return "", errors.Join(fmt.Errorf("saving %s: %w", as, err), root.Remove(as))
		}
		return filepath.Join(dir, as), nil
	}
	return "", fmt.Errorf("saving %s: there are too many files of that name", name)
}
