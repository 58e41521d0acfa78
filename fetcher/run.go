package fetcher

import (
	"context"
	"errors"
	"time"

	"restante.app/localstore"
	"restante.app/popclient"
)

// quitPatience bounds the polite end of a session whose work is done.
const quitPatience = 5 * time.Second

// run is one fetch of one account.
type run struct {
	core     *Core
	account  localstore.Account
	removal  popclient.Removal
	password string
	cancel   context.CancelFunc
	done     chan struct{}

	tally    popclient.Tally
	progress popclient.Progress
	told     time.Time // of the last Progressed
	listed   time.Time // of the last MailboxChanged
}

// run fetches and publishes what happens.
func (r *run) run(ctx context.Context) {
	defer close(r.done)
	start := time.Now()
	r.core.bus.publish(Started{Account: r.account.ID, Removal: r.removal, Cause: ByClick})
	err := r.fetch(ctx)
	if cause := ctx.Err(); cause != nil && err != nil && !errors.Is(err, cause) {
		err = errors.Join(cause, err)
	}
	r.changed()
	r.core.ended(r)
	r.core.log.Info("fetched", "account", r.account.ID, "mode", r.removal.String(), "tally", r.tally, "error", err)
	r.core.bus.publish(Finished{
		Account: r.account.ID, Removal: r.removal, Mode: r.removal.String(), Cause: ByClick, Tally: r.tally, Err: err,
		Advice: Advise(err), Started: start, Duration: time.Since(start),
	})
}

func (r *run) fetch(ctx context.Context) (err error) {
	conn := connection{
		account: r.account, transcript: r.core.newTranscript(r.account.ID), spool: r.core.spool,
		onProgress: r.progressed,
	}
	s, err := conn.dial(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end(ctx, s, err)) }()
	if _, err := s.Greet(ctx); err != nil {
		return err
	}
	if err := s.Login(ctx, r.account.User, r.password); err != nil {
		if errors.Is(err, popclient.ErrAuth) {
			r.core.secrets.reject(r.account.ID)
		}
		return err
	}
	r.core.secrets.remember(r.account.ID, r.password)
	return r.collect(ctx, s)
}

// collect goes through the mailboxes. A mailbox that is refused, because another
// session holds it or it does not exist, does not keep the others from being read.
func (r *run) collect(ctx context.Context, s session) error {
	var refused []error
	to := custodianFor{Custodian: r.core.store, account: r.account.ID}
	for _, name := range mailboxes(r.account) {
		t, err := s.Collect(ctx, name, to, r.removal)
		r.tally = r.tally.Add(t)
		r.changed()
		switch {
		case popclient.Refused(err):
			refused = append(refused, err)
		case err != nil:
			return errors.Join(append(refused, err)...)
		}
	}
	return errors.Join(refused...)
}

// end quits a session in order, or drops it if something went wrong. What a
// server says to QUIT changes nothing any more, so it does not fail the fetch.
func end(ctx context.Context, s session, err error) error {
	if err != nil && !popclient.Refused(err) {
		_ = s.Close() // the error that led here is the one to report
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), quitPatience)
	defer cancel()
	_ = s.Quit(ctx) // as said above
	return nil
}

// progressed is called by the session, often.
func (r *run) progressed(p popclient.Progress) {
	now := time.Now()
	r.progress = p
	if !p.Saving && p.Octets > 0 && now.Sub(r.told) < 100*time.Millisecond {
		return
	}
	r.told = now
	r.core.bus.publish(Progressed{Account: r.account.ID, Removal: r.removal, Progress: p})
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
