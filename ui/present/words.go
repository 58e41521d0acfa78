package present

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
)

// Consequence says what a fetch will do to the server's copy, before it starts.
func Consequence(a localstore.Account, r popclient.Removal) string {
	if r == popclient.Leave {
		return fmt.Sprintf("Everything stays at the post office. Restante collects what is in %s and knows it again next time.", boxes(a))
	}
	return fmt.Sprintf("The post office will delete the messages in %s once they are safely on this disk. After that the only copy is here.", boxes(a))
}

// boxes names an account's mailboxes.
func boxes(a localstore.Account) string {
	if len(a.Mailboxes) == 0 {
		return a.User
	}
	return strings.Join(a.Mailboxes, ", ")
}

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

// Tally says what a fetch did, in one sentence.
func Tally(t popclient.Tally) string {
	var parts []string
	add := func(n int, text string) {
		if n > 0 {
			parts = append(parts, Number(n)+" "+text)
		}
	}
	add(t.Collected, "collected")
	add(t.Known, "already known")
	add(t.Removed, "removed at the post office")
	add(t.Refused, "refused to be removed")
	add(t.Left, "left there")
	if len(parts) == 0 {
		return "No mail waiting."
	}
	return strings.Join(parts, ", ") + "."
}

// Outcome is the end of a fetch as a banner shows it.
type Outcome struct {
	Title string // one sentence
	Next  string // what to do, "" if nothing
	Fault bool
}

// NewOutcome puts the end of a fetch into words.
func NewOutcome(account string, e fetcher.Finished) Outcome {
	tally := Tally(e.Tally)
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
