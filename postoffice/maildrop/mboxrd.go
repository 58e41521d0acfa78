package maildrop

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"time"
)

const fromSpace = "From "

// quoter puts one more ">" before every line of ">*From " that is written through
// it, as mboxrd has it. It keeps no more than its state between two writes: the
// new ">" may as well come after the others as before them.
type quoter struct {
	w       io.Writer
	midLine bool
	matched int // octets of "From " seen at the line's start and not yet written
	last    [2]byte
}

func (q *quoter) Write(p []byte) (int, error) {
	pending := 0 // p[pending:] is not yet written
	if q.matched > 0 {
		n := matchFrom(p, q.matched)
		switch {
		case q.matched+n == len(fromSpace):
			if _, err := io.WriteString(q.w, ">"+fromSpace[:q.matched]); err != nil {
				return 0, err
			}
			q.matched, q.midLine = 0, true
		case n == len(p):
			q.matched += n
			q.remember(p)
			return len(p), nil
		default:
			if _, err := io.WriteString(q.w, fromSpace[:q.matched]); err != nil {
				return 0, err
			}
			q.matched, q.midLine = 0, true
		}
	}
	for i := 0; i < len(p); {
		if q.midLine {
			nl := bytes.IndexByte(p[i:], '\n')
			if nl < 0 {
				break
			}
			i += nl + 1
			q.midLine = false
			continue
		}
		if p[i] == '>' {
			i++
			continue
		}
		n := matchFrom(p[i:], 0)
		if n < len(fromSpace) && i+n < len(p) { // some other line
			q.midLine = true
			continue
		}
		if _, err := q.w.Write(p[pending:i]); err != nil {
			return pending, err
		}
		pending = i
		if n < len(fromSpace) { // the rest comes with the next write
			q.matched = n
			q.remember(p)
			return len(p), nil
		}
		if _, err := io.WriteString(q.w, ">"); err != nil {
			return pending, err
		}
		q.midLine = true
	}
	if _, err := q.w.Write(p[pending:]); err != nil {
		return pending, err
	}
	q.remember(p)
	return len(p), nil
}

// matchFrom counts how many octets of p continue "From " from its have-th octet on.
func matchFrom(p []byte, have int) int {
	n := 0
	for have+n < len(fromSpace) && n < len(p) && p[n] == fromSpace[have+n] {
		n++
	}
	return n
}

func (q *quoter) remember(p []byte) {
	switch len(p) {
	case 0:
	case 1:
		q.last = [2]byte{q.last[1], p[0]}
	default:
		q.last = [2]byte(p[len(p)-2:])
	}
}

// close writes what is held back and the entry's end: the message's last line is
// ended if it isn't, and an empty line follows.
func (q *quoter) close(eol string) error {
	tail := fromSpace[:q.matched]
	q.matched = 0
	if q.last[1] != '\n' {
		tail += eol
	}
	_, err := io.WriteString(q.w, tail+eol)
	return err
}

// writeEntry writes one message as an mboxrd entry, reading it through br. The line
// ends of what it adds are those of the message's first line, LF if it has none.
// An empty sender is looked up in the message's Return-Path.
func writeEntry(w io.Writer, br *bufio.Reader, sender string, at time.Time) error {
	head, err := br.Peek(br.Size())
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	eol := "\n"
	if i := bytes.IndexByte(head, '\n'); i > 0 && head[i-1] == '\r' {
		eol = "\r\n"
	}
	if sender == "" {
		sender = returnPath(head)
	}
	if _, err := io.WriteString(w, fromLine(sender, at)+eol); err != nil {
		return err
	}
	q := &quoter{w: w, last: [2]byte{'\n', '\n'}}
	// The reader's own WriteTo, so that nothing is allocated per message.
	if _, err := br.WriteTo(q); err != nil {
		return err
	}
	return q.close(eol)
}

// fromLine returns the separator line without its end.
func fromLine(sender string, at time.Time) string {
	if sender = cleanSender(sender); sender == "" {
		sender = "MAILER-DAEMON"
	}
	return fromSpace + sender + " " + at.UTC().Format(time.ANSIC)
}

// cleanSender returns s if it can stand in a separator line, else nothing.
func cleanSender(s string) string {
	if len(s) > 320 {
		return ""
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return ""
		}
	}
	return s
}

// returnPath finds the envelope sender in a message's header, or "".
func returnPath(head []byte) string {
	const field = "return-path:"
	for len(head) > 0 {
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			return ""
		}
		if len(line) > len(field) && bytes.EqualFold(line[:len(field)], []byte(field)) {
			value := bytes.TrimSpace(line[len(field):])
			value = bytes.TrimSuffix(bytes.TrimPrefix(value, []byte("<")), []byte(">"))
			return cleanSender(string(value))
		}
		head = rest
	}
	return ""
}
