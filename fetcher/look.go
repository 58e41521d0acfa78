package fetcher

import (
	"context"
	"errors"
	"slices"
	"sync"

	"restante.app/localstore"
	"restante.app/popclient"
)

// The most headers that a look reads from a server, and that are remembered.
const (
	maxHeaders     = 200
	maxHeadersKept = 5000
)

// look is a list being read, for as long as Close or Cancel may have to end it.
type look struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// startLook keeps fetches of the account from starting until finish is called.
func (c *Core) startLook(ctx context.Context, account string) (_ context.Context, finish func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	l := &look{cancel: cancel, done: make(chan struct{})}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		cancel()
		return nil, nil, ErrClosed
	case c.runs[account] != nil || c.looks[account] != nil:
		cancel()
		return nil, nil, ErrBusy
	}
	c.looks[account] = l
	return ctx, func() {
		cancel()
		c.mu.Lock()
		delete(c.looks, account)
		c.mu.Unlock()
		close(l.done)
	}, nil
}

// lists are the lists that were shown, by mailbox, and headers read for them.
type lists struct {
	mu      sync.Mutex
	offers  map[[2]string][]popclient.Offer
	headers map[headerKey]localstore.Summary
}

type headerKey struct {
	account, mailbox, uidl string
	size                   int64
}

func newLists() *lists {
	return &lists{offers: map[[2]string][]popclient.Offer{}, headers: map[headerKey]localstore.Summary{}}
}

func (l *lists) get(account, mailbox string) []popclient.Offer {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.offers[[2]string{account, mailbox}]
}

func (l *lists) put(account, mailbox string, offers []popclient.Offer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.offers[[2]string{account, mailbox}] = slices.Clone(offers)
}

func (l *lists) header(k headerKey) (localstore.Summary, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.headers[k]
	return s, ok
}

func (l *lists) putHeader(k headerKey, s localstore.Summary) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.headers) >= maxHeadersKept {
		clear(l.headers)
	}
	l.headers[k] = s
}

// list reads the list of one mailbox.
func (c *Core) list(ctx context.Context, s popclient.Chooser, a localstore.Account, name string) (Listing, error) {
	offers, err := s.Offers(ctx, name)
	if err != nil {
		return Listing{}, err
	}
	c.listed.put(a.ID, name, offers)
	held, err := c.holdings(a.ID, name, offers)
	if err != nil {
		return Listing{}, err
	}
	out := Listing{Mailbox: name, Items: make([]ListedMessage, len(offers))}
	for i, o := range offers {
		out.Items[i].Offer = o
		if h, ok := holding(o, held); ok {
			out.Items[i].Known, out.Items[i].Here, out.Items[i].Partial = true, h.Message, h.Partial
		}
	}
	if err := c.summaries(out.Items); err != nil {
		return Listing{}, err
	}
	return out, c.headers(ctx, s, a.ID, name, out.Items)
}

// summaries fills in what the store knows.
func (c *Core) summaries(items []ListedMessage) error {
	at := map[localstore.MessageID]int{}
	var ids []localstore.MessageID
	for i, m := range items {
		if m.Here != 0 {
			at[m.Here] = i
			ids = append(ids, m.Here)
		}
	}
	for part := range slices.Chunk(ids, 500) {
		entries, err := c.store.Entries(part)
		if err != nil {
			return err
		}
		for _, e := range entries {
			items[at[e.ID]].Summary = e.Summary
		}
	}
	return nil
}

// topper is a session that reads many headers in one go. A header that the server
// refused is nil.
type topper interface {
	Tops(ctx context.Context, offers []popclient.Offer, lines int) ([][]byte, error)
}

// headers fills in the newest of what is not here from the server's headers.
func (c *Core) headers(ctx context.Context, s popclient.Chooser, account, mailbox string, items []ListedMessage) error {
	var ask []int
	for i := len(items) - 1; i >= max(0, len(items)-maxHeaders); i-- {
		o := items[i].Offer
		known, ok := c.listed.header(headerKey{account, mailbox, o.UIDL, o.Size})
		switch {
		case items[i].Here != 0:
		case ok && !o.Ambiguous:
			items[i].Summary = known
		default:
			ask = append(ask, i)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	offers := make([]popclient.Offer, len(ask))
	for n, i := range ask {
		offers[n] = items[i].Offer
	}
	heads, err := readHeaders(ctx, s, offers)
	for n, head := range heads {
		if o := offers[n]; head != nil {
			items[ask[n]].Summary = summarize(head)
			c.listed.putHeader(headerKey{account, mailbox, o.UIDL, o.Size}, items[ask[n]].Summary)
		}
	}
	if errors.Is(err, popclient.ErrUnsupported) {
		return nil // the list is worth having without
	}
	return err
}

func readHeaders(ctx context.Context, s popclient.Chooser, offers []popclient.Offer) ([][]byte, error) {
	if t, ok := s.(topper); ok {
		return t.Tops(ctx, offers, 0)
	}
	out := make([][]byte, 0, len(offers))
	for _, o := range offers {
		head, err := s.Top(ctx, o, 0)
		if err != nil && !popclient.Refused(err) {
			return out, err
		}
		out = append(out, head)
	}
	return out, nil
}
