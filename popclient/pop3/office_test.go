package pop3_test

import (
	"context"
	"crypto/tls"
	"testing"

	"restante.app/popclient"
	"restante.app/popclient/pop3"
	"restante.app/popclient/poptest"
	"restante.app/postoffice"
	"restante.app/postoffice/postofficetest"
)

// officePeer is our own post office as the suite sees it.
type officePeer struct {
	office *postofficetest.Office
	way    way
}

func (p officePeer) Mailbox() string         { return "inbox" }
func (p officePeer) Held() ([][]byte, error) { return p.office.Held(), nil }
func (p officePeer) Session(ctx context.Context) (popclient.Session, error) {
	return p.way.session(ctx)
}

func (p officePeer) Deliver(m []byte) error {
	p.office.Drops.Put(postofficetest.User, "inbox", m)
	return nil
}

// TestOffice runs the suite against our own post office: open, by STLS and inside TLS.
func TestOffice(t *testing.T) {
	cert, roots := postofficetest.Certificate(t)
	for name, change := range map[string]func(*way){
		"Open": func(*way) {},
		"STLS": func(w *way) { w.starttls = true },
		"TLS":  func(w *way) { w.tls = true },
	} {
		t.Run(name, func(t *testing.T) {
			poptest.Suite(t, func(t *testing.T) poptest.Peer {
				office := postofficetest.Start(t, func(c *postoffice.Config) {
					c.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
				})
				w := way{roots: roots, user: postofficetest.User, password: postofficetest.Password}
				change(&w)
				serve := office.Server.ServePOP3
				if w.tls {
					serve = office.Server.ServePOP3TLS
				}
				w.addr = office.Listen(t, serve)
				return officePeer{office, w}
			})
		})
	}
}

// TestOfficeMechanisms logs in to our own post office in every way that it offers.
func TestOfficeMechanisms(t *testing.T) {
	office := postofficetest.Start(t, nil)
	addr := office.Listen(t, office.Server.ServePOP3)
	for _, auth := range []popclient.Auth{popclient.AuthBest, popclient.AuthPlain, popclient.AuthLogin, popclient.AuthUserPass} {
		w := way{addr: addr, user: postofficetest.User, password: postofficetest.Password, auth: auth, trace: &popclient.Transcript{}}
		c, err := w.session(t.Context())
		if err != nil {
			t.Fatalf("%q: %v\n%s", auth, err, w.trace)
		}
		caps, err := c.Capabilities(t.Context())
		if err != nil || !caps.Pipelining || !caps.UIDL || !caps.Top || caps.Expires {
			t.Errorf("%+v, %v", caps, err)
		}
		if err := c.Quit(t.Context()); err != nil {
			t.Error(err)
		}
	}
	var _ popclient.Chooser = (*pop3.Client)(nil)
}
