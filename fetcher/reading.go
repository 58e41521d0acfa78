package fetcher

import (
	"context"
	"errors"
	"io"
	"strings"

	"restante.app/localstore"
	"restante.app/mimeview"
)

// Mailboxes returns the mailboxes of all accounts with their counts.
func (c *Core) Mailboxes() ([]localstore.Mailbox, error) { return c.store.Mailboxes() }

// Refs returns the rows of a mailbox, or of Inboxes, in the order of their dates.
func (c *Core) Refs(m localstore.MailboxID, newestFirst bool) ([]localstore.Ref, error) {
	if m != Inboxes {
		return c.store.Refs(m, newestFirst)
	}
	l, err := c.List(m)
	if err != nil {
		return nil, err
	}
	n, err := l.Len()
	if err != nil {
		return nil, err
	}
	return l.Page(0, n, newestFirst)
}

// Entries returns messages without their octets, in the order asked for.
func (c *Core) Entries(ids []localstore.MessageID) ([]localstore.Entry, error) {
	return c.store.Entries(ids)
}

// Newest returns the messages collected after one, the newest first, at most limit.
func (c *Core) Newest(after localstore.MessageID, limit int) ([]localstore.Entry, error) {
	return c.store.Newest(after, limit)
}

// View returns a message as something to show. A message that can't be parsed
// gives a view of its source; an error means that the store could not read it.
func (c *Core) View(ctx context.Context, id localstore.MessageID) (*mimeview.View, error) {
	return c.ViewAs(ctx, id, mimeview.Options{})
}

// ViewAs is View with options.
func (c *Core) ViewAs(ctx context.Context, id localstore.MessageID, o mimeview.Options) (*mimeview.View, error) {
	m, err := c.store.OpenMessage(id)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return mimeview.Parse(m.Reader(), o), nil
}

// Source returns the first limit octets of a message as they were received, with
// the maildrop's separators.
func (c *Core) Source(_ context.Context, id localstore.MessageID, limit int64) ([]byte, error) {
	m, err := c.store.OpenMessage(id)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(m.Received(), limit))
}

// SavePart writes an attachment, numbered as in View.Parts, into a folder under a
// safe name that is not taken, and returns its path.
func (c *Core) SavePart(ctx context.Context, id localstore.MessageID, part int, dir string) (string, error) {
	v, err := c.View(ctx, id)
	if err != nil {
		return "", err
	}
	if part < 0 || part >= len(v.Parts) {
		return "", errNoPart
	}
	return mimeview.SavePart(dir, v.Parts[part])
}

// SaveMessage writes a message as it was received, without its maildrop's separators,
// into a folder as an .eml file under a safe name that is not taken, and returns its path.
func (c *Core) SaveMessage(ctx context.Context, id localstore.MessageID, dir string) (string, error) {
	entries, err := c.store.Entries([]localstore.MessageID{id})
	if err != nil {
		return "", err
	}
	m, err := c.store.OpenMessage(id)
	if err != nil {
		return "", err
	}
	octets, err := io.ReadAll(m.Reader())
	if err = errors.Join(err, ctx.Err()); err != nil {
		return "", err
	}
	name := "message.eml"
	if len(entries) == 1 && entries[0].Summary.Subject != "" {
		subject := mimeview.Clean(entries[0].Summary.Subject, 80)
		name = strings.NewReplacer("/", "_", `\`, "_").Replace(subject) + ".eml"
	}
	return mimeview.SavePart(dir, mimeview.Part{Name: name, Type: "message/rfc822", Octets: octets})
}

// SetSeen marks messages as read or unread.
func (c *Core) SetSeen(ids []localstore.MessageID, seen bool) error {
	add, drop := localstore.Seen, localstore.Flags(0)
	if !seen {
		add, drop = drop, add
	}
	if err := c.store.SetFlags(ids, add, drop); err != nil {
		return err
	}
	entries, err := c.store.Entries(ids)
	if err != nil {
		return err
	}
	c.mailboxesChanged(entries)
	return nil
}

// mailboxesChanged publishes each entry's mailbox once.
func (c *Core) mailboxesChanged(entries []localstore.Entry) {
	told := map[localstore.MailboxID]bool{}
	for _, e := range entries {
		if !told[e.Mailbox] {
			told[e.Mailbox] = true
			c.bus.publish(MailboxChanged{Mailbox: e.Mailbox})
		}
	}
}

// Setting returns what PutSetting kept under key, nil if nothing.
func (c *Core) Setting(key string) ([]byte, error) { return c.store.Setting(key) }

// PutSetting keeps a small value in the profile.
func (c *Core) PutSetting(key string, value []byte) error { return c.store.PutSetting(key, value) }
