package localstore

import (
	"context"

	"go.etcd.io/bbolt"

	"restante.app/localstore/custody"
)

// Import takes mail from files into one mailbox. What is in that mailbox, or came for it
// and was moved, is known; what was deleted from it for good comes back. It is used by one
// goroutine.
type Import struct{ in *intake }

// BeginImport opens an import into a mailbox. Nothing of it releases mail at a server.
// ErrNotFound says that there is no such mailbox; the other errors are those of Begin.
func (s *Store) BeginImport(ctx context.Context, mailbox MailboxID) (*Import, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	var m Mailbox
	err := s.meta.view(func(tx *bbolt.Tx) error {
		if tx.Bucket(bucketMailboxes).Get(u64(uint64(mailbox))) == nil {
			return notFound("There is no mailbox %d.", mailbox)
		}
		var err error
		if m, err = readMailbox(tx, mailbox); err != nil {
			return damaged(s.meta.path, "has a damaged mailbox", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	in := &intake{s: s, run: custody.Run{Account: m.Account, Mailbox: m.Source}, mailbox: mailbox, revive: true}
	if m.Source == "" {
		in.run.Mailbox = m.Name
	}
	in.ctx, in.fail = context.WithCancelCause(context.Background())
	return &Import{in}, nil
}

// Deliver takes one message, with the flags that it has where it is new. It may report
// the failure of an earlier one; after an error the import can only be closed.
func (im *Import) Deliver(ctx context.Context, d custody.Delivery, flags Flags) error {
	d.UIDL, d.Listed, d.Partial = "", -1, false
	im.in.flags = flags
	return im.in.Deliver(ctx, d)
}

// Commit makes everything durable and returns how many messages were new and known.
func (im *Import) Commit(ctx context.Context) (fresh, known int, err error) {
	r, err := im.in.Commit(ctx)
	if err != nil {
		return 0, 0, err
	}
	return r.Fresh(), r.Known(), nil
}

// Close gives the import up. What was durable already stays, and is known the next time.
func (im *Import) Close() error { return im.in.Close() }

// Kept returns how many messages of a closed import are durable.
func (im *Import) Kept() (fresh, known int) { return im.in.Kept() }
