//go:build unix

package peers_test

import (
	"context"
	"errors"
	"net"
	"strconv"
	"testing"

	"restante.app/popclient"
	"restante.app/popclient/pop3"
	"restante.app/popclient/poptest"
	"restante.app/popclient/poptest/peers"
)

// line is how a session reaches a peer, and by what it proves who it is.
type line struct {
	name     string
	tls      bool
	startTLS bool
	auth     popclient.Auth
}

// peer is a server of others as the suite sees it.
type peer struct {
	*peers.Peer
	line line
}

func (p peer) Session(ctx context.Context) (popclient.Session, error) {
	addr := p.Addr
	if p.line.tls {
		addr = p.TLSAddr
	}
	_, text, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, err
	}
	d := popclient.Dialer{Host: "localhost", Port: port, TLS: p.line.tls, StartTLS: p.line.startTLS, Roots: p.Roots}
	nc, err := d.Dial(ctx)
	if err != nil {
		return nil, err
	}
	o := pop3.Options{Auth: p.line.auth, Protected: p.line.tls, Host: d.Host, Port: port}
	if p.line.startTLS {
		o.Secure = d.Secure
	}
	c := pop3.New(nc, o)
	if _, err := c.Greet(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := c.Login(ctx, p.User, popclient.Secret{Password: p.Password}); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// TestSuite runs the suite of all dialects against each server that is installed.
func TestSuite(t *testing.T) {
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			if p == nil {
				return
			}
			poptest.Suite(t, func(t *testing.T) poptest.Peer {
				t.Cleanup(func() {
					if err := p.Empty(); err != nil {
						t.Error(err)
					}
				})
				return peer{p, line{}}
			})
		})
	}
}

// TestLines collects and deletes over each kind of line and by each mechanism that a
// server offers.
func TestLines(t *testing.T) {
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			if p == nil {
				return
			}
			for _, l := range lines(p) {
				t.Run(l.name, func(t *testing.T) { once(t, peer{p, l}) })
			}
		})
	}
}

// lines are all that a server has. MD5 is used inside TLS alone, and APOP not behind
// STLS, because its timestamp came before.
func lines(p *peers.Peer) []line {
	all := []line{{name: "Plain"}, {name: "UserPass", auth: popclient.AuthUserPass}}
	for _, m := range p.Features.SASL {
		all = append(all, line{name: "TLS " + string(m), tls: true, auth: m})
	}
	if p.TLSAddr != "" {
		all = append(all, line{name: "TLS", tls: true})
	}
	if p.Features.STLS {
		all = append(all, line{name: "STLS", startTLS: true})
	}
	if p.Features.APOP {
		all = append(all, line{name: "APOP", tls: true, auth: popclient.AuthAPOP})
	}
	return all
}

func once(t *testing.T, p peer) {
	for _, m := range poptest.Letters(2) {
		if err := p.Deliver(m); err != nil {
			t.Fatal(err)
		}
	}
	s, err := p.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, to := poptest.OpenStore(t)
	tally, err := s.Collect(t.Context(), p.Mailbox(), to, popclient.Delete)
	if err := errors.Join(err, s.Quit(t.Context())); err != nil {
		t.Fatal(err)
	}
	if tally.Collected != 2 || tally.Removed != 2 {
		t.Errorf("%+v", tally)
	}
}
