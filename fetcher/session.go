package fetcher

import (
	"context"
	"fmt"

	"restante.app/localstore"
	"restante.app/localstore/custody"
	"restante.app/popclient"
	"restante.app/popclient/pop1"
)

// session is what the fetcher needs of a dialect.
type session interface {
	popclient.Session
	Greet(ctx context.Context) (string, error)
	Login(ctx context.Context, user, password string) error
	Look(ctx context.Context, mailbox string) (int64, error)
}

// connection is how an account is reached.
type connection struct {
	account    localstore.Account
	transcript *popclient.Transcript
	spool      string
	onStep     func(popclient.DialStep, string)
	onProgress func(popclient.Progress)
}

// dial connects. The session has not said or heard anything yet.
func (c connection) dial(ctx context.Context) (session, error) {
	a := c.account
	d := popclient.Dialer{
		Host: a.Host, Port: a.Port, TLS: a.Security != localstore.Plain,
		PlainConsent: a.PlainConsent, PinnedKey: a.PinnedKey,
		OnStep: func(s popclient.DialStep, detail string) {
			if s == popclient.Secured {
				c.transcript.Note(detail)
			}
			if c.onStep != nil {
				c.onStep(s, detail)
			}
		},
	}
	c.transcript.Note(fmt.Sprintf("connecting to %s, port %d", a.Host, a.Port))
	nc, err := d.Dial(ctx)
	if err != nil {
		c.transcript.Note(err.Error())
		return nil, err
	}
	if a.Protocol != "" && a.Protocol != "pop1" {
		_ = nc.Close() // unused; the error below says what matters
		return nil, fmt.Errorf("%w: this version collects by POP1 only, not %q", popclient.ErrDialect, a.Protocol)
	}
	return pop1.New(nc, pop1.Options{
		DataReply: dataReply(a.DataReply), Format: a.Format, SpoolDir: c.spool,
		Trace: c.transcript, OnProgress: c.onProgress,
	}), nil
}

func dataReply(r localstore.DataReply) pop1.DataReply {
	switch r {
	case localstore.DataReplyNone:
		return pop1.NoReply
	case localstore.DataReplyFirst:
		return pop1.ReplyFirst
	}
	return pop1.DetectReply
}

// mailboxes returns the mailboxes to collect, in order. Without any named the
// user's name is the mailbox (pop1.md, gap 6).
func mailboxes(a localstore.Account) []string {
	if len(a.Mailboxes) == 0 {
		return []string{a.User}
	}
	return a.Mailboxes
}

// custodianFor gives a session the store as seen by one account.
type custodianFor struct {
	custody.Custodian
	account string
}

// Begin fills in the account, which a session does not know.
func (c custodianFor) Begin(ctx context.Context, run custody.Run) (custody.Intake, error) {
	run.Account = c.account
	return c.Custodian.Begin(ctx, run)
}
