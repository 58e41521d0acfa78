package fetcher

import (
	"context"
	"strings"
	"time"

	"restante.app/fetcher/mailfile"
	"restante.app/localstore"
)

// ImportOptions says how files are imported.
type ImportOptions struct {
	// Into is the mailbox that everything goes to. 0 makes one of the owner's own for each
	// folder, by its name, or uses the one that has it.
	Into localstore.MailboxID
	// Format is what is known of the quoting of mbox files, "" for nothing.
	Format string
	// Again reads files that have not changed since they were imported, too.
	Again bool
	// Progress, if not nil, is called up to ten times a second.
	Progress func(mailfile.Progress)
}

// Import takes the mail at a path into the store: a file, or what is below a folder. It
// blocks, and is cancelled by its context; what was durable by then stays, and is known
// when it runs again. A file that was imported before and has not changed is not read again,
// unless messages were deleted for good since. The tally is true whatever the error is.
func (c *Core) Import(ctx context.Context, path string, o ImportOptions) (mailfile.Tally, error) {
	found, err := mailfile.Find(ctx, path)
	if err != nil {
		return mailfile.Tally{}, err
	}
	im := mailfile.Importer{
		Store: c.store, Format: o.Format, Again: o.Again, SpoolDir: c.spool, Progress: c.paced(o.Progress),
		Mailbox: func(f mailfile.Folder) (localstore.MailboxID, error) {
			if o.Into != 0 {
				return o.Into, nil
			}
			return c.ownMailbox(f.Name)
		},
	}
	tally, err := im.Run(ctx, found.Folders)
	return tally, c.mailboxesChange(err)
}

// progressPace is how often a person is told how far something has come.
const progressPace = 100 * time.Millisecond

// listPace is how often lists are told of mail that an import brings.
const listPace = 2 * time.Second

// paced calls progress now and then, and tells lists of what is new.
func (c *Core) paced(progress func(mailfile.Progress)) func(mailfile.Progress) {
	var told, listed time.Time
	return func(p mailfile.Progress) {
		now := time.Now()
		if progress != nil && now.Sub(told) >= progressPace {
			told = now
			progress(p)
		}
		if now.Sub(listed) >= listPace {
			listed = now
			c.bus.publish(MailboxesChanged{})
		}
	}
}

// ownMailbox returns the mailbox of the owner's own with a name, and makes it.
func (c *Core) ownMailbox(name string) (localstore.MailboxID, error) {
	name = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, name)
	for len(name) > 250 { // the longest that the store takes is a little more
		_, name, _ = strings.Cut(name[1:], "/")
	}
	boxes, err := c.store.Mailboxes()
	if err != nil {
		return 0, err
	}
	for _, m := range boxes {
		if m.Role == localstore.Own && m.Name == strings.TrimSpace(name) {
			return m.ID, nil
		}
	}
	m, err := c.store.MakeMailbox(name)
	return m.ID, err
}

// ExportMailbox writes the messages of a mailbox, or of Inboxes, to a path that is not
// taken, the oldest first. See ExportMessages.
func (c *Core) ExportMailbox(ctx context.Context, m localstore.MailboxID, path string, f mailfile.Format, progress func(mailfile.Progress)) (mailfile.Tally, error) {
	refs, err := c.Refs(m, false)
	if err != nil {
		return mailfile.Tally{}, err
	}
	ids := make([]localstore.MessageID, len(refs))
	for i, r := range refs {
		ids[i] = r.ID
	}
	return c.ExportMessages(ctx, ids, path, f, progress)
}

// ExportMessages writes messages, in this order, to a path that is not taken, with a
// manifest of their hashes. It blocks, and is cancelled by its context; then nothing is
// left of it. The errors are those of mailfile.Exporter.
func (c *Core) ExportMessages(ctx context.Context, ids []localstore.MessageID, path string, f mailfile.Format, progress func(mailfile.Progress)) (mailfile.Tally, error) {
	ex := mailfile.Exporter{Store: c.store, Format: f}
	if progress != nil {
		var told time.Time
		ex.Progress = func(p mailfile.Progress) {
			if now := time.Now(); now.Sub(told) >= progressPace {
				told = now
				progress(p)
			}
		}
	}
	return ex.Run(ctx, ids, path)
}
