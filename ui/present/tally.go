package present

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"restante.app/localstore"
	"restante.app/popclient"
)

// Tally says what a fetch did and why, in one sentence. Its mode is that of
// localstore.FetchRecord.
func Tally(t popclient.Tally, mode string) string {
	var parts []string
	add := func(n int, text string) {
		if n > 0 {
			parts = append(parts, Number(n)+" "+text)
		}
	}
	add(t.Collected, "collected"+headers(t))
	leftIsKnown := t.Known > 0 && t.Left == t.Known
	if !leftIsKnown {
		add(t.Known, "already known")
	}
	add(t.Removed, "deleted at the server"+because(mode))
	add(t.Refused, "that the server refused to delete")
	if leftIsKnown {
		add(t.Left, "left: already known")
	} else {
		add(t.Left, "left there")
	}
	if len(parts) == 0 {
		return "No mail waiting."
	}
	return strings.Join(parts, ", ") + "."
}

// headers says how many messages came by their header alone.
func headers(t popclient.Tally) string {
	switch {
	case t.Headers == 0:
		return ""
	case t.Headers >= t.Collected:
		return " by the header alone"
	}
	return " (" + Number(t.Headers) + " by the header alone)"
}

// because says why the server deleted.
func because(mode string) string {
	switch mode {
	case popclient.Delete.String():
		return " because RDEL"
	case popclient.Leave.String():
		return " by this account's rule"
	case "":
		return ""
	}
	return " as chosen"
}

// Line is a fetch of the journal.
type Line struct {
	When, Account, Cause, What string
	Fault                      bool
	Next                       string // what to do about a fault, "" if nothing
}

// causes are what made a fetch run, in words.
var causes = map[string]string{"click": "by hand", "schedule": "by schedule", "start": "at start", "awake": "after sleep"}

// NewLine puts a fetch of the journal into words. account is the name of its account.
func NewLine(r localstore.FetchRecord, account string, stamp func(localstore.FetchRecord) string) Line {
	t := popclient.Tally{
		Octets: r.Octets, Collected: r.Collected, Known: r.Known, Removed: r.Removed, Refused: r.Refused, Left: r.Left, Headers: r.Headers,
	}
	l := Line{When: stamp(r), Account: account, Cause: causes[r.Cause], What: Tally(t, r.Mode), Fault: r.Failure != "" && !r.Cancelled, Next: r.Next}
	if l.Cause == "" {
		l.Cause = r.Cause
	}
	if r.Failure != "" {
		t.Octets = 0
		if l.What = r.Failure; t != (popclient.Tally{}) {
			l.What += " " + Tally(t, r.Mode)
		}
	}
	return l
}

// LineDetail says how a fetch of the journal ran.
func LineDetail(l Line, r localstore.FetchRecord) string {
	s := l.Account + ", " + orText(l.Cause, "by hand") + ", " + orText(r.Mode, "RETR")
	if r.Octets > 0 {
		s += ", " + Size(r.Octets) + " read"
	}
	return s + ", " + duration(r.Duration) + "."
}

// duration gives the length of a fetch.
func duration(d time.Duration) string {
	switch {
	case d < time.Second/10:
		return "under a tenth of a second"
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f seconds", d.Seconds())
	}
	return span(d)
}

// Moment gives a date with the time of day.
func Moment(t, now time.Time) string {
	t = t.In(now.Location())
	switch {
	case t.Year() == now.Year() && t.YearDay() == now.YearDay():
		return "Today " + t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("2 Jan 15:04")
	}
	return t.Format("2 Jan 2006")
}

// SortRecords orders fetches by a column of the journal: when, account, cause, what.
// What sorts failures before what was collected.
func SortRecords(records []localstore.FetchRecord, column int, descending bool, name func(account string) string) {
	slices.SortStableFunc(records, func(a, b localstore.FetchRecord) int {
		n := 0
		switch column {
		case 1:
			n = strings.Compare(name(a.Account), name(b.Account))
		case 2:
			n = strings.Compare(a.Cause, b.Cause)
		case 3:
			n = cmp.Or(cmp.Compare(min(1, len(b.Failure)), min(1, len(a.Failure))), cmp.Compare(b.Collected, a.Collected))
		}
		if n == 0 {
			n = a.Started.Compare(b.Started)
		}
		if descending {
			return -n
		}
		return n
	})
}
