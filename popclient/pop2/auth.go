package pop2

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"restante.app/popclient"
)

// Login sends user and password (RFC 937 HELO), which opens the default mailbox. A
// refusal wraps both popclient.ErrAuth and popclient.ErrRefused; the server is then
// gone. A user name with a space can't be sent: HELO has both on one line.
func (c *Client) Login(ctx context.Context, user, password string) error {
	switch {
	case user == "":
		return c.fail("HELO", "", fmt.Errorf("%w: the user name is empty", popclient.ErrArgument))
	case password == "":
		return c.fail("HELO", "", fmt.Errorf("%w: the password is empty", popclient.ErrArgument))
	case strings.ContainsAny(user, " \t"):
		return c.fail("HELO", "", fmt.Errorf("%w: POP2 has no user names with spaces", popclient.ErrArgument))
	}
	defer c.conn.Bind(ctx)()
	if err := c.conn.SendSecret("HELO", user, quoted(password)); err != nil {
		return c.fail("HELO", "", err)
	}
	if err := c.opened("HELO "+user, defaultMailbox); err != nil {
		return asAuth(err)
	}
	c.user, c.home = user, c.shown
	return nil
}

// quoted doubles the backslash, which quotes the next character in a password.
// ipop2d takes the rest of the line for it, so spaces may stay.
func quoted(password string) string { return strings.ReplaceAll(password, `\`, `\\`) }

func asAuth(err error) error {
	if e, ok := errors.AsType[*popclient.Error](err); ok && popclient.Refused(err) {
		e.Err = fmt.Errorf("%w (%w)", popclient.ErrAuth, e.Err)
	}
	return err
}
