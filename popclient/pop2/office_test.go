package pop2_test

import (
	"context"
	"testing"

	"restante.app/popclient"
	"restante.app/popclient/pop2"
	"restante.app/popclient/poptest"
	"restante.app/postoffice/postofficetest"
)

// officePeer is our own post office as the suite sees it.
type officePeer struct {
	office *postofficetest.Office
	addr   string
}

func (p officePeer) Mailbox() string         { return "inbox" }
func (p officePeer) Held() ([][]byte, error) { return p.office.Held(), nil }

func (p officePeer) Session(ctx context.Context) (popclient.Session, error) {
	return login(ctx, p.addr, pop2.Options{})
}

func (p officePeer) Deliver(m []byte) error {
	p.office.Drops.Put(postofficetest.User, "inbox", m)
	return nil
}

// TestOffice runs the suite against our own post office.
func TestOffice(t *testing.T) {
	poptest.Suite(t, func(t *testing.T) poptest.Peer {
		office := postofficetest.Start(t, nil)
		return officePeer{office, office.Listen(t, office.Server.ServePOP2)}
	})
}
