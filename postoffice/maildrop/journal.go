package maildrop

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// How the sent front of an mbox is removed without losing mail in a crash.
//
// Let the file be front + rest, of p and t octets. All locks are held.
//
//  1. The rest is copied to a journal beside the file, with the lengths and sums
//     of what is there; journal and directory are synced. (If t is 0 the
//     file is cut to nothing and synced, and that is all.)
//  2. The rest is written over the file's first t octets; the file is synced.
//  3. The file is cut to t octets and synced.
//  4. The journal is removed and the directory synced.
//
// After a crash the locks are gone, so other programs may append before anyone
// recovers. They never write elsewhere. The residue, the octets [t, p+t), isn't touched
// by step 2, and its sum is in the journal. So whoever locks the mailbox next
// and finds a journal knows:
//
//   - The file has p+t octets or more, and the residue is intact: step 3 was not
//     reached. What lies beyond p+t was appended since. It joins the rest in
//     a new journal, and steps 2 to 4 are done with that.
//   - Otherwise, the file begins with the rest: step 3 was reached, and step 2 was
//     synced before. What lies beyond t was appended since. Step 4 is left to do.
//   - Neither: another program has rewritten the file since. The rest is
//     appended to it: mail may be there twice, but none is lost. Step 4 follows.
//
// An unfinished journal has another name and is overwritten by the next one.

const (
	journalSuffix    = ".journal"
	unfinishedSuffix = ".journal-new"
	maxJournalHead   = 1024
)

// journalHead is the first line of a journal, as JSON; the rest of the mbox follows.
type journalHead struct {
	Version int    `json:"postoffice-journal"`
	Front   int64  `json:"front"`   // octets that are removed
	Rest    int64  `json:"rest"`    // octets that stay
	RestSum uint64 `json:"restSum"` // xxHash64 of them
	Residue uint64 `json:"residue"` // xxHash64 of the file's octets [rest, front+rest)
}

// cutFront removes the file's first octets. After an error they may be there or
// not; what follows them is there.
func (l *lockedMbox) cutFront(ctx context.Context, front int64) error {
	fi, err := l.file.Stat()
	if err != nil {
		return err
	}
	if fi.Size() == front {
		return l.truncate(0)
	}
	h, err := l.writeJournal(ctx, front, io.NewSectionReader(l.file, front, fi.Size()-front))
	if err != nil {
		return err
	}
	return l.replay(ctx, h)
}

// writeJournal is step 1.
func (l *lockedMbox) writeJournal(ctx context.Context, front int64, rest io.Reader) (h journalHead, err error) {
	unfinished := l.beside(unfinishedSuffix)
	if err := l.drop.step("create", unfinished); err != nil {
		return h, err
	}
	f, err := l.drop.root.OpenFile(unfinished, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return h, err
	}
	defer func() {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
		if err != nil { // a full disk should not stay full because of this
			err = errors.Join(err, l.removeIfThere(unfinished))
		}
	}()
	// The head is known only after the rest was read, so it gets a fixed room.
	t := newTally(&stepWriter{l: l, w: io.NewOffsetWriter(f, maxJournalHead), name: unfinished})
	if err := l.copy(ctx, t, rest); err != nil {
		return h, err
	}
	h = journalHead{Version: 1, Front: front, Rest: t.n, RestSum: t.sum.Sum64()}
	residue := newTally(nil)
	if err := l.copy(ctx, residue, io.NewSectionReader(l.file, h.Rest, front)); err != nil {
		return h, err
	}
	if residue.n != front {
		return h, fmt.Errorf("%w: it has shrunk", ErrChanged)
	}
	h.Residue = residue.sum.Sum64()
	line, err := json.Marshal(h)
	if err != nil {
		return h, err
	}
	if _, err := f.WriteAt(append(line, '\n'), 0); err != nil {
		return h, err
	}
	if err := l.sync(f, unfinished); err != nil {
		return h, err
	}
	err = f.Close()
	f = nil
	if err != nil {
		return h, err
	}
	if err := l.drop.step("rename", unfinished); err != nil {
		return h, err
	}
	if err := l.drop.root.Rename(unfinished, l.beside(journalSuffix)); err != nil {
		return h, err
	}
	return h, l.syncDir()
}

// replay is steps 2 to 4.
func (l *lockedMbox) replay(ctx context.Context, h journalHead) error {
	j, err := l.drop.root.Open(l.beside(journalSuffix))
	if err != nil {
		return err
	}
	defer func() { _ = j.Close() }() // it was only read
	w := &stepWriter{l: l, w: io.NewOffsetWriter(l.file, 0), name: l.name}
	if err := l.copy(ctx, w, io.NewSectionReader(j, maxJournalHead, h.Rest)); err != nil {
		return err
	}
	if err := l.sync(l.file, l.name); err != nil {
		return err
	}
	if err := l.truncate(h.Rest); err != nil {
		return err
	}
	return l.removeJournal()
}

// recover finishes what a crash interrupted, if there is anything.
func (l *lockedMbox) recover(ctx context.Context) error {
	j, err := l.drop.root.Open(l.beside(journalSuffix))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = j.Close() }() // it was only read
	h, err := readJournal(j)
	if err != nil {
		return err
	}
	fi, err := l.file.Stat()
	if err != nil {
		return err
	}
	rest := func() io.Reader { return io.NewSectionReader(j, maxJournalHead, h.Rest) }
	total := h.Front + h.Rest
	if fi.Size() >= total {
		same, err := l.hasSum(ctx, h.Rest, h.Front, h.Residue)
		if err != nil {
			return err
		}
		if same {
			appended := io.NewSectionReader(l.file, total, fi.Size()-total)
			h, err := l.writeJournal(ctx, h.Front, io.MultiReader(rest(), appended))
			if err != nil {
				return err
			}
			return l.replay(ctx, h)
		}
	}
	same, err := l.hasSum(ctx, 0, h.Rest, h.RestSum)
	if err != nil {
		return err
	}
	if !same {
		if err := l.appendAll(ctx, fi.Size(), rest()); err != nil {
			return err
		}
	}
	return l.removeJournal()
}

// readJournal reads and checks a journal. Only a finished one has its name, so
// anything wrong with it is damage, and it is kept.
func readJournal(j *os.File) (h journalHead, err error) {
	line, err := bufio.NewReader(io.NewSectionReader(j, 0, maxJournalHead)).ReadBytes('\n')
	if err != nil {
		return h, fmt.Errorf("the journal %s is damaged: %w", j.Name(), err)
	}
	if err := json.Unmarshal(line, &h); err != nil {
		return h, fmt.Errorf("the journal %s is damaged: %w", j.Name(), err)
	}
	if h.Version != 1 || h.Front < 0 || h.Rest < 0 {
		return h, fmt.Errorf("the journal %s is none that this version can read", j.Name())
	}
	t := newTally(nil)
	if _, err := io.Copy(t, io.NewSectionReader(j, maxJournalHead, h.Rest)); err != nil {
		return h, err
	}
	if t.n != h.Rest || t.sum.Sum64() != h.RestSum {
		return h, fmt.Errorf("the journal %s is damaged: it is not what its head says", j.Name())
	}
	return h, nil
}

// hasSum tells whether the file's n octets from off have the sum.
func (l *lockedMbox) hasSum(ctx context.Context, off, n int64, sum uint64) (bool, error) {
	t := newTally(nil)
	err := l.copy(ctx, t, io.NewSectionReader(l.file, off, n))
	return t.n == n && t.sum.Sum64() == sum, err
}

// appendAll appends to the file, whose size is given, and syncs it. After an
// error it has its old size again.
func (l *lockedMbox) appendAll(ctx context.Context, size int64, r io.Reader) error {
	w := &stepWriter{l: l, w: io.NewOffsetWriter(l.file, size), name: l.name}
	err := l.copy(ctx, w, r)
	if err == nil {
		err = l.sync(l.file, l.name)
	}
	if err != nil {
		return errors.Join(err, l.file.Truncate(size))
	}
	return nil
}

func (l *lockedMbox) removeJournal() error {
	name := l.beside(journalSuffix)
	if err := l.drop.step("remove", name); err != nil {
		return err
	}
	if err := l.drop.root.Remove(name); err != nil {
		return err
	}
	return l.syncDir()
}

func (l *lockedMbox) removeIfThere(name string) error {
	if err := l.drop.root.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (l *lockedMbox) truncate(size int64) error {
	if err := l.drop.step("truncate", l.name); err != nil {
		return err
	}
	if err := l.file.Truncate(size); err != nil {
		return err
	}
	return l.sync(l.file, l.name)
}

func (l *lockedMbox) sync(f *os.File, name string) error {
	if err := l.drop.step("sync", name); err != nil {
		return err
	}
	return f.Sync()
}

func (l *lockedMbox) syncDir() error {
	if err := l.drop.step("syncdir", l.dir()); err != nil {
		return err
	}
	return syncDir(l.drop.root, l.dir())
}

// stepWriter tells the probe of each write.
type stepWriter struct {
	l    *lockedMbox
	w    io.Writer
	name string
}

func (s *stepWriter) Write(p []byte) (int, error) {
	if err := s.l.drop.step("write", s.name); err != nil {
		return 0, err
	}
	return s.w.Write(p)
}
