package fetcher

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"restante.app/localstore/custody"
	"restante.app/popclient"
)

// fakeMail is a message at a fakeServer.
type fakeMail struct {
	uidl   string
	octets string
}

// fakeServer is a POP3 server without a network: what sessions on it do, and when, is
// there to be looked at. A field that is changed while sessions run needs the lock.
type fakeServer struct {
	mu         sync.Mutex
	mail       []fakeMail
	login      error // what a login gets
	refuse     error // what a list gets
	told       terms
	noTop      bool
	unanswered bool          // QUIT deletes, and says nothing
	block      chan struct{} // a list waits for it to be closed, if not nil

	logins []time.Time
	tops   int
	retrs  int
	deles  int
}

func (s *fakeServer) do(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// dial is a dialFunc.
func (s *fakeServer) dial(context.Context, connection) (session, error) {
	return &fakeSession{server: s}, nil
}

// uidls returns the ids of what is there.
func (s *fakeServer) uidls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []string{}
	for _, m := range s.mail {
		out = append(out, m.uidl)
	}
	return out
}

type fakeSession struct {
	server *fakeServer
	mail   []fakeMail // as the session began
	over   bool
}

func (s *fakeSession) Greet(context.Context) (string, error) { return "hello", nil }

func (s *fakeSession) Login(context.Context, string, credential) error {
	f := s.server
	f.mu.Lock()
	defer f.mu.Unlock()
	f.logins = append(f.logins, time.Now())
	s.mail = append([]fakeMail(nil), f.mail...)
	return f.login
}

func (s *fakeSession) terms(context.Context) terms {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	return s.server.told
}

func (s *fakeSession) Look(context.Context, string) (string, error) {
	return fmt.Sprintf("%d messages", len(s.mail)), nil
}

func (s *fakeSession) Over() bool                 { return s.over }
func (s *fakeSession) Quit(context.Context) error { return nil }
func (s *fakeSession) Close() error               { return nil }

func (s *fakeSession) Collect(ctx context.Context, mailbox string, to custody.Custodian, r popclient.Removal) (popclient.Tally, error) {
	offers, err := s.Offers(ctx, mailbox)
	if err != nil {
		return popclient.Tally{}, err
	}
	return s.CollectChosen(ctx, mailbox, to, policy{removal: r}.choose(offers, nil).chosen)
}

func (s *fakeSession) Offers(ctx context.Context, _ string) ([]popclient.Offer, error) {
	s.server.mu.Lock()
	block, refuse := s.server.block, s.server.refuse
	s.server.mu.Unlock()
	if block != nil {
		select {
		case <-block:
		case <-ctx.Done():
			return nil, &popclient.Error{Command: "LIST", Err: ctx.Err()}
		}
	}
	if refuse != nil {
		return nil, refuse
	}
	count := map[string]int{}
	for _, m := range s.mail {
		count[m.uidl]++
	}
	out := make([]popclient.Offer, len(s.mail))
	for i, m := range s.mail {
		out[i] = popclient.Offer{Number: i + 1, Size: int64(len(m.octets)), UIDL: m.uidl, Ambiguous: m.uidl == "" || count[m.uidl] > 1}
	}
	return out, nil
}

func (s *fakeSession) Top(_ context.Context, o popclient.Offer, _ int) ([]byte, error) {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.tops++
	return []byte(header(s.mail[o.Number-1].octets)), nil
}

// header returns a message's header with the empty line behind it.
func header(octets string) string {
	head, _, _ := strings.Cut(octets, "\r\n\r\n")
	return head + "\r\n\r\n"
}

// CollectChosen does what RFC 1939 makes of it: one intake for what may be deleted, one
// for what stays, one for headers; then the deletions, which count from QUIT on.
func (s *fakeSession) CollectChosen(ctx context.Context, mailbox string, to custody.Custodian, chosen []popclient.Selection) (t popclient.Tally, err error) {
	goes := map[int]bool{}
	var keep, drop, heads []popclient.Offer
	for _, c := range chosen {
		switch c.Choice {
		case popclient.Take:
			keep = append(keep, c.Offer)
		case popclient.TakeDelete:
			drop = append(drop, c.Offer)
		case popclient.TakeHeader:
			if s.server.noTop {
				return t, &popclient.Error{Command: "TOP", Err: popclient.ErrUnsupported}
			}
			heads = append(heads, c.Offer)
		case popclient.DeleteKnown:
			held, err := s.vouched(ctx, mailbox, to, c.Offer)
			if err != nil {
				return t, err
			}
			if goes[c.Offer.Number] = held; !held {
				drop = append(drop, c.Offer)
			}
		}
	}
	if _, err := s.take(ctx, mailbox, to, keep, false, &t); err != nil {
		return t, err
	}
	if _, err := s.take(ctx, mailbox, to, heads, true, &t); err != nil {
		return t, err
	}
	released, err := s.take(ctx, mailbox, to, drop, false, &t)
	if err != nil {
		return t, err
	}
	for _, o := range drop {
		goes[o.Number] = released
	}
	return t, s.quit(goes, &t)
}

func (s *fakeSession) vouched(ctx context.Context, mailbox string, to custody.Custodian, o popclient.Offer) (bool, error) {
	v, ok := to.(custody.Voucher)
	if !ok {
		return false, nil
	}
	head, err := s.Top(ctx, o, 0)
	if err != nil {
		return false, err
	}
	held, r, err := v.Vouch(ctx, custody.Run{Mailbox: mailbox}, []custody.Claim{{UIDL: o.UIDL, Listed: o.Size, Header: head}})
	if err != nil || !held[0] {
		return false, err
	}
	var tape custody.Tape
	_, _ = tape.Write(head)
	tape.Message()
	permit, err := r.Release(tape.Manifest())
	return permit.Valid(), err
}

// take collects in one intake and tells whether it may be deleted.
func (s *fakeSession) take(ctx context.Context, mailbox string, to custody.Custodian, offers []popclient.Offer, heads bool, t *popclient.Tally) (bool, error) {
	if len(offers) == 0 {
		return false, nil
	}
	in, err := to.Begin(ctx, custody.Run{Mailbox: mailbox})
	if err != nil {
		return false, err
	}
	var tape custody.Tape
	for _, o := range offers {
		d := custody.Delivery{Octets: []byte(s.mail[o.Number-1].octets), Listed: o.Size, Partial: heads}
		if heads {
			d.Octets = []byte(header(string(d.Octets)))
		}
		if !o.Ambiguous {
			d.UIDL = o.UIDL
		}
		s.server.do(func() { s.server.retrs++ })
		_, _ = tape.Write(d.Octets)
		tape.Message()
		if err := in.Deliver(ctx, d); err != nil {
			return false, errors.Join(err, in.Close())
		}
		if heads {
			t.Headers++
		}
	}
	r, err := in.Commit(ctx)
	if err != nil {
		return false, err
	}
	t.Collected += r.Fresh()
	t.Known += r.Known()
	if heads {
		return false, nil // nothing is released for a header
	}
	permit, err := r.Release(tape.Manifest())
	return permit.Valid(), err
}

// quit deletes what goes, by what the octets are: the server numbers anew.
func (s *fakeSession) quit(goes map[int]bool, t *popclient.Tally) error {
	gone := map[fakeMail]int{}
	for n, yes := range goes {
		if yes {
			gone[s.mail[n-1]]++
			t.Removed++
		}
	}
	if t.Removed == 0 {
		return nil
	}
	s.over = true
	f := s.server
	f.mu.Lock()
	defer f.mu.Unlock()
	f.deles += t.Removed
	var left []fakeMail
	for _, m := range f.mail {
		if gone[m] > 0 {
			gone[m]--
			continue
		}
		left = append(left, m)
	}
	f.mail = left
	if f.unanswered {
		t.Removed = 0
		return &popclient.Error{Command: "QUIT", Err: popclient.ErrUnconfirmed}
	}
	return nil
}
