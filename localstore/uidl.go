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
}

const uidlLength = 1 + 3*8

func (r uidlRecord) encode() []byte {
	p := make([]byte, 1, uidlLength)
	if r.Partial {
		p[0] = 1
	}
	p = binary.BigEndian.AppendUint64(p, uint64(r.Content))
	p = binary.BigEndian.AppendUint64(p, uint64(r.Listed))
	return binary.BigEndian.AppendUint64(p, uint64(r.Collected))
}

func decodeUIDL(p []byte) (uidlRecord, error) {
	if len(p) != uidlLength || p[0] > 1 {
		return uidlRecord{}, fmt.Errorf("%w: a unique id's record of %d octets", errRecord, len(p))
	}
	return uidlRecord{
		Partial: p[0] == 1, Content: contentID(binary.BigEndian.Uint64(p[1:])),
		Listed: int64(binary.BigEndian.Uint64(p[9:])), Collected: int64(binary.BigEndian.Uint64(p[17:])),
	}, nil
}

// uidlKey is a key of bucketUIDLs. Servers number their ids upwards, more or less, so
// the ids themselves keep what is new together.
func uidlKey(mailbox MailboxID, uidl string) []byte {
	key := binary.BigEndian.AppendUint64(make([]byte, 0, 8+len(uidl)), uint64(mailbox))
	return append(key, uidl...)
}

// readUIDL returns what is known under an id. ok is false for an id that is new or can't be one.
func readUIDL(tx *bbolt.Tx, mailbox MailboxID, uidl string) (r uidlRecord, ok bool, err error) {
	if uidl == "" || len(uidl) > maxUIDL {
		return r, false, nil
	}
	v := tx.Bucket(bucketUIDLs).Get(uidlKey(mailbox, uidl))
	if v == nil {
		return r, false, nil
	}
	r, err = decodeUIDL(v)
	return r, err == nil, err
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

// Holdings returns what came from an account's mailbox at the server under these
// unique ids. An id that is not in the answer is new. An id says which message it
// was, not which it is: servers use some again, and the listed size is a first check.
// It creates nothing; its cost grows with the number of ids alone.
func (s *Store) Holdings(account, mailbox string, uidls []string) (map[string]Holding, error) {
	held := make(map[string]Holding, len(uidls))
	return held, s.meta.view(func(tx *bbolt.Tx) error {
		box, ok, err := findMailbox(tx, account, mailbox)
		if err != nil || !ok {
			return s.damagedIDs(err)
		}
		ids, seen := walker{c: tx.Bucket(bucketUIDLs).Cursor()}, walker{c: tx.Bucket(bucketSeen).Cursor()}
		for _, uidl := range uidls {
			if uidl == "" || len(uidl) > maxUIDL {
				continue
			}
			v := ids.get(uidlKey(box, uidl))
			if v == nil {
				continue
			}
			r, err := decodeUIDL(v)
			if err != nil {
				return s.damagedIDs(err)
			}
			var id MessageID
			if v := seen.get(seenKey(r.Content, box)); v != nil {
				n, err := parseU64(v)
				if err != nil {
					return s.damagedIDs(err)
				}
				id = MessageID(n)
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
	uidls := b.meta.Bucket(bucketUIDLs)
	uidls.FillPercent = 0.9
	return uidls.Put(uidlKey(it.in.mailbox, it.uidl), uidlRecord{
		Content: content, Listed: it.listed, Collected: it.collected, Partial: it.partial,
	}.encode())
}

// known takes an item whose content came before.
func (b *batch) known(it *item, content contentID) error {
	id, err := messageOf(b.meta, content, it.in.mailbox)
	if err != nil {
		return b.w.s.damagedIDs(err)
	}
	if it.partial {
		if content, err = b.knownHead(it, id, content); err != nil {
			return err
		}
		return b.note(it, content)
	}
	if err := b.completed(id, content); err != nil {
		return err
	}
	if err := b.supersede(it, content, false); err != nil {
		return err
	}
	return b.note(it, content)
}

// knownHead returns the content that the id of a header stands for that came before. It
// may have made room for its whole since, or be the whole of a message without a body.
func (b *batch) knownHead(it *item, id MessageID, content contentID) (contentID, error) {
	if id != 0 {
		partial, err := isPartial(b.meta, id)
		it.partial = partial
		return content, b.w.s.damagedIDs(err)
	}
	whole := b.meta.Bucket(bucketHeads).Get(seenKey(content, it.in.mailbox))
	if whole == nil {
		return content, nil
	}
	n, err := parseU64(whole)
	it.partial = false
	return contentID(n), b.w.s.damagedIDs(err)
}

// completed makes a message that is here as its header alone a whole one: the whole has
// come and is the same, as it has no body.
func (b *batch) completed(id MessageID, content contentID) error {
	if id == 0 {
		return nil
	}
	if partial, err := isPartial(b.meta, id); err != nil || !partial {
		return b.w.s.damagedIDs(err)
	}
	b.dirty = true
	m, _, err := readMessage(b.meta, id)
	if err != nil {
		return b.w.s.damagedIDs(err)
	}
	m.Partial = false
	record, err := m.encode()
	if err != nil {
		return err
	}
	patchContent(record, content)
	if err := b.meta.Bucket(bucketMessages).Put(u64(uint64(id)), record); err != nil {
		return err
	}
	r, ok, err := readUIDL(b.meta, m.Mailbox, string(m.UIDL))
	if err != nil || !ok || r.Content != content {
		return b.w.s.damagedIDs(err)
	}
	r.Partial = false
	return b.meta.Bucket(bucketUIDLs).Put(uidlKey(m.Mailbox, string(m.UIDL)), r.encode())
}

// isPartial tells whether a message that is here is its header alone.
func isPartial(tx *bbolt.Tx, id MessageID) (bool, error) {
	v := tx.Bucket(bucketMessages).Get(u64(uint64(id)))
	if len(v) < messageHead {
		return false, fmt.Errorf("%w: a message of %d octets", errRecord, len(v))
	}
	m, err := decodeRecord[struct {
		Partial bool `cbor:"10,keyasint"`
	}](v[messageHead:])
	return m.Partial, err
}

// wholeHere tells whether an item is the header of a message that is here whole.
func (b *batch) wholeHere(it *item) (bool, error) {
	if !it.partial {
		return false, nil
	}
	r, ok, err := readUIDL(b.meta, it.in.mailbox, it.uidl)
	if err != nil {
		return false, b.w.s.damagedIDs(err)
	}
	return ok && !r.Partial && r.Listed == it.listed, nil
}

// partialOf returns the header-only message whose whole an item is, 0 if there is none.
func (b *batch) partialOf(it *item) (MessageID, error) {
	if it.partial {
		return 0, nil
	}
	r, ok, err := readUIDL(b.meta, it.in.mailbox, it.uidl)
	if err != nil || !ok || !r.Partial {
		return 0, b.w.s.damagedIDs(err)
	}
	id, err := messageOf(b.meta, r.Content, it.in.mailbox)
	if err != nil || id == 0 {
		return 0, b.w.s.damagedIDs(err)
	}
	m, ok, err := readMessage(b.meta, id)
	if err != nil || !ok || !m.Partial {
		return 0, b.w.s.damagedIDs(err)
	}
	// Some servers use an id again, and then the Message-IDs differ. Others list another
	// size once they have noted the id in the message; then they are the same.
	same := r.Listed == it.listed
	if m.MessageID != "" && it.messageID != "" {
		same = m.MessageID == it.messageID
	}
	if !same {
		return 0, nil
	}
	return id, nil
}

// supersede removes the header-only message whose whole an item is. fresh tells that
// the whole takes its place; else it was here already, and content is its own.
func (b *batch) supersede(it *item, content contentID, fresh bool) error {
	id, err := b.partialOf(it)
	if err != nil || id == 0 {
		return err
	}
	b.dirty = true
	m, ok, err := readMessage(b.meta, id)
	if err != nil || !ok {
		return b.w.s.damagedIDs(err)
	}
	if err := b.meta.Bucket(bucketHeads).Put(seenKey(m.Content, it.in.mailbox), u64(uint64(content))); err != nil {
		return err
	}
	r := remover{tx: b.meta, boxes: map[MailboxID]counts{}, keepFlags: fresh}
	if err := r.remove(id); err != nil {
		return damaged(b.w.s.meta.path, "has a damaged message record", err)
	}
	if refs := b.refs[it.in.mailbox]; len(refs) > 0 { // of this batch
		b.refs[it.in.mailbox] = withoutRef(refs, id)
	}
	for box, added := range r.boxes {
		c := b.boxes[box]
		b.boxes[box] = counts{c.Total + added.Total, c.Unread + added.Unread}
	}
	it.successorOf = id
	return nil
}
