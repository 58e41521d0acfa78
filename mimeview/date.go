package mimeview

import (
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxDate bounds a date field, in octets.
const maxDate = 200

// date reads a date field, zero if it can't: first as RFC 5322 says, then by what in
// it looks like a day, a clock and a zone, as RFC 733, ctime, ISO 8601 and careless
// programs write them. A zone that is missing or unknown counts as UTC.
func date(value string) time.Time {
	s := strings.TrimSpace(value)
	if s == "" || len(s) > maxDate {
		return time.Time{}
	}
	if t, err := mail.ParseDate(s); err == nil && !zoneName.MatchString(s) {
		return sane(t)
	}
	if strings.Contains(s, "(") {
		// Comments may stand anywhere (RFC 5322 section 4.3), even in a clock; but
		// some zones are named in one only.
		bare := blankColon.ReplaceAllString(comments.ReplaceAllString(s, " "), ":")
		if zoneOffset.MatchString(bare) || zoneName.MatchString(bare) {
			s = bare
		}
	}
	return looseDate(s)
}

// The pieces of a date.
var (
	comments     = regexp.MustCompile(`\([^()]*\)`)
	blankColon   = regexp.MustCompile(`\s*:\s*`)
	dayMonthYear = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?[\s\-./,]*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[\s\-./,']*(\d{4}|\d{2,3})\b`)
	monthDay     = regexp.MustCompile(`(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[\s.\-]*(\d{1,2})(?:st|nd|rd|th)?\b`)
	isoDay       = regexp.MustCompile(`\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})`)
	fullYear     = regexp.MustCompile(`\b(19\d\d|20\d\d)\b`)
	clock        = regexp.MustCompile(`(?i)(?:^|[^\d:])(\d{1,2})[:.](\d{2})(?:[:.](\d{1,2}))?(?:[.,]\d+)?\s*([ap]m\b)?`)
	plainClock   = regexp.MustCompile(`(?:^|\s)(\d{2})(\d{2})[\s-]?[A-Za-z]{1,3}\b`)
	zoneOffset   = regexp.MustCompile(`(?:^|[\s\dA-Z])([+-])(\d{1,2}):?(\d{2})\b`)
	zoneName     = regexp.MustCompile(`(?i)[\s\d(-](EST|EDT|CST|CDT|MST|MDT|PST|PDT|BST|CET|CEST|MET|MEST|EET|EEST|MSK|JST|KST|IST|AEST|NZST)\b`)
)

var months = map[string]time.Month{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}

// zones are hours east of Greenwich. BST and IST mean several zones; here, those
// of Britain and India.
var zones = map[string]float64{
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "BST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2,
	"EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "IST": 5.5, "AEST": 10, "NZST": 12,
}

func looseDate(s string) time.Time {
	y, m, d, rest, ok := looseDay(s)
	if !ok || m < 1 || m > 12 || d < 1 || d > 31 {
		return time.Time{}
	}
	hour, minute, second := 0, 0, 0
	if f := clock.FindStringSubmatch(rest); f != nil {
		hour, minute, second = number(f[1]), number(f[2]), number(f[3])
		if half := strings.ToLower(f[4]); half == "pm" && hour < 12 {
			hour += 12
		} else if half == "am" && hour == 12 {
			hour = 0
		}
	} else if f := plainClock.FindStringSubmatch(rest); f != nil {
		hour, minute = number(f[1]), number(f[2])
	}
	if hour > 24 || minute > 59 || second > 60 {
		return time.Time{}
	}
	t := time.Date(y, m, d, hour, minute, second, 0, looseZone(rest))
	if t.Day() != d && hour < 24 {
		return time.Time{} // there is no such day
	}
	return sane(t)
}

// looseDay finds the day, and returns what else is there.
func looseDay(s string) (y int, m time.Month, d int, rest string, ok bool) {
	if at := dayMonthYear.FindStringSubmatchIndex(s); at != nil {
		y, m, d = number(s[at[6]:at[7]]), months[strings.ToLower(s[at[4]:at[5]])], number(s[at[2]:at[3]])
		// A clock may stand where the year should be, as in "Oct 29 09:14:33 1984".
		if at[7] == len(s) || s[at[7]] != ':' {
			return y, m, d, s[:at[0]] + " " + s[at[1]:], true
		}
	}
	if at := isoDay.FindStringSubmatchIndex(s); at != nil {
		y, m, d = number(s[at[2]:at[3]]), time.Month(number(s[at[4]:at[5]])), number(s[at[6]:at[7]])
		return y, m, d, s[:at[0]] + " " + strings.TrimPrefix(s[at[1]:], "T"), true
	}
	day, year := monthDay.FindStringSubmatchIndex(s), fullYear.FindStringIndex(s)
	if day == nil || year == nil {
		return 0, 0, 0, "", false
	}
	y, m, d = number(s[year[0]:year[1]]), months[strings.ToLower(s[day[2]:day[3]])], number(s[day[4]:day[5]])
	rest = s[:day[0]] + " " + s[day[1]:]
	return y, m, d, strings.Replace(rest, s[year[0]:year[1]], " ", 1), true
}

func looseZone(s string) *time.Location {
	if f := zoneOffset.FindStringSubmatch(s); f != nil {
		seconds := number(f[2])*3600 + number(f[3])*60
		if f[1] == "-" {
			seconds = -seconds
		}
		if seconds > -86400 && seconds < 86400 {
			return time.FixedZone("", seconds)
		}
	}
	if f := zoneName.FindStringSubmatch(s); f != nil {
		name := strings.ToUpper(f[1])
		return time.FixedZone(name, int(zones[name]*3600))
	}
	return time.UTC
}

// number reads digits, 0 if there are none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// sane puts years of two or three digits where they belong (RFC 5322 section 4.3).
func sane(t time.Time) time.Time {
	switch y := t.Year(); {
	case y < 0 || y > 9999:
		return time.Time{}
	case y < 50:
		return t.AddDate(2000, 0, 0)
	case y < 1000:
		return t.AddDate(1900, 0, 0)
	}
	return t
}
