package uitest

import (
	"context"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
)

// Discover is part of ui.Core.
func (c *Core) Discover(_ context.Context, _, _ string, onStep func(fetcher.Attempt)) fetcher.Discovery {
	for _, a := range c.Attempts {
		onStep(a)
	}
	return c.Found
}

// SignIn is part of ui.Core.
func (c *Core) SignIn(_ context.Context, account string, _ func(string) error) error {
	c.Locked(func() { c.Signed = append(c.Signed, account) })
	return nil
}

// Secrets is part of ui.Core.
func (c *Core) Secrets() fetcher.SecretState { return c.Secret }

// UnlockSecrets is part of ui.Core: "right" opens the file.
func (c *Core) UnlockSecrets(passphrase string) error {
	c.Locked(func() { c.Opened = append(c.Opened, passphrase) })
	if passphrase != "right" {
		return fetcher.ErrPassphrase
	}
	return nil
}

// SetPassphrase is part of ui.Core.
func (c *Core) SetPassphrase(passphrase string) error {
	c.Locked(func() { c.Sealed = append(c.Sealed, passphrase) })
	return nil
}

// Offers is part of ui.Core.
func (c *Core) Offers(context.Context, string, string) ([]fetcher.Listing, error) {
	return c.Listing, c.OfferErr
}

// Dispatch is part of ui.Core.
func (c *Core) Dispatch(_, _ string, chosen []popclient.Selection, _ string) error {
	c.Locked(func() { c.Chosen = append(c.Chosen, chosen...) })
	return nil
}

// FetchWhole is part of ui.Core.
func (c *Core) FetchWhole(id localstore.MessageID, _ string) error {
	c.Locked(func() { c.Whole = append(c.Whole, id) })
	return nil
}

// FetchAll is part of ui.Core.
func (c *Core) FetchAll() (started int, need []string) {
	c.Locked(func() { c.Alls++ })
	return len(c.Account), nil
}

// SetPaused is part of ui.Core.
func (c *Core) SetPaused(paused bool) error {
	c.Locked(func() { c.Pause = paused })
	return nil
}

// Paused is part of ui.Core.
func (c *Core) Paused() (is bool) {
	c.Locked(func() { is = c.Pause })
	return is
}

// Status is part of ui.Core.
func (c *Core) Status(string) fetcher.Status { return c.Standing }

// Journal is part of ui.Core.
func (c *Core) Journal(account string, limit int) ([]localstore.FetchRecord, error) {
	var out []localstore.FetchRecord
	for _, r := range c.Records {
		if (account == "" || r.Account == account) && len(out) < limit {
			out = append(out, r)
		}
	}
	return out, nil
}
