package pop3

import (
	"context"
	"fmt"
	"net"

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
	err := c.conn.Upgrade(func(nc net.Conn) (net.Conn, error) { return c.opts.Secure(ctx, nc) })
	if err != nil {
		return c.fail("STLS", err)
	}
	c.protected, c.asked, c.stamp = true, false, ""
	return nil
}
