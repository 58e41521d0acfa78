package fetcher

import (
	"errors"

	"restante.app/localstore"
)

// Accounts returns the accounts, in the order in which they were made.
func (c *Core) Accounts() ([]localstore.Account, error) { return c.store.Accounts() }

// SaveAccount adds an account, or changes the one with its ID, and returns it as
// kept. An empty password leaves the known one. Its mailboxes exist from then on,
// so that a list can show them before the first fetch. If the account is kept and the
// password could not be, its ID is set in spite of the error.
func (c *Core) SaveAccount(a localstore.Account, password string) (localstore.Account, error) {
	a, err := c.store.PutAccount(a)
	if err != nil {
		return a, err
	}
	for _, name := range mailboxes(a) {
		if _, err := c.store.EnsureMailbox(a.ID, name); err != nil {
			return a, err
		}
	}
	if password != "" {
		err = c.secrets.put(a.ID, password, a.RememberInKey)
	}
	c.schedule.changed(a, password != "")
	c.bus.publish(AccountsChanged{})
	return a, err
}

// RemoveAccount forgets an account and its password. The mail collected for it
// stays. A fetch under way is cancelled.
func (c *Core) RemoveAccount(id string) error {
	c.Cancel(id)
	if err := c.store.DeleteAccount(id); err != nil {
		return err
	}
	c.schedule.removed(id)
	c.bus.publish(AccountsChanged{})
	return errors.Join(c.secrets.forget(id), c.secrets.forget(tokenKey(id)))
}

// HasPassword tells whether Fetch would find the account's password, or what else
// it logs in with.
func (c *Core) HasPassword(account string) bool {
	a, err := c.store.Account(account)
	if err != nil {
		_, ok := c.secrets.get(account)
		return ok
	}
	_, err = c.secretFor(a, "")
	return err == nil
}

// HasKeyring tells whether there is a desktop's keyring that works.
func (c *Core) HasKeyring() bool { return c.secrets.hasRing() }

// errNoPart says that a message has fewer parts than asked for.
var errNoPart = errors.New("the message has no such attachment")
