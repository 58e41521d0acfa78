package pop1_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"restante.app/popclient"
	"restante.app/popclient/pop1"
	"restante.app/popclient/poptest"
	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/postofficetest"
)

// peer is our post office as the suite sees it.
type peer struct {
	office *postofficetest.Office
	opts   pop1.Options
	secure *tls.Config // of a client, nil for a plain line
	held   func() ([][]byte, error)
	put    func([]byte) error
}

func (p peer) Mailbox() string         { return "inbox" }
func (p peer) Held() ([][]byte, error) { return p.held() }
func (p peer) Deliver(m []byte) error  { return p.put(m) }

func (p peer) Session(ctx context.Context) (popclient.Session, error) {
	nc, err := net.Dial("tcp", p.office.Addr)
	if err != nil {
		return nil, err
	}
	if p.secure != nil {
		nc = tls.Client(nc, p.secure)
	}
	c := pop1.New(nc, p.opts)
	if _, err := c.Greet(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := c.Login(ctx, postofficetest.User, postofficetest.Password); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// TestSuite runs the suite of all dialects against our post office, with each of
// its maildrops and each reading of gap 2.
func TestSuite(t *testing.T) {
	for name, start := range map[string]func(*testing.T) poptest.Peer{
		"Memory":    func(t *testing.T) poptest.Peer { return inMemory(t, nil, pop1.Options{}) },
		"Announce":  func(t *testing.T) poptest.Peer { return inMemory(t, announce, pop1.Options{}) },
		"DataReply": func(t *testing.T) poptest.Peer { return inMemory(t, dataReply, pop1.Options{}) },
		"DataReplySet": func(t *testing.T) poptest.Peer {
			return inMemory(t, dataReply, pop1.Options{DataReply: pop1.ReplyFirst})
		},
		"NoReplySet": func(t *testing.T) poptest.Peer { return inMemory(t, nil, pop1.Options{DataReply: pop1.NoReply}) },
		"TLS":        inTLS,
		"Maildir":    inMaildir,
		"Mbox":       inMbox,
	} {
		t.Run(name, func(t *testing.T) { poptest.Suite(t, start) })
	}
}

func announce(c *postoffice.Config)  { c.Announce = true }
func dataReply(c *postoffice.Config) { c.DataReply = true }

func inMemory(t *testing.T, change func(*postoffice.Config), o pop1.Options) poptest.Peer {
	o.SpoolDir = t.TempDir()
	office := postofficetest.Start(t, change)
	return peer{
		office: office, opts: o,
		held: func() ([][]byte, error) { return office.Held(), nil },
		put: func(m []byte) error {
			office.Drops.Put(postofficetest.User, "inbox", m)
			return nil
		},
	}
}

// inTLS has the same inside TLS from the first octet (gap 11).
func inTLS(t *testing.T) poptest.Peer {
	web := httptest.NewTLSServer(nil) // for its certificate alone
	t.Cleanup(web.Close)
	p := inMemory(t, func(c *postoffice.Config) { c.TLS = &tls.Config{Certificates: web.TLS.Certificates} }, pop1.Options{}).(peer)
	p.office.Addr = p.office.Listen(t, p.office.Server.ServeTLS)
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	p.secure = &tls.Config{RootCAs: roots, ServerName: "example.com"}
	return p
}

// inMaildir delivers into a Maildir as a delivery agent would.
func inMaildir(t *testing.T) poptest.Peer {
	dir := t.TempDir()
	box := filepath.Join(dir, postofficetest.User, "Maildir")
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(box, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	drops, err := maildrop.NewMaildir(dir, maildrop.DefaultMaildir)
	if err != nil {
		t.Fatal(err)
	}
	office := postofficetest.Start(t, func(c *postoffice.Config) { c.Drops = drops })
	n := 0
	return peer{
		office: office, opts: pop1.Options{SpoolDir: t.TempDir()},
		held: func() ([][]byte, error) { return files(filepath.Join(box, "new"), filepath.Join(box, "cur")) },
		put: func(m []byte) error {
			n++
			return os.WriteFile(filepath.Join(box, "new", fmt.Sprintf("%d.M%dP1.test", 1_000_000_000+n, n)), m, 0o600)
		},
	}
}

func files(dirs ...string) (out [][]byte, err error) {
	for _, dir := range dirs {
		list, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			m, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				return nil, err
			}
			out = append(out, m)
		}
	}
	return out, nil
}

// inMbox appends to an mbox with From-stuffing, and counts its From lines.
func inMbox(t *testing.T) poptest.Peer {
	dir := t.TempDir()
	drops, err := maildrop.NewMbox(dir, maildrop.DefaultMbox, maildrop.DefaultLockWait)
	if err != nil {
		t.Fatal(err)
	}
	office := postofficetest.Start(t, func(c *postoffice.Config) { c.Drops = drops })
	path := filepath.Join(dir, strings.ReplaceAll(maildrop.DefaultMbox.Inbox, "%u", postofficetest.User))
	return peer{
		office: office, opts: pop1.Options{SpoolDir: t.TempDir()},
		held: func() ([][]byte, error) {
			m, err := os.ReadFile(path)
			if errors.Is(err, os.ErrNotExist) {
				return nil, nil
			}
			return make([][]byte, bytes.Count(m, []byte("From test@example.org "))), err
		},
		put: func(m []byte) error {
			d, err := drops.Stage(t.Context(), postofficetest.User, maildrop.Envelope{Sender: "test@example.org"})
			if err != nil {
				return err
			}
			if _, err := d.Write(m); err != nil {
				return errors.Join(err, d.Abort())
			}
			return d.Commit(t.Context())
		},
	}
}
