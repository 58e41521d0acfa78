package localstore

import (
	"context"

	"restante.app/localstore/custody"
)

// kind says what the writer is asked to do.
type kind int

const (
	kindMessage kind = iota // store a message that came in one piece
	kindChunk               // store one chunk of a long message
	kindTail                // the end of a long message: store it as a whole
	kindFlush               // commit what came before
	kindDrop                // forget what is uncommitted of an intake
	kindSync                // answer once no commit is under way
	kindAlone               // commit what came before, then run a function
)

// item is one step for the writer. Steps are taken in the order in which they were
// queued; those of kindMessage once a worker has prepared them.
type item struct {
	in     *intake
	kind   kind
	ready  chan struct{} // of kindMessage: closed when the worker is done
	done   chan error    // of kindFlush, kindDrop, kindSync and kindAlone: the outcome
	run    func() error  // of kindAlone
	err    error         // why it can't be stored
	weight int64         // held of Store.flight until it is committed

	d       custody.Delivery // of kindMessage, until it is prepared
	stream  *stream          // of kindChunk and kindTail
	content content
	message []byte // the message's record
	date    int64  // of its Ref
	links   links
	flags   Flags // of an import
	stored  *[]byte

	uidl        string // as in custody.Delivery, bounded
	listed      int64
	collected   int64 // Unix milliseconds
	partial     bool
	byHeader    bool // as in uidlRecord
	messageID   string
	successorOf MessageID   // the header alone, whose place it takes
	box         MailboxID   // the mailbox that it is listed in
	gone        []contentID // the same message, which came for this mailbox before and was deleted

	taken bool // the batch has it
	fresh bool // and it is new
}

func newItem(in *intake, k kind) *item {
	it := &item{in: in, kind: k}
	if in != nil {
		it.flags, it.box = in.flags, in.mailbox
	}
	switch k {
	case kindMessage:
		it.ready = make(chan struct{})
	case kindFlush, kindDrop, kindSync, kindAlone:
		it.done = make(chan error, 1)
	}
	return it
}

// enqueue hands an item to the writer.
func (s *Store) enqueue(ctx context.Context, it *item) error {
	select {
	case s.queue <- it:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.stop:
		return closedError()
	}
}

// wait waits for the outcome of a flush or a drop.
func (s *Store) wait(ctx context.Context, it *item) error {
	select {
	case err := <-it.done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.stop:
		return closedError()
	}
}
