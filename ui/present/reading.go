package present

import (
	"fmt"
	"strings"

	"restante.app/mimeview"
)

// Blocked says that a message names images on the web that were not asked for.
func Blocked(n int) string {
	return Count(n, "image") + " on the web not loaded: asking for them tells the sender that you read this, and from where."
}

// Unloaded says how many images on the web did not come.
func Unloaded(failed, asked int) string {
	return fmt.Sprintf("%d of %s on the web could not be loaded.", failed, Count(asked, "image"))
}

// FoldLabel is what stands before a long quotation and folds it.
func FoldLabel(lines int, folded bool) string {
	if folded {
		return fmt.Sprintf("[+] Show %s", Count(lines, "quoted line"))
	}
	return fmt.Sprintf("[–] Fold %s", Count(lines, "quoted line"))
}

// Quiet tells whether a link needs no words of warning.
func (l Link) Quiet() bool { return l.Warn == "" }

// Hover is what is said of a link under the pointer.
func (l Link) Hover() string {
	if l.Warn != "" {
		return "Careful: " + l.Warn + "  " + l.Full
	}
	return l.Full
}

// classNames say what a class is.
var classNames = map[mimeview.Class]string{
	mimeview.PlainText: "text", mimeview.Page: "web page", mimeview.Document: "document", mimeview.Sheet: "spreadsheet", mimeview.Slides: "slides",
	mimeview.Image: "image", mimeview.Audio: "sound", mimeview.Video: "film", mimeview.Archive: "archive", mimeview.Message: "message",
	mimeview.Calendar: "calendar", mimeview.Contact: "contact", mimeview.Signature: "signature", mimeview.Program: "program",
}

// TrueType is the media type of an attachment as its octets have it, else as it claims.
func TrueType(p mimeview.Part) string {
	if p.True != "" {
		return p.True
	}
	return p.Type
}

// PartKind says in a word or two what an attachment is.
func PartKind(p mimeview.Part) string {
	if s := classNames[p.Class]; s != "" {
		return s
	}
	return "file"
}

// PartDetails say what is known of an attachment, a sentence each.
func PartDetails(p mimeview.Part) []string {
	kind := strings.ToUpper(PartKind(p)[:1]) + PartKind(p)[1:]
	out := []string{fmt.Sprintf("%s, %s, %s.", kind, TrueType(p), Size(int64(len(p.Octets))))}
	if p.True != "" && p.True != p.Type && p.Type != "application/octet-stream" {
		out = append(out, fmt.Sprintf("The message calls it %s.", p.Type))
	}
	if p.Claimed != "" && p.Claimed != p.Name {
		out = append(out, fmt.Sprintf("The message names it %s.", p.Claimed))
	}
	if p.Notice != "" {
		out = append(out, p.Notice)
	}
	return out
}

// Harm says why to be careful with an attachment, "" if nothing seems wrong.
func Harm(p mimeview.Part) string {
	if !p.Suspicious {
		return ""
	}
	return fmt.Sprintf("%s is of the type %s, which can run as a program or pretends to be something else. Save it only if you expected it from this sender.", p.Name, TrueType(p))
}

// Within says which message one was opened from.
func Within(subject string) string {
	if subject == "" {
		subject = "a message without a subject"
	} else {
		subject = "“" + subject + "”"
	}
	return "This message came within " + subject + "."
}
