package pop3_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
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

// renamingPeer is a post office that gives out the ids it is told to.
type renamingPeer struct{ officePeer }

var _ poptest.Renamer = renamingPeer{}

func (p renamingPeer) Rename(uidls ...string) { p.office.Rename(uidls...) }

// TestOfficeQuirks runs the suite against a post office that lacks what servers may
// lack, gives the same id to several messages or lists wrong sizes.
func TestOfficeQuirks(t *testing.T) {
	for name, odd := range map[string]func(*postoffice.Config){
		"NoUIDL":       func(c *postoffice.Config) { c.Quirks.Without = []string{"UIDL"} },
		"NoTOP":        func(c *postoffice.Config) { c.Quirks.Without = []string{"TOP"} },
		"NoCAPA":       func(c *postoffice.Config) { c.Quirks.Without = []string{"CAPA"} },
		"NoPipelining": func(c *postoffice.Config) { c.Quirks.Without = []string{"PIPELINING", "SASL"} },
		"OldServer":    func(c *postoffice.Config) { c.Quirks.Without = []string{"CAPA", "UIDL", "SASL"} },
		"Renamed":      nil,
		"Missized":     nil,
	} {
		t.Run(name, func(t *testing.T) {
			poptest.Suite(t, func(t *testing.T) poptest.Peer {
				office := postofficetest.Start(t, odd)
				w := way{addr: office.Listen(t, office.Server.ServePOP3), user: postofficetest.User, password: postofficetest.Password}
				p := officePeer{office, w}
				switch name {
				case "Renamed":
					return renamingPeer{p}
				case "Missized":
					office.Missize(7)
				}
				return p
			})
		})
	}
}

// TestOfficeSilentQuit has mail deleted by a QUIT that is not answered: the client says
// that it doesn't know, and the next session finds what there is.
func TestOfficeSilentQuit(t *testing.T) {
	office := postofficetest.Start(t, func(c *postoffice.Config) { c.Quirks.SilentQuit = true }, poptest.Letters(3)...)
	w := way{addr: office.Listen(t, office.Server.ServePOP3), user: postofficetest.User, password: postofficetest.Password}
	c, err := w.session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, to := poptest.OpenStore(t)
	if _, err := c.Collect(t.Context(), "inbox", to, popclient.Delete); !errors.Is(err, popclient.ErrUnconfirmed) {
		t.Errorf("Collect: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if n := len(office.Held()); n != 0 {
		t.Errorf("%d are held", n)
	}
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
}

// TestProbe tells POP1, whose greeting is the same, from POP3.
func TestProbe(t *testing.T) {
	office := postofficetest.Start(t, nil)
	for _, c := range []struct {
		addr string
		want error
	}{{office.Addr, popclient.ErrDialect}, {office.Listen(t, office.Server.ServePOP3), nil}} {
		nc, err := net.Dial("tcp", c.addr)
		if err != nil {
			t.Fatal(err)
		}
		p := pop3.New(nc, pop3.Options{})
		if _, err := p.Greet(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := p.Probe(t.Context()); !errors.Is(err, c.want) {
			t.Errorf("%v, want %v", err, c.want)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}
