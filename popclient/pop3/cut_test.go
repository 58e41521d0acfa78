package pop3_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/popclient/pop3"
	"restante.app/popclient/poptest"
	"restante.app/postoffice/postofficetest"
)

// cutConn breaks after so many octets in one direction; the other direction is cut with it.
type cutConn struct {
	net.Conn
	read, write int // octets that still pass
}

func (c *cutConn) Read(p []byte) (int, error) {
	if c.read == 0 {
		return 0, errors.Join(io.EOF, c.Close())
	}
	n, err := c.Conn.Read(p[:min(len(p), c.read)])
	c.read -= n
	return n, err
}

func (c *cutConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p[:min(len(p), c.write)])
	c.write -= n
	if err == nil && n < len(p) {
		err = errors.Join(io.ErrClosedPipe, c.Close())
	}
	return n, err
}

// enough is more octets than any session here has.
const enough = 1 << 20

// TestCutAnywhere cuts sessions that delete after so many octets, wherever that is. All
// mail is then here or there, and one more session brings all of it here, once.
func TestCutAnywhere(t *testing.T) {
	for name, mode := range map[string]popclient.Choice{"collected": popclient.TakeDelete, "known": popclient.DeleteKnown} {
		whole := &cutConn{read: enough, write: enough}
		t.Run(name, func(t *testing.T) { cutSession(t, mode, whole) })
		for at := 0; at < enough-whole.read; at += 37 {
			t.Run(fmt.Sprintf("%s, after %d octets in", name, at), func(t *testing.T) {
				cutSession(t, mode, &cutConn{read: at, write: enough})
			})
		}
		for at := 0; at < enough-whole.write; at += 11 {
			t.Run(fmt.Sprintf("%s, after %d octets out", name, at), func(t *testing.T) {
				cutSession(t, mode, &cutConn{read: enough, write: at})
			})
		}
	}
}

// cutSession runs a session over a line that breaks, and one more.
func cutSession(t *testing.T, mode popclient.Choice, line *cutConn) {
	t.Helper()
	const letters = 3
	office := postofficetest.Start(t, nil, poptest.Letters(letters)...)
	addr := office.Listen(t, office.Server.ServePOP3)
	store, to := poptest.OpenStore(t)
	if mode == popclient.DeleteKnown {
		if _, err := session(t.Context(), dial(t, addr), to, popclient.Take); err != nil {
			t.Fatal(err)
		}
	}
	line.Conn = dial(t, addr)
	tally, err := session(t.Context(), line, to, mode)
	if (err == nil) != (line.read > 0 && line.write > 0) || err != nil && tally.Removed != 0 || err == nil && tally.Removed != letters {
		t.Errorf("tally %+v, %v", tally, err)
	}
	here := len(poptest.Entries(t, store))
	if there := len(office.Held()); here < letters && there < letters {
		t.Fatalf("%d here, %d there", here, there)
	}
	deadline := time.Now().Add(20 * time.Second)
	for { // until the server has noticed the cut it holds the mailbox
		_, err := session(t.Context(), dial(t, addr), to, popclient.TakeDelete)
		if err == nil {
			break
		}
		if !errors.Is(err, popclient.ErrInUse) || time.Now().After(deadline) {
			t.Fatalf("the next session: %v", err)
		}
	}
	if n := len(office.Held()); n != 0 {
		t.Errorf("%d are still there", n)
	}
	if d := cmp.Diff([]string{"letter 0", "letter 1", "letter 2"}, subjects(t, store)); d != "" {
		t.Errorf("what is here (-want +got):\n%s", d)
	}
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return nc
}

// session makes one choice for everything that is there.
func session(ctx context.Context, nc net.Conn, to poptest.ForAccount, choice popclient.Choice) (tally popclient.Tally, err error) {
	c := pop3.New(nc, pop3.Options{})
	defer func() { err = errors.Join(err, c.Close()) }()
	if _, err := c.Greet(ctx); err != nil {
		return tally, err
	}
	if err := c.Login(ctx, postofficetest.User, popclient.Secret{Password: postofficetest.Password}); err != nil {
		return tally, err
	}
	offers, err := c.Offers(ctx, "inbox")
	if err != nil {
		return tally, err
	}
	var chosen []popclient.Selection
	for _, o := range offers {
		chosen = append(chosen, popclient.Selection{Offer: o, Choice: choice})
	}
	if tally, err = c.CollectChosen(ctx, "inbox", to, chosen); err != nil {
		return tally, err
	}
	return tally, c.Quit(ctx)
}

func subjects(t *testing.T, store *localstore.Store) (out []string) {
	for _, e := range poptest.Entries(t, store) {
		out = append(out, e.Summary.Subject)
	}
	slices.Sort(out)
	return out
}
