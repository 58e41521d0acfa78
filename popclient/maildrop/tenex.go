package maildrop

import (
	"bytes"
	"regexp"
	"strconv"
)

// tenex is the MAIL.TXT of TENEX and TOPS-20: before each message a line with
// its date, its size and its flags.
type tenex struct{}

// maxTenexLine bounds the separator; c-client keeps it within 64 octets.
const maxTenexLine = 80

var tenexLine = regexp.MustCompile(
	`^([ 0-3]?[0-9])-([A-Za-z]{3})-([0-9]{2}|[0-9]{4}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) ?([-+][0-9]{4}|[-+]?[A-Za-z]{1,5})?,([0-9]{1,15});([0-7]{12})\r?\n$`)

// parseTenex returns the size in a separator's line.
func parseTenex(line []byte) (size int64, ok bool) {
	m := tenexLine.FindSubmatch(line)
	if len(m) < 7 || !within(string(bytes.TrimSpace(m[1])), 1, 31) || !named(months, string(m[2])) || !isClock(string(m[4])) {
		return 0, false
	}
	size, err := strconv.ParseInt(string(m[6]), 10, 64)
	return size, err == nil
}

func (tenex) prefix(w *window) int {
	n, ok := w.line(0, maxTenexLine)
	if !ok {
		return 0
	}
	if _, ok := parseTenex(w.data()[:n]); !ok {
		return 0
	}
	return n
}

// separates finds the next line that is a separator, for where sizes are wrong.
func (tenex) separates(w *window, from int) (end, resume int) {
	at := func(i int) bool {
		n, ok := w.line(i, maxTenexLine)
		if !ok {
			return false
		}
		_, ok = parseTenex(w.data()[i : i+n])
		return ok
	}
	if from == 0 && w.lineStart(0) && at(0) {
		return 0, 0
	}
	for {
		i := bytes.IndexByte(w.data()[from:], '\n')
		if i < 0 {
			return -1, len(w.data())
		}
		if from += i + 1; couldBeDay(w, from) && at(from) {
			return from, from
		}
	}
}

// couldBeDay spares most lines the look at the whole.
func couldBeDay(w *window, i int) bool {
	if !w.want(i + 3) {
		return false
	}
	d := w.data()
	return d[i+1] == '-' || d[i+2] == '-'
}

// claim returns the size that the separator gives.
func (tenex) claim(_ *window, prefix []byte) (int64, bool) { return parseTenex(prefix) }

// confirms wants a separator, or nothing, right behind the claimed end.
//
//nolint:unparam // claimer has the gap for mbox, which ends a message with an empty line
func (tenex) confirms(tail []byte, ended bool) (gap int, ok bool) {
	if len(tail) == 0 {
		return 0, ended
	}
	end := bytes.IndexByte(tail, '\n')
	if end < 0 {
		return 0, false
	}
	_, ok = parseTenex(tail[:end+1])
	return 0, ok
}

// stretched is how many octets of d hold size octets if each CRLF counted one:
// the size of a file with LF line ends that was sent with CRLF. ok is false if d
// is too short.
func stretched(d []byte, size int64) (n int, ok bool) {
	for left := size; left > 0; {
		i := bytes.Index(d[n:], []byte("\r\n"))
		if i < 0 || int64(i) >= left {
			return n + int(left), int64(len(d)-n) >= left
		}
		n += i + 2
		left -= int64(i) + 1
	}
	return n, true
}
