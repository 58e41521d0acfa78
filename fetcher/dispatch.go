package fetcher

import (
	"context"
	"errors"
	"fmt"

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

// What the dispatcher answers.
var (
	// ErrGone says that a message is no longer where it was when it was listed.
	ErrGone = errors.New("not at the post office any more")
	// ErrWhole says that there is no rest of a message to be collected.
	ErrWhole = errors.New("nothing of this message is missing here, or it can't be told which it is at the post office")
)

// The modes of fetches that were not told RETR or RDEL for everything, as in
// localstore.FetchRecord.
const (
	ModeChosen = "chosen" // Dispatch
	ModeWhole  = "whole"  // FetchWhole
)

// Dispatch collects or deletes what was chosen of a mailbox's Listing, as a fetch:
// Started, Progressed, Finished. Messages that have changed their number since are found
// by their unique id; those without one only if the whole list is as it was. It returns
// at once; its errors are those of Fetch. Finished.Err is ErrGone if some are not there.
func (c *Core) Dispatch(account, mailbox string, chosen []popclient.Selection, password string) error {
	a, err := c.store.Account(account)
	if err != nil {
		return err
	}
	before := c.listed.get(account, mailbox)
	o := order{mode: ModeChosen, boxes: []string{mailbox}, choose: func(now []popclient.Offer) plan {
		return findChosen(chosen, before, now)
	}}
	return c.start(a, o, ByClick, password)
}

// findChosen finds messages that were chosen from one list in another.
func findChosen(chosen []popclient.Selection, before, now []popclient.Offer) plan {
	byID, byNumber, same := map[string]popclient.Offer{}, map[int]popclient.Offer{}, len(before) == len(now)
	for i, o := range now {
		byNumber[o.Number] = o
		if !o.Ambiguous && o.UIDL != "" {
			byID[o.UIDL] = o
		}
		same = same && before[i] == o
	}
	var out plan
	taken := map[int]bool{}
	for _, s := range chosen {
		o, ok := byID[s.Offer.UIDL]
		if s.Offer.Ambiguous || s.Offer.UIDL == "" {
			o, ok = byNumber[s.Offer.Number]
			ok = ok && same
		}
		switch {
		case s.Choice == popclient.Pass:
		case !ok || o.Size != s.Offer.Size || taken[o.Number]:
			out.gone++
		default:
			taken[o.Number] = true
			out.chosen = append(out.chosen, popclient.Selection{Offer: o, Choice: s.Choice})
		}
	}
	return out
}

// FetchWhole collects the rest of a message whose header alone is here, as a fetch.
// Its errors are those of Fetch, and ErrWhole. Where the account deletes what it
// collects, the message is then deleted at the server.
func (c *Core) FetchWhole(id localstore.MessageID, password string) error {
	entries, err := c.store.Entries([]localstore.MessageID{id})
	if err != nil {
		return err
	}
	if len(entries) == 0 || !entries[0].Partial || entries[0].UIDL == "" {
		return ErrWhole
	}
	e := entries[0]
	box, err := c.mailboxOf(e.Origin)
	if err != nil {
		return err
	}
	a, err := c.store.Account(box.Account)
	if err != nil {
		return err
	}
	want := popclient.Selection{Offer: popclient.Offer{UIDL: e.UIDL, Size: e.Listed}, Choice: popclient.Take}
	if a.Delete {
		want.Choice = popclient.TakeDelete
	}
	o := order{removal: removalOf(a), mode: ModeWhole, boxes: []string{box.Source}, choose: func(now []popclient.Offer) plan {
		return findChosen([]popclient.Selection{want}, nil, now)
	}}
	return c.start(a, o, ByClick, password)
}

func (c *Core) mailboxOf(id localstore.MailboxID) (localstore.Mailbox, error) {
	boxes, err := c.store.Mailboxes()
	if err != nil {
		return localstore.Mailbox{}, err
	}
	for _, m := range boxes {
		if m.ID == id {
			return m, nil
		}
	}
	return localstore.Mailbox{}, fmt.Errorf("mailbox %d: %w", id, localstore.ErrNotFound)
}

// Offers lists what is at the server, without changing anything there. It blocks;
// the errors are those of a fetch, ErrBusy if one is under way, ErrPasswordNeeded, and
// popclient.ErrUnsupported where the protocol has no lists (POP1).
func (c *Core) Offers(ctx context.Context, account, password string) (out []Listing, err error) {
	a, err := c.store.Account(account)
	if err != nil {
		return nil, err
	}
	secret, err := c.secretFor(a, password)
	if err != nil {
		return nil, err
	}
	ctx, finish, err := c.startLook(ctx, account)
	if err != nil {
		return nil, err
	}
	defer finish()
	s, _, err := c.login(ctx, a, secret, nil)
	if err != nil {
		return nil, err
	}
	defer func() { end(ctx, s, err) }()
	chooser, ok := s.(popclient.Chooser)
	if !ok {
		return nil, fmt.Errorf("the list of %s: %w", a.Name, popclient.ErrUnsupported)
	}
	for _, name := range mailboxes(a) {
		var l Listing
		if l, err = c.list(ctx, chooser, a, name); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}
