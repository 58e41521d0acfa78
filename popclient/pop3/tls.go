package pop3

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"

	"github.com/xdg-go/scram"

	"restante.app/popclient"
)

// startTLS secures the line (RFC 2595 section 4). The server's capabilities are asked
// for again behind it: those from before may be anybody's.
func (c *Client) startTLS(ctx context.Context) error {
	defer c.conn.Bind(ctx)()
	if _, err := c.exchange("STLS"); err != nil {
		if popclient.Refused(err) {
			return fmt.Errorf("%w: %w", popclient.ErrNoTLS, err)
		}
		return err
	}
	err := c.conn.Upgrade(func(nc net.Conn) (net.Conn, error) {
		secured, err := c.opts.Secure(ctx, nc)
		c.binding = bindingTo(secured)
		return secured, err
	})
	if err != nil {
		return c.fail("STLS", err)
	}
	c.protected, c.asked, c.caps, c.stamp = true, false, Capabilities{}, ""
	return nil
}

// bindingTo returns what ties a login to a TLS session (RFC 9266, and RFC 5929 for what
// is older than TLS 1.3); nothing if nc is no such session.
func bindingTo(nc net.Conn) scram.ChannelBinding {
	tc, ok := nc.(*tls.Conn)
	if !ok {
		return scram.ChannelBinding{}
	}
	state := tc.ConnectionState()
	if state.Version < tls.VersionTLS13 {
		return scram.NewTLSUniqueBinding(state.TLSUnique)
	}
	b, err := scram.NewTLSExporterBinding(&state)
	if err != nil {
		return scram.ChannelBinding{} // a session that lends no keys is not bound to
	}
	return b
}
