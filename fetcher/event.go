package fetcher

import (
	"time"

	"restante.app/localstore"
	"restante.app/popclient"
)

// Event is something that happened to an account. The set is closed: Started,
// Progressed, Finished, StatusChanged, AccountsChanged, MailboxChanged, MailboxesChanged and UpkeepDone.
type Event interface{ event() }

// Started says that a fetch has begun.
type Started struct {
	Account string
	Removal popclient.Removal
	Cause   Cause
}

// Progressed says how far a fetch has come. It comes at most ten times a second
// for an account; a slow reader gets the newest and misses those between.
type Progressed struct {
	Account  string
	Removal  popclient.Removal
	Progress popclient.Progress
}

// Finished says that a fetch has ended. Tally is true whatever Err is.
type Finished struct {
	Account  string
	Removal  popclient.Removal
	Mode     string // as in localstore.FetchRecord
	Cause    Cause
	Tally    popclient.Tally
	Err      error // nil, or why it ended early; errors.Is(Err, context.Canceled) if it was cancelled
	Advice   Advice
	Started  time.Time
	Duration time.Duration
}

// AccountsChanged says that an account was added, changed or removed.
type AccountsChanged struct{}

// MailboxChanged says that messages were added to a mailbox or changed in it.
type MailboxChanged struct{ Mailbox localstore.MailboxID }

// StatusChanged says that Core.Status has changed for an account, "" for all: its
// schedule, its back-off, a pause.
type StatusChanged struct{ Account string }

// MailboxesChanged says that mailboxes were made, renamed or removed, or that messages in
// any of them were moved, marked or deleted.
type MailboxesChanged struct{}

// UpkeepDone says that a backup was made by the plan, or that upkeep failed: of the backup
// or of giving room back to the disk.
type UpkeepDone struct {
	Backup string // its path, "" if none was made
	Err    error
}

func (UpkeepDone) event()       {}
func (MailboxesChanged) event() {}
func (StatusChanged) event()    {}
func (Started) event()          {}
func (Progressed) event()       {}
func (Finished) event()         {}
func (AccountsChanged) event()  {}
func (MailboxChanged) event()   {}

// Advice turns an error into words for a person. Both are empty without an error.
type Advice struct {
	What string // what went wrong, one sentence
	Next string // what to do next, one sentence
}

// Step is a stage of connecting to a post office, in this order.
type Step string

// The steps of a connection test.
const (
	StepResolve Step = "Find the host"
	StepConnect Step = "Connect"
	StepTLS     Step = "Secure the line (TLS)"
	StepGreet   Step = "Greeting"
	StepLogin   Step = "Log in"
	StepMailbox Step = "Open the mailbox"
)

// StepResult is one line of a Report.
type StepResult struct {
	Step   Step
	Detail string // what was found: an address, a protocol version, the server's line
	Err    error  // nil if the step succeeded
}

// Report is the outcome of a connection test: the steps taken in order, of which
// only the last can have failed.
type Report struct {
	Steps      []StepResult
	Advice     Advice // set if a step failed
	Transcript string // what was said, without any password
	// Fingerprint is set if the certificate was refused: the hex SHA-256 of the
	// server's key, which the owner may pin for this account.
	Fingerprint string
}

// OK tells whether every step succeeded.
func (r Report) OK() bool {
	return len(r.Steps) > 0 && r.Steps[len(r.Steps)-1].Err == nil
}
