package localstore

import (
	"bytes"
	"crypto/sha256"
	"hash"
)

// Identity is the SHA-256 of a message in canonical form: what stays the same
// when a post office hands the same message out again in another guise.
type Identity [sha256.Size]byte

// lineHead is how many octets of a line decide what the line is. A line is the
// same line however the octets arrive, so the bound is part of the definition.
const lineHead = 1024

// canonicalizer computes an Identity from octets written in pieces of any size.
// The canonical form has
//
//   - LF line ends: CR, any number of them, before LF is dropped;
//   - no mbox From_ lines, stuffed or not, at the start of the message. Such a line
//     holds a time of day: a text that merely begins with the word keeps its line;
//   - no header fields that servers and readers add (droppedFields), with their
//     continuation lines;
//   - no From-stuffing: the > of lines that begin with >*From, then a space;
//   - no CR or LF at its end.
//
// It is used by one goroutine; reset readies it for the next message.
type canonicalizer struct {
	sum  hash.Hash
	out  []byte // canonical octets not yet hashed
	head []byte // the start of a line whose kind is not decided yet

	started  bool // a line that counts was seen
	body     bool // the header has ended
	dropping bool // the last header field is one to drop
	inLine   bool // the kind of the current line is decided, its end not seen
	skip     bool // the current line is dropped
	content  bool // the current line has an octet other than its last CRs

	feeds   int // LF held back: only those before further octets count
	returns int // CR held back: only those not before LF or the end count
}

func newCanonicalizer() *canonicalizer {
	return &canonicalizer{sum: sha256.New(), out: make([]byte, 0, 16<<10), head: make([]byte, 0, lineHead)}
}

func (c *canonicalizer) reset() {
	sum, out, head := c.sum, c.out[:0], c.head[:0]
	sum.Reset()
	*c = canonicalizer{sum: sum, out: out, head: head}
}

// Write adds octets. It never fails.
func (c *canonicalizer) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		end := bytes.IndexByte(p, '\n')
		switch {
		case c.inLine && end < 0:
			c.middle(p)
			return n, nil
		case c.inLine:
			c.middle(p[:end])
			c.endLine()
			p = p[end+1:]
		case len(c.head) == 0 && end >= 0:
			c.line(p[:end])
			p = p[end+1:]
		default:
			p = p[c.gather(p, end):]
		}
	}
	return n, nil
}

// gather collects the start of a line that came in pieces, and returns how many
// octets of p it took. end is where the line ends in p, or negative.
func (c *canonicalizer) gather(p []byte, end int) int {
	take := len(p)
	if end >= 0 {
		take = end
	}
	take = min(take, lineHead-len(c.head))
	c.head = append(c.head, p[:take]...)
	switch {
	case take == end:
		c.line(c.head)
		take++ // the LF
	case len(c.head) == lineHead:
		c.begin(c.head)
	default:
		return take
	}
	c.head = c.head[:0]
	return take
}

// line takes a whole line, without its LF. Most lines come this way.
func (c *canonicalizer) line(p []byte) {
	if c.body && len(p) > 0 && p[0] != '>' && p[0] != 'F' {
		last := len(p) - 1
		if p[last] == '\r' {
			for last >= 0 && p[last] == '\r' {
				last--
			}
		}
		if last >= 0 {
			c.emit(p[:last+1])
		}
		c.feeds++
		return
	}
	c.begin(p)
	c.endLine()
}

// begin decides what a line is from its first octets, up to lineHead of them.
func (c *canonicalizer) begin(p []byte) {
	c.inLine, c.skip, c.content = true, false, false
	from := fromLine(p[:min(len(p), lineHead)])
	switch {
	case from >= 0 && !c.started && hasTimeOfDay(p[from:min(len(p), lineHead)]):
		c.skip = true
		return
	case from >= 0:
		c.dropping = false
		p = p[from:]
	case !c.body && len(p) > 0 && (p[0] == ' ' || p[0] == '\t'):
		c.skip = c.dropping
	case !c.body:
		c.dropping = isDroppedField(p[:min(len(p), lineHead)])
		c.skip = c.dropping
	}
	c.started = c.started || !c.skip
	c.middle(p)
}

// middle takes octets of the current line.
func (c *canonicalizer) middle(p []byte) {
	if c.skip {
		return
	}
	last := len(p)
	for last > 0 && p[last-1] == '\r' {
		last--
	}
	if last > 0 {
		c.content = true
		c.emit(p[:last])
	}
	c.returns += len(p) - last
}

// endLine ends the current line at its LF.
func (c *canonicalizer) endLine() {
	c.inLine, c.returns = false, 0
	if c.skip {
		return
	}
	c.feeds++
	if !c.content {
		c.body = true
	}
}

// emit adds octets, after the line ends that were held back.
func (c *canonicalizer) emit(p []byte) {
	for ; c.feeds > 0; c.feeds-- {
		c.out = append(c.out, '\n')
		c.drain()
	}
	for ; c.returns > 0; c.returns-- {
		c.out = append(c.out, '\r')
		c.drain()
	}
	if len(p) > cap(c.out)-len(c.out) {
		c.flush()
		if len(p) > cap(c.out) {
			c.sum.Write(p)
			return
		}
	}
	c.out = append(c.out, p...)
}

func (c *canonicalizer) drain() {
	if len(c.out) == cap(c.out) {
		c.flush()
	}
}

func (c *canonicalizer) flush() {
	c.sum.Write(c.out)
	c.out = c.out[:0]
}

// identity ends the message and returns its identity. Only reset may follow.
func (c *canonicalizer) identity() Identity {
	if len(c.head) > 0 {
		c.begin(c.head)
	}
	c.flush()
	var id Identity
	c.sum.Sum(id[:0])
	return id
}

// fromLine returns how many > stand before "From " at the start of p, or -1.
func fromLine(p []byte) int {
	n := 0
	for n < len(p) && p[n] == '>' {
		n++
	}
	if bytes.HasPrefix(p[n:], []byte("From ")) {
		return n
	}
	return -1
}

// hasTimeOfDay tells whether p holds hh:mm, as every mbox From_ line does.
func hasTimeOfDay(p []byte) bool {
	for i := 2; i+2 < len(p); i++ {
		if p[i] == ':' && isDigit(p[i-2]) && isDigit(p[i-1]) && isDigit(p[i+1]) && isDigit(p[i+2]) {
			return true
		}
	}
	return false
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// isDroppedField tells whether the header line p begins a field that servers and
// mail readers add to what they store.
func isDroppedField(p []byte) bool {
	colon := bytes.IndexByte(p, ':')
	if colon < 0 {
		return false
	}
	name := bytes.TrimRight(p[:colon], " \t")
	if len(name) == 0 || len(name) > 32 || !bytes.ContainsAny(name[:1], "sSxXcClL") {
		return false
	}
	var lower [32]byte
	for i, b := range name {
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		lower[i] = b
	}
	return droppedFields[string(lower[:len(name)])] || bytes.HasPrefix(lower[:len(name)], []byte("x-evolution"))
}

// droppedFields are those of the mailbox formats and their readers: Berkeley mbox
// and c-client (Status, X-Status, X-UID, X-Keywords, X-IMAP, X-IMAPbase), POP
// servers (X-UIDL), System V (Content-Length, Lines), Mozilla, and kin.
var droppedFields = map[string]bool{
	"status": true, "x-status": true, "x-uidl": true, "x-uid": true, "x-keywords": true,
	"x-imap": true, "x-imapbase": true, "content-length": true, "lines": true,
	"x-mozilla-status": true, "x-mozilla-status2": true, "x-mozilla-keys": true,
	"x-gmail-labels": true, "x-gm-thrid": true, "x-gm-msgid": true,
}
