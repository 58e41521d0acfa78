package fetcher

import (
	"context"
	"slices"

	"restante.app/localstore"
)

// Inboxes is the number of the mailbox that holds the inboxes of all accounts, as if they
// were one. It can be listed, and nothing can be moved to it.
const Inboxes localstore.MailboxID = 1 << 62

// Inbox returns the name at the server of the first mailbox of an account.
func Inbox(a localstore.Account) string { return mailboxes(a)[0] }

// inboxes returns the mailboxes behind Inboxes: the first one of each account.
func (c *Core) inboxes() ([]localstore.MailboxID, error) {
	accounts, err := c.store.Accounts()
	if err != nil {
		return nil, err
	}
	boxes, err := c.store.Mailboxes()
	if err != nil {
		return nil, err
	}
	var ids []localstore.MailboxID
	for _, a := range accounts {
		first := Inbox(a)
		i := slices.IndexFunc(boxes, func(m localstore.Mailbox) bool { return m.Account == a.ID && m.Source == first })
		if i >= 0 {
			ids = append(ids, boxes[i].ID)
		}
	}
	return ids, nil
}

// List returns the rows of a mailbox, or of Inboxes, for reading them in pages: any page
// of a million rows takes some milliseconds. A list of Inboxes is of the accounts there
// are at the moment; AccountsChanged tells when that is to be asked for anew.
func (c *Core) List(m localstore.MailboxID) (*localstore.List, error) {
	if m != Inboxes {
		return c.store.List(m), nil
	}
	ids, err := c.inboxes()
	if err != nil {
		return nil, err
	}
	return c.store.List(ids...), nil
}

// ThreadRefs returns the threads of a mailbox by the date of their newest message in it.
// A row's ID is the thread's. Inboxes has no threads.
func (c *Core) ThreadRefs(m localstore.MailboxID, newestFirst bool) ([]localstore.Ref, error) {
	l := c.store.Threads(m)
	n, err := l.Len()
	if err != nil {
		return nil, err
	}
	return l.Page(0, n, newestFirst)
}

// ThreadRows returns what a list shows of some threads of a mailbox, in that order. One
// that has no message there is left out.
func (c *Core) ThreadRows(m localstore.MailboxID, ids []localstore.ThreadID) ([]localstore.ThreadRow, error) {
	return c.store.ThreadRows(m, ids)
}

// ThreadMembers returns the messages that some threads have in a mailbox, a thread after
// the other, the oldest of each first.
func (c *Core) ThreadMembers(m localstore.MailboxID, ids []localstore.ThreadID) ([]localstore.Ref, error) {
	return c.store.ThreadMembers(m, ids)
}

// ThreadOf returns the thread of a message.
func (c *Core) ThreadOf(id localstore.MessageID) (localstore.ThreadID, error) {
	return c.store.ThreadOf(id)
}

// SetFlat says whether a mailbox is shown without threads.
func (c *Core) SetFlat(m localstore.MailboxID, flat bool) error {
	return c.mailboxesChange(c.store.SetFlat(m, flat))
}

// MakeMailbox makes a mailbox of the owner's own.
func (c *Core) MakeMailbox(name string) (localstore.Mailbox, error) {
	m, err := c.store.MakeMailbox(name)
	return m, c.mailboxesChange(err)
}

// RenameMailbox changes the name that a mailbox is shown under.
func (c *Core) RenameMailbox(m localstore.MailboxID, name string) error {
	return c.mailboxesChange(c.store.RenameMailbox(m, name))
}

// What follows is done to messages some thousands at a time, so that fetches and the window
// go on meanwhile, and tells its progress in between. After an error, or the context's end,
// Undo is of what was done.

// DeleteMailbox removes a mailbox of the owner's own; its mail goes to the trash.
func (c *Core) DeleteMailbox(ctx context.Context, m localstore.MailboxID, progress localstore.Progress) (localstore.Undo, error) {
	u, err := c.store.DeleteMailbox(ctx, m, progress)
	return u, c.mailboxesChange(err)
}

// Move puts messages into another mailbox.
func (c *Core) Move(ctx context.Context, ids []localstore.MessageID, to localstore.MailboxID, progress localstore.Progress) (localstore.Undo, error) {
	u, err := c.store.Move(ctx, ids, to, progress)
	return u, c.mailboxesChange(err)
}

// Copy puts a message with the same octets into a mailbox for each of these.
func (c *Core) Copy(ctx context.Context, ids []localstore.MessageID, to localstore.MailboxID, progress localstore.Progress) (localstore.Undo, error) {
	u, err := c.store.Copy(ctx, ids, to, progress)
	return u, c.mailboxesChange(err)
}

// Archive moves messages to the archive.
func (c *Core) Archive(ctx context.Context, ids []localstore.MessageID, progress localstore.Progress) (localstore.Undo, error) {
	u, err := c.store.Archive(ctx, ids, progress)
	return u, c.mailboxesChange(err)
}

// Trash moves messages to the trash. At a server nothing is deleted for that.
func (c *Core) Trash(ctx context.Context, ids []localstore.MessageID, progress localstore.Progress) (localstore.Undo, error) {
	u, err := c.store.Trash(ctx, ids, progress)
	return u, c.mailboxesChange(err)
}

// Restore moves messages from the trash to where they were.
func (c *Core) Restore(ctx context.Context, ids []localstore.MessageID, progress localstore.Progress) (localstore.Undo, error) {
	u, err := c.store.Restore(ctx, ids, progress)
	return u, c.mailboxesChange(err)
}

// Purge deletes messages for good, of those only that are in the trash, and returns how
// many that were. From then on they count as deleted here, which for some accounts means
// that the next fetch deletes them at the server.
func (c *Core) Purge(ctx context.Context, ids []localstore.MessageID, progress localstore.Progress) (int, error) {
	trash, err := c.store.EnsureRole(localstore.Trash)
	if err != nil {
		return 0, err
	}
	n, looked := 0, 0
	for some := range slices.Chunk(ids, purgeStride) {
		entries, err := c.store.Entries(some)
		if err != nil {
			return n, c.mailboxesChange(err)
		}
		var in []localstore.MessageID
		for _, e := range entries {
			if e.Mailbox == trash.ID {
				in = append(in, e.ID)
			}
		}
		if err := c.store.Delete(ctx, in, nil); err != nil {
			return n, c.mailboxesChange(err)
		}
		n += len(in)
		looked += len(some)
		if progress != nil {
			progress(looked, len(ids))
		}
	}
	return n, c.mailboxesChange(nil)
}

// purgeStride is how many messages Purge and EmptyTrash look at in one go.
const purgeStride = 2000

// EmptyTrash deletes everything in the trash for good, and returns how many messages
// that were.
func (c *Core) EmptyTrash(ctx context.Context, progress localstore.Progress) (int, error) {
	trash, err := c.store.EnsureRole(localstore.Trash)
	if err != nil {
		return 0, err
	}
	n, list := 0, c.store.List(trash.ID)
	for {
		rows, err := list.Page(0, purgeStride, false)
		if err != nil || len(rows) == 0 {
			return n, c.mailboxesChange(err)
		}
		ids := make([]localstore.MessageID, len(rows))
		for i, r := range rows {
			ids[i] = r.ID
		}
		if err := c.store.Delete(ctx, ids, nil); err != nil {
			return n, c.mailboxesChange(err)
		}
		n += len(rows)
		if progress != nil {
			progress(n, trash.Total)
		}
	}
}

// Mark sets and clears flags of messages.
func (c *Core) Mark(ctx context.Context, ids []localstore.MessageID, set, unset localstore.Flags, progress localstore.Progress) (localstore.Undo, error) {
	u, err := c.store.Mark(ctx, ids, set, unset, progress)
	return u, c.mailboxesChange(err)
}

// Undo changes back what an operation has changed, and returns what does it once more.
func (c *Core) Undo(ctx context.Context, u localstore.Undo, progress localstore.Progress) (redo localstore.Undo, err error) {
	redo, err = c.store.Undo(ctx, u, progress)
	return redo, c.mailboxesChange(err)
}

// CutOff returns the operations that were cut off when the program died, the last one last.
func (c *Core) CutOff() ([]localstore.Deed, error) { return c.store.CutOff() }

// mailboxesChange tells that mailboxes may have changed, whatever the outcome of what
// changed them is, and returns that.
func (c *Core) mailboxesChange(err error) error {
	c.bus.publish(MailboxesChanged{})
	return err
}
