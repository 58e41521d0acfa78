package localstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	berrors "go.etcd.io/bbolt/errors"
)

// When a store is opened.
var (
	// ErrLocked: another process has the store open.
	ErrLocked = errors.New("localstore: the store is in use")
	// ErrDamaged: a file of the store is damaged or missing. Any operation may
	// report it, as pages are read when they are needed.
	ErrDamaged = errors.New("localstore: the store is damaged")
	// ErrNewer: the store was written by a newer version of Restante.
	ErrNewer = errors.New("localstore: the store is of a newer version")
	// ErrReadOnly: the folder or a file in it can't be written to.
	ErrReadOnly = errors.New("localstore: the store can't be written to")
)

// When a store is used.
var (
	// ErrNoSpace: the disk, a quota or a limit on the size of a file is exhausted.
	// Nothing of the failed batch is kept; the store stays usable.
	ErrNoSpace = errors.New("localstore: no space left")
	// ErrDisk: the disk failed to read or write.
	ErrDisk = errors.New("localstore: the disk failed")
	// ErrSuspect: an earlier write failed in a way that leaves unknown what is on
	// the disk. Nothing more is written until the store is opened anew.
	ErrSuspect = errors.New("localstore: an earlier write failed")
	// ErrClosed: the store, or the intake, is closed.
	ErrClosed = errors.New("localstore: closed")
	// ErrNotFound: there is no such account, mailbox or message.
	ErrNotFound = errors.New("localstore: not found")
	// ErrInvalid: an argument can't be accepted.
	ErrInvalid = errors.New("localstore: not valid")
	// ErrIncomplete: a delivery ended before its message did.
	ErrIncomplete = errors.New("localstore: the message is incomplete")
	// ErrMiscounted: what was committed is not what was delivered. It means a
	// mistake in this package; no receipt is given.
	ErrMiscounted = errors.New("localstore: committed and delivered mail differ")
)

// Error says what went wrong with the store and what to do next. It never holds
// the content of a message or a password.
type Error struct {
	Kind error  // one of the sentinels of this package
	Path string // the file or folder concerned, or ""
	What string // what went wrong, one sentence
	Next string // what to do next, one sentence
	Err  error  // the cause, or nil
}

// Error returns the sentences and the cause.
func (e *Error) Error() string {
	msg := e.What
	if e.Err != nil {
		msg += " (" + e.Err.Error() + ")"
	}
	if e.Next != "" {
		msg += " " + e.Next
	}
	return msg
}

// Unwrap makes errors.Is find both the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

func damaged(path, what string, cause error) *Error {
	return &Error{
		Kind: ErrDamaged, Path: path, Err: cause,
		What: fmt.Sprintf("The mail store file %s %s.", path, what),
		Next: "Nothing was changed. Repair it (popfetch verify --repair), which keeps what is there now, or put the whole profile folder back from a backup (popfetch restore).",
	}
}

func noSpace(path string, cause error) *Error {
	return &Error{
		Kind: ErrNoSpace, Path: path, Err: cause,
		What: fmt.Sprintf("There is no room left to write %s.", path),
		Next: "Free some space on that disk (or raise the limit), then fetch again; nothing was deleted at the post office.",
	}
}

func readOnly(path string, cause error) *Error {
	return &Error{
		Kind: ErrReadOnly, Path: path, Err: cause,
		What: fmt.Sprintf("%s can't be written to.", path),
		Next: "Make the folder and its files writable for your user, or move the profile to a disk that is.",
	}
}

func locked(path string, cause error) *Error {
	return &Error{
		Kind: ErrLocked, Path: path, Err: cause,
		What: fmt.Sprintf("Another Restante has the mail store %s open.", path),
		Next: "Use that one, or close it and try again.",
	}
}

func diskFailed(path string, cause error) *Error {
	return &Error{
		Kind: ErrDisk, Path: path, Err: cause,
		What: fmt.Sprintf("The disk failed while %s was in use.", path),
		Next: "Close Restante, check the disk, then open it again; nothing was deleted at the post office.",
	}
}

func suspect(path string, cause error) *Error {
	return &Error{
		Kind: ErrSuspect, Path: path, Err: cause,
		What: "An earlier write to the mail store failed, so nothing more is written to it.",
		Next: "Close Restante, check the disk, then open it again; the mail at the post office is untouched.",
	}
}

func closedError() *Error {
	return &Error{Kind: ErrClosed, What: "The mail store is closed.", Next: "Open it again."}
}

func invalid(format string, args ...any) *Error {
	return &Error{Kind: ErrInvalid, What: fmt.Sprintf(format, args...)}
}

func notFound(format string, args ...any) *Error {
	return &Error{Kind: ErrNotFound, What: fmt.Sprintf(format, args...)}
}

// classify gives an error of the operating system or of bbolt its kind. Errors
// that have one already, and those of callers, pass as they are.
func classify(path string, err error) error {
	var own *Error
	var pathErr *fs.PathError
	switch {
	case err == nil, errors.As(err, &own):
		return err
	case isNoSpace(err):
		return noSpace(path, err)
	case errors.Is(err, berrors.ErrTimeout):
		return locked(path, err)
	case isReadOnly(err), errors.Is(err, os.ErrPermission), errors.Is(err, berrors.ErrDatabaseReadOnly):
		return readOnly(path, err)
	case errors.Is(err, berrors.ErrInvalid):
		return damaged(path, "is not a mail store, or its first pages are damaged", err)
	case errors.Is(err, berrors.ErrVersionMismatch):
		return damaged(path, "has a file format that this version can't read", err)
	case errors.Is(err, berrors.ErrChecksum):
		return damaged(path, "has damaged first pages", err)
	case errors.Is(err, berrors.ErrDatabaseNotOpen), errors.Is(err, os.ErrClosed):
		return closedError()
	case errors.As(err, &pathErr), isErrno(err):
		return diskFailed(path, err)
	}
	return err
}

func isErrno(err error) bool {
	var errno syscall.Errno
	return errors.As(err, &errno)
}

func isReadOnly(err error) bool {
	return slices.ContainsFunc(errnoReadOnly, func(n syscall.Errno) bool { return errors.Is(err, n) })
}

// isNoSpace also looks at the text: bbolt formats the cause of a failed growth
// with %s, which loses the number.
func isNoSpace(err error) bool {
	for _, errno := range errnoNoSpace {
		if errors.Is(err, errno) || strings.HasSuffix(err.Error(), ": "+errno.Error()) {
			return true
		}
	}
	return false
}

// leavesDoubt tells whether a failed write leaves unknown what is on the disk. A
// write or a growth refused for want of room does not: nothing points to what was
// written. A failed fsync does, whatever its reason.
func leavesDoubt(err error) bool {
	if errors.Is(err, ErrNoSpace) {
		var pathErr *fs.PathError
		refused := errors.As(err, &pathErr) && pathErr.Op == "write"
		return !refused && !strings.Contains(err.Error(), "file resize error")
	}
	return errors.Is(err, ErrDisk) || errors.Is(err, ErrDamaged)
}
