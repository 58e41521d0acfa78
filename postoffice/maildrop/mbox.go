package maildrop

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"
)

// Mbox keeps a mailbox in one file, as Postfix, Dovecot, procmail and others do;
// they may deliver and read at the same time.
type Mbox struct {
	root   *os.Root
	layout Layout
	raw    bool
	holds  holders
	wait   time.Duration
	// probe, if set, is told of each step that changes something, before it; an
	// error makes the step fail. For tests.
	probe func(step, name string) error
	// chunk is how many octets are moved between two steps.
	chunk int
}

// DefaultMbox is USER/inbox, with the other mailboxes beside it.
var DefaultMbox = Layout{Inbox: "%u/inbox", Folders: "%u/%m"}

// DefaultLockWait is how long a lock of another program is waited for.
const DefaultLockWait = 5 * time.Second

// NewMbox uses the mbox files below dir, which exists. Paths that lead out of it,
// symbolic links too, are refused when they are used. lockWait is how long a
// lock of another program is waited for; 0 is DefaultLockWait. Close lets go of dir.
func NewMbox(dir string, layout Layout, lockWait time.Duration) (*Mbox, error) {
	if err := layout.check(); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the mail folder: %w", err)
	}
	if lockWait <= 0 {
		lockWait = DefaultLockWait
	}
	return &Mbox{root: root, layout: layout, wait: lockWait, chunk: 256 << 10}, nil
}

// NewFile is NewMbox for files of any format, sent as they lie (an MMDF mailbox or a
// TENEX MAIL.TXT in a museum). They are locked and emptied as an mbox is, but
// no mail is delivered into them.
func NewFile(dir string, layout Layout, lockWait time.Duration) (Opener, error) {
	m, err := NewMbox(dir, layout, lockWait)
	if err != nil {
		return nil, err
	}
	m.raw = true
	// Without Stage: this is no Deliverer.
	return struct {
		Opener
		io.Closer
	}{m, m}, nil
}

// Close lets go of the mail folder.
func (m *Mbox) Close() error { return m.root.Close() }

// Format implements Opener.
func (m *Mbox) Format() string {
	if m.raw {
		return "raw"
	}
	return "mbox"
}

func (m *Mbox) step(step, name string) error {
	if m.probe == nil {
		return nil
	}
	return m.probe(step, name)
}

// Open implements Opener. The file is read once, for the sum by which changes are noticed.
func (m *Mbox) Open(ctx context.Context, user, mailbox string) (Snapshot, error) {
	s, err := m.open(ctx, user, mailbox)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (m *Mbox) open(ctx context.Context, user, mailbox string) (*mboxSnapshot, error) {
	name, inbox, err := m.layout.path(user, mailbox)
	if err != nil {
		return nil, err
	}
	s := &mboxSnapshot{drop: m, name: name}
	if s.release, err = m.holds.take(name); err != nil {
		return nil, err
	}
	err = s.count(ctx)
	switch {
	case errors.Is(err, fs.ErrNotExist) && inbox:
		return s, nil // no mail came yet
	case errors.Is(err, fs.ErrNotExist):
		err = ErrNoMailbox
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

type mboxSnapshot struct {
	drop     *Mbox
	name     string
	release  func()
	file     *os.File // nil if there is none
	octets   int64
	sum      uint64
	messages int
	sent     bool
}

func (s *mboxSnapshot) Octets() int64 { return s.octets }

// Messages implements Snapshot: separator lines after empty lines.
func (s *mboxSnapshot) Messages() int {
	if s.drop.raw {
		return -1
	}
	return s.messages
}

// Close implements Snapshot.
func (s *mboxSnapshot) Close() error {
	defer s.release()
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

func (s *mboxSnapshot) count(ctx context.Context) (err error) {
	l, err := s.drop.lock(ctx, s.name, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.unlock()) }()
	fi, err := l.file.Stat()
	if err != nil {
		return err
	}
	// A descriptor of its own: closing the locked one is what unlocks.
	if s.file, err = s.drop.root.Open(s.name); err != nil {
		return err
	}
	s.octets = fi.Size()
	c := new(separators)
	t := newTally(c)
	if err := l.copy(ctx, t, io.NewSectionReader(s.file, 0, s.octets)); err != nil {
		return fmt.Errorf("counting %s: %w", s.name, err)
	}
	s.sum, s.messages = t.sum.Sum64(), c.n
	return nil
}

// WriteTo implements Snapshot. The last octets go out only if all of them are those
// that were counted.
func (s *mboxSnapshot) WriteTo(w io.Writer) (int64, error) {
	if s.file == nil || s.octets == 0 {
		s.sent = true
		return 0, nil
	}
	t := newTally(nil)
	buf := make([]byte, s.drop.chunk)
	for t.n < s.octets {
		if err := s.drop.step("send", s.name); err != nil {
			return t.n, err
		}
		p := buf[:min(int64(len(buf)), s.octets-t.n)]
		if _, err := s.file.ReadAt(p, t.n); err != nil {
			if errors.Is(err, io.EOF) {
				err = fmt.Errorf("%w: %s has shrunk", ErrChanged, s.name)
			}
			return t.n, err
		}
		_, _ = t.Write(p) // a hash doesn't fail
		if t.n == s.octets && t.sum.Sum64() != s.sum {
			return t.n - int64(len(p)), fmt.Errorf("%w: %s is not what was counted", ErrChanged, s.name)
		}
		if n, err := w.Write(p); err != nil {
			return t.n - int64(len(p)) + int64(n), err
		}
	}
	s.sent = true
	return t.n, nil
}

// Expunge implements Snapshot.
func (s *mboxSnapshot) Expunge(ctx context.Context) (err error) {
	if !s.sent {
		return ErrNotSent
	}
	if s.octets == 0 {
		return nil
	}
	// Not cut short by a shutdown, and bounded by the wait for locks.
	ctx = context.WithoutCancel(ctx)
	l, err := s.drop.lock(ctx, s.name, 0)
	if err != nil {
		return &ExpungeError{Left: -1, Cause: err}
	}
	defer func() {
		if unlockErr := l.unlock(); err == nil && unlockErr != nil {
			err = &ExpungeError{Left: -1, Cause: unlockErr}
		}
	}()
	t := newTally(nil)
	if err := l.copy(ctx, t, io.NewSectionReader(l.file, 0, s.octets)); err != nil {
		return &ExpungeError{Left: -1, Cause: err}
	}
	if t.n != s.octets || t.sum.Sum64() != s.sum {
		return &ExpungeError{Left: -1, Cause: fmt.Errorf("%w: %s does not begin with what was sent", ErrChanged, s.name)}
	}
	if err := l.cutFront(ctx, s.octets); err != nil {
		return &ExpungeError{Left: -1, Cause: err}
	}
	return nil
}

// lockedMbox is an mbox file whose locks are held.
type lockedMbox struct {
	drop *Mbox
	name string
	file *os.File
	dot  *dotlock
}

// lock takes the locks of the mbox, waiting for those of other programs for a while, and
// finishes what a crash interrupted. flag may be os.O_CREATE. The error is ErrLocked,
// fs.ErrNotExist or the system's.
func (m *Mbox) lock(ctx context.Context, name string, flag int) (*lockedMbox, error) {
	if flag&os.O_CREATE == 0 {
		if _, err := m.root.Stat(name); err != nil {
			return nil, err // before anything is made beside a mailbox that isn't there
		}
	}
	var l *lockedMbox
	err := retry(ctx, m.wait, func() (err error) {
		l, err = m.tryLock(name, flag)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := l.recover(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("finishing an interrupted deletion in %s: %w", name, err), l.unlock())
	}
	return l, nil
}

// tryLock takes the dotlock, then the locks of the file. None is waited for while
// another is held, so programs that take them in another order can't block us for good.
func (m *Mbox) tryLock(name string, flag int) (l *lockedMbox, err error) {
	l = &lockedMbox{drop: m, name: name}
	if l.dot, err = takeDotlock(m.root, name); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.unlock())
			l = nil
		}
	}()
	if l.file, err = m.root.OpenFile(name, os.O_RDWR|flag, 0o600); err != nil {
		return l, err
	}
	if err = lockFile(l.file); err != nil {
		return l, err
	}
	fi, err := l.file.Stat()
	if err != nil {
		return l, err
	}
	if !fi.Mode().IsRegular() {
		return l, fmt.Errorf("%w: it is not a file", ErrNoMailbox)
	}
	// A reader that replaces the file may have done so before the lock was ours.
	now, err := m.root.Stat(name)
	if err != nil || !os.SameFile(fi, now) {
		return l, fmt.Errorf("%w: %s was just replaced", ErrLocked, name)
	}
	return l, nil
}

// unlock lets go in the opposite order.
func (l *lockedMbox) unlock() error {
	var err error
	if l.file != nil {
		err = l.file.Close()
	}
	return errors.Join(err, l.dot.release())
}

// copy copies piece by piece, and keeps the dotlock fresh.
func (l *lockedMbox) copy(ctx context.Context, w io.Writer, r io.Reader) error {
	buf := make([]byte, l.drop.chunk)
	for {
		if err := errors.Join(ctx.Err(), l.dot.touch()); err != nil {
			return err
		}
		n, err := r.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// dir is where the mbox lies.
func (l *lockedMbox) dir() string { return path.Dir(l.name) }

// beside names a file of our own beside the mbox. Mailbox names don't begin with
// a dot, so it is no mailbox.
func (l *lockedMbox) beside(suffix string) string {
	return path.Join(l.dir(), "."+path.Base(l.name)+suffix)
}
