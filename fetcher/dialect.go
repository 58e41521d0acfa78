package fetcher

import (
	"context"
	"fmt"
	"net"

	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/popclient/pop1"
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
