package uitest

import (
	"context"
	"fmt"
	"slices"
	"time"

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
func (c *Core) DeleteMailbox(_ context.Context, m localstore.MailboxID, _ localstore.Progress) (localstore.Undo, error) {
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

// BackupPlan is part of ui.Core.
func (c *Core) BackupPlan() (fetcher.BackupPlan, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Plan, nil
}

// SetBackupPlan is part of ui.Core.
func (c *Core) SetBackupPlan(p fetcher.BackupPlan) error {
	c.Locked(func() { c.Plan = p })
	return nil
}

// Backups is part of ui.Core: there is one in every folder.
func (c *Core) Backups(folder string) ([]fetcher.Made, error) {
	if folder == "" {
		return nil, nil
	}
	return []fetcher.Made{{Path: folder + "/restante-1", At: time.Unix(86400, 0)}}, nil
}

// Backup is part of ui.Core.
func (c *Core) Backup(_ context.Context, folder string, progress func(done, total int64)) (string, localstore.Report, error) {
	c.Locked(func() { c.Done = append(c.Done, "backup "+folder) })
	progress(1, 2)
	return folder + "/restante-2", localstore.Report{Messages: c.Count}, nil
}

// Check is part of ui.Core.
func (c *Core) Check(context.Context, bool) (localstore.Report, error) { return c.Soundness, nil }

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
