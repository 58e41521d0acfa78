package fetcher

import (
	"context"
	"fmt"
	"net"

	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/popclient/pop3"
)

type pop3Session struct{ *pop3.Client }

func startPOP3(c connection, d popclient.Dialer, nc net.Conn) session {
	o := pop3.Options{
		Trace: c.transcript, OnProgress: c.onProgress, Auth: popclient.Auth(c.account.Auth),
		Protected: c.account.Security == localstore.TLS, Host: d.Host, Port: d.Port,
	}
	if c.account.Security == localstore.STARTTLS {
		o.Secure = d.Secure
	}
	return pop3Session{pop3.New(nc, o)}
}

// Login implements session.
func (s pop3Session) Login(ctx context.Context, user string, secret credential) error {
	if secret.token {
		return s.Client.Login(ctx, user, popclient.Secret{Token: secret.text})
	}
	return s.Client.Login(ctx, user, popclient.Secret{Password: secret.text})
}

// Look implements session.
func (s pop3Session) Look(ctx context.Context, mailbox string) (string, error) {
	offers, err := s.Offers(ctx, mailbox)
	return fmt.Sprintf("%d messages", len(offers)), err
}

// terms implements teller.
func (s pop3Session) terms(ctx context.Context) terms {
	// They may differ once a user is known (RFC 2449 section 6); without an answer there are none.
	caps, err := s.Client.Capabilities(ctx)
	if err != nil {
		return terms{}
	}
	return terms{loginDelay: caps.LoginDelay, expires: caps.Expires, expireDays: caps.ExpireDays}
}
