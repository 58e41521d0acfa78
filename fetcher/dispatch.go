package fetcher

import (
	"context"

	"restante.app/localstore"
	"restante.app/popclient"
)

// Listing is what lies in one mailbox at the server.
type Listing struct {
	Mailbox string
	Items   []ListedMessage // in the server's order, the oldest first as a rule
}

// ListedMessage is one message at the server.
type ListedMessage struct {
	Offer popclient.Offer
	// Summary is from the message here, or from its header at the server. It is empty
	// beyond the newest few hundred, and where the server shows no headers.
	Summary localstore.Summary
	Here    localstore.MessageID // the message on this disk, 0 if there is none
	Known   bool                 // it was collected before; with Here 0 its owner has deleted it here
	Partial bool                 // only its header is here
}

// Offers lists what is at the server, without changing anything there. It blocks;
// the errors are those of a fetch, ErrBusy if one is under way, ErrPasswordNeeded, and
// popclient.ErrUnsupported where the protocol has no lists (POP1).
func (c *Core) Offers(ctx context.Context, account, password string) ([]Listing, error) {
	return nil, popclient.ErrUnsupported
}

// Dispatch collects or deletes what was chosen of a mailbox's Listing, as a fetch:
// Started, Progressed, Finished. Messages that have changed their number since are found
// by their unique id; without one only if nothing has changed. It returns at once; its
// errors are those of Fetch.
func (c *Core) Dispatch(account, mailbox string, chosen []popclient.Selection, password string) error {
	return popclient.ErrUnsupported
}

// FetchWhole collects the rest of a message whose header alone is here, as a
// fetch. Its errors are those of Fetch.
func (c *Core) FetchWhole(id localstore.MessageID, password string) error {
	return popclient.ErrUnsupported
}
