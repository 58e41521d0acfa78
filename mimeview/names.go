package mimeview

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxFileName is shorter than file systems allow, so that a number still fits.
const maxFileName = 120

// device tells whether a name, without its extension, means a device on Windows.
func device(stem string) bool {
	stem = strings.ToUpper(strings.TrimSpace(stem))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	digit, ok := strings.CutPrefix(stem, "COM")
	if !ok {
		digit, ok = strings.CutPrefix(stem, "LPT")
	}
	r, n := utf8.DecodeRuneInString(digit)
	return ok && n > 0 && n == len(digit) && (r >= '0' && r <= '9' || r == '\u00b9' || r == '\u00b2' || r == '\u00b3')
}

// SafeName makes a file's base name from one that a message claims: no folder, no
// device, nothing hidden or reordered, never empty, with an extension: the claimed
// one, or that of the media type. index tells nameless parts apart.
func SafeName(claimed, mediaType string, index int) string {
	name := Clean(strings.ReplaceAll(claimed, "\x00", "_"), 1000)
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*%`, r) || !unicode.IsPrint(r) || r == utf8.RuneError {
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	ext := filepath.Ext(name)
	if len(ext) > 16 || strings.ContainsRune(ext, ' ') {
		ext = ""
	}
	base := strings.TrimRight(strings.TrimSuffix(name, ext), " .")
	if ext == "" {
		ext = extension(mediaType)
	}
	if base == "" {
		base = fmt.Sprintf("attachment-%d", index+1)
	}
	if stem, _, _ := strings.Cut(base, "."); device(stem) || base[0] == '-' || base[0] == '~' {
		base = "_" + base
	}
	if most := maxFileName - len(ext); len(base) > most {
		for !utf8.RuneStart(base[most]) {
			most--
		}
		base = strings.TrimRight(base[:most], " .")
	}
	return base + ext
}

// extensions are those of the types that mail has. The system's table is not asked:
// it gives other ones on each machine, and odd ones among them.
var extensions = map[string]string{
	"text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/csv": ".csv", "text/vcard": ".vcf", "text/x-vcard": ".vcf",
	"text/directory": ".vcf", "text/xml": ".xml", "text/css": ".css", "text/rtf": ".rtf", "text/x-patch": ".patch", "text/x-diff": ".diff",
	"image/jpeg": ".jpg", "image/jpg": ".jpg", "image/pjpeg": ".jpg", "image/png": ".png", "image/x-png": ".png", "image/gif": ".gif",
	"image/tiff": ".tif", "image/bmp": ".bmp", "image/webp": ".webp", "image/svg+xml": ".svg", "image/heic": ".heic",
	"audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/x-wav": ".wav", "audio/basic": ".au", "audio/ogg": ".ogg", "audio/midi": ".mid",
	"video/mpeg": ".mpg", "video/mp4": ".mp4", "video/quicktime": ".mov", "video/x-msvideo": ".avi",
	"application/pdf": ".pdf", "application/postscript": ".ps", "application/zip": ".zip", "application/x-zip-compressed": ".zip",
	"application/gzip": ".gz", "application/x-gzip": ".gz", "application/x-tar": ".tar", "application/rtf": ".rtf", "application/json": ".json",
	"application/xml": ".xml", "application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/vnd.ms-powerpoint": ".ppt",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   ".docx",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         ".xlsx",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
	"application/vnd.oasis.opendocument.text":                                   ".odt", "application/vnd.oasis.opendocument.spreadsheet": ".ods",
	"application/pgp-signature": ".asc", "application/pgp-keys": ".asc", "application/pgp-encrypted": ".asc", "application/ms-tnef": ".dat",
	"application/vnd.ms-tnef": ".dat", "application/pkcs7-signature": ".p7s", "application/x-pkcs7-signature": ".p7s",
	"application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m", "application/ics": ".ics", "application/javascript": ".js",
	"application/x-msdownload": ".exe", "application/x-msdos-program": ".exe", "application/x-sh": ".sh",
	"message/rfc822": ".eml", "message/global": ".eml", "message/news": ".eml",
}

func extension(mediaType string) string {
	if e, ok := extensions[mediaType]; ok {
		return e
	}
	if strings.HasPrefix(mediaType, "text/") {
		return ".txt"
	}
	return ".bin"
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
