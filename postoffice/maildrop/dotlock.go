package maildrop

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"time"
)

const (
	// staleAfter is the age from which another program's dotlock counts as left
	// behind. Postfix waits 500 s, procmail 1,024 s.
	staleAfter = 15 * time.Minute
	// dotlockMaker begins our own dotlocks; process and host follow.
	dotlockMaker = "postoffice"
)

// dotlock is a held NAME.lock beside a mailbox.
type dotlock struct {
	root    *os.Root
	name    string
	mark    mark
	touched time.Time
}

// takeDotlock makes file.lock, without waiting. A lock that was left behind by a
// process of ours that no longer lives, or by anyone long ago, is taken over.
func takeDotlock(root *os.Root, file string) (*dotlock, error) {
	name := file + ".lock"
	l, err := makeDotlock(root, name)
	if !errors.Is(err, fs.ErrExist) {
		return l, err
	}
	gone, err := dropStale(root, name)
	if err != nil {
		return nil, err
	}
	if !gone {
		return nil, fmt.Errorf("%w: %s exists", ErrLocked, name)
	}
	l, err = makeDotlock(root, name)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w: %s exists", ErrLocked, name)
	}
	return l, err
}

func makeDotlock(root *os.Root, name string) (*dotlock, error) {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("making the lock file (is the folder writable?): %w", err)
	}
	_, err = fmt.Fprintf(f, "%s %d %s\n", dotlockMaker, os.Getpid(), hostname())
	fi, statErr := f.Stat()
	if err = errors.Join(err, statErr, f.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("writing the lock file: %w", err), root.Remove(name))
	}
	return &dotlock{root: root, name: name, mark: markOf(fi), touched: time.Now()}, nil
}

func hostname() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		return "localhost"
	}
	return host
}

// dropStale removes the lock file if it was left behind. It is renamed first, and
// only removed if it still is the file that was judged: of two who judge at
// the same time, the slower one would else remove the faster one's new lock.
func dropStale(root *os.Root, name string) (gone bool, err error) {
	fi, err := root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if !stale(root, name, fi) {
		return false, nil
	}
	aside := path.Join(path.Dir(name), fmt.Sprintf(".%s.%d.stale", path.Base(name), os.Getpid()))
	if err := root.Rename(name, aside); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return true, nil
		}
		return false, err
	}
	now, err := root.Lstat(aside)
	if err != nil {
		return false, err
	}
	if markOf(now) != markOf(fi) { // another one's: give it back
		return false, errors.Join(root.Link(aside, name), root.Remove(aside))
	}
	return true, root.Remove(aside)
}

func stale(root *os.Root, name string, fi os.FileInfo) bool {
	if age := time.Since(fi.ModTime()); age > staleAfter {
		return true
	}
	f, err := root.Open(name)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // it was only read
	content, err := io.ReadAll(io.LimitReader(f, 512))
	if err != nil {
		return false
	}
	fields := strings.Fields(string(content))
	if len(fields) != 3 || fields[0] != dotlockMaker || fields[2] != hostname() {
		return false
	}
	pid, err := strconv.Atoi(fields[1])
	return err == nil && pid > 1 && !alive(pid)
}

// touch keeps the lock from looking left behind in long work. It costs nothing
// when called often.
func (l *dotlock) touch() error {
	now := time.Now()
	if now.Sub(l.touched) < time.Minute {
		return nil
	}
	l.touched = now
	return l.root.Chtimes(l.name, now, now)
}

// release removes the lock file, if it still is ours.
func (l *dotlock) release() error {
	fi, err := l.root.Lstat(l.name)
	if err != nil {
		return fmt.Errorf("the lock file was taken away: %w", err)
	}
	if inode(fi) != l.mark.inode {
		return fmt.Errorf("%w: the lock file %s is another program's now", ErrChanged, l.name)
	}
	return l.root.Remove(l.name)
}
