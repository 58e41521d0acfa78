package fetcher

import (
	"context"
	"errors"
	"strings"
	"time"

	"restante.app/localstore"
	"restante.app/popclient"
)

const (
	// testPatience bounds a connection test as a whole.
	testPatience = time.Minute
	// probePatience is what a server gets to greet in a test.
	probePatience = 20 * time.Second
)

// Test connects as a fetch would, opens each mailbox and reads nothing. It blocks
// until it is done, ctx ends or a minute has passed; call it from no window's own
// goroutine. password may be "" for an account whose password is known.
func (c *Core) Test(ctx context.Context, a localstore.Account, password string) Report {
	secret, err := c.secretFor(a, password)
	if err != nil {
		return Report{Steps: []StepResult{{Step: StepLogin, Err: err}}, Advice: Advise(err)}
	}
	ctx, cancel := context.WithTimeout(ctx, testPatience)
	defer cancel()
	return c.examine(ctx, a, secret)
}

// examine is Test; without a secret it ends after the greeting.
func (c *Core) examine(ctx context.Context, a localstore.Account, secret secretSource) Report {
	p := &probe{at: StepResolve, patience: c.probing}
	transcript := &popclient.Transcript{}
	err := p.probe(ctx, c.dial, connection{account: a, transcript: transcript, spool: c.spool, onStep: p.dialled}, secret)
	if err != nil {
		if p.at == StepGreet && failedToSecure(err) {
			p.at = StepTLS
		}
		p.report.Steps = append(p.report.Steps, StepResult{Step: p.at, Err: err})
		p.report.Advice = Advise(err)
		if cert, ok := errors.AsType[*popclient.CertificateError](err); ok {
			p.report.Fingerprint = cert.Fingerprint
		}
	}
	p.report.Transcript = transcript.String()
	return p.report
}

// failedToSecure tells whether STLS was refused, or the handshake behind it failed.
func failedToSecure(err error) bool {
	if e, ok := errors.AsType[*popclient.Error](err); ok && e.Command == "STLS" {
		return true
	}
	_, ok := errors.AsType[*popclient.CertificateError](err)
	return ok
}

// speaks tells whether the server speaks the dialect indeed: the greetings of POP1 and
// of POP3 are alike.
func speaks(ctx context.Context, s session) error {
	if p, ok := s.(interface{ Probe(context.Context) error }); ok {
		return p.Probe(ctx)
	}
	return nil
}

// probe is a connection test under way.
type probe struct {
	report   Report
	at       Step          // the step that is being tried
	patience time.Duration // with a server that does not greet
}

func (p *probe) done(detail string, next Step) {
	p.report.Steps = append(p.report.Steps, StepResult{Step: p.at, Detail: detail})
	p.at = next
}

func (p *probe) dialled(s popclient.DialStep, detail string) {
	switch s {
	case popclient.Resolved:
		p.done(detail, StepConnect)
	case popclient.Connected:
		p.done(detail, StepTLS)
	case popclient.Secured:
		p.at = StepTLS // with STLS the line is secured while the greeting is waited for
		p.done(detail, StepGreet)
	}
}

func (p *probe) probe(ctx context.Context, dial dialFunc, conn connection, secret secretSource) (err error) {
	s, err := dial(ctx, conn)
	if err != nil {
		return err
	}
	defer func() { end(ctx, s, err) }()
	if p.at == StepTLS {
		p.at = StepGreet
	}
	greeting, err := greet(ctx, conn, s, p.patience)
	if err != nil {
		return err
	}
	p.done(greeting, StepLogin)
	if secret == nil {
		return speaks(ctx, s)
	}
	proof, err := secret(ctx)
	if err != nil {
		return err
	}
	if err := s.Login(ctx, conn.account.User, proof); err != nil {
		return err
	}
	p.done(conn.account.User, StepMailbox)
	var found []string
	for _, name := range mailboxes(conn.account) {
		n, err := s.Look(ctx, name)
		if err != nil {
			return err
		}
		found = append(found, name+": "+n)
	}
	p.done(strings.Join(found, ", "), "")
	return nil
}
