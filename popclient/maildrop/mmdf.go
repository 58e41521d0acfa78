package maildrop

import "bytes"

// mmdf has a line of four control-A before and after each message, and perhaps a
// From line inside.
type mmdf struct{}

var (
	controlA      = []byte("\x01\x01\x01\x01")
	lineThenClose = []byte("\n\x01\x01\x01\x01")
)

// controlLine returns the length of a line of four control-A at offset at, else 0.
func controlLine(w *window, at int) int {
	w.want(at + len(controlA) + 2)
	d := w.data()
	if at > len(d) || !bytes.HasPrefix(d[at:], controlA) {
		return 0
	}
	switch rest := d[at+len(controlA):]; {
	case bytes.HasPrefix(rest, []byte("\r\n")):
		return len(controlA) + 2
	case bytes.HasPrefix(rest, []byte("\n")):
		return len(controlA) + 1
	case len(rest) == 0 && w.ended():
		return len(controlA)
	}
	return 0
}

func (mmdf) prefix(w *window) int {
	n := controlLine(w, 0)
	if l, ok := w.line(n, maxSeparator); n > 0 && ok && isFromLine(w.data()[n:n+l]) {
		n += l
	}
	return n
}

func (mmdf) separates(w *window, from int) (end, resume int) {
	if from == 0 && w.lineStart(0) && controlLine(w, 0) > 0 {
		return 0, 0
	}
	for {
		d := w.data()
		i := bytes.Index(d[from:], lineThenClose)
		if i < 0 {
			return -1, max(from, len(d)-len(controlA))
		}
		if i += from; controlLine(w, i+1) > 0 {
			return i + 1, i + 1
		}
		from = i + 1
	}
}

// closer returns the length of the line behind a message, with the empty lines
// that may follow the last one.
func (mmdf) closer(w *window) int {
	n := controlLine(w, 0)
	for n > 0 && n < 64 && w.want(n+1) && (w.data()[n] == '\r' || w.data()[n] == '\n') {
		n++
	}
	return n
}
