package fetcher

import (
	"context"

	"restante.app/localstore"
)

// Journal returns at most limit fetches of an account, "" for all accounts, the
// newest first. Every fetch is in it, those that failed or were cancelled too.
func (c *Core) Journal(account string, limit int) ([]localstore.FetchRecord, error) {
	return c.store.Journal(account, limit)
}

// Delete deletes messages from this disk. What a server still has of them follows
// at the next fetch where the account says so (DeleteWithMine), and is not collected again.
func (c *Core) Delete(ids []localstore.MessageID) error {
	entries, err := c.store.Entries(ids)
	if err != nil {
		return err
	}
	if err := c.store.Delete(context.Background(), ids, nil); err != nil {
		return err
	}
	c.mailboxesChanged(entries)
	return nil
}

// record keeps a fetch in the journal.
func (c *Core) record(f Finished) {
	err := c.store.AppendJournal(localstore.FetchRecord{
		Account: f.Account, Started: f.Started, Duration: f.Duration, Mode: f.Mode, Cause: string(f.Cause),
		Octets: f.Tally.Octets, Collected: f.Tally.Collected, Known: f.Tally.Known, Removed: f.Tally.Removed,
		Refused: f.Tally.Refused, Left: f.Tally.Left, Headers: f.Tally.Headers,
		Failure: f.Advice.What, Next: f.Advice.Next, Cancelled: stoppedByOwner(f.Err),
	})
	if err != nil {
		c.log.Error("the journal", "account", f.Account, "error", err)
	}
}
