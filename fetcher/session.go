package fetcher

import (
	"context"
	"fmt"
	"time"

	"restante.app/localstore"
	"restante.app/localstore/custody"
	"restante.app/popclient"
)

// session is what the fetcher needs of a dialect.
type session interface {
	popclient.Session
	// Greet waits for the greeting, secures the line where that comes after it, and
	// returns the server's words.
	Greet(ctx context.Context) (string, error)
	Login(ctx context.Context, user string, secret credential) error
	// Look opens a mailbox, reads nothing and returns what is in it, in words.
	Look(ctx context.Context, mailbox string) (string, error)
}

// teller is a session whose server says how it wants to be treated.
type teller interface {
	terms(ctx context.Context) terms
}

// terms are what a server asks for or warns of (RFC 2449 sections 6.5 and 6.7).
type terms struct {
	loginDelay time.Duration
	expires    bool
	expireDays int
}

// connection is how an account is reached.
type connection struct {
	account    localstore.Account
	transcript *popclient.Transcript
	spool      string
	onStep     func(popclient.DialStep, string)
	onProgress func(popclient.Progress)
}

// dialNet connects.
func dialNet(ctx context.Context, c connection) (session, error) {
	start, ok := dialects[c.account.Protocol]
	if !ok {
		return nil, fmt.Errorf("%w: this version does not collect by %q", popclient.ErrDialect, c.account.Protocol)
	}
	d := c.dialer()
	c.transcript.Note(fmt.Sprintf("connecting to %s, port %d", d.Host, d.Port))
	nc, err := d.Dial(ctx)
	if err != nil {
		c.transcript.Note(err.Error())
		return nil, err
	}
	return start(c, d, nc), nil
}

func (c connection) dialer() popclient.Dialer {
	a := c.account
	return popclient.Dialer{
		Host: a.Host, Port: a.Port, TLS: a.Security == localstore.TLS, StartTLS: a.Security == localstore.STARTTLS,
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
}

// inbox is the name that the one mailbox of POP3 has here.
const inbox = "inbox"

// mailboxes returns the mailboxes to collect, in order. Without any named POP1's is
// the user's name (pop1.md, gap 6) and POP2's the one that HELO opens.
func mailboxes(a localstore.Account) []string {
	switch {
	case a.Protocol == protocolPOP3:
		return []string{inbox}
	case len(a.Mailboxes) > 0:
		return a.Mailboxes
	}
	return []string{a.User}
}

// custodianFor gives a session the store as seen by one account.
type custodianFor struct {
	custody.Voucher
	account string
}

// Begin fills in the account, which a session does not know.
func (c custodianFor) Begin(ctx context.Context, run custody.Run) (custody.Intake, error) {
	run.Account = c.account
	return c.Voucher.Begin(ctx, run)
}

// Vouch fills in the account.
func (c custodianFor) Vouch(ctx context.Context, run custody.Run, claims []custody.Claim) ([]bool, custody.Receipt, error) {
	run.Account = c.account
	return c.Voucher.Vouch(ctx, run, claims)
}
