package autoconfig

import (
	_ "embed" // for the table
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

//go:embed providers.json
var providersJSON []byte

// provider is a row of the table. Its hosts take POP3 at port 995 and submission at 465,
// both with TLS from the first octet, unless the row says otherwise.
type provider struct {
	Name     string   `json:"name"`
	Domains  []string `json:"domains"`
	MX       []string `json:"mx"` // what the names of its mail exchangers end in
	POP3     string   `json:"pop3"`
	SMTP     string   `json:"smtp"`
	StartTLS bool     `json:"starttls"` // submission is at 587, by STARTTLS
	User     string   `json:"user"`     // "local": the name before the @; else the address
	AuthURL  string   `json:"auth"`     // it takes tokens, no passwords: where to sign in
	TokenURL string   `json:"token"`
	Scopes   []string `json:"scopes"`
	None     string   `json:"none"` // why there is no POP
	Hint     string   `json:"hint"`
	URL      string   `json:"url"`
}

var table = sync.OnceValue(func() []provider {
	all, err := parseTable(providersJSON)
	if err != nil {
		panic(err) // the table is part of the program, and a test reads it
	}
	return all
})

func parseTable(octets []byte) ([]provider, error) {
	var all []provider
	if err := json.Unmarshal(octets, &all); err != nil {
		return nil, fmt.Errorf("the table of providers: %w", err)
	}
	return all, nil
}

// byDomain returns the provider of a domain.
func byDomain(domain string) (provider, bool) {
	for _, p := range table() {
		for _, d := range p.Domains {
			if d == domain {
				return p, true
			}
		}
	}
	return provider{}, false
}

// byExchanger returns the provider that a mail exchanger belongs to.
func byExchanger(host string) (provider, bool) {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, p := range table() {
		for _, end := range p.MX {
			if host == end || strings.HasSuffix(host, "."+end) {
				return p, true
			}
		}
	}
	return provider{}, false
}

// hint is the row's advice with its address.
func (p provider) hint() string {
	if p.URL == "" {
		return p.Hint
	}
	return strings.TrimSpace(p.Hint + " See " + p.URL)
}
