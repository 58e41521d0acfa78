package pop3

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"restante.app/localstore/custody"
	"restante.app/popclient"
)

// Collect implements popclient.Session: LIST and UIDL, RETR of everything, and if r is
// Delete then DELE of everything and QUIT.
func (c *Client) Collect(ctx context.Context, mailbox string, to custody.Custodian, r popclient.Removal) (popclient.Tally, error) {
	all, err := c.Offers(ctx, mailbox)
	if err != nil {
		return popclient.Tally{}, err
	}
	choice := popclient.Take
	if r == popclient.Delete {
		choice = popclient.TakeDelete
	}
	chosen := make([]popclient.Selection, len(all))
	for i, o := range all {
		chosen[i] = popclient.Selection{Offer: o, Choice: choice}
	}
	return c.CollectChosen(ctx, mailbox, to, chosen)
}

// CollectChosen implements popclient.Chooser. Messages that the server refuses to
// hand over one by one are left, and counted so, and the others collected; the refusals
// are then the error.
func (c *Client) CollectChosen(ctx context.Context, mailbox string, to custody.Custodian, chosen []popclient.Selection) (popclient.Tally, error) {
	if err := c.checkName("RETR", mailbox); err != nil {
		return popclient.Tally{}, err
	}
	t := &transaction{c: c, mailbox: mailbox, to: to}
	if err := t.sort(chosen); err != nil {
		return popclient.Tally{}, err
	}
	if _, err := c.Capabilities(ctx); err != nil {
		return popclient.Tally{}, err
	}
	err := t.run(ctx)
	return t.tally, err
}

// transaction is one selection being collected.
type transaction struct {
	c       *Client
	mailbox string
	to      custody.Custodian

	take    []popclient.Selection // Take and TakeDelete
	headers []popclient.Offer
	known   []popclient.Offer // DeleteKnown, until it is vouched for
	doomed  []doomed

	tally    popclient.Tally
	promised int64
	messages int
	refusals refusals
	shown    time.Time
}

// doomed are messages that the server may delete.
type doomed struct {
	release custody.Release
	numbers []string
}

// sort tells the choices apart. Only what the last list offered can be chosen.
func (t *transaction) sort(chosen []popclient.Selection) error {
	seen := make(map[int]bool, len(chosen))
	for _, s := range chosen {
		at, ok := t.c.offers.place(s.Offer.Number)
		if !ok || t.c.offers.all[at] != s.Offer || seen[s.Offer.Number] {
			return t.c.fail("RETR "+strconv.Itoa(s.Offer.Number), fmt.Errorf("%w: the last list does not offer that, or it was chosen twice", popclient.ErrArgument))
		}
		seen[s.Offer.Number] = true
		switch s.Choice {
		case popclient.Pass:
		case popclient.Take, popclient.TakeDelete:
			t.take = append(t.take, s)
		case popclient.TakeHeader:
			t.headers = append(t.headers, s.Offer)
		case popclient.DeleteKnown:
			t.known = append(t.known, s.Offer)
		default:
			return t.c.fail("RETR", fmt.Errorf("%w: no choice %d", popclient.ErrArgument, s.Choice))
		}
	}
	return nil
}

// run goes through the steps. Nothing is marked for deletion before everything that
// was to be collected is on the disk.
func (t *transaction) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{t.vouch, t.collectHeaders, t.collect} {
		if err := step(ctx); err != nil {
			t.tally.Left = t.tally.Collected + t.tally.Known + t.refusals.count
			return t.refusals.with(err)
		}
	}
	t.tally.Left = t.tally.Collected + t.tally.Known + t.refusals.count
	if len(t.doomed) > 0 {
		if err := t.remove(ctx); err != nil {
			return t.refusals.with(err)
		}
	}
	return t.refusals.err()
}

// unsaved reports mail that reached this side and not the disk. Nothing is marked at
// the server then, and dropping the connection, as the caller does, unmarks all.
func (t *transaction) unsaved(err error) error {
	return t.c.fail("DELE not sent", fmt.Errorf("%w: %w", popclient.ErrStore, err))
}

// delivery is what is known of an offer beside its octets.
func delivery(o popclient.Offer) custody.Delivery {
	d := custody.Delivery{UIDL: o.UIDL, Listed: o.Size}
	if o.Ambiguous {
		d.UIDL = ""
	}
	return d
}

// remove marks what may go (RFC 1939 DELE) and ends the session, at which the server
// deletes.
func (t *transaction) remove(ctx context.Context) error {
	defer t.c.conn.Bind(ctx)()
	if stray, err := t.c.conn.Stray(time.Millisecond); err != nil || stray {
		return t.c.fail("DELE not sent", errors.Join(err, errStray))
	}
	marked := 0
	for _, d := range t.doomed {
		send := func(some []string) error { return t.c.conn.SendReleaseAll(d.release, "DELE", some) }
		err := t.c.each(d.numbers, "DELE", send, func(_ int, refused error) error {
			if refused != nil {
				t.tally.Refused++
				t.refusals.add(refused)
				return nil
			}
			marked++
			return nil
		})
		if err != nil {
			return err
		}
	}
	return t.end(marked)
}

// end is QUIT, at which everything marked goes.
func (t *transaction) end(marked int) error {
	t.c.over = true
	var line string
	err := t.c.conn.Send("QUIT")
	if err == nil {
		line, err = t.c.conn.ReadSlowLine()
	}
	closing := t.c.conn.Close()
	switch {
	case err != nil:
		return t.c.fail("QUIT", fmt.Errorf("%w: %w", popclient.ErrUnconfirmed, err))
	case len(line) < 3 || line[:3] != "+OK":
		return &popclient.Error{Command: "QUIT", Line: t.c.conn.Shown(line), Err: popclient.ErrUnconfirmed}
	}
	t.tally.Removed = marked
	t.tally.Left -= marked
	if closing != nil {
		return t.c.fail("QUIT", closing)
	}
	return nil
}

// report tells of progress, at most some thirty times a second unless it matters.
func (t *transaction) report(saving bool) {
	now := time.Now()
	if t.c.opts.OnProgress == nil || !saving && now.Sub(t.shown) < 30*time.Millisecond {
		return
	}
	t.shown = now
	t.c.opts.OnProgress(popclient.Progress{
		Mailbox: t.mailbox, Octets: t.tally.Octets, Promised: max(t.promised, t.tally.Octets),
		Messages: t.messages, Expected: len(t.take) + len(t.headers), Saving: saving,
	})
}
