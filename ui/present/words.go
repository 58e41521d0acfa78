package present

import (
	"context"
	"errors"
	"fmt"

	"restante.app/fetcher"
	"restante.app/popclient"
)

// Progress says how far a fetch has come, and what will happen at its end.
func Progress(p popclient.Progress, r popclient.Removal) string {
	if p.Promised < 0 || p.Mailbox == "" {
		return "Connecting…"
	}
	if p.Promised == 0 {
		return fmt.Sprintf("%s is empty", p.Mailbox)
	}
	s := fmt.Sprintf("%s: %s of %s, %s", p.Mailbox, Size(p.Octets), Size(p.Promised), Count(p.Messages, "message"))
	if p.Saving {
		s = fmt.Sprintf("%s: saving %s to this disk", p.Mailbox, Count(p.Messages, "message"))
	}
	if n := max(p.Messages, p.Expected); r == popclient.Delete && n > 0 {
		s += fmt.Sprintf(" — the post office will delete %s once they are safely on this disk", Count(n, "message"))
	}
	return s
}

// Fraction is the part of a run that has come, from 0 to 1.
func Fraction(p popclient.Progress) float64 {
	if p.Promised <= 0 {
		return 0
	}
	return min(float64(p.Octets)/float64(p.Promised), 1)
}

// Outcome is the end of a fetch as a banner shows it.
type Outcome struct {
	Title string // one sentence
	Next  string // what to do, "" if nothing
	Fault bool
}

// NewOutcome puts the end of a fetch into words.
func NewOutcome(account string, e fetcher.Finished) Outcome {
	tally := Tally(e.Tally, e.Mode)
	switch {
	case e.Err == nil:
		return Outcome{Title: account + ": " + tally}
	case errors.Is(e.Err, context.Canceled):
		return Outcome{Title: account + ": " + e.Advice.What, Next: e.Advice.Next}
	case e.Tally == popclient.Tally{}:
		return Outcome{Title: account + ": " + e.Advice.What, Next: e.Advice.Next, Fault: true}
	}
	return Outcome{Title: account + ": " + e.Advice.What + " " + tally, Next: e.Advice.Next, Fault: true}
}

// Mode names a removal for people.
func Mode(r popclient.Removal) string {
	if r == popclient.Delete {
		return "RDEL — collect, then the post office deletes"
	}
	return "RETR — collect, leave everything there"
}

// WorthSaying tells whether the end of a fetch is worth a line of the window: what
// ran by itself and found nothing is in the journal only.
func WorthSaying(e fetcher.Finished) bool {
	if e.Err != nil || e.Cause == "" || e.Cause == fetcher.ByClick {
		return true
	}
	return e.Tally.Collected > 0 || e.Tally.Removed > 0 || e.Tally.Refused > 0
}

// FoundCount says how often a query was found, and which place is shown.
func FoundCount(query string, current, total int) string {
	switch {
	case query == "":
		return ""
	case total == 0:
		return "Not found"
	}
	return fmt.Sprintf("%d of %d", current, total)
}

// OpenedThreads says that not all threads of a mailbox were opened, but so many.
func OpenedThreads(n int) (title, text string) {
	return "The first threads are open", "The first " + Count(n, "thread") + " are open, and no more, so that the list stays quick. Right opens any other."
}
