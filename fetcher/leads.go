package fetcher

import (
	"context"
	"strings"

	"restante.app/localstore"
)

// findLeads goes through the host names and ports that people use, the safest first.
func findLeads(_ context.Context, address string, _ func(Attempt)) ([]lead, error) {
	at := strings.LastIndexByte(address, '@')
	name, domain := address[:at], address[at+1:]
	var out []lead
	for _, way := range []localstore.Account{
		{Protocol: protocolPOP3, Port: 995, Security: localstore.TLS},
		{Protocol: protocolPOP3, Port: 110, Security: localstore.STARTTLS},
		{Protocol: protocolPOP3, Port: 110, Security: localstore.Plain},
		{Protocol: protocolPOP2, Port: 109, Security: localstore.Plain},
		{Protocol: protocolPOP1, Port: 109, Security: localstore.Plain},
	} {
		for _, host := range []string{"pop." + domain, "pop3." + domain, "mail." + domain, domain} {
			way.Host = host
			out = append(out, lead{account: way, users: []string{address, name}, source: "a name that people use"})
		}
	}
	return out, nil
}
