package localstore

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/cespare/xxhash/v2"
	"go.etcd.io/bbolt"

	"restante.app/localstore/custody"
	"restante.app/localstore/internal/seal"
)

var _ custody.Voucher = (*Store)(nil)

// Vouch implements custody.Voucher. A message that its owner has deleted here is not
// held, nor is one of which any octet is not as it was received. It makes and changes
// nothing. The errors are ErrDamaged, ErrClosed, ErrSuspect and the context's.
func (s *Store) Vouch(ctx context.Context, run custody.Run, claims []custody.Claim) ([]bool, custody.Receipt, error) {
	held := make([]bool, len(claims))
	var tape custody.Tape
	n := 0
	for i, claim := range claims {
		if err := context.Cause(ctx); err != nil {
			return nil, custody.Receipt{}, err
		}
		id, err := s.claimed(run, claim)
		if err != nil {
			return nil, custody.Receipt{}, err
		}
		if id == 0 || !s.beginsWith(ctx, id, claim.Header) {
			continue
		}
		held[i] = true
		n++
		tape.Message()
		_, _ = tape.Write(claim.Header) // documented never to fail
	}
	if err := s.synced(ctx); err != nil {
		return nil, custody.Receipt{}, err
	}
	return held, custody.Issue(seal.Committed(), tape.Manifest(), 0, n), nil
}

// synced returns once what was read before is on the disk: bbolt shows a commit to
// readers before the sync that ends it, and that sync may fail.
func (s *Store) synced(ctx context.Context) error {
	it := newItem(nil, kindSync)
	if err := s.enqueue(ctx, it); err != nil {
		return err
	}
	if err := s.wait(ctx, it); err != nil {
		return err
	}
	if e := s.suspect.Load(); e != nil {
		return e
	}
	return nil
}

// claimed returns the message that came under a claim's id and size, 0 if none is
// here whole. Where under that id only a header came, none is, though a whole message with
// the same header is here.
func (s *Store) claimed(run custody.Run, claim custody.Claim) (MessageID, error) {
	var id MessageID
	err := s.meta.view(func(tx *bbolt.Tx) error {
		box, ok, err := findMailbox(tx, run.Account, run.Mailbox)
		if err != nil || !ok {
			return s.damagedIDs(err)
		}
		r, ok, err := s.readIDs(tx).get(box, claim.UIDL)
		if err != nil || !ok || r.Partial || r.ByHeader || r.Listed != claim.Listed {
			return s.damagedIDs(err)
		}
		id, err = standsFor(tx, r.Content, box)
		return s.damagedIDs(err)
	})
	return id, err
}

// beginsWith tells whether the octets of a message are sound, all of them, and begin
// with a header.
func (s *Store) beginsWith(ctx context.Context, id MessageID, header []byte) bool {
	if len(bytes.TrimSpace(header)) == 0 {
		return false
	}
	m, err := s.OpenMessage(id)
	if err != nil || m.Size() < int64(len(header)) {
		return false // what can't be read is not held
	}
	start := make([]byte, len(header))
	n, err := m.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) || n != len(header) || !bytes.Equal(start, header) {
		return false
	}
	return m.sound(ctx)
}

// sound tells whether every octet is as it was received. It reads a long message from
// its start to its end, a chunk at a time.
func (m *Message) sound(ctx context.Context) bool {
	if m.content.Chunks == 0 {
		return m.Damage() == nil // looked at when it was opened
	}
	sum, r := xxhash.New(), m.Received()
	for ctx.Err() == nil {
		switch _, err := io.CopyN(sum, r, chunkSize); {
		case errors.Is(err, io.EOF):
			return sum.Sum64() == m.content.Sum
		case err != nil:
			return false
		}
	}
	return false
}
