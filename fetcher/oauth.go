package fetcher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/oauth2"

	"restante.app/localstore"
)

// What logging in by a token may want.
var (
	ErrSignInNeeded = errors.New("the owner of the account has to sign in with the browser")
	ErrToken        = errors.New("no access token could be had")
)

// credential is what a login proves itself with.
type credential struct {
	text  string
	token bool // an OAuth access token, not a password
}

// secretSource finds a credential when it is needed; it may use the network.
type secretSource func(ctx context.Context) (credential, error)

// secretFor returns where an account's credential comes from: ErrPasswordNeeded or
// ErrSignInNeeded if a person has to be asked first.
func (c *Core) secretFor(a localstore.Account, password string) (secretSource, error) {
	switch {
	case len(a.OAuth.Command) > 0:
		return func(ctx context.Context) (credential, error) {
			token, err := tokenCommand(ctx, a.OAuth.Command)
			return credential{token, true}, err
		}, nil
	case a.OAuth.AuthURL != "":
		return c.refreshed(a)
	case password == "":
		known, ok := c.secrets.get(a.ID)
		if !ok {
			return nil, ErrPasswordNeeded
		}
		password = known
	}
	return func(context.Context) (credential, error) { return credential{text: password}, nil }, nil
}

// byToken tells whether an account logs in by OAuth.
func byToken(a localstore.Account) bool { return len(a.OAuth.Command) > 0 || a.OAuth.AuthURL != "" }

// accepted remembers a password that worked.
func (c *Core) accepted(a localstore.Account, used credential) {
	if !used.token {
		c.secrets.remember(a.ID, used.text)
	}
}

// rejected forgets what a server did not accept.
func (c *Core) rejected(a localstore.Account, used credential) {
	if used.token {
		c.tokens.drop(a.ID)
		return
	}
	c.secrets.reject(a.ID)
}

// tokens are the access tokens of this run, by account.
type tokens struct {
	mu   sync.Mutex
	byID map[string]*oauth2.Token
}

func newTokens() *tokens { return &tokens{byID: map[string]*oauth2.Token{}} }

func (t *tokens) get(account string) *oauth2.Token {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.byID[account]
}

func (t *tokens) put(account string, token *oauth2.Token) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.byID[account] = token
}

func (t *tokens) drop(account string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.byID, account)
}

// tokenKey is where an account's refresh token is kept among the secrets.
func tokenKey(account string) string { return account + "#oauth" }

// refreshed gives access tokens out of the refresh token.
func (c *Core) refreshed(a localstore.Account) (secretSource, error) {
	refresh, ok := c.secrets.get(tokenKey(a.ID))
	if !ok && !c.tokens.get(a.ID).Valid() {
		return nil, ErrSignInNeeded
	}
	return func(ctx context.Context) (credential, error) {
		if t := c.tokens.get(a.ID); t.Valid() {
			return credential{t.AccessToken, true}, nil
		}
		conf, err := oauthConfig(a.OAuth)
		if err != nil {
			return credential{}, err
		}
		ctx, cancel := context.WithTimeout(context.WithValue(ctx, oauth2.HTTPClient, tokenClient), tokenPatience)
		defer cancel()
		t, err := conf.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
		if err != nil {
			return credential{}, c.refreshFailed(a, err)
		}
		c.keepToken(a, t)
		return credential{t.AccessToken, true}, nil
	}, nil
}

func (c *Core) keepToken(a localstore.Account, t *oauth2.Token) {
	c.tokens.put(a.ID, t)
	if t.RefreshToken != "" {
		if err := c.secrets.put(tokenKey(a.ID), t.RefreshToken, a.RememberInKey); err != nil {
			c.log.Error("the token", "account", a.ID, "error", err)
		}
	}
}

// refreshFailed forgets a refresh token that is worth nothing any more (RFC 6749
// section 5.2). Of the answer only the error's name is told: the rest may hold secrets.
func (c *Core) refreshFailed(a localstore.Account, err error) error {
	said, ok := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case ok && said.ErrorCode == "invalid_grant":
		c.secrets.reject(tokenKey(a.ID))
		return fmt.Errorf("%w (the provider says invalid_grant)", ErrSignInNeeded)
	case ok:
		return fmt.Errorf("%w: %s answers %q %s", ErrToken, a.OAuth.TokenURL, said.Response.Status, printable(said.ErrorCode))
	}
	return fmt.Errorf("%w: %w", ErrToken, err)
}

// oauthConfig checks that a refresh token goes nowhere unprotected.
func oauthConfig(o localstore.OAuth) (*oauth2.Config, error) {
	for _, addr := range []string{o.AuthURL, o.TokenURL} {
		u, err := url.Parse(addr)
		safe := err == nil && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()))
		if !safe || u.Host == "" {
			return nil, fmt.Errorf("%w: the address %q is not one of https", ErrToken, addr)
		}
	}
	return &oauth2.Config{
		ClientID: o.ClientID, Scopes: o.Scopes,
		Endpoint: oauth2.Endpoint{AuthURL: o.AuthURL, TokenURL: o.TokenURL, AuthStyle: oauth2.AuthStyleInParams},
	}, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// tokenPatience bounds the wait for a token, from wherever it comes.
const tokenPatience = 30 * time.Second

// tokenClient follows no redirects: a token request that is sent elsewhere would take
// the secret along.
var tokenClient = &http.Client{
	Timeout:       tokenPatience,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// The most that is read of what a token command says, in octets.
const (
	maxToken       = 16 << 10
	maxTokenErrors = 2 << 10
)

// tokenCommand runs the owner's command, without a shell, and returns the first line
// that it prints. An error tells what it said on its other output, without the token.
func tokenCommand(ctx context.Context, command []string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, tokenPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	out, errs := &head{most: maxToken}, &head{most: maxTokenErrors}
	cmd.Stdout, cmd.Stderr = out, errs
	cmd.WaitDelay = time.Second // a child of it may hold the outputs open
	err := cmd.Run()
	token, _, _ := strings.Cut(out.kept.String(), "\n")
	token = strings.TrimSpace(token)
	said := errs.kept.String()
	for _, word := range strings.Fields(out.kept.String()) {
		if len(word) > 3 {
			said = strings.ReplaceAll(said, word, "********")
		}
	}
	said = printable(said)
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("%w: the command %s did not end: %w", ErrToken, command[0], ctx.Err())
	case err != nil:
		return "", fmt.Errorf("%w: the command %s failed: %w: %s", ErrToken, command[0], err, said)
	case out.cut:
		return "", fmt.Errorf("%w: the command %s printed more than %d octets", ErrToken, command[0], maxToken)
	case token == "":
		return "", fmt.Errorf("%w: the command %s printed nothing: %s", ErrToken, command[0], said)
	}
	return token, nil
}

func printable(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return -1
	}, s))
}

// head keeps the beginning of what is written to it and swallows the rest.
type head struct {
	kept bytes.Buffer // not embedded: its ReadFrom would take everything
	most int
	cut  bool
}

// Write implements io.Writer.
func (h *head) Write(p []byte) (int, error) {
	room := min(len(p), h.most-h.kept.Len())
	h.cut = h.cut || room < len(p)
	h.kept.Write(p[:room])
	return len(p), nil
}
