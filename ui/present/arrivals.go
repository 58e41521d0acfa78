package present

import (
	"cmp"
	"strings"

	"restante.app/localstore"
	"restante.app/mimeview"
)

// told is how many messages a notification names.
const told = 4

// Arrivals says in a notification what came: the newest messages, of so many.
func Arrivals(fresh []localstore.Entry, collected int) (title, body string) {
	if len(fresh) == 1 && collected <= 1 {
		return writer(fresh[0]), subject(fresh[0])
	}
	var lines []string
	for _, e := range fresh[:min(len(fresh), told)] {
		lines = append(lines, writer(e)+": "+subject(e))
	}
	if more := collected - len(lines); more > 0 {
		lines = append(lines, "and "+Number(more)+" more")
	}
	return Count(collected, "new message"), strings.Join(lines, "\n")
}

func writer(e localstore.Entry) string {
	return mimeview.Clean(cmp.Or(e.Summary.FromName, e.Summary.FromAddress, "Unknown sender"), 60)
}

func subject(e localstore.Entry) string {
	return mimeview.Clean(cmp.Or(e.Summary.Subject, "(no subject)"), 100)
}

// Unread says how many messages are unread, for the tray.
func Unread(n int) string {
	if n == 0 {
		return "Nothing unread"
	}
	return Number(n) + " unread"
}
