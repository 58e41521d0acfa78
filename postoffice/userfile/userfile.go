// Package userfile keeps the post office's users in a text file: one "name:hash" a
// line, the hash an argon2id one in PHC form. Empty lines and those that begin
// with # are left alone. The file is read again when it changes, so that users can be
// added while the post office runs.
package userfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
)

// Errors of the changing functions.
var (
	ErrExists   = errors.New("there is a user of this name already")
	ErrNoUser   = errors.New("there is no user of this name")
	ErrPassword = errors.New("this password can't be used")
)

// MaxPassword is the longest password in octets: USER and PASS have to fit in a line.
const MaxPassword = 256

// maxFile bounds the file's size: beyond it, it is something else.
const maxFile = 16 << 20

// File is a users file. It implements postoffice.Users and is safe for concurrent use.
type File struct {
	path string
	log  *slog.Logger

	mu    sync.Mutex
	read  stamp
	users map[string]phc
}

// stamp tells versions of the file apart.
type stamp struct {
	info os.FileInfo // nil: not there
}

func (s stamp) same(t stamp) bool {
	if s.info == nil || t.info == nil {
		return s.info == t.info
	}
	return os.SameFile(s.info, t.info) && s.info.Size() == t.info.Size() && s.info.ModTime().Equal(t.info.ModTime())
}

// Open reads the file. One that isn't there is one without users. Lines that can't be
// understood are skipped and reported to log (nil drops that), as they are
// whenever the file is read again.
func Open(path string, log *slog.Logger) (*File, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	f := &File{path: path, log: log}
	if err := f.reload(); err != nil {
		return nil, err
	}
	return f, nil
}

// reload reads the file if it is another one than before.
func (f *File) reload() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var now stamp
	switch fi, err := os.Stat(f.path); {
	case err == nil:
		now.info = fi
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("looking at the users file: %w", err)
	}
	if f.users != nil && f.read.same(now) {
		return nil
	}
	if now.info == nil {
		f.read, f.users = now, map[string]phc{}
		return nil
	}
	if now.info.Size() > maxFile {
		return fmt.Errorf("%s is too large for a users file", f.path)
	}
	if mode := now.info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		f.log.Warn("other users of this machine can get at the users file; run: chmod 600 "+f.path, "mode", mode.String())
	}
	text, err := os.ReadFile(f.path)
	if err != nil {
		return fmt.Errorf("reading the users file: %w", err)
	}
	users, problems := parse(text)
	for _, p := range problems {
		f.log.Warn("skipping a line of the users file", "file", f.path, "line", p.Line, "err", p.Cause)
	}
	f.read, f.users = now, users
	return nil
}

// LineError is a line of the file that can't be understood.
type LineError struct {
	Line  int // counted from 1
	Cause error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Cause) }

// Unwrap returns the cause.
func (e *LineError) Unwrap() error { return e.Cause }

// parse reads what can be read, and says what can't. Of two lines for one user the
// first counts.
func parse(text []byte) (map[string]phc, []*LineError) {
	users := make(map[string]phc)
	var problems []*LineError
	line := 0
	for raw := range bytes.Lines(text) {
		line++
		entry := strings.TrimSpace(string(raw))
		if entry == "" || entry[0] == '#' {
			continue
		}
		name, h, err := parseLine(entry)
		if _, twice := users[name]; err == nil && twice {
			err = fmt.Errorf("%s is in an earlier line already", name)
		}
		if err != nil {
			problems = append(problems, &LineError{line, err})
			continue
		}
		users[name] = h
	}
	return users, problems
}

func parseLine(entry string) (string, phc, error) {
	name, hash, ok := strings.Cut(entry, ":")
	if !ok {
		return "", phc{}, errors.New("expected name:hash, found no colon")
	}
	name, err := maildrop.CleanUser(strings.TrimSpace(name))
	if err != nil {
		return "", phc{}, err
	}
	h, err := parsePHC(strings.TrimSpace(hash))
	if err != nil {
		return "", phc{}, fmt.Errorf("the hash of %s: %w; set it anew with: postoffice passwd %s", name, err, name)
	}
	return name, h, nil
}

// Lookup implements postoffice.Users.
func (f *File) Lookup(name string) (string, bool) {
	user, err := maildrop.CleanUser(name)
	if err != nil {
		return "", false
	}
	_, ok := f.hash(user)
	return user, ok
}

func (f *File) hash(user string) (phc, bool) {
	if err := f.reload(); err != nil {
		f.log.Error("keeping the users as they were", "err", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	h, ok := f.users[user]
	return h, ok
}

// Verify implements postoffice.Users.
func (f *File) Verify(_ context.Context, name, password string) (string, error) {
	user, err := maildrop.CleanUser(name)
	h, ok := phc{}, false
	if err == nil {
		h, ok = f.hash(user)
	}
	if !ok {
		h = dummy()
	}
	// Of a user that isn't one the password is checked too, for it takes time.
	if !h.matches(password) || !ok {
		return "", postoffice.ErrBadLogin
	}
	return user, nil
}

// Names returns the users, sorted.
func (f *File) Names() ([]string, error) {
	if err := f.reload(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.users)), nil
}

// Add adds a user. The error may be ErrExists, ErrPassword or maildrop.ErrBadName.
func (f *File) Add(name, password string) error { return f.set(name, password, false) }

// SetPassword changes a user's password. The error may be ErrNoUser or ErrPassword.
func (f *File) SetPassword(name, password string) error { return f.set(name, password, true) }

func (f *File) set(name, password string, must bool) error {
	user, err := maildrop.CleanUser(name)
	if err != nil {
		return err
	}
	if err := checkPassword(password); err != nil {
		return err
	}
	return f.edit(func(lines []string) ([]string, error) {
		at := find(lines, user)
		switch {
		case must && at < 0:
			return nil, fmt.Errorf("%w: %s", ErrNoUser, user)
		case !must && at >= 0:
			return nil, fmt.Errorf("%w: %s", ErrExists, user)
		case at < 0:
			at = len(lines)
			lines = append(lines, "")
		}
		lines[at] = user + ":" + newPHC(password).String()
		return lines, nil
	})
}

func checkPassword(password string) error {
	if password == "" || len(password) > MaxPassword {
		return fmt.Errorf("%w: it needs 1 to %d characters", ErrPassword, MaxPassword)
	}
	for i := range len(password) {
		if password[i] < ' ' || password[i] == 0x7f {
			return fmt.Errorf("%w: it has control characters in it", ErrPassword)
		}
	}
	return nil
}

// Remove removes a user; the mail stays. The error may be ErrNoUser.
func (f *File) Remove(name string) error {
	user, err := maildrop.CleanUser(name)
	if err != nil {
		return err
	}
	return f.edit(func(lines []string) ([]string, error) {
		at := find(lines, user)
		if at < 0 {
			return nil, fmt.Errorf("%w: %s", ErrNoUser, user)
		}
		// Every line of the user goes: else the next one would count.
		return slices.DeleteFunc(lines, func(line string) bool { return lineUser(line) == user }), nil
	})
}

func find(lines []string, user string) int {
	return slices.IndexFunc(lines, func(line string) bool { return lineUser(line) == user })
}

// lineUser returns whom a line is about, even if its hash is broken, or "".
func lineUser(line string) string {
	name, _, ok := strings.Cut(strings.TrimSpace(line), ":")
	if !ok {
		return ""
	}
	user, err := maildrop.CleanUser(strings.TrimSpace(name))
	if err != nil {
		return ""
	}
	return user
}

// edit changes the lines of the file, as one step: whoever reads it sees it as
// before or as after. Lines that can't be understood stay as they are.
func (f *File) edit(change func([]string) ([]string, error)) (err error) {
	unlock, err := lock(f.path + ".lock")
	if err != nil {
		return fmt.Errorf("locking the users file: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	text, err := os.ReadFile(f.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading the users file: %w", err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	if lines, err = change(lines); err != nil {
		return err
	}
	out := strings.Join(lines, "\n")
	if out != "" {
		out += "\n"
	}
	if err := replace(f.path, []byte(out)); err != nil {
		return fmt.Errorf("writing the users file: %w", err)
	}
	return f.reload()
}

// replace durably puts a new file in the place of the old one.
func replace(path string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".users-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	if runtime.GOOS == "windows" {
		return nil // it refuses to sync a folder
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
