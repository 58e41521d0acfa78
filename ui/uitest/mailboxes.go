package uitest

import (
	"context"
	"fmt"
	"slices"

	"restante.app/fetcher"
	"restante.app/fetcher/mailfile"
	"restante.app/localstore"
)

// MakeMailbox is part of ui.Core.
func (c *Core) MakeMailbox(name string) (localstore.Mailbox, error) {
	m := localstore.Mailbox{ID: localstore.MailboxID(len(c.Boxes) + 2), Name: name, Role: localstore.Own}
	c.Locked(func() { c.Boxes = append(c.Boxes, m) })
	return m, nil
}

// RenameMailbox is part of ui.Core.
func (c *Core) RenameMailbox(m localstore.MailboxID, name string) error {
	c.Locked(func() {
		for i := range c.Boxes {
			if c.Boxes[i].ID == m {
				c.Boxes[i].Name = name
			}
		}
	})
	return nil
}

// DeleteMailbox is part of ui.Core.
func (c *Core) DeleteMailbox(m localstore.MailboxID) (localstore.Undo, error) {
	c.Locked(func() {
		c.Boxes = slices.DeleteFunc(c.Boxes, func(b localstore.Mailbox) bool { return b.ID == m })
	})
	return localstore.Undo{}, nil
}

// Import is part of ui.Core.
func (c *Core) Import(_ context.Context, path string, o fetcher.ImportOptions) (mailfile.Tally, error) {
	c.Locked(func() { c.Done = append(c.Done, "import "+path) })
	o.Progress(mailfile.Progress{Folder: "x", Messages: 1, Octets: 10, Total: 20})
	return mailfile.Tally{Messages: 3, Fresh: 2, Known: 1}, nil
}

// ExportMailbox is part of ui.Core.
func (c *Core) ExportMailbox(_ context.Context, m localstore.MailboxID, path string, f mailfile.Format, _ func(mailfile.Progress)) (mailfile.Tally, error) {
	c.Locked(func() { c.Done = append(c.Done, fmt.Sprint("export ", m, " ", path, " ", f)) })
	return mailfile.Tally{Messages: c.Count}, nil
}

// ExportMessages is part of ui.Core.
func (c *Core) ExportMessages(_ context.Context, ids []localstore.MessageID, path string, f mailfile.Format, _ func(mailfile.Progress)) (mailfile.Tally, error) {
	c.Locked(func() { c.Done = append(c.Done, fmt.Sprint("export ", ids, " ", path, " ", f)) })
	return mailfile.Tally{Messages: len(ids)}, nil
}
