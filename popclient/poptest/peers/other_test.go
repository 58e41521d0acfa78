//go:build unix

package peers_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"restante.app/popclient"
	"restante.app/popclient/pop1"
	"restante.app/popclient/pop2"
	"restante.app/popclient/pop3"
	"restante.app/popclient/poptest"
)

// other is a server somewhere else, described by the environment.
type other struct {
	dialer                         popclient.Dialer
	dialect, user, password, inbox string
	deliver                        string
	account                        *testing.T
}

// TestOther runs the suite against the server that README.md's variables describe.
func TestOther(t *testing.T) {
	o := fromEnvironment(t)
	if o == nil {
		t.Log("POPTEST_HOST is not set: no other server to test against")
		return
	}
	poptest.Suite(t, func(t *testing.T) poptest.Peer {
		p := *o
		p.account = t
		p.empty(t)
		return p
	})
}

func fromEnvironment(t *testing.T) *other {
	t.Helper()
	host := os.Getenv("POPTEST_HOST")
	if host == "" {
		return nil
	}
	o := &other{
		dialect: os.Getenv("POPTEST_DIALECT"), user: os.Getenv("POPTEST_USER"), password: os.Getenv("POPTEST_PASSWORD"),
		inbox: os.Getenv("POPTEST_MAILBOX"), deliver: os.Getenv("POPTEST_DELIVER"),
		dialer: popclient.Dialer{Host: host, Port: 109, PinnedKey: os.Getenv("POPTEST_PIN")},
	}
	if o.inbox == "" {
		o.inbox = "INBOX"
	}
	if o.dialect == "pop3" {
		o.dialer.Port = 110
	}
	switch s := os.Getenv("POPTEST_SECURITY"); s {
	case "tls":
		o.dialer.TLS, o.dialer.Port = true, 995
	case "starttls":
		o.dialer.StartTLS = true
	case "plain", "":
		o.dialer.PlainConsent = true
	default:
		t.Fatalf("POPTEST_SECURITY is %q: use tls, starttls or plain", s)
	}
	if text := os.Getenv("POPTEST_PORT"); text != "" {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			t.Fatalf("POPTEST_PORT: %v", err)
		}
		o.dialer.Port = int(port)
	}
	if o.user == "" || o.deliver == "" {
		t.Fatal("set POPTEST_USER, POPTEST_PASSWORD and POPTEST_DELIVER too")
	}
	return o
}

func (o other) Mailbox() string { return o.inbox }

// Session waits where another session still has the mailbox: the server may not have
// noticed yet that a client is gone.
func (o other) Session(ctx context.Context) (popclient.Session, error) {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		s, err := o.session(ctx)
		if err == nil || !popclient.Refused(err) || time.Now().After(deadline) {
			return s, err
		}
	}
}

func (o other) session(ctx context.Context) (popclient.Session, error) {
	nc, err := o.dialer.Dial(ctx)
	if err != nil {
		return nil, err
	}
	greeted := func(s popclient.Session, greet func(context.Context) (string, error), login func() error) (popclient.Session, error) {
		_, err := greet(ctx)
		if err == nil {
			err = login()
		}
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		return s, nil
	}
	switch o.dialect {
	case "pop1":
		c := pop1.New(nc, pop1.Options{})
		return greeted(c, c.Greet, func() error { return c.Login(ctx, o.user, o.password) })
	case "pop2":
		c := pop2.New(nc, pop2.Options{})
		return greeted(c, c.Greet, func() error { return c.Login(ctx, o.user, o.password) })
	case "pop3":
		opts := pop3.Options{Protected: o.dialer.TLS, Host: o.dialer.Host, Port: o.dialer.Port}
		if o.dialer.StartTLS {
			opts.Secure = o.dialer.Secure
		}
		c := pop3.New(nc, opts)
		return greeted(c, c.Greet, func() error { return c.Login(ctx, o.user, popclient.Secret{Password: o.password}) })
	}
	return nil, errors.Join(fmt.Errorf("POPTEST_DIALECT is %q: use pop1, pop2 or pop3", o.dialect), nc.Close())
}

// empty deletes what the mailbox holds.
func (o other) empty(t *testing.T) {
	t.Helper()
	s, err := o.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, to := poptest.OpenStore(t)
	_, err = s.Collect(t.Context(), o.inbox, to, popclient.Delete)
	if err := errors.Join(err, s.Quit(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// Held collects what is there into a store of its own.
func (o other) Held() (out [][]byte, err error) {
	s, err := o.Session(o.account.Context())
	if err != nil {
		return nil, err
	}
	store, to := poptest.OpenStore(o.account)
	_, err = s.Collect(o.account.Context(), o.inbox, to, popclient.Leave)
	if err := errors.Join(err, s.Quit(o.account.Context())); err != nil {
		return nil, err
	}
	for _, e := range poptest.Entries(o.account, store) {
		m, err := store.OpenMessage(e.ID)
		if err != nil {
			return nil, err
		}
		octets, err := io.ReadAll(m.Reader())
		if err != nil {
			return nil, err
		}
		out = append(out, bytes.ReplaceAll(octets, []byte("\r\n"), []byte("\n")))
	}
	return out, nil
}

func (o other) Deliver(message []byte) error {
	c := exec.CommandContext(o.account.Context(), "sh", "-c", o.deliver)
	c.Stdin = bytes.NewReader(message)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", o.deliver, err, out)
	}
	return nil
}
