package fetcher

import (
	"context"
	"errors"
	"time"

	"restante.app/localstore"
	"restante.app/popclient"
)

const (
	// quitPatience bounds the polite end of a session whose work is done.
	quitPatience = 5 * time.Second
	// greetPatience is what a server gets to greet; some look up our name first.
	greetPatience = time.Minute
)

// run is one fetch of one account.
type run struct {
	core    *Core
	account localstore.Account
	order   order
	cause   Cause
	secret  secretSource
	cancel  context.CancelFunc
	done    chan struct{}

	tally    popclient.Tally
	progress popclient.Progress
	terms    *terms    // what the server asked for, nil if it was not asked
	told     time.Time // of the last Progressed
	listed   time.Time // of the last MailboxChanged
}

// run fetches and publishes what happens.
func (r *run) run(ctx context.Context) {
	defer close(r.done)
	start := time.Now()
	r.core.bus.publish(Started{Account: r.account.ID, Removal: r.order.removal, Cause: r.cause})
	err := r.fetch(ctx)
	if cause := ctx.Err(); cause != nil && err != nil && !errors.Is(err, cause) {
		err = errors.Join(cause, err)
	}
	end := Finished{
		Account: r.account.ID, Removal: r.order.removal, Mode: r.order.mode, Cause: r.cause,
		Tally: r.tally, Err: err, Advice: Advise(err), Started: start, Duration: time.Since(start),
	}
	r.core.record(end)
	r.changed()
	r.core.log.Info("fetched", "account", r.account.ID, "mode", r.order.mode, "cause", string(r.cause), "tally", r.tally, "error", err)
	r.core.ended(r, end)
	r.core.bus.publish(end)
}

// fetch goes through the mailboxes, in one session after the other where a session
// ends with a mailbox. A mailbox that is refused, because another session holds it or it
// does not exist, does not keep the others from being read.
func (r *run) fetch(ctx context.Context) error {
	var errs []error
	for boxes := r.order.boxes; len(boxes) > 0; {
		done, refused, err := r.session(ctx, boxes)
		errs = append(errs, refused...)
		if err != nil {
			errs = append(errs, err)
			break
		}
		boxes = boxes[done:]
	}
	return errors.Join(errs...)
}

// session logs in, collects from the first mailboxes and returns how many it has
// done with, those refused among them.
func (r *run) session(ctx context.Context, boxes []string) (done int, refused []error, err error) {
	s, told, err := r.core.login(ctx, r.account, r.secret, r.progressed)
	if told != nil {
		r.terms = told
	}
	if err != nil {
		return 0, nil, err
	}
	defer func() { end(ctx, s, err) }()
	for _, name := range boxes {
		t, err := r.mailbox(ctx, s, name)
		r.tally = r.tally.Add(t)
		r.changed()
		switch {
		case popclient.Refused(err):
			refused = append(refused, err)
		case err != nil:
			return done, refused, err
		}
		done++
		if s.Over() {
			break
		}
	}
	return done, refused, nil
}

// login opens a session up to where mailboxes can be read. What the server asked for
// is known even if it then refused.
func (c *Core) login(ctx context.Context, a localstore.Account, secret secretSource, onProgress func(popclient.Progress)) (_ session, told *terms, err error) {
	conn := connection{account: a, transcript: c.newTranscript(a.ID), spool: c.spool, onProgress: onProgress}
	s, err := c.dial(ctx, conn)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			end(ctx, s, err)
		}
	}()
	if _, err := greet(ctx, conn, s, greetPatience); err != nil {
		return nil, nil, err
	}
	proof, err := secret(ctx)
	if err != nil {
		return nil, nil, err
	}
	err = s.Login(ctx, a.User, proof)
	if t, ok := s.(teller); ok {
		terms := t.terms(ctx)
		told = &terms
	}
	switch {
	case err == nil:
		c.accepted(a, proof)
	case isAuth(err):
		c.rejected(a, proof)
	}
	return s, told, err
}

// end quits a session in order, or drops it if something went wrong. What a
// server says to QUIT changes nothing any more, so it does not fail the fetch.
func end(ctx context.Context, s session, err error) {
	if s.Over() {
		return
	}
	if err != nil && !popclient.Refused(err) {
		_ = s.Close() // the error that led here is the one to report
		return
	}
	ctx, cancel := context.WithTimeout(ctx, quitPatience)
	defer cancel()
	_ = s.Quit(ctx) // as said above; it closes the connection even if nobody waits any more
}

// progressed is called by the session, often.
func (r *run) progressed(p popclient.Progress) {
	now := time.Now()
	r.progress = p
	if !p.Saving && p.Octets > 0 && now.Sub(r.told) < 100*time.Millisecond {
		return
	}
	r.told = now
	r.core.bus.publish(Progressed{Account: r.account.ID, Removal: r.order.removal, Progress: p})
	if now.Sub(r.listed) > time.Second {
		r.changed()
	}
}

// changed says that the mailbox being read may hold new mail.
func (r *run) changed() {
	r.listed = time.Now()
	boxes, err := r.core.store.Mailboxes()
	if err != nil {
		r.core.log.Error("mailboxes", "error", err)
		return
	}
	for _, m := range boxes {
		if m.Account == r.account.ID {
			r.core.bus.publish(MailboxChanged{Mailbox: m.ID})
		}
	}
}
