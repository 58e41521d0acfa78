// Package uitest is a core for tests of the window: it holds made-up mail, answers
// at once, and notes what it is asked.
package uitest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/localstore/search"
	"restante.app/mimeview"
	"restante.app/popclient"
)

// Core is a fake of the program behind the window. It is safe for use by several
// goroutines; set its fields before it is used.
type Core struct {
	Account  []localstore.Account
	Count    int                        // messages in mailbox 1
	Password bool                       // of every account is known
	FetchErr error                      // what Fetch answers
	Report   fetcher.Report             // what Test answers
	OnView   func(localstore.MessageID) // called in View, may block

	Found    fetcher.Discovery // what Discover finds
	Attempts []fetcher.Attempt // what it tells before
	Secret   fetcher.SecretState
	Listing  []fetcher.Listing // what Offers lists
	OfferErr error             // what Offers fails with
	Standing fetcher.Status    // of every account
	Records  []localstore.FetchRecord
	Partial  map[localstore.MessageID]int64 // messages whose header alone is here, with their size

	Threaded     bool                                          // mailbox 1 is shown by threads
	Answers      map[localstore.MessageID]localstore.MessageID // which message each answers to
	ThreadsAsked int                                           // of ThreadRows

	Made map[localstore.MessageID]*mimeview.View // messages that are not made up
	Web  map[string][]byte                       // images

	mu            sync.Mutex
	Senders       map[string]fetcher.Sender
	WebAsked      []string // of RemoteImage
	SavedMessages []localstore.MessageID
	Asked         []localstore.MessageID // of Entries
	Seen          map[localstore.MessageID]bool
	Fetched       []popclient.Removal
	Cancels       int
	Saved         []localstore.Account
	Deleted       map[localstore.MessageID]bool
	Chosen        []popclient.Selection // of Dispatch
	Whole         []localstore.MessageID
	Tested        int
	Signed        []string // accounts that signed in
	Opened        []string // passphrases
	Sealed        []string
	Pause         bool
	Alls          int // FetchAll calls
	settings      map[string][]byte
	events        chan fetcher.Event
	Boxes         []localstore.Mailbox // beside mailbox 1
	Starred       map[localstore.MessageID]bool
	Plan          fetcher.BackupPlan
	Soundness     localstore.Report // what Check finds
	SearchErr     error             // what Search answers
	Typing        bool              // of the last search
	Done          []string          // what was done to messages
	Broken        []localstore.Deed // what CutOff answers
	moved         [][]localstore.MessageID
}

// New makes a core with one account and count messages.
func New(count int) *Core {
	return &Core{
		Account: []localstore.Account{{ID: "a", Name: "Post", Host: "localhost", Port: 109, User: "fred", Mailboxes: []string{"inbox"}, Security: localstore.Plain}},
		Count:   count, Password: true, Seen: map[localstore.MessageID]bool{}, Deleted: map[localstore.MessageID]bool{}, settings: map[string][]byte{}, Senders: map[string]fetcher.Sender{}, Starred: map[localstore.MessageID]bool{}, events: make(chan fetcher.Event),
	}
}

// Locked runs f while nobody else touches what was noted.
func (c *Core) Locked(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

// Accounts is part of ui.Core.
func (c *Core) Accounts() ([]localstore.Account, error) { return c.Account, nil }

// SaveAccount is part of ui.Core.
func (c *Core) SaveAccount(a localstore.Account, _ string) (localstore.Account, error) {
	if a.ID == "" {
		a.ID = "new"
	}
	c.Locked(func() { c.Saved = append(c.Saved, a) })
	return a, nil
}

// RemoveAccount is part of ui.Core.
func (c *Core) RemoveAccount(string) error { return nil }

// HasPassword is part of ui.Core.
func (c *Core) HasPassword(string) bool { return c.Password }

// Test is part of ui.Core.
func (c *Core) Test(context.Context, localstore.Account, string) fetcher.Report {
	c.Locked(func() { c.Tested++ })
	return c.Report
}

// Mailboxes is part of ui.Core.
func (c *Core) Mailboxes() ([]localstore.Mailbox, error) {
	if len(c.Account) == 0 {
		return nil, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	inbox := localstore.Mailbox{ID: 1, Account: "a", Source: "inbox", Name: "inbox", Total: c.Count, Unread: c.Count - len(c.Seen), Flat: !c.Threaded}
	return append([]localstore.Mailbox{inbox}, c.Boxes...), nil
}

// Refs is part of ui.Core: message n has the date n.
func (c *Core) Refs(_ localstore.MailboxID, newestFirst bool) ([]localstore.Ref, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	refs := make([]localstore.Ref, 0, c.Count)
	for i := range c.Count {
		n := i + 1
		if newestFirst {
			n = c.Count - i
		}
		if id := localstore.MessageID(n); !c.Deleted[id] {
			refs = append(refs, localstore.Ref{ID: id, Date: int64(n) * 86400})
		}
	}
	return refs, nil
}

// Entries is part of ui.Core. Subjects run against the dates.
func (c *Core) Entries(ids []localstore.MessageID) ([]localstore.Entry, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.Asked = append(c.Asked, ids...)
	out := make([]localstore.Entry, len(ids))
	for i, id := range ids {
		out[i] = localstore.Entry{ID: id, Mailbox: 1, Size: int64(id) * 100}
		out[i].Summary.Subject = fmt.Sprintf("subject %06d", c.Count-int(id))
		out[i].Summary.FromName = fmt.Sprintf("person %d", id%7)
		out[i].Summary.Date = time.Unix(int64(id)*86400, 0)
		if size, partial := c.Partial[id]; partial {
			out[i].Partial, out[i].Listed = true, size
		}
		if c.Seen[id] {
			out[i].Flags = localstore.Seen
		}
		if c.Starred[id] {
			out[i].Flags |= localstore.Starred
		}
		out[i].Origin = 1
		c.link(&out[i])
	}
	return out, nil
}

// Mark is part of ui.Core; the flag Seen alone is kept.
func (c *Core) Mark(_ context.Context, ids []localstore.MessageID, set, unset localstore.Flags, _ localstore.Progress) (localstore.Undo, error) {
	c.Locked(func() {
		for _, id := range ids {
			switch {
			case set.Has(localstore.Seen):
				c.Seen[id] = true
			case unset.Has(localstore.Seen):
				delete(c.Seen, id)
			case set.Has(localstore.Starred):
				c.Starred[id] = true
			default:
				delete(c.Starred, id)
			}
		}
	})
	return c.changed("mark", ids, 0)
}

// changed notes an operation, and takes messages out of the list that are moved.
func (c *Core) changed(what string, ids []localstore.MessageID, to localstore.MailboxID) (localstore.Undo, error) {
	c.Locked(func() {
		c.Done = append(c.Done, fmt.Sprint(what, " ", ids, " ", to))
		if what == "move" || what == "archive" || what == "trash" || what == "purge" {
			for _, id := range ids {
				c.Deleted[id] = true
			}
			c.moved = append(c.moved, ids)
		}
	})
	return localstore.Undo{}, nil
}

// Move is part of ui.Core.
func (c *Core) Move(_ context.Context, ids []localstore.MessageID, to localstore.MailboxID, _ localstore.Progress) (localstore.Undo, error) {
	return c.changed("move", ids, to)
}

// Copy is part of ui.Core.
func (c *Core) Copy(_ context.Context, ids []localstore.MessageID, to localstore.MailboxID, _ localstore.Progress) (localstore.Undo, error) {
	return c.changed("copy", ids, to)
}

// Archive is part of ui.Core.
func (c *Core) Archive(_ context.Context, ids []localstore.MessageID, _ localstore.Progress) (localstore.Undo, error) {
	return c.changed("archive", ids, 0)
}

// Trash is part of ui.Core.
func (c *Core) Trash(_ context.Context, ids []localstore.MessageID, _ localstore.Progress) (localstore.Undo, error) {
	return c.changed("trash", ids, 0)
}

// Restore is part of ui.Core.
func (c *Core) Restore(_ context.Context, ids []localstore.MessageID, _ localstore.Progress) (localstore.Undo, error) {
	return c.changed("restore", ids, 0)
}

// Purge is part of ui.Core.
func (c *Core) Purge(_ context.Context, ids []localstore.MessageID, _ localstore.Progress) (int, error) {
	_, err := c.changed("purge", ids, 0)
	return len(ids), err
}

// Undo is part of ui.Core: it brings the messages back that were moved last.
func (c *Core) Undo(context.Context, localstore.Undo, localstore.Progress) (localstore.Undo, error) {
	c.Locked(func() {
		c.Done = append(c.Done, "undo")
		if n := len(c.moved); n > 0 {
			for _, id := range c.moved[n-1] {
				delete(c.Deleted, id)
			}
			c.moved = c.moved[:n-1]
		}
	})
	return localstore.Undo{}, nil
}

// CutOff is part of ui.Core.
func (c *Core) CutOff() ([]localstore.Deed, error) { return c.Broken, nil }

// EmptyTrash is part of ui.Core.
func (c *Core) EmptyTrash(context.Context, localstore.Progress) (int, error) {
	_, err := c.changed("empty", nil, 0)
	return 0, err
}

// Search is part of ui.Core: it finds the messages whose subject holds the query.
func (c *Core) Search(_ context.Context, query string, o localstore.SearchOptions) (localstore.SearchResults, error) {
	c.Locked(func() { c.Typing = o.Typing })
	if c.SearchErr != nil {
		return localstore.SearchResults{}, c.SearchErr
	}
	refs, err := c.Refs(1, true)
	if err != nil {
		return localstore.SearchResults{}, err
	}
	r := localstore.SearchResults{Exact: true}
	for _, ref := range refs {
		if strings.Contains(fmt.Sprintf("subject %06d", c.Count-int(ref.ID)), query) {
			r.Hits = append(r.Hits, localstore.SearchHit{Ref: ref})
		}
	}
	r.Total = len(r.Hits)
	return r, nil
}

// CompleteSearch is part of ui.Core.
func (c *Core) CompleteSearch(query string, at int) []search.Completion {
	return search.Complete(query, at, nil)
}

// Newest is part of ui.Core.
func (c *Core) Newest(after localstore.MessageID, limit int) ([]localstore.Entry, error) {
	var ids []localstore.MessageID
	c.Locked(func() {
		for id := localstore.MessageID(c.Count); id > after && len(ids) < limit; id-- {
			ids = append(ids, id)
		}
	})
	return c.Entries(ids)
}

// View is part of ui.Core.
func (c *Core) View(_ context.Context, id localstore.MessageID) (*mimeview.View, error) {
	if c.OnView != nil {
		c.OnView(id)
	}
	if v := c.Made[id]; v != nil {
		return v, nil
	}
	return &mimeview.View{
		From: []mimeview.Address{{Name: "Ann", Address: "ann@example.org"}}, Subject: fmt.Sprintf("message %d", id), Text: fmt.Sprintf("text %d\n", id),
		Headers: []mimeview.Header{{Name: "Subject", Value: fmt.Sprintf("message %d", id)}}, Notices: []string{"a notice"},
	}, nil
}

// ViewAs is part of ui.Core: the text says how it was read.
func (c *Core) ViewAs(ctx context.Context, id localstore.MessageID, o mimeview.Options) (*mimeview.View, error) {
	v, err := c.View(ctx, id)
	if err != nil {
		return nil, err
	}
	as := *v
	as.Text = o.Charset + ": " + v.Text
	return &as, nil
}

// Source is part of ui.Core.
func (c *Core) Source(_ context.Context, id localstore.MessageID, _ int64) ([]byte, error) {
	return fmt.Appendf(nil, "Subject: source %d\n", id), nil
}

// SaveMessage is part of ui.Core.
func (c *Core) SaveMessage(_ context.Context, id localstore.MessageID, dir string) (string, error) {
	c.Locked(func() { c.SavedMessages = append(c.SavedMessages, id) })
	return dir + "/message.eml", nil
}

// Sender is part of ui.Core.
func (c *Core) Sender(address string) (fetcher.Sender, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Senders[address], nil
}

// SetSender is part of ui.Core.
func (c *Core) SetSender(address string, s fetcher.Sender) error {
	c.Locked(func() { c.Senders[address] = s })
	return nil
}

// RemoteImage is part of ui.Core: there is nothing on the web but what Web holds.
func (c *Core) RemoteImage(_ context.Context, src string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.WebAsked = append(c.WebAsked, src)
	if octets := c.Web[src]; octets != nil {
		return octets, nil
	}
	return nil, fetcher.ErrNoImage
}

// SetSeen is part of ui.Core.
func (c *Core) SetSeen(ids []localstore.MessageID, seen bool) error {
	c.Locked(func() {
		for _, id := range ids {
			if c.Seen[id] = seen; !seen {
				delete(c.Seen, id)
			}
		}
	})
	return nil
}

// Fetch is part of ui.Core.
func (c *Core) Fetch(_ string, r popclient.Removal, password string) error {
	c.Locked(func() { c.Fetched = append(c.Fetched, r) })
	if password != "" {
		return nil
	}
	return c.FetchErr
}

// Cancel is part of ui.Core.
func (c *Core) Cancel(string) { c.Locked(func() { c.Cancels++ }) }

// Transcript is part of ui.Core.
func (c *Core) Transcript(string) string { return "C: NOOP\nS: +OK\n" }

// Events is part of ui.Core. Nothing is ever sent.
func (c *Core) Events() <-chan fetcher.Event { return c.events }

// Setting is part of ui.Core.
func (c *Core) Setting(key string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.settings[key], nil
}

// PutSetting is part of ui.Core.
func (c *Core) PutSetting(key string, value []byte) error {
	c.Locked(func() { c.settings[key] = value })
	return nil
}
