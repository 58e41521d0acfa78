package ui

import (
	"context"
	"errors"
	"slices"

	"restante.app/localstore"
	"restante.app/ui/present"
)

var errNoAccount = errors.New("its account was removed")

// accountOf returns the account of a mailbox. It reads the store.
func (d *desk) accountOf(m localstore.MailboxID) (localstore.Account, error) {
	accounts, err := d.accountsOf([]localstore.MailboxID{m})
	if err != nil || len(accounts) == 0 {
		return localstore.Account{}, errors.Join(err, errNoAccount)
	}
	return accounts[0], nil
}

// fetchAll fetches from every account in the mode it is set to, and asks for the
// first password that is missing.
func (w *Window) fetchAll() {
	d := w.desk
	if len(d.accounts) == 0 {
		d.newAccount()
		return
	}
	type answer struct {
		started int
		need    []string
	}
	work(d, "Fetching", func() (answer, error) {
		started, need := d.core.FetchAll()
		return answer{started, need}, nil
	}, func(a answer) { w.askForNeeded(a.need) })
}

// askForNeeded asks for the passwords of accounts one after the other.
func (w *Window) askForNeeded(need []string) {
	d := w.desk
	if len(need) == 0 {
		return
	}
	i := slices.IndexFunc(d.accounts, func(a localstore.Account) bool { return a.ID == need[0] })
	if i < 0 || d.asking() {
		return
	}
	a := d.accounts[i]
	d.withPassword(a, func(password string) {
		d.start(a, password)
		w.askForNeeded(need[1:])
	})
}

// pause keeps all fetches from running by themselves, or lets them again.
func (w *Window) pause() {
	d := w.desk
	work(d, "The schedule was not changed", func() (struct{}, error) { return struct{}{}, d.core.SetPaused(!d.core.Paused()) }, func(struct{}) { w.reload() })
}

// deleteChosen moves the chosen messages to the trash. In the trash it deletes them for
// good, after a question that says what becomes of them at the server.
func (w *Window) deleteChosen() {
	if !w.desk.asking() {
		w.list.withChosen(w.delete)
	}
}

func (w *Window) delete(ids []localstore.MessageID) {
	d := w.desk
	if w.role() != localstore.Trash {
		w.list.leaving()
		w.deeds.do("Deleting", present.Moved(len(ids), "the trash"), func(ctx context.Context, tell localstore.Progress) (localstore.Undo, error) {
			return d.core.Trash(ctx, ids, tell)
		})
		return
	}
	work(d, "Deleting", func() ([]localstore.Account, error) { return d.accountsHolding(ids) }, func(accounts []localstore.Account) {
		if d.asking() {
			return
		}
		d.ask(present.DeletionTitle(len(ids)), present.Deletion(len(ids), accounts), "Delete", true, func() {
			w.list.leaving()
			w.deleteForGood("Deleting", len(ids), func(ctx context.Context, tell localstore.Progress) (int, error) {
				return d.core.Purge(ctx, ids, tell)
			})
		})
	})
}

// soonDeleted is up to how many messages are deleted for good without a sheet that shows how far
// that is.
const soonDeleted = 5000

// deleteForGood runs job, which deletes so many messages. Many are watched, and can be stopped.
func (w *Window) deleteForGood(what string, many int, job func(ctx context.Context, tell localstore.Progress) (int, error)) {
	d := w.desk
	if many <= soonDeleted {
		work(d, what, func() (int, error) { return job(context.Background(), nil) }, func(int) { w.reload() })
		return
	}
	d.watch(what, func(ctx context.Context, tell func(string, float64)) (string, error) {
		n, err := job(ctx, func(done, total int) {
			tell(present.Part(done, total), share(int64(done), int64(total)))
		})
		return present.Count(n, "message") + " deleted.", err
	}, w.reload)
}

// accountsHolding returns the accounts that messages were collected for, each once,
// wherever they are now.
func (d *desk) accountsHolding(ids []localstore.MessageID) ([]localstore.Account, error) {
	var boxes []localstore.MailboxID
	for part := range slices.Chunk(ids, 500) {
		entries, err := d.core.Entries(part)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if !slices.Contains(boxes, e.Origin) {
				boxes = append(boxes, e.Origin)
			}
		}
	}
	return d.accountsOf(boxes)
}

// accountsOf returns the accounts of mailboxes, each once; of those removed none. It
// reads the store.
func (d *desk) accountsOf(ids []localstore.MailboxID) ([]localstore.Account, error) {
	boxes, err := d.core.Mailboxes()
	if err != nil {
		return nil, err
	}
	accounts, err := d.core.Accounts()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(accounts), func(a localstore.Account) bool {
		return !slices.ContainsFunc(boxes, func(m localstore.Mailbox) bool { return m.Account == a.ID && slices.Contains(ids, m.ID) })
	}), nil
}
