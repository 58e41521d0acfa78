package maildrop

import (
	"bytes"
	"strconv"
)

// mbox is Berkeley's format: a From line before each message, at the beginning of
// the run or after an empty line, and an empty line behind each.
type mbox struct {
	label   string // as fixed, "mbox" if not
	lengths bool   // look at Content-Length
}

var (
	fromLine = []byte("\nFrom ")
	fromWord = fromLine[1:] // its first letter is rare, an LF is not
)

func (m mbox) prefix(w *window) int {
	n, ok := w.line(0, maxSeparator)
	if !ok || !isFromLine(w.data()[:n]) {
		return 0
	}
	return n
}

// separates finds the next From line that follows an empty line. It is complete
// up to where it says to resume.
func (m mbox) separates(w *window, from int) (end, resume int) {
	d := w.data()
	for {
		i := bytes.Index(d[from:], fromWord)
		if i < 0 {
			return -1, max(from, len(d)-len(fromLine)+1)
		}
		if i--; i < 0 || d[from+i] != '\n' {
			from += i + 1 + len(fromWord)
			continue
		}
		i += from
		if w.emptyLineEnds(i) {
			n, ok := w.line(i+1, maxSeparator)
			d = w.data() // line may have read on
			if ok && isFromLine(d[i+1:i+1+n]) {
				return i + 1, i + 1
			}
		}
		from = i + 1
	}
}

// suffix returns the length of the empty line that mbox puts behind a message.
func (m mbox) suffix(message []byte) int {
	switch {
	case bytes.HasSuffix(message, []byte("\n\r\n")) || string(message) == "\r\n":
		return 2
	case bytes.HasSuffix(message, []byte("\n\n")) || string(message) == "\n":
		return 1
	}
	return 0
}

// claim returns where the message ends by its Content-Length, if it has one.
func (m mbox) claim(w *window, _ []byte) (int64, bool) {
	if !m.lengths {
		return 0, false
	}
	head, ok := header(w)
	if !ok {
		return 0, false
	}
	d := w.data()[:head]
	for len(d) > 0 {
		line, rest, _ := bytes.Cut(d, []byte("\n"))
		d = rest
		if len(line) == 0 || line[0]|0x20 != 'c' {
			continue
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || !bytes.EqualFold(name, []byte("Content-Length")) {
			continue
		}
		n, err := strconv.ParseUint(string(bytes.TrimSpace(value)), 10, 50)
		return int64(head) + int64(n), err == nil
	}
	return 0, false
}

// maxHeader is how far the end of a header is looked for.
const maxHeader = 256 << 10

// header returns the length of the message's header with the empty line behind it.
func header(w *window) (int, bool) {
	for from := 0; from < maxHeader; {
		i := bytes.IndexByte(w.data()[from:], '\n')
		if i < 0 {
			if from = len(w.data()); !w.fill() {
				return 0, false
			}
			continue
		}
		if from += i; w.emptyLineEnds(from) {
			return from + 1, true
		}
		from++
	}
	return 0, false
}

// confirms tells whether what follows a claimed end, after empty lines, is a
// From line or nothing. gap is how many octets of empty lines lie between.
func (m mbox) confirms(tail []byte, ended bool) (gap int, ok bool) {
	for gap < len(tail) && gap < 4 && (tail[gap] == '\r' || tail[gap] == '\n') {
		gap++
	}
	if gap == len(tail) {
		return gap, ended
	}
	end := bytes.IndexByte(tail[gap:], '\n')
	return gap, end >= 0 && isFromLine(tail[gap:gap+end+1])
}

// name tells the variant of a message whose Content-Length held: with a line
// inside that would else have ended it, nothing was quoted.
func (m mbox) name(message []byte, claimed bool) string {
	switch {
	case m.label != "mbox" || !claimed:
		return m.label
	case bytes.Contains(message, fromLine):
		return "mboxcl2"
	}
	return "mboxcl"
}
