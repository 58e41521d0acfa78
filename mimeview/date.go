package mimeview

import (
	"cmp"
	"fmt"
	"maps"
	"net/mail"
	"regexp"
	"slices"
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
	if t, err := mail.ParseDate(s); err == nil && !zoneName.MatchString(s) && !shortOffset.MatchString(s) {
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
	dayMonthYear = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?[\s\-./,]*(?:de\s+)?(` + monthNames + `)\pL{0,8}[\s\-./,']*(?:de\s+)?(\d{4}|\d{2,3})\b`)
	monthDay     = regexp.MustCompile(`(?i)(?:^|[^\pL])(` + monthNames + `)\pL{0,8}[\s.\-]*(\d{1,2})(?:st|nd|rd|th)?\b`)
	isoDay       = regexp.MustCompile(`\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})`)
	plainDay     = regexp.MustCompile(`\b((?:19|20)\d\d)(\d\d)(\d\d)[T\s]?(\d\d)(\d\d)(\d\d)`)
	numericDay   = regexp.MustCompile(`\b(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4})\b`)
	fullYear     = regexp.MustCompile(`\b(19\d\d|20\d\d)\b`)
	clock        = regexp.MustCompile(`(?i)(?:^|[^\d:])(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?(?:[.,]\d+)?\s*([ap]\.?m\b)?`)
	plainClock   = regexp.MustCompile(`(?:^|\s)(\d{2})(\d{2})[\s-]?[A-Za-z]{1,3}\b`)
	zoneOffset   = regexp.MustCompile(`(?:^|[\s\dA-Z])([+-])(\d{1,2}):?(\d{2})\b`)
	shortOffset  = regexp.MustCompile(`(?:GMT|UTC|UT)\s?([+-])(\d{1,2})(?:\s|$)`)
	zoneName     = regexp.MustCompile(`(?i)[\s\d(-](EST|EDT|CST|CDT|MST|MDT|PST|PDT|BST|CET|CEST|MET|MEST|MEZ|MESZ|EET|EEST|MSK|JST|KST|IST|AEST|AEDT|NZST|NZDT|HKT|SGT|BRT|WET|WEST)\b`)
	longZone     = regexp.MustCompile(`(?i)\b(Eastern|Central|Mountain|Pacific) (Standard|Daylight) Time`)
)

// months are names in the languages whose programs write them, as far as they begin
// unlike others: of "mai" and "março" three letters are enough, of "juin" they are not.
var months = map[string]time.Month{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	"mär": 3, "mrz": 3, "mrt": 3, "mai": 5, "mei": 5, "mag": 5, "okt": 10, "dez": 12, "dic": 12, "déc": 12, "ene": 1, "gen": 1, "fév": 2, "fev": 2, "avr": 4, "abr": 4,
	"juin": 6, "giu": 6, "juil": 7, "lug": 7, "août": 8, "aou": 8, "ago": 8, "set": 9, "ott": 10, "out": 10,
	"янв": 1, "фев": 2, "мар": 3, "апр": 4, "май": 5, "мая": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9, "окт": 10, "ноя": 11, "дек": 12,
}

// monthNames is a pattern of them, the long ones first.
var monthNames = func() string {
	names := slices.Collect(maps.Keys(months))
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return strings.Join(names, "|")
}()

// zones are hours east of Greenwich. BST and IST mean several zones; here, those
// of Britain and India.
var zones = map[string]float64{
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "BST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2,
	"EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "IST": 5.5, "AEST": 10, "NZST": 12, "MEZ": 1, "MESZ": 2,
	"AEDT": 11, "NZDT": 13, "HKT": 8, "SGT": 8, "BRT": -3, "WET": 0, "WEST": 1,
}

func looseDate(s string) time.Time {
	if f := plainDay.FindStringSubmatch(s); f != nil {
		s = fmt.Sprintf("%s-%s-%s %s:%s:%s%s", f[1], f[2], f[3], f[4], f[5], f[6], s[strings.Index(s, f[0])+len(f[0]):])
	}
	y, m, d, rest, ok := looseDay(s)
	if !ok || m < 1 || m > 12 || d < 1 || d > 31 {
		return time.Time{}
	}
	hour, minute, second := 0, 0, 0
	if f := clock.FindStringSubmatch(rest); f != nil {
		hour, minute, second = number(f[1]), number(f[2]), number(f[3])
		if half := strings.ReplaceAll(strings.ToLower(f[4]), ".", ""); half == "pm" && hour < 12 {
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
		return numeric(s)
	}
	y, m, d = number(s[year[0]:year[1]]), months[strings.ToLower(s[day[2]:day[3]])], number(s[day[4]:day[5]])
	rest = s[:day[0]] + " " + s[day[1]:]
	return y, m, d, strings.Replace(rest, s[year[0]:year[1]], " ", 1), true
}

// numeric reads a day in digits: with slashes as Americans write it, unless that is no
// day, with dots or dashes as Europeans do.
func numeric(s string) (y int, m time.Month, d int, rest string, ok bool) {
	at := numericDay.FindStringSubmatchIndex(s)
	if at == nil {
		return 0, 0, 0, "", false
	}
	a, b := number(s[at[2]:at[3]]), number(s[at[6]:at[7]])
	if s[at[4]:at[5]] == "/" && a <= 12 || b > 12 {
		a, b = b, a
	}
	return number(s[at[8]:at[9]]), time.Month(b), a, s[:at[0]] + " " + s[at[1]:], true
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
	if f := shortOffset.FindStringSubmatch(s); len(f) > 2 && number(f[2]) < 15 {
		seconds := number(f[2]) * 3600
		if f[1] == "-" {
			seconds = -seconds
		}
		return time.FixedZone("", seconds)
	}
	if f := longZone.FindStringSubmatch(s); f != nil {
		return looseZone(" " + f[1][:1] + f[2][:1] + "T")
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
