package ui

import (
	"context"

	"restante.app/fetcher"
	"restante.app/fetcher/mailfile"
	"restante.app/localstore"
	"restante.app/localstore/search"
	"restante.app/mimeview"
	"restante.app/popclient"
)

// Core is what the window needs of the program. *fetcher.Core is one. All methods
// may be called from any goroutine; those with a context block.
type Core interface {
	Accounts() ([]localstore.Account, error)
	SaveAccount(a localstore.Account, password string) (localstore.Account, error)
	RemoveAccount(id string) error
	Test(ctx context.Context, a localstore.Account, password string) fetcher.Report
	Discover(ctx context.Context, address, password string, onStep func(fetcher.Attempt)) fetcher.Discovery
	SignIn(ctx context.Context, account string, open func(url string) error) error

	HasPassword(account string) bool
	Secrets() fetcher.SecretState
	UnlockSecrets(passphrase string) error
	SetPassphrase(passphrase string) error

	Mailboxes() ([]localstore.Mailbox, error)
	Refs(m localstore.MailboxID, newestFirst bool) ([]localstore.Ref, error)
	ThreadRefs(m localstore.MailboxID, newestFirst bool) ([]localstore.Ref, error)
	ThreadRows(m localstore.MailboxID, ids []localstore.ThreadID) ([]localstore.ThreadRow, error)
	ThreadMembers(m localstore.MailboxID, ids []localstore.ThreadID) ([]localstore.Ref, error)
	ThreadOf(id localstore.MessageID) (localstore.ThreadID, error)
	SetFlat(m localstore.MailboxID, flat bool) error
	Entries(ids []localstore.MessageID) ([]localstore.Entry, error)
	Newest(after localstore.MessageID, limit int) ([]localstore.Entry, error)
	Search(ctx context.Context, query string, o localstore.SearchOptions) (localstore.SearchResults, error)
	CompleteSearch(query string, at int) []search.Completion
	View(ctx context.Context, id localstore.MessageID) (*mimeview.View, error)
	ViewAs(ctx context.Context, id localstore.MessageID, o mimeview.Options) (*mimeview.View, error)
	Source(ctx context.Context, id localstore.MessageID, limit int64) ([]byte, error)
	SaveMessage(ctx context.Context, id localstore.MessageID, dir string) (string, error)
	Sender(address string) (fetcher.Sender, error)
	SetSender(address string, s fetcher.Sender) error
	RemoteImage(ctx context.Context, src string) ([]byte, error)
	Mark(ctx context.Context, ids []localstore.MessageID, set, unset localstore.Flags, progress localstore.Progress) (localstore.Undo, error)
	Move(ctx context.Context, ids []localstore.MessageID, to localstore.MailboxID, progress localstore.Progress) (localstore.Undo, error)
	Copy(ctx context.Context, ids []localstore.MessageID, to localstore.MailboxID, progress localstore.Progress) (localstore.Undo, error)
	Archive(ctx context.Context, ids []localstore.MessageID, progress localstore.Progress) (localstore.Undo, error)
	Trash(ctx context.Context, ids []localstore.MessageID, progress localstore.Progress) (localstore.Undo, error)
	Restore(ctx context.Context, ids []localstore.MessageID, progress localstore.Progress) (localstore.Undo, error)
	Undo(ctx context.Context, u localstore.Undo, progress localstore.Progress) (redo localstore.Undo, err error)
	CutOff() ([]localstore.Deed, error)
	Purge(ctx context.Context, ids []localstore.MessageID, progress localstore.Progress) (int, error)
	EmptyTrash(ctx context.Context, progress localstore.Progress) (int, error)
	Import(ctx context.Context, path string, o fetcher.ImportOptions) (mailfile.Tally, error)
	ExportMailbox(ctx context.Context, m localstore.MailboxID, path string, f mailfile.Format, progress func(mailfile.Progress)) (mailfile.Tally, error)
	ExportMessages(ctx context.Context, ids []localstore.MessageID, path string, f mailfile.Format, progress func(mailfile.Progress)) (mailfile.Tally, error)
	BackupPlan() (fetcher.BackupPlan, error)
	SetBackupPlan(p fetcher.BackupPlan) error
	Backups(folder string) ([]fetcher.Made, error)
	Backup(ctx context.Context, folder string, progress func(done, total int64)) (string, localstore.Report, error)
	Check(ctx context.Context, deep bool) (localstore.Report, error)
	MakeMailbox(name string) (localstore.Mailbox, error)
	RenameMailbox(m localstore.MailboxID, name string) error
	DeleteMailbox(ctx context.Context, m localstore.MailboxID, progress localstore.Progress) (localstore.Undo, error)
	SetSeen(ids []localstore.MessageID, seen bool) error

	Fetch(account string, r popclient.Removal, password string) error
	FetchAll() (started int, need []string)
	FetchWhole(id localstore.MessageID, password string) error
	Offers(ctx context.Context, account, password string) ([]fetcher.Listing, error)
	Dispatch(account, mailbox string, chosen []popclient.Selection, password string) error
	Cancel(account string)

	SetPaused(paused bool) error
	Paused() bool
	Status(account string) fetcher.Status
	Journal(account string, limit int) ([]localstore.FetchRecord, error)
	Transcript(account string) string
	Events() <-chan fetcher.Event

	Setting(key string) ([]byte, error)
	PutSetting(key string, value []byte) error
}

var _ Core = (*fetcher.Core)(nil)
