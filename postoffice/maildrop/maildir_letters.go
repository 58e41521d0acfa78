package maildrop

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

var _ LetterOpener = (*Maildir)(nil)

// OpenLetters implements LetterOpener. A message is read for its length once, and again
// only if its file has changed; a message's id is the unique part of its file's
// name, which no other reader changes.
func (m *Maildir) OpenLetters(ctx context.Context, user, mailbox string) (Letters, error) {
	s, err := m.open(ctx, user, mailbox, true)
	if err != nil {
		return nil, err
	}
	return maildirLetters{s}, nil
}

// maildirLetters is a snapshot whose entries are the messages alone.
type maildirLetters struct{ *maildirSnapshot }

// Letters implements Letters.
func (s maildirLetters) Letters() []Letter {
	all := make([]Letter, len(s.messages))
	for i, msg := range s.messages {
		all[i] = Letter{Octets: msg.run, ID: printable(msg.base)}
	}
	return all
}

// WriteLetter implements Letters.
func (s maildirLetters) WriteLetter(w io.Writer, i int) error {
	_, err := s.send(w, &s.messages[i])
	return err
}

// Remove implements Letters. A message that another reader has removed is as good as
// removed; one that isn't what was counted any more is left.
func (s maildirLetters) Remove(_ context.Context, which []int) error {
	left := 0
	var first error
	for _, i := range which {
		if err := s.remove(&s.messages[i]); err != nil {
			left++
			first = cmp.Or(first, err)
		}
	}
	if len(which) > 0 {
		first = cmp.Or(first, s.syncSubs())
	}
	if first != nil {
		return &ExpungeError{Left: left, Cause: first}
	}
	return nil
}

// letter writes a message with CRLF line ends.
func letter(w io.Writer, br *bufio.Reader) error {
	c := &crlf{w: w}
	if _, err := br.WriteTo(c); err != nil {
		return err
	}
	return c.close()
}

// send writes one message's entry and checks that it is what was counted.
func (s *maildirSnapshot) send(w io.Writer, msg *message) (int64, error) {
	if err := s.drop.step("send", msg.base); err != nil {
		return 0, err
	}
	t := newTally(&capped{w: w, left: msg.run})
	now, err := s.entry(t, msg)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return t.n, fmt.Errorf("%w: %s is gone", ErrChanged, msg.base)
	case err != nil:
		return t.n, err
	case now != msg.mark || t.n != msg.run || t.sum.Sum64() != msg.sum:
		s.drop.measures.forget(s.dir)
		return t.n, fmt.Errorf("%w: %s is not what was counted", ErrChanged, msg.base)
	}
	return t.n, nil
}

func (s *maildirSnapshot) syncSubs() error {
	var first error
	for _, sub := range s.subs {
		if sub != nil {
			first = cmp.Or(first, syncDir(sub, "."))
		}
	}
	return first
}
