package popclient

import (
	"context"
	"fmt"

	"restante.app/localstore/custody"
)

// Session is a logged-in connection to a post office: what every dialect can do.
// Anything more is an add-on interface found by assertion. A Session is used by
// one goroutine; only cancelling the context may come from another.
type Session interface {
	// Collect reads one mailbox into the custodian and then, if r is Delete and the
	// custodian's receipt covers all of it, lets the server delete it. An error
	// before that point means that nothing was deleted. The Tally is true in either
	// case: it says what is known to have happened. After an error that is not a
	// refusal (*Error with Refused set) the session can only be closed.
	Collect(ctx context.Context, mailbox string, c custody.Custodian, r Removal) (Tally, error)
	// Over tells whether the session has ended with a Collect that deleted: POP3
	// deletes at QUIT, and POP2's servers stand it best. Another mailbox then needs
	// another session, and Quit does nothing.
	Over() bool
	// Quit ends the session in order and closes the connection.
	Quit(ctx context.Context) error
	// Close drops the connection. It deletes nothing at the server.
	Close() error
}

// Removal says what becomes of the server's copy.
type Removal int

// The removals. The zero value leaves everything where it is.
const (
	Leave  Removal = iota // RETR: the mail stays at the server
	Delete                // RDEL: the server deletes it once it is on this disk
)

// String returns the RFC 918 command.
func (r Removal) String() string {
	switch r {
	case Leave:
		return "RETR"
	case Delete:
		return "RDEL"
	}
	return fmt.Sprintf("Removal(%d)", int(r))
}

// Tally says what one or more Collects did, in messages except for Octets.
type Tally struct {
	Octets    int64 // read off the wire
	Collected int   // new on this disk
	Known     int   // were here already
	Removed   int   // deleted at the server, which confirmed it
	Refused   int   // handed over, but the server answered the deleting command with an error
	Left      int   // still at the server, as far as is known
	Headers   int   // of Collected and Known, those whose header alone came
}

// Add returns the sum of both.
func (t Tally) Add(u Tally) Tally {
	return Tally{
		Octets: t.Octets + u.Octets, Collected: t.Collected + u.Collected, Known: t.Known + u.Known,
		Removed: t.Removed + u.Removed, Refused: t.Refused + u.Refused, Left: t.Left + u.Left,
		Headers: t.Headers + u.Headers,
	}
}

// Progress reports how far a Collect has come. Promised is what the server said
// it would send (#xxx in RFC 918), -1 before it did.
type Progress struct {
	Mailbox  string
	Octets   int64
	Promised int64
	Messages int  // split off so far
	Expected int  // messages that the server announced, 0 if it did not; a hint for the eye, no more
	Saving   bool // everything is read; the commit is under way
}
