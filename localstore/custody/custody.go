// Package custody is the promise of RDEL in types.
//
// A post office may delete mail only once this side holds it safely. The
// package follows that promise through three values, each of which can be had
// only from the one before it:
//
//	Receipt   made by localstore alone, after a commit has reached the disk
//	Manifest  what a session received, counted and summed on the wire
//	Release   made by Receipt.Release alone, where the two agree
//
// The wire sends a command that lets go of the server's copy (RCVD, ACKD, DELE)
// only against a Release. Forging any of the three does not compile outside this
// folder; a zero value of any of them releases nothing.
package custody

import (
	"context"
	"errors"
	"fmt"
	"io"

	"restante.app/localstore/internal/seal"
)

// ErrNoCustody says that a receipt does not cover what a session received. The
// session must not let go of the server's copy.
var ErrNoCustody = errors.New("custody: the store's receipt does not cover the mail received")

// MaxInline is the size in octets up to which a delivery carries its message in
// memory, in Delivery.Octets alone.
const MaxInline = 1 << 20

// Delivery is one message with the octets of the maildrop around it.
// Prefix, Octets, Rest and Suffix joined are the octets received, as they came.
type Delivery struct {
	// Prefix is what stood before the message (an mbox From line, an MMDF or
	// TENEX separator), at most a few hundred octets; nil for POP2 and POP3.
	Prefix []byte
	// Octets is the message, or its first MaxInline octets if Rest is set. The
	// custodian may keep the slices of a Delivery: the sender changes none of them
	// before Done is called.
	Octets []byte
	// Rest is nil for a message that fits in Octets, else the rest of it. The
	// custodian reads it to io.EOF before it returns from Deliver. Any other error
	// means that the message is incomplete and must not be kept.
	Rest io.Reader
	// Suffix, if not nil, returns what stood after the message (an MMDF closing
	// line). It may be called once Rest has returned io.EOF.
	Suffix func() []byte
	// Done, if not nil, may be called once, by any goroutine, when the custodian has no
	// more use for Prefix, Octets and what Suffix returned: the sender then uses that memory
	// again. A custodian that never calls it keeps the memory.
	Done func()
	// Format names the maildrop format it was split from: "mbox" (quoting
	// unknown), "mboxo", "mboxrd", "mboxcl", "mboxcl2", "mmdf", "tenex", "bare",
	// or "" where the protocol gives messages one by one.
	Format string
	// UIDL is the server's unique id, where the protocol has one and no other message
	// of the same list shares it, else "".
	UIDL string
	// Listed is the size that the server's list gave, -1 if it gave none. Some
	// servers count otherwise than they send.
	Listed int64
	// Partial tells that this is the header alone, because the whole is too large to
	// be wanted. The whole, when it comes with the same UIDL, takes its place. A
	// receipt for a run with a partial message releases nothing.
	Partial bool
}

// Run names the source of a run of deliveries.
type Run struct {
	Account string // the account's id
	Mailbox string // the mailbox's name at the server
}

// Custodian takes messages into a store. Implementations are safe for use by
// several goroutines, each with an Intake of its own.
type Custodian interface {
	// Begin opens an intake for one run.
	Begin(ctx context.Context, run Run) (Intake, error)
}

// Claim is a message that a server offers and that was collected before, as far as
// its unique id goes.
type Claim struct {
	UIDL   string
	Listed int64  // as in Delivery
	Header []byte // what the server sends as its header now, with the line ends and the empty line at its end
}

// Voucher is a Custodian that can prove what it holds of a source without taking it
// again. Ids are used again by some servers, so an id alone proves nothing.
type Voucher interface {
	Custodian
	// Vouch tells for each claim whether the store holds, durably and whole, a message
	// that came for this run's account and mailbox under the same id and listed size
	// and that begins with the same header. The receipt covers the claims held, in
	// order: each is a message in the octets of its Header. A claim without id is never held.
	Vouch(ctx context.Context, run Run, claims []Claim) (held []bool, r Receipt, err error)
}

// Intake takes the deliveries of one run, in order, from one goroutine.
type Intake interface {
	// Deliver hands one message over. It returns before the message is durable and
	// may report the failure of an earlier one; it blocks while too much is uncommitted.
	Deliver(ctx context.Context, d Delivery) error
	// Commit makes every delivery since Begin durable, then returns the receipt
	// for all of them. The intake is closed afterwards, whatever the outcome.
	Commit(ctx context.Context) (Receipt, error)
	// Close gives the intake up. What was already durable stays and is known at
	// the next run; the rest is dropped. Close after Commit does nothing.
	Close() error
	// Kept returns how many deliveries of a closed intake are durable: those that
	// were new, and those that were known already. It is no proof for anyone but the
	// person who reads the tally of a fetch that failed.
	Kept() (fresh, known int)
}

// Manifest says what a run consisted of. Two manifests are equal (==) if they
// count the same messages and the same octets in the same order.
type Manifest struct {
	Messages int
	Octets   int64
	Sum      uint64 // XXH64 of all octets, in order
}

// Receipt proves that a run is committed to disk. Only localstore can make one
// that covers anything.
type Receipt struct {
	stamp    seal.Stamp
	manifest Manifest
	fresh    int
	known    int
	partial  bool
}

// Issue makes a receipt. The Stamp parameter is what keeps others from it.
// fresh and known count the messages that were new and already known.
func Issue(stamp seal.Stamp, m Manifest, fresh, known int) Receipt {
	return Receipt{stamp: stamp, manifest: m, fresh: fresh, known: known}
}

// IssuePartial makes the receipt of a run in which a message was its header alone. It
// releases nothing.
func IssuePartial(stamp seal.Stamp, m Manifest, fresh, known int) Receipt {
	r := Issue(stamp, m, fresh, known)
	r.partial = true
	return r
}

// Fresh returns how many messages of the run were new to the store.
func (r Receipt) Fresh() int { return r.fresh }

// Known returns how many messages of the run the store already had.
func (r Receipt) Known() int { return r.known }

// Release compares the receipt with what the session received. Only if the
// store's commit covers exactly that does it return a valid Release; otherwise the
// error wraps ErrNoCustody.
func (r Receipt) Release(received Manifest) (Release, error) {
	switch {
	case !r.stamp.Valid():
		return Release{}, fmt.Errorf("%w: it was never committed", ErrNoCustody)
	case r.partial:
		return Release{}, fmt.Errorf("%w: of some messages the header alone was committed", ErrNoCustody)
	case r.manifest != received:
		return Release{}, fmt.Errorf("%w: received %d messages in %d octets (sum %016x), committed %d in %d (sum %016x)",
			ErrNoCustody, received.Messages, received.Octets, received.Sum,
			r.manifest.Messages, r.manifest.Octets, r.manifest.Sum)
	}
	return Release{valid: true}, nil
}

// Release permits one deleting command. The zero Release permits nothing.
type Release struct{ valid bool }

// Valid tells whether the release came from a receipt that covers the run.
func (r Release) Valid() bool { return r.valid }
