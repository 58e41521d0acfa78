package maildrop

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strconv"
)

var _ LetterOpener = (*Mbox)(nil)

// OpenLetters implements LetterOpener. An mbox has no place for ids: a message's is the
// hash of its octets, with a number if the mailbox holds it more than once. So it stays
// as long as no other reader writes a Status line into the message.
func (m *Mbox) OpenLetters(ctx context.Context, user, mailbox string) (Letters, error) {
	if m.raw {
		return nil, ErrNoLetters
	}
	s, err := m.open(ctx, user, mailbox)
	if err != nil {
		return nil, err
	}
	l := &mboxLetters{mboxSnapshot: s}
	if err := l.divide(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return l, nil
}

type mboxLetters struct {
	*mboxSnapshot
	entries []mboxEntry
}

// mboxEntry is one message with its From line and the empty line behind it.
type mboxEntry struct {
	start, end int64
	letter     Letter
	sum        uint64 // of the entry's octets
}

// divide finds the messages: a From line at the start or behind an empty line begins
// one. What stands before the first is of no message, and stays where it is.
func (l *mboxLetters) divide() error {
	if l.file == nil {
		return nil
	}
	br := bufio.NewReaderSize(io.NewSectionReader(l.file, 0, l.octets), 256<<10)
	at, empty, begins := int64(0), true, true
	for {
		p, err := br.ReadSlice('\n')
		if begins && empty && bytes.HasPrefix(p, []byte(fromSpace)) {
			if n := len(l.entries); n > 0 {
				l.entries[n-1].end = at
			}
			l.entries = append(l.entries, mboxEntry{start: at})
		}
		if begins {
			empty = string(p) == "\n" || string(p) == "\r\n"
		}
		at += int64(len(p))
		begins = !errors.Is(err, bufio.ErrBufferFull)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && begins {
			return fmt.Errorf("reading %s: %w", l.name, err)
		}
	}
	if n := len(l.entries); n > 0 {
		l.entries[n-1].end = at
	}
	return l.measure()
}

// measure finds each message's length and id.
func (l *mboxLetters) measure() error {
	seen := map[string]int{}
	whole := newTally(nil)
	first := l.octets
	if len(l.entries) > 0 {
		first = l.entries[0].start
	}
	if _, err := io.Copy(whole, io.NewSectionReader(l.file, 0, first)); err != nil {
		return fmt.Errorf("reading %s: %w", l.name, err)
	}
	// A sender must not be able to make two messages of one id.
	text := sha256.New()
	for i := range l.entries {
		e := &l.entries[i]
		stored, sent := newTally(nil), newTally(nil)
		text.Reset()
		out := bufio.NewWriterSize(io.MultiWriter(sent, text), 64<<10)
		if err := buffered(io.TeeReader(l.octetsOf(e), io.MultiWriter(stored, whole)), func(br *bufio.Reader) error {
			return mboxText(out, br)
		}); err != nil {
			return fmt.Errorf("reading %s: %w", l.name, err)
		}
		if err := out.Flush(); err != nil {
			return err
		}
		id := shortHash(text)
		if seen[id]++; seen[id] > 1 {
			id += "." + strconv.Itoa(seen[id])
		}
		e.sum, e.letter = stored.sum.Sum64(), Letter{Octets: sent.n, ID: id}
	}
	if whole.sum.Sum64() != l.sum { // the locks are not held any more
		return fmt.Errorf("%w: %s is not what was counted", ErrChanged, l.name)
	}
	return nil
}

// octetsOf reads an entry.
func (l *mboxLetters) octetsOf(e *mboxEntry) io.Reader {
	return io.NewSectionReader(l.file, e.start, e.end-e.start)
}

// mboxText writes the message of an entry: without its From line and the empty line at
// its end, the quoting of mboxrd undone, with CRLF line ends.
func mboxText(w io.Writer, br *bufio.Reader) error {
	c := &crlf{w: w}
	first, begins := true, true
	var held []byte // an empty line, which is the entry's if nothing follows it
	for {
		p, err := br.ReadSlice('\n')
		more := errors.Is(err, bufio.ErrBufferFull)
		if err != nil && !more && !errors.Is(err, io.EOF) {
			return err
		}
		switch {
		case first:
			first = more
		case len(p) == 0:
		case begins && (string(p) == "\n" || string(p) == "\r\n"):
			if _, err := c.Write(held); err != nil {
				return err
			}
			held = bytes.Clone(p)
		default:
			if _, err := c.Write(held); err != nil {
				return err
			}
			held = nil
			if begins && p[0] == '>' && bytes.HasPrefix(bytes.TrimLeft(p, ">"), []byte(fromSpace)) {
				p = p[1:]
			}
			if _, err := c.Write(p); err != nil {
				return err
			}
		}
		begins = !more
		if errors.Is(err, io.EOF) {
			return c.close()
		}
	}
}

// Letters implements Letters.
func (l *mboxLetters) Letters() []Letter {
	all := make([]Letter, len(l.entries))
	for i, e := range l.entries {
		all[i] = e.letter
	}
	return all
}

// WriteLetter implements Letters. The octets are compared with the counted ones before
// the first goes out.
func (l *mboxLetters) WriteLetter(w io.Writer, i int) error {
	e := &l.entries[i]
	if err := l.drop.step("send", l.name); err != nil {
		return err
	}
	t := newTally(nil)
	read := l.octetsOf(e)
	var err error
	if size := e.end - e.start; size <= maxHeld { // one reading does
		var b bytes.Buffer
		b.Grow(int(size) + bytes.MinRead)
		_, err = b.ReadFrom(read)
		_, _ = t.Write(b.Bytes()) // a hash doesn't fail
		read = &b
	} else {
		err = buffered(read, func(br *bufio.Reader) error {
			_, err := br.WriteTo(t)
			return err
		})
		read = l.octetsOf(e)
	}
	switch {
	case err != nil:
		return fmt.Errorf("reading %s: %w", l.name, err)
	case t.sum.Sum64() != e.sum:
		return fmt.Errorf("%w: %s is not what was counted", ErrChanged, l.name)
	}
	return buffered(read, func(br *bufio.Reader) error {
		return mboxText(&capped{w: w, left: e.letter.Octets}, br)
	})
}

// maxHeld is how long an entry may be that is held in memory while it is sent.
const maxHeld = 256 << 10

// Remove implements Letters: what stays is written as one piece, by way of the journal.
func (l *mboxLetters) Remove(ctx context.Context, which []int) (err error) {
	if len(which) == 0 {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	lock, err := l.drop.lock(ctx, l.name, 0)
	if err != nil {
		return &ExpungeError{Left: len(which), Cause: err}
	}
	defer func() {
		if unlockErr := lock.unlock(); err == nil && unlockErr != nil {
			err = &ExpungeError{Left: -1, Cause: unlockErr}
		}
	}()
	t := newTally(nil)
	if err := lock.copy(ctx, t, io.NewSectionReader(lock.file, 0, l.octets)); err != nil {
		return &ExpungeError{Left: len(which), Cause: err}
	}
	if t.n != l.octets || t.sum.Sum64() != l.sum {
		return &ExpungeError{Left: len(which), Cause: fmt.Errorf("%w: %s does not begin with what was counted", ErrChanged, l.name)}
	}
	if err := l.rewrite(ctx, lock, which); err != nil {
		return &ExpungeError{Left: -1, Cause: err}
	}
	return nil
}

func (l *mboxLetters) rewrite(ctx context.Context, lock *lockedMbox, which []int) error {
	fi, err := lock.file.Stat()
	if err != nil {
		return err
	}
	gone := make([]bool, len(l.entries))
	for _, i := range which {
		gone[i] = true
	}
	var kept []io.Reader
	removed, from := int64(0), int64(0)
	for i, e := range l.entries {
		if gone[i] {
			kept = append(kept, io.NewSectionReader(lock.file, from, e.start-from))
			removed += e.end - e.start
			from = e.end
		}
	}
	kept = append(kept, io.NewSectionReader(lock.file, from, fi.Size()-from))
	if removed == fi.Size() {
		return lock.truncate(0)
	}
	h, err := lock.writeJournal(ctx, removed, io.MultiReader(kept...))
	if err != nil {
		return err
	}
	return lock.replay(ctx, h)
}
