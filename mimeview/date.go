package mimeview

import (
	"net/mail"
	"strings"
	"time"
)

// layouts are dates that mail holds and RFC 5322 does not.
var layouts = []string{
	"Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 06 15:04:05 -0700", "Mon, 2 Jan 06 15:04:05 MST",
	"2 Jan 06 15:04:05 MST", "2 Jan 06 15:04 MST", "Monday, 2-Jan-06 15:04:05 MST", "Monday, 2 Jan 2006 15:04:05 -0700", "2-Jan-2006 15:04:05",
	"Mon Jan _2 15:04:05 2006", "Mon Jan _2 15:04:05 MST 2006", "Mon Jan _2 15:04:05 -0700 2006", "Mon, 2 Jan 2006 15:04:05",
	"2 Jan 2006 15:04:05", "2 Jan 2006 15:04 MST", "Mon, 2 Jan 2006 15:04 -0700", "2006-01-02 15:04:05 -0700", "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05",
	"Mon, 2 January 2006 15:04:05 -0700", "2 January 2006 15:04:05 -0700", "2 Jan 1506-MST", "2 Jan 2006 1504-MST", "02-Jan-06 15:04:05-MST", "2 Jan 06 1504-MST",
	"Mon, 2 Jan 2006", "2 Jan 2006", "2006-01-02",
}

// date reads a date field, zero if it can't. Years of two or three digits are
// those of the last century from 50 on.
func date(value string) time.Time {
	s := strings.TrimSpace(value)
	if len(s) > 200 {
		return time.Time{}
	}
	if t, err := mail.ParseDate(s); err == nil {
		return sane(t)
	}
	if i := strings.IndexByte(s, '('); i > 0 {
		s = strings.TrimSpace(s[:i])
	}
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, ".", ":")), " ")
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return sane(t)
		}
	}
	// A broken zone or trailing words must not cost the rest.
	if f := strings.Fields(s); len(f) > 4 {
		return date(strings.Join(f[:len(f)-1], " "))
	}
	return time.Time{}
}

func sane(t time.Time) time.Time {
	switch y := t.Year(); {
	case y < 50:
		t = t.AddDate(2000, 0, 0)
	case y < 1000:
		t = t.AddDate(1900, 0, 0)
	case y > 9999:
		return time.Time{}
	}
	return t
}
