package maildrop

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"slices"
	"sync"
	"time"
)

// Memory keeps mailboxes in memory, for tests and demonstrations. The zero value
// is ready for use; it is safe for concurrent use.
type Memory struct {
	// Expunging, if set before the first use, is asked before each Expunge; an error makes it
	// fail with nothing deleted.
	Expunging func(user, mailbox string) error

	mu    sync.Mutex
	holds holders
	boxes map[boxKey][]memoryMessage
	last  uint64
}

type boxKey struct{ user, mailbox string }

type memoryMessage struct {
	number uint64 // no two of a Memory have the same
	stored []byte // as put
	run    []byte // as sent
}

// memoryDate is the date of all separator lines, so that runs are the same each time.
var memoryDate = time.Date(1984, time.October, 1, 9, 18, 0, 0, time.UTC)

// Put adds messages, which are sent as mboxrd entries. The octets are not copied.
func (m *Memory) Put(user, mailbox string, messages ...[]byte) {
	for _, msg := range messages {
		var run bytes.Buffer
		run.Grow(len(msg) + 80)
		// Writing into memory doesn't fail.
		_ = writeEntry(&run, bufio.NewReader(bytes.NewReader(msg)), "", memoryDate)
		m.put(user, mailbox, memoryMessage{stored: msg, run: run.Bytes()})
	}
}

// PutRaw adds octets that are sent as they are: a run of any format. They
// count as one message.
func (m *Memory) PutRaw(user, mailbox string, run []byte) {
	m.put(user, mailbox, memoryMessage{stored: run, run: run})
}

func (m *Memory) put(user, mailbox string, msg memoryMessage) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.boxes == nil {
		m.boxes = make(map[boxKey][]memoryMessage)
	}
	m.last++
	msg.number = m.last
	k := boxKey{user, mailbox}
	m.boxes[k] = append(m.boxes[k], msg)
}

// Messages returns what the mailbox still holds, as it was put.
func (m *Memory) Messages(user, mailbox string) [][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all [][]byte
	for _, msg := range m.boxes[boxKey{user, mailbox}] {
		all = append(all, msg.stored)
	}
	return all
}

// Format implements Opener.
func (m *Memory) Format() string { return "mboxrd" }

// Open implements Opener.
func (m *Memory) Open(_ context.Context, user, mailbox string) (Snapshot, error) {
	s, err := m.open(user, mailbox)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (m *Memory) open(user, mailbox string) (*memorySnapshot, error) {
	mailbox, inbox, err := CleanMailbox(user, mailbox)
	if err != nil {
		return nil, err
	}
	k := boxKey{user, mailbox}
	release, err := m.holds.take(user + "/" + mailbox)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	messages, ok := m.boxes[k]
	messages = slices.Clone(messages)
	m.mu.Unlock()
	if !ok && !inbox {
		release()
		return nil, ErrNoMailbox
	}
	s := &memorySnapshot{drop: m, key: k, messages: messages, release: release}
	for _, msg := range messages {
		s.octets += int64(len(msg.run))
	}
	return s, nil
}

type memorySnapshot struct {
	drop     *Memory
	key      boxKey
	messages []memoryMessage
	octets   int64
	sent     bool
	release  func()
}

func (s *memorySnapshot) Octets() int64 { return s.octets }
func (s *memorySnapshot) Messages() int { return len(s.messages) }

func (s *memorySnapshot) WriteTo(w io.Writer) (n int64, err error) {
	for _, msg := range s.messages {
		k, err := w.Write(msg.run)
		n += int64(k)
		if err != nil {
			return n, err
		}
	}
	s.sent = true
	return n, nil
}

func (s *memorySnapshot) Expunge(context.Context) error {
	if !s.sent {
		return ErrNotSent
	}
	if f := s.drop.Expunging; f != nil {
		if err := f(s.key.user, s.key.mailbox); err != nil {
			return &ExpungeError{Left: len(s.messages), Cause: err}
		}
	}
	if len(s.messages) == 0 {
		return nil
	}
	s.drop.mu.Lock()
	defer s.drop.mu.Unlock()
	// Nobody else removes while this session holds the mailbox, and new mail is
	// appended: what was sent is the front.
	s.drop.boxes[s.key] = slices.Clone(s.drop.boxes[s.key][len(s.messages):])
	return nil
}

func (s *memorySnapshot) Close() error {
	s.release()
	return nil
}

// Stage implements Deliverer.
func (m *Memory) Stage(_ context.Context, user string, _ Envelope) (Delivery, error) {
	return &memoryDelivery{drop: m, user: user}, nil
}

type memoryDelivery struct {
	bytes.Buffer
	drop *Memory
	user string
}

func (d *memoryDelivery) Commit(context.Context) error {
	d.drop.Put(d.user, "inbox", d.Bytes())
	return nil
}

func (d *memoryDelivery) Abort() error { return nil }
