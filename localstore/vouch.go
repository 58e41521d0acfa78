package localstore

import (
	"bytes"
	"context"
	"errors"
	"io"

	"go.etcd.io/bbolt"

	"restante.app/localstore/custody"
	"restante.app/localstore/internal/seal"
)

var _ custody.Voucher = (*Store)(nil)

// Vouch implements custody.Voucher. A message that its owner has deleted here is not
// held. The errors are ErrDamaged, ErrClosed, ErrSuspect and the context's.
func (s *Store) Vouch(ctx context.Context, run custody.Run, claims []custody.Claim) ([]bool, custody.Receipt, error) {
	if e := s.suspect.Load(); e != nil {
		return nil, custody.Receipt{}, e
	}
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
		if id == 0 || !s.beginsWith(id, claim.Header) {
			continue
		}
		held[i] = true
		n++
		tape.Message()
		_, _ = tape.Write(claim.Header) // documented never to fail
	}
	return held, custody.Issue(seal.Committed(), tape.Manifest(), 0, n), nil
}

// claimed returns the message that came under a claim's id and size, 0 if none is
// here whole.
func (s *Store) claimed(run custody.Run, claim custody.Claim) (MessageID, error) {
	var id MessageID
	err := s.meta.view(func(tx *bbolt.Tx) error {
		box, ok, err := findMailbox(tx, run.Account, run.Mailbox)
		if err != nil || !ok {
			return s.damagedIDs(err)
		}
		r, ok, err := readUIDL(tx, box, claim.UIDL)
		if err != nil || !ok || r.Partial || r.Listed != claim.Listed {
			return s.damagedIDs(err)
		}
		id, err = messageOf(tx, r.Content, box)
		return s.damagedIDs(err)
	})
	return id, err
}

// beginsWith tells whether the octets of a message can be read, are sound and begin
// with a header.
func (s *Store) beginsWith(id MessageID, header []byte) bool {
	if len(bytes.TrimSpace(header)) == 0 {
		return false
	}
	m, err := s.OpenMessage(id)
	if err != nil || m.Damage() != nil || m.Size() < int64(len(header)) {
		return false // what can't be read is not held
	}
	start := make([]byte, len(header))
	n, err := m.ReadAt(start, 0)
	return (err == nil || errors.Is(err, io.EOF)) && n == len(header) && bytes.Equal(start, header)
}
