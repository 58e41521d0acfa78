package autoconfig

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// Security is how a way protects the line.
type Security int

// The kinds of protection, the best first.
const (
	TLS      Security = iota // from the first octet
	StartTLS                 // by STLS or STARTTLS
	Open                     // none
)

// Way is one way in which mail may be reached.
type Way struct {
	Protocol string // "pop1", "pop2", "pop3"
	Host     string
	Port     int
	Security Security
	Users    []string // names to log in with, the likeliest first
	Source   string   // where it comes from, in words
	// Proved tells that nobody between here and the resolver can have made it up: the
	// host is in the bundled table. A host in the address's own domain proves itself by
	// its certificate; any other needs a person's word (RFC 6186 section 6).
	Proved bool
	Hint   string // advice for this provider, "" for none
	// SignIn is set where the provider takes tokens and no passwords (RFC 6749).
	SignIn SignIn
}

// SignIn is where a token comes from. The id of the program there is not in it: each
// provider gives its own.
type SignIn struct {
	AuthURL, TokenURL string
	Scopes            []string
}

// Submission is where mail may be posted.
type Submission struct {
	Host     string
	Port     int
	Security Security
	Source   string
}

// Result is what was found, the best first.
type Result struct {
	Address    Address
	Ways       []Way
	Submission []Submission
}

// NoPOPError says that a provider is known to offer no POP.
type NoPOPError struct{ Provider, Reason string }

// Error implements error.
func (e *NoPOPError) Error() string { return e.Reason }

// ErrNoDomain says that the resolver knows no domain of that name.
var ErrNoDomain = errors.New("there is no such domain")

// Resolver is what is asked of the DNS. *net.Resolver is one.
type Resolver interface {
	LookupSRV(ctx context.Context, service, proto, name string) (cname string, addrs []*net.SRV, err error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
}

// Step is told of each thing that was looked up.
type Step func(what, found string, err error)

// lookupPatience bounds one question to the resolver.
const lookupPatience = 8 * time.Second

// Find returns the ways for an address. The errors are ErrAddress, ErrNoDomain, a
// *NoPOPError and the context's; a resolver that fails otherwise leaves the guesses.
func Find(ctx context.Context, address string, r Resolver, step Step) (Result, error) {
	a, err := ParseAddress(address)
	if err != nil {
		return Result{}, err
	}
	f := &finder{address: a, resolver: r, step: step, result: Result{Address: a}}
	if f.step == nil {
		f.step = func(string, string, error) {}
	}
	if err := f.find(ctx); err != nil {
		return Result{Address: a}, err
	}
	return f.result, nil
}

type finder struct {
	address  Address
	resolver Resolver
	step     Step
	result   Result
	unknown  int // questions that were answered with "no such domain"
	asked    int
}

func (f *finder) find(ctx context.Context) error {
	if f.address.Private() || f.address.Port != 0 {
		f.own()
		return nil
	}
	if p, ok := byDomain(f.address.Domain); ok {
		f.step("Look into the table of providers", p.Name, nil)
		return f.provider(p, "the table of providers", true)
	}
	f.services(ctx)
	if err := f.exchangers(ctx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if f.unknown == f.asked && len(f.result.Ways) == 0 {
		return fmt.Errorf("%w: %s", ErrNoDomain, f.address.Domain)
	}
	f.guesses()
	return nil
}

// users are the names to log in with where nothing is known.
func (f *finder) users() []string { return []string{f.address.Full, f.address.Local} }

// provider adds what the table knows.
func (f *finder) provider(p provider, source string, proved bool) error {
	if p.None != "" {
		return &NoPOPError{Provider: p.Name, Reason: p.None}
	}
	users := f.users()
	if p.User == "local" {
		users = []string{f.address.Local, f.address.Full}
	}
	f.result.Ways = append(f.result.Ways, Way{
		Protocol: "pop3", Host: p.POP3, Port: 995, Security: TLS, Users: users,
		Source: source, Proved: proved, SignIn: SignIn{p.AuthURL, p.TokenURL, p.Scopes}, Hint: p.hint(),
	})
	post := Submission{Host: p.SMTP, Port: 465, Security: TLS, Source: source}
	if p.StartTLS {
		post.Port, post.Security = 587, StartTLS
	}
	f.result.Submission = append(f.result.Submission, post)
	return nil
}

// services asks for the SRV records of RFC 6186 and RFC 8314.
func (f *finder) services(ctx context.Context) {
	for _, s := range []struct {
		name     string
		security Security
	}{{"pop3s", TLS}, {"pop3", StartTLS}} {
		for _, srv := range f.srv(ctx, s.name) {
			f.result.Ways = append(f.result.Ways, Way{
				Protocol: "pop3", Host: hostOf(srv.Target), Port: int(srv.Port), Security: s.security,
				Users: f.users(), Source: "the domain's SRV records",
			})
		}
	}
	for _, s := range []struct {
		name     string
		security Security
	}{{"submissions", TLS}, {"submission", StartTLS}} {
		for _, srv := range f.srv(ctx, s.name) {
			f.result.Submission = append(f.result.Submission, Submission{
				Host: hostOf(srv.Target), Port: int(srv.Port), Security: s.security, Source: "the domain's SRV records",
			})
		}
	}
}

// maxAnswers is how many records of one kind are looked at.
const maxAnswers = 8

// srv returns the records of a service, in the order of their priorities. A lone dot
// as the target says that the service is not offered (RFC 6186 section 3.4).
func (f *finder) srv(ctx context.Context, service string) []*net.SRV {
	ctx, cancel := context.WithTimeout(ctx, lookupPatience)
	defer cancel()
	_, all, err := f.resolver.LookupSRV(ctx, service, "tcp", f.address.Domain)
	f.count(err)
	var good []*net.SRV
	var names []string
	for _, s := range all[:min(len(all), maxAnswers)] {
		if host := hostOf(s.Target); host != "" && s.Port != 0 {
			good = append(good, s)
			names = append(names, host)
		}
	}
	f.step("Ask for "+service+" in the domain's SRV records", strings.Join(names, ", "), err)
	return good
}

// count notes whether the resolver knows the domain at all.
func (f *finder) count(err error) {
	f.asked++
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		f.unknown++
	}
}

func hostOf(target string) string {
	host, err := domain(strings.TrimSuffix(target, "."))
	if err != nil {
		return ""
	}
	return host
}

// exchangers looks whether the domain's mail is with a provider of the table. The
// answer could be forged, so what follows from it is not proved.
func (f *finder) exchangers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookupPatience)
	defer cancel()
	all, err := f.resolver.LookupMX(ctx, f.address.Domain)
	f.count(err)
	for _, mx := range all[:min(len(all), maxAnswers)] {
		if p, ok := byExchanger(mx.Host); ok {
			f.step("Ask where the domain's mail goes", p.Name, nil)
			err := f.provider(p, "the domain's mail goes to "+p.Name, false)
			if none, ok := errors.AsType[*NoPOPError](err); ok && len(f.result.Ways) > 0 {
				f.step("Ask where the domain's mail goes", none.Reason, nil)
				return nil // its SRV records know better
			}
			return err
		}
	}
	found := ""
	if len(all) > 0 {
		found = hostOf(all[0].Host)
	}
	f.step("Ask where the domain's mail goes", found, err)
	return nil
}

// guesses adds the names that people use, the safe ports before the open ones.
func (f *finder) guesses() {
	d := f.address.Domain
	hosts := []string{"pop." + d, "pop3." + d, "mail." + d, d}
	for _, way := range []Way{
		{Protocol: "pop3", Port: 995, Security: TLS}, {Protocol: "pop3", Port: 110, Security: StartTLS},
		{Protocol: "pop3", Port: 110, Security: Open},
		{Protocol: "pop2", Port: 109, Security: Open}, {Protocol: "pop1", Port: 109, Security: Open},
	} {
		for _, host := range hosts {
			way.Host, way.Users, way.Source = host, f.users(), "the names that people use"
			f.add(way)
		}
	}
	f.result.Submission = append(f.result.Submission,
		Submission{"smtp." + d, 465, TLS, "the names that people use"},
		Submission{"smtp." + d, 587, StartTLS, "the names that people use"},
		Submission{"mail." + d, 587, StartTLS, "the names that people use"})
}

// add leaves out what is there already.
func (f *finder) add(way Way) {
	for _, w := range f.result.Ways {
		if w.Host == way.Host && w.Port == way.Port && w.Protocol == way.Protocol && w.Security == way.Security {
			return
		}
	}
	f.result.Ways = append(f.result.Ways, way)
}

// own adds the ways to a machine of one's own: nobody but itself is asked.
func (f *finder) own() {
	ports := map[Security][]int{TLS: {995}, StartTLS: {110}, Open: {110}}
	old := []int{109}
	if p := f.address.Port; p != 0 {
		ports = map[Security][]int{TLS: {p}, StartTLS: {p}, Open: {p}}
		old = []int{p}
	}
	users := []string{f.address.Local, f.address.Full}
	for _, security := range []Security{TLS, StartTLS, Open} {
		for _, port := range ports[security] {
			f.add(Way{Protocol: "pop3", Host: f.address.Domain, Port: port, Security: security, Users: users, Source: "the address itself"})
		}
	}
	for _, protocol := range []string{"pop2", "pop1"} {
		for _, port := range old {
			f.add(Way{Protocol: protocol, Host: f.address.Domain, Port: port, Security: Open, Users: users, Source: "the address itself"})
		}
	}
	f.result.Submission = append(f.result.Submission, Submission{f.address.Domain, 25, StartTLS, "the address itself"})
}
