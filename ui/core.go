package ui

import (
	"context"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/popclient"
)

// Core is what the window needs of the program. *fetcher.Core is one. All methods
// may be called from any goroutine.
type Core interface {
	Accounts() ([]localstore.Account, error)
	SaveAccount(a localstore.Account, password string) (localstore.Account, error)
	RemoveAccount(id string) error
	HasPassword(account string) bool
	HasKeyring() bool
	Test(ctx context.Context, a localstore.Account, password string) fetcher.Report

	Mailboxes() ([]localstore.Mailbox, error)
	Refs(m localstore.MailboxID, newestFirst bool) ([]localstore.Ref, error)
	Entries(ids []localstore.MessageID) ([]localstore.Entry, error)
	View(ctx context.Context, id localstore.MessageID) (*mimeview.View, error)
	Source(ctx context.Context, id localstore.MessageID, limit int64) ([]byte, error)
	SavePart(ctx context.Context, id localstore.MessageID, part int, dir string) (string, error)
	SetSeen(ids []localstore.MessageID, seen bool) error

	Fetch(account string, r popclient.Removal, password string) error
	Cancel(account string)
	Transcript(account string) string
	Events() <-chan fetcher.Event

	Setting(key string) ([]byte, error)
	PutSetting(key string, value []byte) error
}

var _ Core = (*fetcher.Core)(nil)
