package present

import (
	"fmt"
	"strings"
	"time"

	"restante.app/fetcher/mailfile"
	"restante.app/mimeview"
)

// TransferProgress says how far an import or an export has come.
func TransferProgress(p mailfile.Progress) string {
	s := fmt.Sprintf("%s, %s", Count(p.Messages, "message"), Size(p.Octets))
	if p.Total > 0 {
		s = fmt.Sprintf("%s, %s of %s", Count(p.Messages, "message"), Size(p.Octets), Size(p.Total))
	}
	if p.Folder != "" {
		s = mimeview.Clean(p.Folder, 100) + ": " + s
	}
	return s
}

// Imported says what an import did.
func Imported(t mailfile.Tally) string {
	if t.Messages == 0 && len(t.Problems) == 0 {
		return "There is no mail in it: no mbox, Maildir, MH or .eml was found."
	}
	parts := []string{Number(t.Fresh) + " imported"}
	if t.Known > 0 {
		parts = append(parts, Number(t.Known)+" were here already")
	}
	if t.Deleted > 0 {
		parts = append(parts, Number(t.Deleted)+" passed over, as they were deleted where they come from")
	}
	return strings.Join(parts, ", ") + "." + problems(t)
}

// Exported says what an export did.
func Exported(t mailfile.Tally, path string) string {
	if t.Messages == 0 {
		return "Nothing was written." + problems(t)
	}
	return Count(t.Messages, "message") + " written to " + mimeview.Clean(path, 300) + ", with a list of their hashes." + problems(t)
}

// shownProblems is how many problems are named.
const shownProblems = 5

func problems(t mailfile.Tally) string {
	var b strings.Builder
	for i, p := range t.Problems {
		if i == shownProblems {
			break
		}
		b.WriteString("\n" + mimeview.Clean(p, 200))
	}
	if more := len(t.Problems) + t.More - shownProblems; more > 0 {
		b.WriteString("\nand " + Number(more) + " more problems")
	}
	return b.String()
}

// ExportName makes the name of what a mailbox is exported to.
func ExportName(mailbox string, f mailfile.Format, now time.Time) string {
	safe := mimeview.SafeName(mailbox+" "+now.Format("2006-01-02 150405")+".mbox", "application/mbox", 0)
	if f != mailfile.MboxRD {
		safe = strings.TrimSuffix(safe, ".mbox")
	}
	return safe
}

// FromFile is said above a message that was opened from a file.
const FromFile = "From a file. It is not in your mail unless you import it."
