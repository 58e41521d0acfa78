package maildrop

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Maildir keeps each message in a file of its own, as Postfix, Dovecot, procmail and
// others do; they may deliver and read at the same time.
type Maildir struct {
	root   *os.Root
	layout Layout
	holds  holders
	// probe, if set, is told of each step; an error makes the step fail. For tests.
	probe    func(step, name string) error
	measures measures
}

// DefaultMaildir is USER/Maildir with the other mailboxes inside, as Maildir++ has it.
var DefaultMaildir = Layout{Inbox: "%u/Maildir", Folders: "%u/Maildir/.%m"}

// NewMaildir uses the Maildirs below dir, which exists. Paths that lead out of it,
// symbolic links too, are refused when they are used. Close lets go of dir.
func NewMaildir(dir string, layout Layout) (*Maildir, error) {
	if err := layout.check(); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the mail folder: %w", err)
	}
	return &Maildir{root: root, layout: layout}, nil
}

// Close lets go of the mail folder.
func (m *Maildir) Close() error { return m.root.Close() }

// Format implements Opener.
func (m *Maildir) Format() string { return "mboxrd" }

func (m *Maildir) step(step, name string) error {
	if m.probe == nil {
		return nil
	}
	return m.probe(step, name)
}

// subdirs are those with messages in them.
var subdirs = [...]string{"new", "cur"}

// Open implements Opener. Every message is read once, for the count.
func (m *Maildir) Open(ctx context.Context, user, mailbox string) (Snapshot, error) {
	s, err := m.open(ctx, user, mailbox, false)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// open opens and counts. With letters, the entries are the messages alone, with CRLF
// line ends, in place of those of an mbox.
func (m *Maildir) open(ctx context.Context, user, mailbox string, letters bool) (*maildirSnapshot, error) {
	dir, inbox, err := m.layout.path(user, mailbox)
	if err != nil {
		return nil, err
	}
	s := &maildirSnapshot{drop: m, dir: dir, letters: letters}
	if s.release, err = m.holds.take(dir); err != nil {
		return nil, err
	}
	s.lock, err = m.root.Open(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) && inbox:
		return s, nil // no mail came yet
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.Join(ErrNoMailbox, s.Close())
	case err != nil:
		return nil, errors.Join(fmt.Errorf("opening the Maildir: %w", err), s.Close())
	}
	// Maildir needs no locks against deliveries; this one is against other post offices.
	if err := flock(s.lock); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.count(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// place is where a message's file lies. The zero place is nowhere.
type place struct {
	sub  int8 // of subdirs
	name string
}

// message is one message of a snapshot.
type message struct {
	base string // file name without flags: unique, and the same in new and cur
	at   place  // where it was last seen
	mark mark
	run  int64  // octets of its entry
	sum  uint64 // of its entry
}

type maildirSnapshot struct {
	drop     *Maildir
	dir      string
	letters  bool
	lock     *os.File
	subs     [len(subdirs)]*os.Root // nil if it isn't there
	release  func()
	messages []message
	octets   int64
	sent     bool
}

func (s *maildirSnapshot) Octets() int64 { return s.octets }
func (s *maildirSnapshot) Messages() int { return len(s.messages) }

// Close implements Snapshot.
func (s *maildirSnapshot) Close() error {
	defer s.release()
	var err error
	for _, sub := range s.subs {
		if sub != nil {
			err = errors.Join(err, sub.Close())
		}
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	return err
}

// openSubs opens new and cur, so that a message costs one look-up and not one for
// each element of its path.
func (s *maildirSnapshot) openSubs() error {
	for i, sub := range subdirs {
		if s.subs[i] != nil {
			continue
		}
		root, err := s.drop.root.OpenRoot(path.Join(s.dir, sub))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		s.subs[i] = root
	}
	return nil
}

// count lists the messages, in the order of delivery, and measures each.
func (s *maildirSnapshot) count(ctx context.Context) error {
	places, err := s.list()
	if err != nil {
		return err
	}
	s.messages = make([]message, 0, len(places))
	for base, at := range places {
		s.messages = append(s.messages, message{base: base, at: at})
	}
	slices.SortFunc(s.messages, func(a, b message) int {
		return cmp.Or(cmp.Compare(delivered(a.base), delivered(b.base)), cmp.Compare(a.base, b.base))
	})
	var known map[string]measure
	if s.letters {
		known = s.drop.measures.of(s.dir)
	}
	kept := s.messages[:0]
	for _, msg := range s.messages {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := s.measure(&msg, known)
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed by another reader before it was counted
		}
		if err != nil {
			return fmt.Errorf("counting %s: %w", msg.base, err)
		}
		s.octets += msg.run
		kept = append(kept, msg)
	}
	s.messages = kept
	if s.letters {
		s.drop.measures.keep(s.dir, kept)
	}
	return nil
}

// list returns where the messages are, by unique name. A file that is being moved
// from new to cur may be met in both or, read between, in none: new is read
// before and cur after, so the latter can't happen.
func (s *maildirSnapshot) list() (map[string]place, error) {
	if err := s.openSubs(); err != nil { // again: one may have come into being
		return nil, err
	}
	places := make(map[string]place)
	for i, sub := range s.subs {
		if sub == nil {
			continue
		}
		if err := listDir(sub, func(name string) {
			base, _, _ := strings.Cut(name, ":")
			places[base] = place{int8(i), name} //#nosec G115 -- 0 or 1
		}); err != nil {
			return nil, fmt.Errorf("listing %s: %w", subdirs[i], err)
		}
	}
	return places, nil
}

// listDir calls message for each name that may be a message's.
func listDir(root *os.Root, message func(name string)) (err error) {
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	for {
		entries, err := d.ReadDir(1024)
		for _, e := range entries {
			if name := e.Name(); e.Type().IsRegular() && name[0] != '.' {
				message(name)
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

// delivered is the time of delivery that a Maildir file name begins with, in
// seconds, 0 if it has none.
func delivered(base string) int64 {
	digits, _, _ := strings.Cut(base, ".")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > 1<<40 {
		return 0
	}
	return n
}

// entry writes the message's mboxrd entry and returns the mark of the file read.
func (s *maildirSnapshot) entry(w io.Writer, msg *message) (mark, error) {
	f, err := s.open(msg)
	if err != nil {
		return mark{}, err
	}
	defer func() { _ = f.Close() }() // it was only read
	fi, err := f.Stat()
	if err != nil {
		return mark{}, err
	}
	at := delivered(msg.base)
	if at == 0 {
		at = fi.ModTime().Unix()
	}
	return markOf(fi), buffered(f, func(br *bufio.Reader) error {
		if s.letters {
			return letter(w, br)
		}
		return writeEntry(w, br, "", time.Unix(at, 0))
	})
}

// open opens the message's file, looking for it again if another reader renamed it.
func (s *maildirSnapshot) open(msg *message) (*os.File, error) {
	if msg.at.name != "" {
		f, err := s.subs[msg.at.sub].Open(msg.at.name)
		if !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
		if err := s.find(msg); err != nil {
			return nil, err
		}
	}
	if msg.at.name == "" {
		return nil, fmt.Errorf("%s: %w", msg.base, fs.ErrNotExist)
	}
	return s.subs[msg.at.sub].Open(msg.at.name)
}

// find looks where the message is now, and all others too: whoever renames one
// often renames many. What isn't found is nowhere from then on, and not looked for again.
func (s *maildirSnapshot) find(msg *message) error {
	places, err := s.list()
	if err != nil {
		return err
	}
	for i := range s.messages {
		s.messages[i].at = places[s.messages[i].base]
	}
	msg.at = places[msg.base] // while counting, msg isn't one of s.messages
	return nil
}

// WriteTo implements Snapshot.
func (s *maildirSnapshot) WriteTo(w io.Writer) (n int64, err error) {
	for i := range s.messages {
		k, err := s.send(w, &s.messages[i])
		n += k
		if err != nil {
			return n, err
		}
	}
	s.sent = true
	return n, nil
}

// capped refuses what goes beyond the octets promised.
type capped struct {
	w    io.Writer
	left int64
}

func (c *capped) Write(p []byte) (int, error) {
	if int64(len(p)) > c.left {
		return 0, fmt.Errorf("%w: a message has grown", ErrChanged)
	}
	c.left -= int64(len(p))
	return c.w.Write(p)
}

// Expunge implements Snapshot. A message that another reader already removed is
// as good as removed; one that isn't what was sent any more is left.
func (s *maildirSnapshot) Expunge(context.Context) error {
	if !s.sent {
		return ErrNotSent
	}
	left := 0
	var first error
	for i := range s.messages {
		if err := s.remove(&s.messages[i]); err != nil {
			left++
			first = cmp.Or(first, err)
		}
	}
	if len(s.messages) > 0 {
		first = cmp.Or(first, s.syncSubs())
	}
	if first != nil {
		return &ExpungeError{Left: left, Cause: first}
	}
	return nil
}

func (s *maildirSnapshot) remove(msg *message) error {
	if err := s.drop.step("remove", msg.base); err != nil {
		return err
	}
	for range 3 { // renamed between look and removal: look again
		if msg.at.name == "" {
			return nil
		}
		sub := s.subs[msg.at.sub]
		fi, err := sub.Lstat(msg.at.name)
		if err == nil && markOf(fi) != msg.mark {
			return fmt.Errorf("%w: %s is not what was sent", ErrChanged, msg.base)
		}
		if err == nil {
			err = sub.Remove(msg.at.name)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := s.find(msg); err != nil {
			return err
		}
	}
	if msg.at.name == "" {
		return nil
	}
	return fmt.Errorf("%w: %s moves about", ErrChanged, msg.base)
}
