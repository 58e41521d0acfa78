package mimeview

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// Class is what an attachment is to a reader: which icon it has.
type Class uint8

// Classes.
const (
	Other     Class = iota
	PlainText       // text, source code, logs
	Page            // HTML
	Document        // PDF, word processors
	Sheet
	Slides
	Image
	Audio
	Video
	Archive // zip and the like, disk images
	Message // message/rfc822: Octets can be read again with Parse
	Calendar
	Contact
	Signature // a signature, key or certificate: nothing to read
	Program   // what a system may run
)

// wholeTypes are the classes of types; prefixes those of whole kinds of them.
var wholeTypes = map[string]Class{
	"message/rfc822": Message, "message/global": Message, "message/news": Message,
	"text/html": Page, "application/xhtml+xml": Page, "text/calendar": Calendar, "application/ics": Calendar,
	"text/vcard": Contact, "text/x-vcard": Contact, "text/directory": Contact, "text/rtf": Document, "text/csv": Sheet, "text/tab-separated-values": Sheet,
	"application/pdf": Document, "application/postscript": Document, "application/rtf": Document, "application/msword": Document,
	"application/epub+zip": Document, "application/vnd.oasis.opendocument.text": Document,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": Document,
	"application/vnd.ms-excel": Sheet, "application/vnd.oasis.opendocument.spreadsheet": Sheet,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": Sheet,
	"application/vnd.ms-powerpoint":                                     Slides, "application/vnd.oasis.opendocument.presentation": Slides,
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": Slides,
	"application/zip": Archive, "application/x-zip-compressed": Archive, "application/gzip": Archive, "application/x-gzip": Archive,
	"application/x-tar": Archive, "application/x-7z-compressed": Archive, "application/x-rar-compressed": Archive, "application/vnd.rar": Archive,
	"application/x-bzip2": Archive, "application/x-xz": Archive, "application/zstd": Archive, "application/x-archive": Archive,
	"application/vnd.ms-cab-compressed": Archive, "application/x-iso9660-image": Archive, "application/x-ms-tnef": Archive,
	"application/pgp-signature": Signature, "application/pgp-keys": Signature, "application/pkcs7-signature": Signature,
	"application/x-pkcs7-signature": Signature, "application/pkix-cert": Signature, "application/x-x509-ca-cert": Signature,
	"application/json": PlainText, "application/xml": PlainText, "application/javascript": Program, "text/javascript": Program,
	"application/vnd.microsoft.portable-executable": Program, "application/x-msdownload": Program, "application/x-msdos-program": Program,
	"application/x-elf": Program, "application/x-executable": Program, "application/x-sharedlib": Program, "application/x-object": Program,
	"application/x-mach-binary": Program, "application/x-ms-installer": Program, "application/jar": Program, "application/java-archive": Program,
	"application/vnd.android.package-archive": Program, "application/x-ms-shortcut": Program, "application/x-sh": Program,
	"text/x-shellscript": Program, "text/x-sh": Program, "application/x-java-applet": Program, "application/vnd.debian.binary-package": Program,
	"application/x-rpm": Program, "application/vnd.ms-htmlhelp": Program, "image/svg+xml": Image,
}

var kinds = map[string]Class{"image": Image, "audio": Audio, "video": Video, "text": PlainText}

// classOf returns the class of a media type.
func classOf(mediaType string) Class {
	if c, ok := wholeTypes[mediaType]; ok {
		return c
	}
	kind, _, _ := strings.Cut(mediaType, "/")
	return kinds[kind]
}

// endings are the classes of names.
var endings = func() map[string]Class {
	all := maps.Clone(rareEndings)
	for t, e := range extensions {
		if c := classOf(t); c != Other && all[e] == Other {
			all[e] = c
		}
	}
	for _, e := range programs {
		if e != ".svg" {
			all[e] = Program
		}
	}
	return all
}()

// rareEndings are those that the table of types lacks.
var rareEndings = map[string]Class{
	".htm": Page, ".xhtml": Page, ".shtml": Page, ".mht": Page, ".jpeg": Image, ".tiff": Image, ".md": PlainText, ".log": PlainText, ".xlsm": Program,
	".docm": Program, ".pptm": Program, ".tgz": Archive, ".7z": Archive, ".rar": Archive, ".bz2": Archive, ".xz": Archive, ".cab": Archive,
	".mp3": Audio, ".m4a": Audio, ".flac": Audio, ".mkv": Video, ".webm": Video, ".avi": Video, ".wmv": Video, ".odp": Slides, ".pages": Document,
	".p7m": Signature, ".p7c": Signature, ".sig": Signature, ".cer": Signature, ".pem": Signature,
}

// class tells what a part is: by its octets, if these tell more than that it is text,
// of which much is made that has a name of its own, else by what it claims.
func (p *Part) class() Class {
	c := classOf(p.True)
	if c != Other && c != PlainText {
		return c
	}
	if claimed := classOf(p.Type); claimed != Other && claimed != PlainText {
		return claimed
	}
	if named := endings[strings.ToLower(filepath.Ext(p.Name))]; named != Other {
		return named
	}
	return max(c, classOf(p.Type))
}

// trueType tells a media type by octets, "" if they say none.
func trueType(b []byte) string {
	t, _, _ := strings.Cut(mimetype.Detect(b).String(), ";")
	if t == "application/octet-stream" {
		return ""
	}
	return t
}

// generic tells whether a type claims nothing.
func generic(mediaType string) bool {
	return mediaType == "" || mediaType == "application/octet-stream" || mediaType == "application/binary" || mediaType == "application/unknown"
}

// disguised tells whether a part is another thing than it says, where that matters:
// a program, a page or an archive that passes for something to look at.
func (p *Part) disguised() bool {
	is := classOf(p.True)
	if is == Program {
		return true
	}
	if is != Page && is != Archive && is != Document || p.True == "application/gzip" {
		return false
	}
	for _, claim := range []Class{classOf(p.Type), endings[strings.ToLower(filepath.Ext(p.Name))]} {
		switch claim {
		case Other, is, Program, Message, Signature, Calendar, Contact:
		case PlainText: // HTML is text, and a PDF called text opens in an editor
		case Document, Sheet, Slides:
			// Office formats are archives, and programs export HTML under their names.
			if is == Page && (p.Type == "application/pdf" || strings.EqualFold(filepath.Ext(p.Name), ".pdf")) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// programs are extensions that systems run.
var programs = []string{
	".exe", ".scr", ".com", ".pif", ".bat", ".cmd", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh", ".ps1", ".msi", ".msp", ".hta", ".cpl",
	".jar", ".lnk", ".url", ".reg", ".sh", ".app", ".desktop", ".iso", ".img", ".vhd", ".docm", ".xlsm", ".pptm", ".apk", ".dll", ".chm", ".svg",
	".vhdx", ".xll", ".ppam", ".xlam", ".mde", ".scf", ".inf", ".gadget", ".application", ".appref-ms", ".msc", ".msix", ".deb", ".rpm", ".dmg", ".pkg", ".command", ".one", ".wim", ".settingcontent-ms", ".library-ms", ".search-ms",
}

// suspicious tells whether a part can run as a program, or claims a name or a type
// that hides what it is.
func suspicious(claimed string, p *Part) bool {
	ext := strings.ToLower(filepath.Ext(p.Name))
	if slices.Contains(programs, ext) || p.Class == Program || classOf(p.Type) == Program || p.disguised() || doubled(p.Name) {
		return true
	}
	if len(p.Octets) > 64 && string(p.Octets[:2]) == "MZ" {
		return true
	}
	for _, r := range claimed {
		if hidden(r) && r != '\r' && r != '\n' && r != '\t' && r != 0xfeff {
			return true
		}
	}
	return strings.Contains(claimed, "..") && strings.ContainsAny(claimed, `/\`) || strings.Contains(claimed, "   ")
}

// doubled tells whether a page has a name that looks like a document's at first
// sight, as in invoice.pdf.html.
func doubled(name string) bool {
	ext := filepath.Ext(name)
	if endings[strings.ToLower(ext)] != Page {
		return false
	}
	inner := filepath.Ext(strings.TrimSuffix(name, ext))
	switch endings[strings.ToLower(inner)] {
	case Document, Sheet, Slides, Image:
		return true
	default:
		return false
	}
}
