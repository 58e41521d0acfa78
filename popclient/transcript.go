package popclient

import (
	"strings"
	"sync"
)

// transcriptLines is how many lines a Transcript keeps: the first half of them
// from the start of the session, the others the newest.
const transcriptLines = 400

// Transcript keeps what was said in a session, without passwords and without
// mail. Its zero value is empty and ready. It is safe for use by several goroutines.
type Transcript struct {
	mu      sync.Mutex
	head    []string
	tail    []string
	dropped int
}

// Client records a line sent.
func (t *Transcript) Client(line string) { t.add("C: " + line) }

// Server records a line received.
func (t *Transcript) Server(line string) { t.add("S: " + line) }

// Note records something that was not said on the line, such as a TLS handshake.
func (t *Transcript) Note(line string) { t.add("   (" + line + ")") }

func (t *Transcript) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case len(t.head) < transcriptLines/2:
		t.head = append(t.head, line)
	case len(t.tail) < transcriptLines/2:
		t.tail = append(t.tail, line)
	default:
		t.tail = append(t.tail[1:], line)
		t.dropped++
	}
}

// String returns the transcript, a line each.
func (t *Transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	for _, l := range t.head {
		b.WriteString(l + "\n")
	}
	if t.dropped > 0 {
		b.WriteString("   (…)\n")
	}
	for _, l := range t.tail {
		b.WriteString(l + "\n")
	}
	return b.String()
}
