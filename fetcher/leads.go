package fetcher

import (
	"context"
	"net"

	"restante.app/localstore"
	"restante.app/popclient/autoconfig"
)

// findLeads asks the bundled table, then the DNS, and ends with the host names that
// people use.
func findLeads(ctx context.Context, address string, tell func(Attempt)) ([]lead, error) {
	found, err := autoconfig.Find(ctx, address, net.DefaultResolver, func(what, found string, err error) {
		if found == "" && err == nil {
			found = "nothing"
		}
		tell(Attempt{What: what, Detail: found, Err: err})
	})
	if err != nil {
		return nil, err
	}
	leads := make([]lead, len(found.Ways))
	for i, w := range found.Ways {
		leads[i] = leadOf(w)
	}
	return leads, nil
}

func leadOf(w autoconfig.Way) lead {
	l := lead{
		account: localstore.Account{Protocol: w.Protocol, Host: w.Host, Port: w.Port, Security: localstore.TLS},
		users:   w.Users, source: w.Source, proved: w.Proved, hint: w.Hint,
	}
	switch w.Security {
	case autoconfig.StartTLS:
		l.account.Security = localstore.STARTTLS
	case autoconfig.Open:
		l.account.Security = localstore.Plain
	}
	l.account.OAuth = localstore.OAuth{AuthURL: w.SignIn.AuthURL, TokenURL: w.SignIn.TokenURL, Scopes: w.SignIn.Scopes}
	return l
}
