// Package maildrop is where the post office keeps mail: Maildir (the default),
// mbox, a file served as it lies, and memory for tests.
//
// A reading transaction works on a Snapshot. Opening one takes the mailbox for
// this session alone, counts the run of octets that the mailbox is, and
// remembers what was counted. The run is then sent with bounded memory. What is
// expunged afterwards is exactly what was counted and sent: mail that arrives in
// between stays, and so does anything that is no longer what was sent.
//
// # Maildir
//
// The run is mboxrd: one entry a message, a line "From sender date" made of the
// message's Return-Path and the time in its file name, the message with the octets
// it is stored with (line ends too; lines of ">*From " get one more ">"), and an
// empty line. Messages come in the order of their delivery, those in new/ and
// cur/ alike. A message renamed by another reader meanwhile (new/ to cur/, or
// other flags) is found again by its unique name.
//
// # mbox and file
//
// The run is the file as it lies. Its external locks (dotlock, fcntl, flock, in
// that order, none of them waited for while another is held) are held while it is
// counted and again while it is expunged, not while it is sent: a slow client
// doesn't keep Postfix, Dovecot or procmail from delivering. Instead the octets read
// for sending are compared with the counted ones before the last of them is sent,
// and those on the disk once more before they are removed.
//
// Removing the sent front of an mbox keeps its inode, because a delivery agent may
// have opened the file already and wait for its lock: replacing the file by rename
// would lose that agent's mail. If nothing came in meanwhile the file is truncated
// to nothing. Otherwise the rest is first made durable in a journal beside the
// file, then written over the front, synced, and the file cut. Whoever locks
// the mailbox next finishes what a crash interrupted, see journal.go.
package maildrop

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Errors that a person can act upon. They are found with errors.Is.
var (
	// ErrLocked means that another session or program holds the mailbox.
	ErrLocked = errors.New("the mailbox is in use")
	// ErrNoMailbox means that the user has no mailbox of that name.
	ErrNoMailbox = errors.New("no such mailbox")
	// ErrBadName means that a user's or mailbox's name is not allowed.
	ErrBadName = errors.New("this name is not allowed")
	// ErrChanged means that the mailbox is no longer what was counted.
	ErrChanged = errors.New("the mailbox was changed by another program")
	// ErrNotSent means that Expunge was called before all of the run was written.
	ErrNotSent = errors.New("not all of the mailbox was sent")
)

// Opener opens users' mailboxes. It is safe for concurrent use.
type Opener interface {
	// Open takes the mailbox for one session and counts it. "inbox" and the user's
	// own name, in any case, are the user's inbox, which is empty until mail
	// arrives. The errors are ErrLocked, ErrNoMailbox, ErrBadName or the system's.
	Open(ctx context.Context, user, mailbox string) (Snapshot, error)
	// Format names the form of the runs: "mboxrd", "mbox" or "raw".
	Format() string
}

// Snapshot is a mailbox as it was when it was opened. It is used by one goroutine.
type Snapshot interface {
	// Octets is the exact length of the run.
	Octets() int64
	// Messages is the number of messages in the run, -1 if it isn't known.
	Messages() int
	// WriteTo writes the run, Octets() octets. On ErrChanged the octets written so
	// far are no run: the connection has to be dropped.
	WriteTo(w io.Writer) (int64, error)
	// Expunge durably removes what WriteTo wrote, never more. After an error
	// some or all of it may still be there; *ExpungeError says how much. It finishes what it
	// began even if ctx ends.
	Expunge(ctx context.Context) error
	// Close lets go of the mailbox. It is called once, whatever happened.
	Close() error
}

// Envelope is what is known of a message besides its octets.
type Envelope struct {
	Sender string // reverse path without angle brackets, empty for a bounce
}

// Deliverer is an Opener that takes mail in.
type Deliverer interface {
	// Stage begins a delivery into the user's inbox.
	Stage(ctx context.Context, user string, env Envelope) (Delivery, error)
}

// Delivery is a message on its way into a mailbox. The message is written with
// the line ends it shall be stored with, then committed or not, and Abort is called in the end.
type Delivery interface {
	io.Writer
	// Commit returns once the message and its directory entry are on the disk.
	// After an error the message isn't in the mailbox.
	Commit(ctx context.Context) error
	// Abort cleans up. Unless Commit succeeded, the message is forgotten.
	Abort() error
}

// ExpungeError says that not all of what was sent was removed.
type ExpungeError struct {
	Left  int // messages still there, -1 if it isn't known
	Cause error
}

func (e *ExpungeError) Error() string {
	if e.Left < 0 {
		return fmt.Sprintf("the mail was not removed: %v", e.Cause)
	}
	return fmt.Sprintf("%d messages were not removed: %v", e.Left, e.Cause)
}

// Unwrap returns the cause.
func (e *ExpungeError) Unwrap() error { return e.Cause }
