package maildrop

import (
	"bytes"
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
	l := &memoryLetters{memorySnapshot: s}
	for _, msg := range s.messages {
		var b bytes.Buffer
		b.Grow(len(msg.stored) + len(msg.stored)/32)
		c := &crlf{w: &b}
		_, _ = c.Write(msg.stored) // writing into memory doesn't fail
		_ = c.close()
		l.sent = append(l.sent, b.Bytes())
	}
	return l, nil
}

type memoryLetters struct {
	*memorySnapshot
	sent [][]byte // with CRLF line ends
}

// Letters implements Letters.
func (l *memoryLetters) Letters() []Letter {
	all := make([]Letter, len(l.messages))
	for i, msg := range l.messages {
		all[i] = Letter{Octets: int64(len(l.sent[i])), ID: fmt.Sprintf("%08d", msg.number)}
	}
	return all
}

// WriteLetter implements Letters.
func (l *memoryLetters) WriteLetter(w io.Writer, i int) error {
	_, err := w.Write(l.sent[i])
	return err
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
