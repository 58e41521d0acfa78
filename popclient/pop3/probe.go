package pop3

import (
	"context"
	"fmt"

	"restante.app/popclient"
)

// Probe tells whether a server that greeted speaks POP3 rather than POP1, whose
// greeting is the same: popclient.ErrDialect if it is POP1. It is for before Login. A
// server without CAPA is asked for NOOP, which RFC 918 takes in any state and RFC 1939
// only behind a login.
func (c *Client) Probe(ctx context.Context) error {
	caps, err := c.Capabilities(ctx)
	if err != nil || caps.Known {
		return err
	}
	err = c.Noop(ctx)
	if err == nil {
		return c.fail("NOOP", fmt.Errorf("%w: this looks like POP1", popclient.ErrDialect))
	}
	if popclient.Refused(err) {
		return nil
	}
	return err
}
