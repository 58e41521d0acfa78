package fetcher

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"restante.app/localstore"
	"restante.app/popclient/autoconfig"
)

// Attempt is one thing that Discover tried, as a line to show.
type Attempt struct {
	What   string // "Look up pop.example.org", a sentence without its full stop
	Detail string // what came of it; "" while it is under way
	Err    error  // why it came to nothing
}

// Safety says how well the way that was found protects the password.
type Safety string

// The safeties, the best first.
const (
	// SafetyVerified: TLS, a valid certificate, and a host that nobody on the way can
	// have made up.
	SafetyVerified Safety = "verified"
	// SafetyUnproved: TLS and a valid certificate, but of a host in another domain that
	// was named by an answer which anybody on the way could forge.
	SafetyUnproved Safety = "unproved"
	// SafetyUnknownKey: TLS, but the certificate is not trusted. Report.Fingerprint is
	// the key that its owner may pin.
	SafetyUnknownKey Safety = "unknown key"
	// SafetyOpen: no protection. Everybody on the way can read the password.
	SafetyOpen Safety = "open"
	// SafetyNothing: nothing was found.
	SafetyNothing Safety = ""
)

// NeedsConsent tells whether a person has to agree before the password is sent.
func (s Safety) NeedsConsent() bool { return s != SafetyVerified }

// Discovery is what Discover found.
type Discovery struct {
	// Account has everything filled in; its ID is "". Host is "" if nothing was found.
	// Where Safety needs consent it is as it would be after the consent: with PlainConsent,
	// or with the key pinned. The password has not been sent then; Core.Test sends it.
	Account localstore.Account
	Safety  Safety
	Source  string // where it comes from: "the table of providers", "DNS", a guess
	// Report is the connection test of Account, or why nothing was found.
	Report Report
	// Hint is a sentence for this provider, such as that it wants an app password, and
	// where to get one.
	Hint string
	// SignIn tells that the provider takes no password: SaveAccount, then Core.SignIn.
	SignIn bool
}

// What keeps Discover from finding anything.
var (
	errNothingFound = errors.New("no post office was found for this address")
)

const (
	// discoverPatience bounds a discovery as a whole, the test of what it found included.
	discoverPatience = 90 * time.Second
	// knockPatience bounds one try of one server.
	knockPatience = 15 * time.Second
	// maxKnocks is how many servers are tried at once.
	maxKnocks = 8
)

// lead is one way in which an address's mail may be reached.
type lead struct {
	account localstore.Account // without User
	users   []string           // to try, in order
	source  string
	proved  bool // nobody on the way can have made it up
	hint    string
}

// leadFinder finds leads, the best first, and tells what it tries.
type leadFinder func(ctx context.Context, address string, tell func(Attempt)) ([]lead, error)

// safety is how well a lead that answered protects the password.
func (l lead) safety(domain string) Safety {
	host := strings.ToLower(l.account.Host)
	switch {
	case isLoopback(host):
		return SafetyVerified // it does not leave this machine
	case l.account.Security == localstore.Plain:
		return SafetyOpen
	case l.proved, host == domain, strings.HasSuffix(host, "."+domain):
		return SafetyVerified
	}
	return SafetyUnproved
}

// Discover finds out how to reach the mail of an address, and tests it. It sends
// the password only where Safety is SafetyVerified. onStep, which may be nil, is told
// of each thing tried, from this goroutine. It blocks until it is done, ctx ends or a
// minute and a half has passed.
func (c *Core) Discover(ctx context.Context, address, password string, onStep func(Attempt)) Discovery {
	if onStep == nil {
		onStep = func(Attempt) {}
	}
	ctx, cancel := context.WithTimeout(ctx, discoverPatience)
	defer cancel()
	parsed, err := autoconfig.ParseAddress(address)
	if err != nil {
		return nothing(err)
	}
	leads, err := c.leads(ctx, address, onStep)
	if err != nil {
		return nothing(err)
	}
	best, found := c.knockAll(ctx, leads, parsed.Domain, onStep)
	if !found {
		if err := ctx.Err(); err != nil {
			return nothing(err)
		}
		return nothing(errNothingFound)
	}
	best.Account.Address = parsed.Full
	best.Account.Name = parsed.Full
	if best.Safety == SafetyVerified && !best.SignIn {
		c.tryUsers(ctx, &best, password, onStep)
	}
	return best.Discovery
}

func nothing(err error) Discovery {
	return Discovery{Report: Report{Steps: []StepResult{{Step: StepResolve, Err: err}}, Advice: Advise(err)}}
}

// opened is a lead that answered.
type opened struct {
	Discovery
	users []string
}

// knockAll tries all leads, several at once, and returns the safest, of equals the
// first. It says nothing secret to any of them.
func (c *Core) knockAll(ctx context.Context, leads []lead, domain string, tell func(Attempt)) (best opened, found bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make([]chan Report, len(leads))
	places := make(chan struct{}, maxKnocks)
	for i := range leads {
		answers[i] = make(chan Report, 1)
	}
	go func() {
		for i, l := range leads {
			select {
			case places <- struct{}{}:
			case <-ctx.Done():
				return
			}
			go func() {
				answers[i] <- c.knock(ctx, l)
				<-places
			}()
		}
	}()
	for i, l := range leads {
		what := fmt.Sprintf("Try %s, port %d, %s, %s", l.account.Host, l.account.Port, strings.ToUpper(l.account.Protocol), l.account.Security)
		var r Report
		select {
		case r = <-answers[i]:
		case <-ctx.Done():
			return best, found
		}
		last := r.Steps[len(r.Steps)-1]
		tell(Attempt{What: what, Detail: last.Detail, Err: last.Err})
		d, ok := judge(l, r, domain)
		if ok && (!found || rank(d.Safety) < rank(best.Safety)) {
			best, found = opened{d, l.users}, true
		}
		if found && best.Safety == SafetyVerified {
			return best, true
		}
	}
	return best, found
}

// rank orders the safeties, the best first.
func rank(s Safety) int {
	return slices.Index([]Safety{SafetyVerified, SafetyUnproved, SafetyUnknownKey, SafetyOpen, SafetyNothing}, s)
}

// judge makes a discovery of a lead and of what its server said.
func judge(l lead, r Report, domain string) (Discovery, bool) {
	d := Discovery{Account: l.account, Safety: l.safety(domain), Source: l.source, Report: r, Hint: l.hint, SignIn: l.account.OAuth.AuthURL != ""}
	if len(l.users) > 0 {
		d.Account.User = l.users[0]
	}
	switch {
	case r.Fingerprint != "" && d.Safety != SafetyOpen:
		d.Safety, d.Account.PinnedKey = SafetyUnknownKey, r.Fingerprint
	case !r.OK():
		return d, false
	case d.Safety == SafetyOpen:
		d.Account.PlainConsent = true
	}
	return d, true
}

// knock connects and waits for the greeting.
func (c *Core) knock(ctx context.Context, l lead) Report {
	ctx, cancel := context.WithTimeout(ctx, knockPatience)
	defer cancel()
	// Only the greeting is read: nothing that is worth protecting goes over the line.
	l.account.PlainConsent = true
	return c.examine(ctx, l.account, nil)
}

// tryUsers logs in, with the next user name where the server does not accept one.
func (c *Core) tryUsers(ctx context.Context, d *opened, password string, tell func(Attempt)) {
	for i, user := range d.users {
		a := d.Account
		a.User = user
		r := c.Test(ctx, a, password)
		last := r.Steps[len(r.Steps)-1]
		tell(Attempt{What: fmt.Sprintf("Log in as %s", user), Detail: last.Detail, Err: last.Err})
		if i == 0 || r.OK() {
			d.Account, d.Report = a, r
		}
		if r.OK() || !isAuth(last.Err) {
			return
		}
	}
}
