package pop1

import (
	"context"
	"errors"
	"fmt"

	"restante.app/popclient"
)

// Login names the user (RFC 918 USER) and gives the password (PASS). A refusal of
// either wraps both popclient.ErrAuth and popclient.ErrRefused; the server is then
// back where it waits for USER.
func (c *Client) Login(ctx context.Context, user, password string) error {
	if user == "" {
		return &popclient.Error{Command: "USER", Err: fmt.Errorf("%w: the user name is empty", popclient.ErrArgument)}
	}
	if err := c.command(ctx, "USER", user); err != nil {
		return asAuth(err)
	}
	defer c.conn.Bind(ctx)()
	if err := c.conn.SendSecret("PASS", password); err != nil {
		return &popclient.Error{Command: "PASS", Err: err}
	}
	return asAuth(c.expectOK("PASS"))
}

func asAuth(err error) error {
	if e, ok := errors.AsType[*popclient.Error](err); ok && popclient.Refused(err) {
		e.Err = fmt.Errorf("%w (%w)", popclient.ErrAuth, e.Err)
	}
	return err
}
