package maildrop

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
)

// ErrNoLetters means that a mailbox is one run whose messages the post office does not
// tell apart, as a file of an unknown format is.
var ErrNoLetters = errors.New("the messages of this mailbox can't be told apart")

// Letter is a message as POP2 and POP3 see it.
type Letter struct {
	Octets int64  // with CRLF line ends, as it is sent
	ID     string // its unique id: printable ASCII, at most 70 octets, the same in every session
}

// Letters is a mailbox whose messages are read and removed one by one, as it was when
// it was opened. It is used by one goroutine. What is removed is what was counted: a
// message that another program has changed since stays.
type Letters interface {
	// Letters returns all messages, in the order of their arrival.
	Letters() []Letter
	// WriteLetter writes message i, from 0, with CRLF line ends: as many octets as
	// Letters said. On ErrChanged those written so far are no message, and the connection
	// has to be dropped.
	WriteLetter(w io.Writer, i int) error
	// Remove durably removes these messages. After an error some of them may still be
	// there; *ExpungeError says how many. It finishes what it began even if ctx ends.
	Remove(ctx context.Context, which []int) error
	// Close lets go of the mailbox. It is called once, whatever happened.
	Close() error
}

// LetterOpener is an Opener whose mailboxes have messages. The errors of OpenLetters
// are those of Open, and ErrNoLetters.
type LetterOpener interface {
	OpenLetters(ctx context.Context, user, mailbox string) (Letters, error)
}

// crlf writes text with CRLF line ends: a lone LF gets its CR, a lone CR stays.
type crlf struct {
	w    io.Writer
	last byte
}

var lineEnd = []byte("\r\n")

func (c *crlf) Write(p []byte) (int, error) {
	for at := 0; at < len(p); {
		i := bytes.IndexByte(p[at:], '\n')
		if i < 0 {
			if _, err := c.w.Write(p[at:]); err != nil {
				return at, err
			}
			break
		}
		end := at + i // of the line, without its LF
		ended := end > 0 && p[end-1] == '\r' || end == 0 && c.last == '\r'
		piece := p[at : end+1]
		if !ended {
			piece = p[at:end]
		}
		if _, err := c.w.Write(piece); err != nil {
			return at, err
		}
		if !ended {
			if _, err := c.w.Write(lineEnd); err != nil {
				return at, err
			}
		}
		at = end + 1
	}
	if len(p) > 0 {
		c.last = p[len(p)-1]
	}
	return len(p), nil
}

// close ends the last line if it isn't.
func (c *crlf) close() error {
	if c.last == 0 || c.last == '\n' {
		return nil
	}
	_, err := c.w.Write(lineEnd)
	return err
}

// printable makes a unique id of any name: what an id can't hold becomes a hash.
func printable(name string) string {
	for i := range len(name) {
		if name[i] <= ' ' || name[i] > '~' {
			return hashed(name)
		}
	}
	if name == "" || len(name) > maxID {
		return hashed(name)
	}
	return name
}

func hashed(name string) string {
	h := sha256.New()
	_, _ = io.WriteString(h, name) // a hash doesn't fail
	return "x" + shortHash(h)
}

// shortHash is half of a SHA-256 sum: enough that nobody finds two messages with the same.
func shortHash(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)[:sha256.Size/2]) }

// maxID is how long an id may be (RFC 1939 section 7).
const maxID = 70
