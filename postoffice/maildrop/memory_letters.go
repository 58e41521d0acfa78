package maildrop

import (
	"context"
	"fmt"
	"io"
	"slices"
)

var _ LetterOpener = (*Memory)(nil)

// OpenLetters implements LetterOpener. Ids are numbers that are not used again.
func (m *Memory) OpenLetters(_ context.Context, user, mailbox string) (Letters, error) {
	s, err := m.open(user, mailbox)
	if err != nil {
		return nil, err
	}
	return &memoryLetters{s}, nil
}

type memoryLetters struct{ *memorySnapshot }

// Letters implements Letters.
func (l *memoryLetters) Letters() []Letter {
	all := make([]Letter, len(l.messages))
	for i, msg := range l.messages {
		var n counted
		_ = writeCRLF(&n, msg.stored) // counting doesn't fail
		all[i] = Letter{Octets: int64(n), ID: fmt.Sprintf("%08d", msg.number)}
	}
	return all
}

// WriteLetter implements Letters.
func (l *memoryLetters) WriteLetter(w io.Writer, i int) error {
	return writeCRLF(w, l.messages[i].stored)
}

func writeCRLF(w io.Writer, text []byte) error {
	c := &crlf{w: w}
	if _, err := c.Write(text); err != nil {
		return err
	}
	return c.close()
}

// counted counts what is written to it.
type counted int64

func (c *counted) Write(p []byte) (int, error) {
	*c += counted(len(p))
	return len(p), nil
}

// Remove implements Letters.
func (l *memoryLetters) Remove(_ context.Context, which []int) error {
	if f := l.drop.Expunging; f != nil {
		if err := f(l.key.user, l.key.mailbox); err != nil {
			return &ExpungeError{Left: len(which), Cause: err}
		}
	}
	gone := map[uint64]bool{}
	for _, i := range which {
		gone[l.messages[i].number] = true
	}
	l.drop.mu.Lock()
	defer l.drop.mu.Unlock()
	l.drop.boxes[l.key] = slices.DeleteFunc(slices.Clone(l.drop.boxes[l.key]), func(m memoryMessage) bool { return gone[m.number] })
	return nil
}
