package fetcher

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"restante.app/localstore"
)

// What keeps an account from signing in.
var (
	// ErrNoSignIn says that it has no addresses to sign in at.
	ErrNoSignIn = errors.New("this account does not sign in with the browser")
	// ErrNoClientID says that the provider knows no program of this name: each gives
	// out an id of its own.
	ErrNoClientID = errors.New("the account has no client ID to sign in with")
)

// signInPatience bounds the wait for a person in front of a browser.
const signInPatience = 5 * time.Minute

// SignIn has the owner of an account sign in with the browser: open is given the
// address to show, and the browser comes back to a port on this machine (RFC 8252). The
// token is kept as passwords are. It blocks until the browser came back, ctx ends or five
// minutes have passed. Its errors are ErrNoSignIn, ErrNoClientID, ErrToken, the context's and open's.
func (c *Core) SignIn(ctx context.Context, account string, open func(url string) error) error {
	a, err := c.store.Account(account)
	if err != nil {
		return err
	}
	if a.OAuth.AuthURL == "" {
		return ErrNoSignIn
	}
	if a.OAuth.ClientID == "" {
		return ErrNoClientID
	}
	ctx, cancel := context.WithTimeout(ctx, signInPatience)
	defer cancel()
	t, err := signIn(ctx, a, open)
	if err != nil {
		return err
	}
	c.keepToken(a, t)
	c.schedule.changed(a, true)
	return nil
}

func signIn(ctx context.Context, a localstore.Account, open func(url string) error) (*oauth2.Token, error) {
	conf, err := oauthConfig(a.OAuth)
	if err != nil {
		return nil, err
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	conf.RedirectURL = fmt.Sprintf("http://%s/", ln.Addr())
	state, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	back := &comeback{state: state, answer: make(chan answer, 1)}
	server := &http.Server{Handler: back, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(ln) // ends by Shutdown below
	}()
	defer func() {
		// The page that says "done" is on its way; a browser that does not take it is left.
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if server.Shutdown(end) != nil {
			_ = server.Close() // nothing of it matters any more
		}
		<-served
	}()
	more := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier), oauth2.AccessTypeOffline}
	if a.User != "" {
		more = append(more, oauth2.SetAuthURLParam("login_hint", a.User))
	}
	if err := open(conf.AuthCodeURL(state, more...)); err != nil {
		return nil, fmt.Errorf("the browser could not be opened: %w", err)
	}
	select {
	case got := <-back.answer:
		if got.err != nil {
			return nil, got.err
		}
		return exchange(ctx, conf, got.code, verifier)
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: nobody came back from the browser: %w", ErrToken, ctx.Err())
	}
}

func exchange(ctx context.Context, conf *oauth2.Config, code, verifier string) (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, oauth2.HTTPClient, tokenClient), tokenPatience)
	defer cancel()
	t, err := conf.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if said, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return nil, fmt.Errorf("%w: the provider answers %q %s", ErrToken, said.Response.Status, printable(said.ErrorCode))
	} else if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrToken, err)
	}
	return t, nil
}

// comeback serves the one request with which the browser returns.
type comeback struct {
	state  string
	answer chan answer // room for one; the first counts
}

type answer struct {
	code string
	err  error
}

// ServeHTTP implements http.Handler. A request with another state comes from somebody
// else and ends nothing (RFC 6749 section 10.12).
func (b *comeback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if r.Method != http.MethodGet || r.URL.Path != "/" || q.Get("state") != b.state {
		http.Error(w, "This is not the answer that Restante waits for.", http.StatusBadRequest)
		return
	}
	got := answer{code: q.Get("code")}
	words := "Done. You can close this page and go back to Restante."
	if got.code == "" {
		got.err = fmt.Errorf("%w: the provider says %q", ErrToken, printable(q.Get("error")))
		words = "Nothing was allowed. You can close this page and go back to Restante."
	}
	select {
	case b.answer <- got:
	default: // the answer was here before
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Connection", "close")
	_, _ = fmt.Fprintln(w, words) // the browser may be gone
}
