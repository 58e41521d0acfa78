package localstore

import (
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"
)

// ImportMark says how far a file was imported into a mailbox.
type ImportMark struct {
	Path     string // and what else decides how it is read; at most 8,192 octets
	Size     int64  // of the file, as it was
	Modified int64  // Unix nanoseconds, as it was
	Epoch    uint64 // as ImportEpoch told before the file was read
	Whole    bool   // it was read to its end
	Offset   int64  // octets of it whose messages are durable
	Messages int    // among those octets
	Deleted  int    // of them, that were passed over
}

const (
	maxMarkPath = 8 << 10
	markLength  = 1 + 6*8
)

func (m *ImportMark) encode() []byte {
	p := make([]byte, 1, markLength)
	if m.Whole {
		p[0] = 1
	}
	for _, n := range []uint64{uint64(m.Size), uint64(m.Modified), m.Epoch, uint64(m.Offset), uint64(m.Messages), uint64(m.Deleted)} {
		p = binary.BigEndian.AppendUint64(p, n)
	}
	return p
}

func decodeMark(path string, p []byte) (ImportMark, error) {
	if len(p) != markLength || p[0] > 1 {
		return ImportMark{}, fmt.Errorf("%w: an import's mark of %d octets", errRecord, len(p))
	}
	n := func(i int) uint64 { return binary.BigEndian.Uint64(p[1+8*i:]) }
	return ImportMark{
		Path: path, Whole: p[0] == 1, Size: int64(n(0)), Modified: int64(n(1)), Epoch: n(2),
		Offset: int64(n(3)), Messages: int(n(4)), Deleted: int(n(5)),
	}, nil
}

func markKey(mailbox MailboxID, path string) []byte {
	return append(u64(uint64(mailbox)), path...)
}

// ImportEpoch returns a number that is another one once messages were removed for good: what
// was imported before may not be here any more, and an import brings it back.
func (s *Store) ImportEpoch() (uint64, error) {
	var n uint64
	return n, s.meta.view(func(tx *bbolt.Tx) error {
		n = tx.Bucket(bucketChanges).Sequence()
		return nil
	})
}

// ImportMark returns how far a file was imported into a mailbox. ok is false where that is
// not known, or something was removed for good since.
func (s *Store) ImportMark(mailbox MailboxID, path string) (m ImportMark, ok bool, err error) {
	err = s.meta.view(func(tx *bbolt.Tx) error {
		v := tx.Bucket(bucketImports).Get(markKey(mailbox, path))
		if v == nil {
			return nil
		}
		found, err := decodeMark(path, v)
		if err != nil {
			return nil //nolint:nilerr // a mark that can't be read is none: the file is read again
		}
		m, ok = found, found.Epoch == tx.Bucket(bucketChanges).Sequence()
		return nil
	})
	return m, ok, err
}

// PutImportMarks notes how far files were imported into a mailbox. It is called once their
// messages are durable.
func (s *Store) PutImportMarks(mailbox MailboxID, marks []ImportMark) error {
	if len(marks) == 0 {
		return nil
	}
	return s.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketImports)
		for i := range marks {
			if len(marks[i].Path) > maxMarkPath {
				continue
			}
			if err := b.Put(markKey(mailbox, marks[i].Path), marks[i].encode()); err != nil {
				return err
			}
		}
		return nil
	})
}
