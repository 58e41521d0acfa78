package pop3

import (
	"context"

	"restante.app/popclient"
)

// Language asks the server to word its answers in a language, a tag of RFC 5646 (RFC
// 6856 section 3). A server that has none but its own gives popclient.ErrUnsupported,
// one that does not know this language refuses; the session goes on in both cases.
func (c *Client) Language(ctx context.Context, tag string) error {
	caps, err := c.Capabilities(ctx)
	if err != nil {
		return err
	}
	if !caps.Lang {
		return c.fail("LANG "+tag, popclient.ErrUnsupported)
	}
	return c.command(ctx, "LANG", tag)
}
