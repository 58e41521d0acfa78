package localstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// uidlRecord is what is kept under a server's unique id: the content that last came
// with it. It outlives the message, so that mail its owner deleted is still known.
type uidlRecord struct {
	Content   contentID
	Listed    int64 // octets as the server lists them, -1 if it did not
	Collected int64 // Unix milliseconds
	Partial   bool
	ByHeader  bool // the content is whole, but under this id only its header came
}

const uidlLength = 1 + 3*8

// encode returns a value of bucketIDs.
func (r uidlRecord) encode(uidl string) []byte {
	p := make([]byte, 1, uidlLength+len(uidl))
	switch {
	case r.Partial:
		p[0] = 1
	case r.ByHeader:
		p[0] = 2
	}
	p = binary.BigEndian.AppendUint64(p, uint64(r.Content))
	p = binary.BigEndian.AppendUint64(p, uint64(r.Listed))
	p = binary.BigEndian.AppendUint64(p, uint64(r.Collected))
	return append(p, uidl...)
}

// decodeUIDL returns a record and the id itself, which is a part of p.
func decodeUIDL(p []byte) (r uidlRecord, uidl []byte, err error) {
	if len(p) <= uidlLength || len(p) > uidlLength+maxUIDL || p[0] > 2 {
		return r, nil, fmt.Errorf("%w: a unique id's record of %d octets", errRecord, len(p))
	}
	return uidlRecord{
		Partial: p[0] == 1, ByHeader: p[0] == 2, Content: contentID(binary.BigEndian.Uint64(p[1:])),
		Listed: int64(binary.BigEndian.Uint64(p[9:])), Collected: int64(binary.BigEndian.Uint64(p[17:])),
	}, p[uidlLength:], nil
}

// messageOf returns the message of a mailbox with this content, 0 if it was deleted.
func messageOf(tx *bbolt.Tx, content contentID, mailbox MailboxID) (MessageID, error) {
	v := tx.Bucket(bucketSeen).Get(seenKey(content, mailbox))
	if v == nil {
		return 0, nil
	}
	n, err := parseU64(v)
	return MessageID(n), err
}

// touchedByID is about how many octets of meta.bolt are read for an id that is known.
const touchedByID = 160

// Holdings returns what came from an account's mailbox at the server under these
// unique ids. An id that is not in the answer is new. An id says which message it
// was, not which it is: servers use some again, and the listed size is a first check.
// It creates nothing; its cost grows with the number of ids alone.
func (s *Store) Holdings(account, mailbox string, uidls []string) (map[string]Holding, error) {
	held := make(map[string]Holding, len(uidls))
	defer func() { s.residence.read(int64(len(uidls)) * touchedByID) }()
	return held, s.meta.view(func(tx *bbolt.Tx) error {
		box, ok, err := findMailbox(tx, account, mailbox)
		if err != nil || !ok {
			return s.damagedIDs(err)
		}
		ids, seen := s.readIDs(tx).walk(box), walker{c: tx.Bucket(bucketSeen).Cursor()}
		var key []byte
		for _, uidl := range uidls {
			r, ok, err := ids.find(uidl)
			if err != nil {
				return s.damagedIDs(err)
			}
			if !ok {
				continue
			}
			var id MessageID
			key = appendSeenKey(key[:0], r.Content, box)
			if v := seen.get(key); v != nil {
				n, err := parseU64(v)
				if err != nil {
					return s.damagedIDs(err)
				}
				id = MessageID(n)
			}
			if id == 0 {
				if id, err = standsFor(tx, r.Content, box); err != nil {
					return s.damagedIDs(err)
				}
			}
			held[uidl] = Holding{Message: id, Listed: r.Listed, Collected: time.UnixMilli(r.Collected), Partial: r.Partial}
		}
		return nil
	})
}

// walker finds keys of which each is mostly the next one: a server lists its mail in the
// order in which it came, and so it was stored.
type walker struct {
	c    *bbolt.Cursor
	k, v []byte // where the cursor stands, nil before the first
}

// get returns the value of a key, nil if there is none.
func (w *walker) get(key []byte) []byte {
	if w.k != nil {
		if w.k, w.v = w.c.Next(); bytes.Equal(w.k, key) {
			return w.v
		}
	}
	if w.k, w.v = w.c.Seek(key); bytes.Equal(w.k, key) {
		return w.v
	}
	return nil
}

func (s *Store) damagedIDs(err error) error {
	if err == nil {
		return nil
	}
	return damaged(s.meta.path, "has a damaged index of the servers' ids", err)
}

// findMailbox returns the mailbox for an account's mailbox at the server.
func findMailbox(tx *bbolt.Tx, account, source string) (MailboxID, bool, error) {
	v := tx.Bucket(bucketSources).Get(sourceKey(account, source))
	if v == nil {
		return 0, false, nil
	}
	n, err := parseU64(v)
	return MailboxID(n), err == nil, err
}

// note keeps the id under which an item came.
func (b *batch) note(it *item, content contentID) error {
	if it.uidl == "" {
		return nil
	}
	b.dirty = true
	return b.w.s.damagedIDs(b.ids.put(it.in.mailbox, it.uidl, uidlRecord{
		Content: content, Listed: it.listed, Collected: it.collected,
		Partial: it.partial, ByHeader: it.byHeader,
	}))
}
