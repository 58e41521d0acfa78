package fetcher

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"restante.app/localstore"
	"restante.app/localstore/custody"
	"restante.app/popclient"
)

// order is what a fetch is to do.
type order struct {
	removal popclient.Removal
	mode    string // as in localstore.FetchRecord
	boxes   []string
	// choose, if not nil, takes the place of the account's policy.
	choose func(offers []popclient.Offer) plan
}

func collectAll(a localstore.Account, r popclient.Removal) order {
	return order{removal: r, mode: r.String(), boxes: mailboxes(a)}
}

// mailbox carries the order out on one mailbox. Only POP3 has ids by which known mail
// can be passed over; of the others everything is read each time.
func (r *run) mailbox(ctx context.Context, s session, name string) (popclient.Tally, error) {
	to := custodianFor{r.core.store, r.account.ID}
	chooser, ok := s.(popclient.Chooser)
	switch {
	case !ok && r.order.choose != nil:
		return popclient.Tally{}, &popclient.Error{Command: r.order.mode, Err: popclient.ErrUnsupported}
	case !ok, r.order.choose == nil && r.account.Protocol != protocolPOP3:
		return s.Collect(ctx, name, to, r.order.removal)
	}
	offers, err := chooser.Offers(ctx, name)
	if err != nil {
		return popclient.Tally{}, err
	}
	p, err := r.choose(name, offers, r.account.SizeLimit)
	if err != nil {
		return popclient.Tally{Left: len(offers)}, err
	}
	t, err := collectChosen(ctx, chooser, name, to, p)
	if errors.Is(err, popclient.ErrUnsupported) && r.order.choose == nil {
		// The server can't show headers: what is too large comes whole, rather than never.
		if p, err = r.choose(name, offers, 0); err != nil {
			return popclient.Tally{Left: len(offers)}, err
		}
		t, err = collectChosen(ctx, chooser, name, to, p)
	}
	t.Known += p.known
	t.Left = len(offers) - t.Removed
	if p.gone > 0 {
		err = errors.Join(err, fmt.Errorf("%d of the chosen messages: %w", p.gone, ErrGone))
	}
	return t, err
}

func collectChosen(ctx context.Context, s popclient.Chooser, name string, to custody.Custodian, p plan) (popclient.Tally, error) {
	if len(p.chosen) == 0 {
		return popclient.Tally{}, nil
	}
	return s.CollectChosen(ctx, name, to, p.chosen)
}

// offersAtOnce is how many offers are compared with the store at once: what it knows of a
// million takes some 400 MB.
const offersAtOnce = 10_000

// choose says what becomes of a mailbox.
func (r *run) choose(mailbox string, offers []popclient.Offer, sizeLimit int64) (plan, error) {
	if r.order.choose != nil {
		return r.order.choose(offers), nil
	}
	p := policyOf(r.account, r.order.removal, time.Now())
	p.sizeLimit = sizeLimit
	var all plan
	for some := range slices.Chunk(offers, offersAtOnce) {
		held, err := r.core.holdings(r.account.ID, mailbox, some)
		if err != nil {
			return plan{}, err
		}
		all.add(p.choose(some, held))
	}
	return all, nil
}

// holdings asks the store once for all ids of a part of a list.
func (c *Core) holdings(account, mailbox string, offers []popclient.Offer) (map[string]localstore.Holding, error) {
	ids := make([]string, 0, len(offers))
	for _, o := range offers {
		if !o.Ambiguous && o.UIDL != "" {
			ids = append(ids, o.UIDL)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return c.store.Holdings(account, mailbox, ids)
}
