package mailfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"restante.app/localstore"
)

// fromLine makes the line that begins a message of an mbox: a sender and a date as ctime
// writes it, in UTC (RFC 4155).
func fromLine(e *localstore.Entry) string {
	sender := strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, e.Summary.FromAddress)
	if sender == "" || len(sender) > 300 {
		sender = "MAILER-DAEMON"
	}
	return "From " + sender + " " + e.Collected.UTC().Format("Mon Jan _2 15:04:05 2006") + "\n"
}

// quote writes a message with a > before each line that begins with any number of them
// and "From " (mboxrd), a line end if it has none, and an empty line.
func quote(w *bufio.Writer, r io.Reader) error {
	lines := bufio.NewReaderSize(r, 64<<10)
	start, last := true, byte('\n')
	for {
		line, err := lines.ReadSlice('\n')
		if start && bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
			if err := w.WriteByte('>'); err != nil {
				return err
			}
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
		if len(line) > 0 {
			last = line[len(line)-1]
			start = last == '\n'
		}
		switch {
		case errors.Is(err, io.EOF):
			if last != '\n' {
				_, err = w.WriteString("\n\n")
			} else {
				err = w.WriteByte('\n')
			}
			return err
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
}
