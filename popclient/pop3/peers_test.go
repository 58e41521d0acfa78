//go:build unix

package pop3_test

import (
	"errors"
	"testing"

	"restante.app/popclient"
	"restante.app/popclient/poptest/peers"
)

func plainWay(p *peers.Peer) way {
	return way{addr: p.Addr, roots: p.Roots, user: p.User, password: p.Password}
}

// TestMechanisms logs in to Dovecot in every way that it offers, and with a wrong
// password.
func TestMechanisms(t *testing.T) {
	p := peers.Dovecot(t)
	if p == nil {
		return
	}
	for name, change := range map[string]func(*way){
		"plain line": func(*way) {},
		"STLS":       func(w *way) { w.starttls = true },
		"TLS":        func(w *way) { w.tls, w.addr = true, p.TLSAddr },
	} {
		for _, auth := range []popclient.Auth{
			popclient.AuthBest, popclient.AuthSCRAM, popclient.AuthPlain, popclient.AuthLogin,
			popclient.AuthUserPass, popclient.AuthCRAMMD5, popclient.AuthAPOP,
		} {
			t.Run(name+" "+string(auth), func(t *testing.T) {
				w := plainWay(p)
				change(&w)
				w.auth = auth
				tryLogin(t, p, w)
			})
		}
	}
	w := plainWay(p) // the last, as it makes the server slow
	w.password = "not " + w.password
	if _, err := w.session(t.Context()); !errors.Is(err, popclient.ErrAuth) || !popclient.Refused(err) {
		t.Errorf("a wrong password: %v", err)
	}
}

func tryLogin(t *testing.T, p *peers.Peer, w way) {
	w.trace = &popclient.Transcript{}
	c, err := w.session(t.Context())
	open := !w.tls && !w.starttls
	md5 := w.auth == popclient.AuthAPOP || w.auth == popclient.AuthCRAMMD5
	switch {
	case md5 && open:
		if !errors.Is(err, popclient.ErrMechanism) {
			t.Fatalf("MD5 without TLS: %v", err)
		}
		return
	case errors.Is(err, popclient.ErrMechanism):
		t.Logf("%s does not offer it", p.Name)
		return
	case err != nil:
		t.Fatalf("%v\n%s", err, w.trace)
	}
	if err := c.Quit(t.Context()); err != nil {
		t.Error(err)
	}
}
