package present

import (
	"fmt"
	"strings"
	"time"

	"restante.app/localstore"
	"restante.app/localstore/search"
	"restante.app/mimeview"
)

// Date returns a date as short as it can be and still be whole: the time if it is
// today, day and month in this year, else the full date. A zero t gives "".
func Date(t, now time.Time) string {
	if t.IsZero() || t.Unix() == 0 {
		return ""
	}
	t = t.In(now.Location())
	switch {
	case t.Year() == now.Year() && t.YearDay() == now.YearDay():
		return t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("2 Jan")
	}
	return t.Format("2 Jan 2006")
}

// LongDate returns a date for the header of a message.
func LongDate(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "no date"
	}
	return t.In(zone).Format("Monday, 2 January 2006, 15:04")
}

// Size returns a count of octets in three or four digits.
func Size(n int64) string {
	const k = 1000
	switch {
	case n < k:
		return fmt.Sprintf("%d B", n)
	case n < 10*k:
		return fmt.Sprintf("%.1f kB", float64(n)/k)
	case n < k*k:
		return fmt.Sprintf("%d kB", n/k)
	case n < 10*k*k:
		return fmt.Sprintf("%.1f MB", float64(n)/(k*k))
	case n < k*k*k:
		return fmt.Sprintf("%d MB", n/(k*k))
	}
	return fmt.Sprintf("%.1f GB", float64(n)/(k*k*k))
}

// Count returns "1 message", "2 messages", "1,234 messages".
func Count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + one + "s"
}

// Number returns n with commas between the thousands.
func Number(n int) string {
	s := fmt.Sprint(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Row is a line of the message list.
type Row struct {
	From, Subject, Date, Size string
	Place                     string // the mailbox that it is in, where several are listed
	Unread, Attachment        bool
	Starred, Answered         bool
	Partial                   bool // only its header is here

	Threaded bool   // it is in a list of threads
	Depth    int    // how far it stands in, below its thread
	Fold     Fold   // of a thread
	Count    string // of a thread: how many messages

	FromHits, SubjectHits []search.Span // what a search has found in them
}

// Fold is whether a row can be opened.
type Fold byte

// The folds: of a row by itself, and of threads.
const (
	NoFold Fold = iota
	Closed
	Opened
)

// NewRow makes the row of a message. Nothing in it is empty but Date.
func NewRow(e localstore.Entry, now time.Time) Row {
	r := Row{
		From: e.Summary.FromName, Subject: e.Summary.Subject, Date: Date(shownDate(e), now), Size: Size(e.Size),
		Unread: !e.Flags.Has(localstore.Seen), Attachment: e.Summary.Attachments,
		Starred: e.Flags.Has(localstore.Starred), Answered: e.Flags.Has(localstore.Answered),
	}
	if r.From == "" {
		r.From = e.Summary.FromAddress
	}
	if r.From == "" {
		r.From = "(no sender)"
	}
	if r.Subject == "" {
		r.Subject = "(no subject)"
	}
	if e.Partial {
		r.Partial, r.Subject = true, "(header only) "+r.Subject
		if e.Listed >= 0 {
			r.Size = Size(e.Listed)
		}
	}
	return r
}

// shownDate is the date by which a message is sorted, too.
func shownDate(e localstore.Entry) time.Time {
	if e.Summary.Date.IsZero() {
		return e.Collected
	}
	return e.Summary.Date
}

// Addresses returns people for a header line, each with the address beside the
// name, which may say anything.
func Addresses(list []mimeview.Address) string {
	out := make([]string, 0, len(list))
	for _, a := range list {
		switch {
		case a.Name == "" || a.Name == a.Address:
			out = append(out, a.Address)
		case a.Address == "":
			out = append(out, a.Name)
		default:
			out = append(out, a.Name+" <"+a.Address+">")
		}
	}
	return strings.Join(out, ", ")
}

// AllOf names the action that shows all of so many people.
func AllOf(n int) string {
	if n == 1 {
		return "Show all"
	}
	return "All " + Number(n)
}

// Keys names a shortcut with Ctrl for a menu.
func Keys(key string) string { return "Ctrl+" + key }

// PageNumber stands below each page on paper.
func PageNumber(page, pages int) string { return fmt.Sprintf("%d of %d", page, pages) }
