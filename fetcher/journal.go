package fetcher

import (
	"errors"

	"restante.app/localstore"
)

// ledger is the part of the store that knows what came from where.
type ledger interface {
	Holdings(account, mailbox string, uidls []string) (map[string]localstore.Holding, error)
	Delete(ids []localstore.MessageID) error
	AppendJournal(r localstore.FetchRecord) error
	Journal(account string, limit int) ([]localstore.FetchRecord, error)
}

var errNoLedger = errors.New("this store keeps no journal")

func (c *Core) ledger() (ledger, error) {
	if l, ok := any(c.store).(ledger); ok {
		return l, nil
	}
	return nil, errNoLedger
}

// Journal returns at most limit fetches of an account, "" for all accounts, the
// newest first. Every fetch is in it, those that failed or were cancelled too.
func (c *Core) Journal(account string, limit int) ([]localstore.FetchRecord, error) {
	l, err := c.ledger()
	if err != nil {
		return nil, err
	}
	return l.Journal(account, limit)
}

// Delete deletes messages from this disk. What a server still has of them follows
// at the next fetch where the account says so (DeleteWithMine), and is not collected again.
func (c *Core) Delete(ids []localstore.MessageID) error {
	l, err := c.ledger()
	if err != nil {
		return err
	}
	entries, err := c.store.Entries(ids)
	if err != nil {
		return err
	}
	if err := l.Delete(ids); err != nil {
		return err
	}
	c.mailboxesChanged(entries)
	return nil
}

// record keeps a fetch in the journal.
func (c *Core) record(f Finished) {
	l, err := c.ledger()
	if err == nil {
		err = l.AppendJournal(localstore.FetchRecord{
			Account: f.Account, Started: f.Started, Duration: f.Duration, Mode: f.Mode, Cause: string(f.Cause),
			Octets: f.Tally.Octets, Collected: f.Tally.Collected, Known: f.Tally.Known, Removed: f.Tally.Removed,
			Refused: f.Tally.Refused, Left: f.Tally.Left, Headers: f.Tally.Headers,
			Failure: f.Advice.What, Next: f.Advice.Next,
		})
	}
	if err != nil {
		c.log.Error("the journal", "account", f.Account, "error", err)
	}
}
