package present

import (
	"strings"
	"testing"
	"time"

	"restante.app/fetcher/mailfile"
)

func TestTransfersInWords(t *testing.T) {
	many := mailfile.Tally{Messages: 1, Fresh: 1, Problems: []string{"a", "b\x1b", "c", "d", "e", "f"}, More: 3}
	for _, c := range []struct{ got, want string }{
		{Imported(mailfile.Tally{}), "There is no mail in it: no mbox, Maildir, MH or .eml was found."},
		{Imported(mailfile.Tally{Messages: 1500, Fresh: 1200, Known: 300}), "1,200 imported, 300 were here already."},
		{Imported(many), "1 imported.\na\nb\nc\nd\ne\nand 4 more problems"},
		{Exported(mailfile.Tally{Messages: 2}, "/home/ines/x.mbox"), "2 messages written to /home/ines/x.mbox, with a list of their hashes."},
		{Exported(mailfile.Tally{}, "x"), "Nothing was written."},
		{TransferProgress(mailfile.Progress{Folder: "Inbox", Messages: 3, Octets: 1000, Total: 2000}), "Inbox: 3 messages, 1.0 kB of 2.0 kB"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	at := time.Date(2026, 11, 27, 14, 5, 6, 0, time.UTC)
	if got := ExportName("a/../b", mailfile.MboxRD, at); strings.ContainsAny(got, `/\`) || !strings.HasSuffix(got, "2026-11-27 140506.mbox") {
		t.Errorf("%q", got)
	}
	if got := ExportName("inbox", mailfile.MaildirOut, at); got != "inbox 2026-11-27 140506" {
		t.Errorf("%q", got)
	}
}
