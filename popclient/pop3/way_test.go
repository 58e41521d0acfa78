package pop3_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"strconv"

	"restante.app/popclient"
	"restante.app/popclient/pop3"
)

// way is how to reach a server and to log in.
type way struct {
	addr           string
	roots          *x509.CertPool
	tls, starttls  bool
	auth           popclient.Auth
	user, password string
	trace          *popclient.Transcript
}

// session dials, greets and logs in.
func (w way) session(ctx context.Context) (*pop3.Client, error) {
	_, port, err := net.SplitHostPort(w.addr)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	d := popclient.Dialer{Host: "localhost", Port: n, TLS: w.tls, StartTLS: w.starttls, Roots: w.roots}
	nc, err := d.Dial(ctx)
	if err != nil {
		return nil, err
	}
	o := pop3.Options{Auth: w.auth, Protected: w.tls, Host: d.Host, Port: d.Port, Trace: w.trace}
	if w.starttls {
		o.Secure = d.Secure
	}
	c := pop3.New(nc, o)
	if _, err := c.Greet(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := c.Login(ctx, w.user, popclient.Secret{Password: w.password}); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}
