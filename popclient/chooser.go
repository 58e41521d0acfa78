package popclient

import (
	"context"

	"restante.app/localstore/custody"
)

// Offer is one message as a server lists it (RFC 1939 LIST and UIDL, RFC 937 READ).
type Offer struct {
	Number int    // in this session
	Size   int64  // octets as the server counts them, -1 if it does not say
	UIDL   string // the server's unique id, "" if it has none
	// Ambiguous tells that the id is empty, or that another message of this list
	// has it too: what is known under it says nothing about this message.
	Ambiguous bool
}

// Choice says what becomes of one offered message.
type Choice int

// The choices. The zero value does nothing.
const (
	Pass       Choice = iota // not now
	Take                     // collect it, leave it at the server
	TakeDelete               // collect it, then delete it at the server
	TakeHeader               // collect its header alone, leave it at the server
	// DeleteKnown deletes it at the server because it is on this disk already. The
	// custodian must vouch for it (custody.Voucher) against the header that the server
	// shows now; where it does not, the choice is TakeDelete.
	DeleteKnown
)

// Selection is what was chosen for an offer.
type Selection struct {
	Offer  Offer
	Choice Choice
}

// Chooser is a Session whose messages can be taken one by one: POP2 and POP3.
type Chooser interface {
	Session
	// Offers lists a mailbox. It changes nothing at the server.
	Offers(ctx context.Context, mailbox string) ([]Offer, error)
	// Top reads the header of a message and the first lines of its body. The error
	// is ErrUnsupported where the server has no command for it.
	Top(ctx context.Context, o Offer, lines int) ([]byte, error)
	// CollectChosen is Collect for a selection from the last Offers of this mailbox,
	// in which each offer stands at most once. What is not in it is left alone.
	CollectChosen(ctx context.Context, mailbox string, c custody.Custodian, chosen []Selection) (Tally, error)
}
