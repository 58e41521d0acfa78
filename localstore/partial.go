package localstore

import (
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// headRecord says what has taken the place of a content: of a header its whole, of what was
// deleted the same as it came again.
type headRecord struct {
	Whole  contentID
	Listed int64 // its octets, as the server listed them
}

func (h headRecord) encode() []byte {
	return binary.BigEndian.AppendUint64(u64(uint64(h.Whole)), uint64(h.Listed))
}

func decodeHead(p []byte) (headRecord, error) {
	if len(p) != 16 {
		return headRecord{}, fmt.Errorf("%w: a header's successor of %d octets", errRecord, len(p))
	}
	return headRecord{contentID(binary.BigEndian.Uint64(p)), int64(binary.BigEndian.Uint64(p[8:]))}, nil
}

// readHead returns what has taken the place of a content in a mailbox. ok is false if
// nothing has.
func readHead(tx *bbolt.Tx, content contentID, mailbox MailboxID) (h headRecord, ok bool, err error) {
	v := tx.Bucket(bucketHeads).Get(seenKey(content, mailbox))
	if v == nil {
		return h, false, nil
	}
	h, err = decodeHead(v)
	return h, err == nil, err
}

// maxHeads bounds the way from a content to what has taken its place: a header's whole may
// have been deleted and have come again.
const maxHeads = 8

// standsFor returns the message that a content stands for in a mailbox: its own, else that
// of what has taken its place. It is 0 if that was deleted.
func standsFor(tx *bbolt.Tx, content contentID, mailbox MailboxID) (MessageID, error) {
	for range maxHeads {
		id, err := messageOf(tx, content, mailbox)
		if err != nil || id != 0 {
			return id, err
		}
		h, ok, err := readHead(tx, content, mailbox)
		if err != nil || !ok {
			return 0, err
		}
		content = h.Whole
	}
	return 0, nil
}

// replace notes that the content of an item has taken the place of those that are the same
// and were deleted: what the servers' ids of those stand for is here again.
func (b *batch) replace(it *item, content contentID) error {
	head := headRecord{Whole: content, Listed: it.listed}
	for _, gone := range it.gone {
		if gone == content {
			continue
		}
		if err := b.meta.Bucket(bucketHeads).Put(seenKey(gone, it.in.mailbox), head.encode()); err != nil {
			return err
		}
	}
	return nil
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
// An id that was never seen with the whole proves nothing, which ByHeader tells.
func (b *batch) knownHead(it *item, id MessageID, content contentID) (contentID, error) {
	if id != 0 {
		partial, err := isPartial(b.meta, id)
		it.partial, it.byHeader = partial, !partial
		return content, b.w.s.damagedIDs(err)
	}
	h, ok, err := readHead(b.meta, content, it.in.mailbox)
	if err != nil || !ok {
		return content, b.w.s.damagedIDs(err)
	}
	it.partial, it.byHeader = false, true
	return h.Whole, nil
}

// sameHead tells whether a header is that of a message of which the same header came
// before. Two messages can have one header; then their sizes mostly differ. noted is
// what bucketSeen has for the header.
func (b *batch) sameHead(it *item, content contentID, noted []byte) (bool, error) {
	id, err := parseU64(noted)
	if err != nil {
		return false, b.w.s.damagedIDs(err)
	}
	if id == 0 {
		h, ok, err := readHead(b.meta, content, it.in.mailbox)
		return !ok || h.Listed == it.listed, b.w.s.damagedIDs(err)
	}
	m, ok, err := readMessage(b.meta, MessageID(id))
	if err != nil || !ok {
		return false, b.w.s.damagedIDs(err)
	}
	return m.Listed == it.listed || it.uidl != "" && string(m.UIDL) == it.uidl, nil
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
	r, ok, err := b.ids.get(m.origin(), string(m.UIDL))
	if err != nil || !ok || r.Content != content {
		return b.w.s.damagedIDs(err)
	}
	r.Partial = false
	return b.w.s.damagedIDs(b.ids.put(m.origin(), string(m.UIDL), r))
}

// isPartial tells whether a message that is here is its header alone.
func isPartial(tx *bbolt.Tx, id MessageID) (bool, error) {
	fields, err := messageFields(tx.Bucket(bucketMessages).Get(u64(uint64(id))))
	if err != nil {
		return false, err
	}
	m, err := decodeRecord[struct {
		Partial bool `cbor:"10,keyasint"`
	}](fields)
	return m.Partial, err
}

// wholeHere tells whether an item is the header of a message that is here whole, or was.
func (b *batch) wholeHere(it *item) (bool, error) {
	if !it.partial {
		return false, nil
	}
	r, ok, err := b.ids.get(it.in.mailbox, it.uidl)
	if err != nil || !ok || r.Partial || r.Listed != it.listed {
		return false, b.w.s.damagedIDs(err)
	}
	id, err := standsFor(b.meta, r.Content, it.in.mailbox)
	if err != nil || id == 0 {
		return err == nil, b.w.s.damagedIDs(err)
	}
	m, _, err := readMessage(b.meta, id)
	return it.isOf(&m, r.Listed), b.w.s.damagedIDs(err)
}

// partialOf returns the header-only message whose whole an item is, 0 if there is none.
func (b *batch) partialOf(it *item) (MessageID, error) {
	if it.partial {
		return 0, nil
	}
	r, ok, err := b.ids.get(it.in.mailbox, it.uidl)
	if err != nil || !ok || !r.Partial {
		return 0, b.w.s.damagedIDs(err)
	}
	id, err := messageOf(b.meta, r.Content, it.in.mailbox)
	if err != nil || id == 0 {
		return 0, b.w.s.damagedIDs(err)
	}
	m, ok, err := readMessage(b.meta, id)
	if err != nil || !ok || !m.Partial || !it.isOf(&m, r.Listed) {
		return 0, b.w.s.damagedIDs(err)
	}
	return id, nil
}

// isOf tells whether an item that came with the id of a message is of that message,
// listed with so many octets. Some servers use an id again, and then the Message-IDs
// differ. Others list another size once they have noted the id in the message; then they
// are the same.
func (it *item) isOf(m *messageRecord, listed int64) bool {
	if m.MessageID != "" && it.messageID != "" {
		return m.MessageID == it.messageID
	}
	return listed == it.listed
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
	head := headRecord{Whole: content, Listed: it.listed}
	if err := b.meta.Bucket(bucketHeads).Put(seenKey(m.Content, it.in.mailbox), head.encode()); err != nil {
		return err
	}
	r := b.w.s.newRemover(b.meta)
	r.threads, r.keepFlags = b.thread, fresh
	if err := errors.Join(r.remove(id), r.unlist()); err != nil {
		return damaged(b.w.s.meta.path, "has a damaged message record", err)
	}
	if refs := b.refs[m.Mailbox]; len(refs) > 0 { // of this batch
		b.refs[m.Mailbox] = withoutRef(refs, id)
	}
	for box, added := range r.boxes {
		c := b.boxes[box]
		b.boxes[box] = counts{c.Total + added.Total, c.Unread + added.Unread}
	}
	it.successorOf = id
	if fresh && m.Mailbox != it.box {
		return it.follow(&m)
	}
	return nil
}

// follow puts an item where its owner has moved the header alone whose place it takes.
func (it *item) follow(head *messageRecord) error {
	m, err := decodeMessage(it.message)
	if err != nil {
		return err
	}
	m.place(head.Mailbox)
	m.Before, it.box = head.Before, head.Mailbox
	it.message, err = m.encode()
	return err
}
