package pop2_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"restante.app/popclient"
	"restante.app/popclient/pop2"
	"restante.app/popclient/poptest"
)

const (
	user     = "fred"
	password = "open sesame"
)

// login starts a session with a server that it greets and logs in to.
func login(ctx context.Context, addr string, o pop2.Options) (*pop2.Client, error) {
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c := pop2.New(nc, o)
	if _, err := c.Greet(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := c.Login(ctx, user, password); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// peer is the server of this test as the suite sees it.
type peer struct {
	addr   string
	server *ipop2d
}

func (p peer) Mailbox() string         { return "inbox" }
func (p peer) Held() ([][]byte, error) { return p.server.held(spool), nil }

func (p peer) Deliver(m []byte) error {
	p.server.deliver(spool, m)
	return nil
}

func (p peer) Session(ctx context.Context) (popclient.Session, error) {
	return login(ctx, p.addr, pop2.Options{})
}

// TestSuite runs the suite of all dialects against a server that is as UW's ipop2d,
// and against one that gives bare numbers.
func TestSuite(t *testing.T) {
	for name, names := range map[string]bool{"Named": true, "Bare": false} {
		t.Run(name, func(t *testing.T) {
			poptest.Suite(t, func(t *testing.T) poptest.Peer {
				addr, s := startServer(t, names)
				return peer{addr, s}
			})
		})
	}
}
