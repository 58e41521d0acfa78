package maildrop

import (
	"bytes"
	"strconv"
	"strings"
)

// maxSeparator is how long a separator's line may be.
const maxSeparator = 1000

const (
	weekdays = "SunMonTueWedThuFriSat"
	months   = "JanFebMarAprMayJunJulAugSepOctNovDec"
)

// isFromLine tells whether a line separates the messages of an mbox: "From ", a
// sender, and a date as ctime writes it, with or without seconds, with a zone
// before or after the year or none, and perhaps "remote from" a host at the end.
// These are the forms that UW's c-client takes.
func isFromLine(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("From "))
	if !ok || len(line) > maxSeparator {
		return false
	}
	f := strings.Fields(string(bytes.TrimRight(rest, "\r\n")))
	if n := len(f); n > 3 && f[n-3] == "remote" && f[n-2] == "from" {
		f = f[:n-3]
	}
	// The date is at the end: 5 words, and up to 2 more for a zone. A sender comes
	// before it.
	for n := 5; n <= 7 && n < len(f); n++ {
		if isCtime(f[len(f)-n:]) {
			return true
		}
	}
	return false
}

func isCtime(f []string) bool {
	if !named(weekdays, strings.TrimSuffix(f[0], ",")) || !named(months, f[1]) || !within(f[2], 1, 31) || !isClock(f[3]) {
		return false
	}
	years := 0
	for _, w := range f[4:] {
		switch {
		case isYear(w):
			years++
		case !isZone(w):
			return false
		}
	}
	return years == 1
}

// named tells whether w is one of the three-letter names in list.
func named(list, w string) bool {
	if len(w) != 3 {
		return false
	}
	w = strings.ToUpper(w[:1]) + strings.ToLower(w[1:])
	i := strings.Index(list, w)
	return i >= 0 && i%3 == 0
}

func digits(w string) bool {
	for i := range len(w) {
		if w[i] < '0' || w[i] > '9' {
			return false
		}
	}
	return w != ""
}

func within(w string, low, high int) bool {
	if !digits(w) || len(w) > 2 {
		return false
	}
	n, err := strconv.Atoi(w)
	return err == nil && n >= low && n <= high
}

func isClock(w string) bool {
	p := strings.Split(w, ":")
	if len(p) != 2 && len(p) != 3 {
		return false
	}
	return within(p[0], 0, 23) && within(p[1], 0, 59) && (len(p) == 2 || within(p[2], 0, 60))
}

func isYear(w string) bool { return digits(w) && len(w) == 4 && w[0] != '0' }

func isZone(w string) bool {
	if len(w) == 5 && (w[0] == '+' || w[0] == '-') {
		return digits(w[1:])
	}
	for i := range len(w) {
		if c := w[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return w != "" && len(w) <= 6
}
