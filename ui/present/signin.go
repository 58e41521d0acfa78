package present

import (
	"errors"
	"net/url"
	"strings"

	"restante.app/localstore"
	"restante.app/popclient"
)

// How an account proves who it is: a mechanism with the password, or a token.
const (
	tokenByCommand = "token command"
	tokenByBrowser = "token browser"
)

// Auths are the ways to sign in. All but the tokens send or prove the password.
var Auths = Choice[string]{
	{string(popclient.AuthBest), "Password, by the best way on offer"},
	{string(popclient.AuthSCRAMPlus), "Password, by SCRAM-SHA-256-PLUS"},
	{string(popclient.AuthSCRAM), "Password, by SCRAM-SHA-256"},
	{string(popclient.AuthPlain), "Password, by PLAIN"},
	{string(popclient.AuthLogin), "Password, by LOGIN"},
	{string(popclient.AuthCRAMMD5), "Password, by CRAM-MD5"},
	{string(popclient.AuthAPOP), "Password, by APOP"},
	{string(popclient.AuthUserPass), "Password, by USER and PASS"},
	{tokenByBrowser, "OAuth, in the browser"},
	{tokenByCommand, "OAuth, from a command"},
}

// oauthMechanism is what tokens are sent by unless the account says otherwise.
const oauthMechanism = string(popclient.AuthXOAuth2)

// TakesCommand tells whether a way to sign in runs a command, and InBrowser whether
// it opens the browser.
func TakesCommand(auth string) bool { return Auths.Value(auth) == tokenByCommand }

// InBrowser tells whether a way to sign in opens the browser.
func InBrowser(auth string) bool { return Auths.Value(auth) == tokenByBrowser }

func (f *Form) showSignIn(a localstore.Account) {
	o := a.OAuth
	f.Command, f.ClientID, f.AuthURL, f.TokenURL = strings.Join(o.Command, " "), o.ClientID, o.AuthURL, o.TokenURL
	f.Scopes = strings.Join(o.Scopes, " ")
	switch {
	case len(o.Command) > 0:
		f.Auth = Auths.Label(tokenByCommand)
	case o.AuthURL != "":
		f.Auth = Auths.Label(tokenByBrowser)
	default:
		f.Auth = Auths.Label(a.Auth)
	}
}

// signIn takes over how to sign in. A mechanism for tokens that the account had
// already stays.
func (f Form) signIn(a *localstore.Account) error {
	switch way := Auths.Value(f.Auth); way {
	case tokenByCommand:
		command := strings.Fields(f.Command)
		if len(command) == 0 {
			return errors.New("type the command that prints an access token")
		}
		if a.OAuth.Command == nil || strings.Join(a.OAuth.Command, " ") != f.Command {
			a.OAuth = localstore.OAuth{Command: command} // unchanged words may hold blanks
		}
		a.Auth = orText(tokenMechanism(a.Auth), oauthMechanism)
	case tokenByBrowser:
		for _, u := range []string{f.AuthURL, f.TokenURL} {
			if p, err := url.Parse(strings.TrimSpace(u)); err != nil || p.Scheme != "https" || p.Host == "" {
				return errors.New("the addresses to sign in at begin with https://")
			}
		}
		if strings.TrimSpace(f.ClientID) == "" {
			return errors.New("type the client id that the provider gave for this program")
		}
		a.OAuth = localstore.OAuth{
			ClientID: strings.TrimSpace(f.ClientID), AuthURL: strings.TrimSpace(f.AuthURL), TokenURL: strings.TrimSpace(f.TokenURL),
			Scopes: strings.Fields(f.Scopes),
		}
		a.Auth = orText(tokenMechanism(a.Auth), oauthMechanism)
	default:
		if tokenMechanism(a.Auth) == "" || way != "" || f.Auth != Auths.Label(a.Auth) {
			a.Auth = way
		}
		a.OAuth = localstore.OAuth{}
	}
	return nil
}

// tokenMechanism returns a mechanism if it is one for tokens, else "".
func tokenMechanism(auth string) string {
	switch popclient.Auth(auth) {
	case popclient.AuthXOAuth2, popclient.AuthOAuthBearer:
		return auth
	}
	return ""
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
