package fetcher

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"restante.app/localstore"
)

func TestTokenCommand(t *testing.T) {
	for _, c := range []struct {
		why    string
		script string
		want   string
		says   string // of the error
		hides  string
	}{
		{"a token", "echo ya29.token", "ya29.token", "", ""},
		{"only the first line", "echo ya29.token; echo more", "ya29.token", "", ""},
		{"it fails", "echo not signed in >&2; exit 3", "", "not signed in", ""},
		{"it fails and repeats the token", "echo ya29.token; echo bad ya29.token >&2; exit 1", "", "bad ********", "ya29.token"},
		{"it says nothing", "echo why >&2", "", "printed nothing: why", ""},
		{"it talks too much", `head -c 100000 /dev/zero | tr '\0' y`, "", "printed more than", "yyyy"},
		{"control characters", `printf 'a\033[2Jb' >&2; exit 1`, "", "a[2Jb", "\033"},
	} {
		t.Run(c.why, func(t *testing.T) {
			got, err := tokenCommand(t.Context(), []string{"/bin/sh", "-c", c.script})
			if got != c.want || (err == nil) != (c.says == "") {
				t.Fatalf("%.100q, %.100v", got, err)
			}
			if err == nil {
				return
			}
			if !errors.Is(err, ErrToken) || !strings.Contains(err.Error(), c.says) || c.hides != "" && strings.Contains(err.Error(), c.hides) {
				t.Errorf("%q", err)
			}
		})
	}
}

func TestTokenCommandIsNoShellLine(t *testing.T) {
	got, err := tokenCommand(t.Context(), []string{"/bin/echo", "$HOME; true `id`"})
	if err != nil || got != "$HOME; true `id`" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestTokenCommandEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tokenCommand(ctx, []string{"/bin/sleep", "100"}); !errors.Is(err, context.Canceled) || !errors.Is(err, ErrToken) {
		t.Errorf("%v", err)
	}
}

// provider is an authorization server on loopback.
type provider struct {
	*httptest.Server
	mu        sync.Mutex
	asked     []url.Values // of the token endpoint
	challenge string
	fail      string // the error that the token endpoint answers with
}

func newProvider(t *testing.T) *provider {
	p := &provider{}
	p.Server = httptest.NewServer(http.HandlerFunc(p.token))
	t.Cleanup(p.Close)
	return p
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.asked = append(p.asked, r.PostForm)
	w.Header().Set("Content-Type", "application/json")
	answer := map[string]any{
		"access_token": fmt.Sprintf("access%d", len(p.asked)), "refresh_token": "refresh1",
		"token_type": "Bearer", "expires_in": 3600,
	}
	if p.fail != "" {
		w.WriteHeader(http.StatusBadRequest)
		answer = map[string]any{"error": p.fail, "error_description": "refresh1 is revoked"}
	}
	_ = json.NewEncoder(w).Encode(answer) // the client sees what is missing
}

func (p *provider) set(fail string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fail = fail
}

func (p *provider) last() url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[len(p.asked)-1]
}

func (p *provider) account() localstore.Account {
	a := remembered("oauth")
	a.OAuth = localstore.OAuth{ClientID: "restante", AuthURL: p.URL + "/auth", TokenURL: p.URL + "/token", Scopes: []string{"mail"}}
	return a
}

// browser plays the person who says yes: it goes where the redirect says, after a
// visit from somebody who does not know the state.
func browser(p *provider, answer func(q url.Values, back url.Values)) func(string) error {
	return func(addr string) error {
		u, err := url.Parse(addr)
		if err != nil {
			return err
		}
		q := u.Query()
		p.mu.Lock()
		p.challenge = q.Get("code_challenge")
		p.mu.Unlock()
		back := url.Values{"state": {q.Get("state")}, "code": {"code1"}}
		if answer != nil {
			answer(q, back)
		}
		for _, query := range []url.Values{{"state": {"guessed"}, "code": {"evil"}}, back} {
			r, err := http.Get(q.Get("redirect_uri") + "?" + query.Encode())
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, r.Body)
			if err := errors.Join(err, r.Body.Close()); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestSignIn(t *testing.T) {
	p := newProvider(t)
	c := openCore(t)
	a, err := c.SaveAccount(p.account(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.secretFor(a, ""); !errors.Is(err, ErrSignInNeeded) {
		t.Fatalf("before: %v", err)
	}
	if err := c.SignIn(t.Context(), a.ID, browser(p, func(q, _ url.Values) {
		if back := q.Get("redirect_uri"); !strings.HasPrefix(back, "http://127.0.0.1:") || q.Get("code_challenge_method") != "S256" || q.Get("login_hint") != "fred" {
			t.Errorf("%v", q)
		}
	})); err != nil {
		t.Fatal(err)
	}
	if got := p.last(); got.Get("code") != "code1" || got.Get("code_verifier") == "" || got.Get("code_verifier") == p.challenge {
		t.Errorf("%v", got)
	}
	token(t, c, a, "access1")
	// The token of this run is used until it expires; then the refresh token brings another.
	c.tokens.drop(a.ID)
	token(t, c, a, "access2")
	if got := p.last(); got.Get("grant_type") != "refresh_token" || got.Get("refresh_token") != "refresh1" {
		t.Errorf("%v", got)
	}
	p.set("server_error")
	c.tokens.drop(a.ID)
	refused(t, c, a, ErrToken)
	if !c.HasPassword(a.ID) {
		t.Error("the refresh token is gone although the provider only failed")
	}
	p.set("invalid_grant")
	refused(t, c, a, ErrSignInNeeded)
	if c.HasPassword(a.ID) {
		t.Error("a refresh token that was revoked is still used")
	}
}

func token(t *testing.T, c *Core, a localstore.Account, want string) {
	t.Helper()
	secret, err := c.secretFor(a, "")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := secret(t.Context()); err != nil || got != (credential{want, true}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func refused(t *testing.T, c *Core, a localstore.Account, want error) {
	t.Helper()
	secret, err := c.secretFor(a, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := secret(t.Context()); !errors.Is(err, want) || strings.Contains(err.Error(), "refresh1") {
		t.Errorf("%v, want %v", err, want)
	}
}

func TestSignInRefused(t *testing.T) {
	p := newProvider(t)
	c := openCore(t)
	a, err := c.SaveAccount(p.account(), "")
	if err != nil {
		t.Fatal(err)
	}
	err = c.SignIn(t.Context(), a.ID, browser(p, func(_, back url.Values) {
		back.Del("code")
		back.Set("error", "access_denied")
	}))
	if !errors.Is(err, ErrToken) || !strings.Contains(err.Error(), "access_denied") {
		t.Errorf("the person says no: %v", err)
	}
	noBrowser := errors.New("no browser")
	if err := c.SignIn(t.Context(), a.ID, func(string) error { return noBrowser }); !errors.Is(err, noBrowser) {
		t.Errorf("no browser: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := c.SignIn(ctx, a.ID, func(string) error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	p.set("invalid_grant")
	if err := c.SignIn(t.Context(), a.ID, browser(p, nil)); !errors.Is(err, ErrToken) {
		t.Errorf("the provider refuses the code: %v", err)
	}
	open := p.account()
	open.OAuth.TokenURL = "http://provider.example/token"
	if _, err := oauthConfig(open.OAuth); !errors.Is(err, ErrToken) || !strings.Contains(err.Error(), "https") {
		t.Errorf("an open line: %v", err)
	}
	nameless := p.account()
	nameless.OAuth.ClientID = ""
	if nameless, err = c.SaveAccount(nameless, ""); err != nil {
		t.Fatal(err)
	}
	if err := c.SignIn(t.Context(), nameless.ID, nil); !errors.Is(err, ErrNoClientID) {
		t.Errorf("without a client ID: %v", err)
	}
	plain, err := c.SaveAccount(remembered("plain"), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SignIn(t.Context(), plain.ID, nil); !errors.Is(err, ErrNoSignIn) {
		t.Errorf("an account with a password: %v", err)
	}
}

// TestRefreshTokenIsKept opens the profile again.
func TestRefreshTokenIsKept(t *testing.T) {
	p := newProvider(t)
	r := &ring{items: map[string]string{}}
	dir := filepath.Join(t.TempDir(), "profile")
	c := openWith(t, dir, Options{Keyring: r})
	a, err := c.SaveAccount(p.account(), "")
	if err != nil {
		t.Fatal(err)
	}
	err = c.SignIn(t.Context(), a.ID, browser(p, nil))
	closeCore(t, c)
	if err != nil {
		t.Fatal(err)
	}
	c = openWith(t, dir, Options{Keyring: r})
	defer closeCore(t, c)
	token(t, c, a, "access2")
	if err := c.RemoveAccount(a.ID); err != nil || len(r.items) != 0 {
		t.Errorf("%v, left: %v", err, r.items)
	}
}
