package fetcher

import (
	"context"
	"fmt"
	"net"

	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/popclient/pop1"
	"restante.app/popclient/pop2"
)

// The names of the protocols, as in localstore.Account.
const (
	protocolPOP1 = "pop1"
	protocolPOP2 = "pop2"
	protocolPOP3 = "pop3"
)

// dialects start a session of a protocol on a connection.
var dialects = map[string]func(connection, popclient.Dialer, net.Conn) session{
	protocolPOP1: startPOP1,
	protocolPOP2: startPOP2,
	protocolPOP3: startPOP3,
}

type pop1Session struct{ *pop1.Client }

func startPOP1(c connection, _ popclient.Dialer, nc net.Conn) session {
	return pop1Session{pop1.New(nc, pop1.Options{
		DataReply: dataReply(c.account.DataReply), Format: c.account.Format, SpoolDir: c.spool,
		Trace: c.transcript, OnProgress: c.onProgress,
	})}
}

func dataReply(r localstore.DataReply) pop1.DataReply {
	switch r {
	case localstore.DataReplyNone:
		return pop1.NoReply
	case localstore.DataReplyFirst:
		return pop1.ReplyFirst
	}
	return pop1.DetectReply
}

// Login implements session.
func (s pop1Session) Login(ctx context.Context, user string, secret credential) error {
	return s.Client.Login(ctx, user, secret.text)
}

// Look implements session.
func (s pop1Session) Look(ctx context.Context, mailbox string) (string, error) {
	n, err := s.Client.Look(ctx, mailbox)
	return fmt.Sprintf("%d octets", n), err
}

type pop2Session struct{ *pop2.Client }

func startPOP2(c connection, _ popclient.Dialer, nc net.Conn) session {
	return pop2Session{pop2.New(nc, pop2.Options{Trace: c.transcript, OnProgress: c.onProgress})}
}

// Login implements session.
func (s pop2Session) Login(ctx context.Context, user string, secret credential) error {
	return s.Client.Login(ctx, user, secret.text)
}

// Look implements session.
func (s pop2Session) Look(ctx context.Context, mailbox string) (string, error) {
	offers, err := s.Offers(ctx, mailbox)
	return fmt.Sprintf("%d messages", len(offers)), err
}
