package fetcher

import (
	"context"
	"strings"

	"restante.app/localstore"
)

// findLeads tries the host names that people use.
func findLeads(_ context.Context, address string, _ func(Attempt)) ([]lead, error) {
	name, domain, _ := strings.Cut(address, "@")
	var out []lead
	for _, host := range []string{"pop." + domain, "pop3." + domain, "mail." + domain, domain} {
		for _, way := range []struct {
			port     int
			security localstore.Security
		}{{995, localstore.TLS}, {110, localstore.STARTTLS}} {
			out = append(out, lead{
				account: localstore.Account{Protocol: protocolPOP3, Host: host, Port: way.port, Security: way.security},
				users:   []string{address, name}, source: "the names that people use",
			})
		}
	}
	return out, nil
}
