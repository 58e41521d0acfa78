package localstore

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"

	"go.etcd.io/bbolt"
)

// repairStride is how many records one transaction of a repair looks at.
const repairStride = 5000

// each calls fn with copies of the records of a bucket of meta.bolt, some in a transaction,
// in which fn may change what it likes. end ends each transaction.
func (p *repairer) each(bucket []byte, fn func(tx *bbolt.Tx, k, v []byte) error, end ...func(tx *bbolt.Tx) error) error {
	var from []byte
	for more := true; more; {
		if err := context.Cause(p.ctx); err != nil {
			return err
		}
		err := p.s.meta.update(func(tx *bbolt.Tx) error {
			type record struct{ k, v []byte }
			some := make([]record, 0, repairStride)
			c := tx.Bucket(bucket).Cursor()
			k, v := c.Seek(from)
			for ; k != nil && len(some) < repairStride; k, v = c.Next() {
				some = append(some, record{bytes.Clone(k), bytes.Clone(v)})
			}
			if more = k != nil; more {
				from = bytes.Clone(k)
			}
			for _, r := range some {
				if err := fn(tx, r.k, r.v); err != nil {
					return err
				}
			}
			for _, fn := range end {
				if err := fn(tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// goodRecords tells the records that can be read from those that can't.
var goodRecords = []struct {
	bucket []byte
	good   func(k, v []byte) bool
}{
	{bucketContents, func(k, v []byte) bool { _, err := decodeContent(v); return err == nil && isNumber(k) }},
	{bucketMessages, func(k, v []byte) bool {
		m, err := decodeMessage(v)
		return err == nil && isNumber(k) && m.Content > 0 && m.Content < maxGuessed && m.Mailbox > 0 && m.Mailbox < maxGuessed
	}},
	{bucketSeen, func(k, v []byte) bool { return len(k) == 16 && len(v) == 8 }},
	{bucketUIDLs, func(k, v []byte) bool { _, _, err := oldID(k, v); return err == nil }},
	{bucketIDs, func(k, v []byte) bool {
		_, _, err := decodeUIDL(v)
		return err == nil && len(k) == 16 && isNumber(k[:8]) && isNumber(k[8:])
	}},
	{bucketHeads, func(k, v []byte) bool { return len(k) == 16 && len(v) == 16 }},
	{bucketFlags, func(k, v []byte) bool { return isNumber(k) && len(v) == 4 }},
	{bucketMailboxes, func(k, v []byte) bool { _, err := decodeRecord[mailboxRecord](v); return err == nil && isNumber(k) }},
	{bucketAccounts, func(k, v []byte) bool {
		a, err := decodeRecord[Account](v)
		return err == nil && a.ID == string(k) && a.ID != ""
	}},
	{bucketJournal, func(k, v []byte) bool { _, err := decodeRecord[FetchRecord](v); return err == nil && isNumber(k) }},
	{bucketHarmed, func(k, v []byte) bool { return isNumber(k) && len(v) == harmedLength }},
}

func isNumber(k []byte) bool { n, err := parseU64(k); return err == nil && n > 0 && n < maxGuessed }

// drop removes the records of a bucket that can't be read.
func (p *repairer) drop(bucket []byte, good func(k, v []byte) bool) error {
	lost := false
	err := p.each(bucket, func(tx *bbolt.Tx, k, v []byte) error {
		if good(k, v) {
			return nil
		}
		lost = true
		return tx.Bucket(bucket).Delete(k)
	})
	if lost {
		p.meta.Lost[string(bucket)] = true
	}
	return err
}

// readOld reads what the old meta.bolt says of the shards, and removes what can't be read of
// the records that others hang on.
func (p *repairer) readOld() error {
	if p.meta.Lost == nil {
		p.meta.Lost = map[string]bool{}
	}
	for _, b := range goodRecords {
		if err := p.drop(b.bucket, b.good); err != nil {
			return err
		}
	}
	return p.s.meta.update(func(tx *bbolt.Tx) error {
		inv, err := readInventory(tx)
		id := tx.Bucket(bucketStore).Get(keyID)
		p.version, _ = parseU32(tx.Bucket(bucketStore).Get(keySchema))
		p.trusted = err == nil && !p.meta.AllLost && !p.meta.Doubt && bytes.Equal(id, p.id) &&
			!p.meta.Lost[string(bucketStore)] && !p.meta.Lost[string(bucketShards)] && !p.meta.Lost[string(bucketPending)]
		for number, sh := range p.shards {
			p.trusted = p.trusted && sh.batch <= inv.batch+1 && number <= inv.last+maxPortions+1
		}
		p.old = inv
		return p.sequences(tx)
	})
}

// sequences makes sure that no number is given twice.
func (p *repairer) sequences(tx *bbolt.Tx) error {
	for _, name := range [][]byte{bucketMessages, bucketContents, bucketMailboxes, bucketJournal} {
		b := tx.Bucket(name)
		k, _ := b.Cursor().Last()
		if n, err := parseU64(k); err == nil && n > b.Sequence() {
			if err := b.SetSequence(n); err != nil {
				return err
			}
		}
	}
	return nil
}

// readMailboxes reads the mailboxes. Those of which only the name is left are made again.
func (p *repairer) readMailboxes() error {
	err := p.each(bucketMailboxes, func(_ *bbolt.Tx, k, v []byte) error {
		m, err := decodeRecord[mailboxRecord](v)
		if err != nil {
			return err
		}
		n, err := parseU64(k)
		p.boxes[MailboxID(n)] = m
		return err
	})
	if err != nil {
		return err
	}
	return p.each(bucketSources, func(tx *bbolt.Tx, k, v []byte) error {
		n, err := parseU64(v)
		account, source, ok := strings.Cut(string(k), "\x00")
		if err != nil || n == 0 || n >= maxGuessed || !ok || source == "" {
			return nil //nolint:nilerr // what can't be read tells nothing
		}
		if _, there := p.boxes[MailboxID(n)]; there {
			return nil
		}
		m := mailboxRecord{Account: account, Source: source, Name: source}
		if account == "" {
			m.Source, m.Role = "", Own
			if role, ok := strings.CutPrefix(source, "\x00"); ok {
				m.Role, m.Name = Role(role), role
			}
		}
		return p.putBox(tx, MailboxID(n), m)
	})
}

func (p *repairer) putBox(tx *bbolt.Tx, id MailboxID, m mailboxRecord) error {
	p.boxes[id] = m
	if b := tx.Bucket(bucketMailboxes); uint64(id) > b.Sequence() {
		if err := b.SetSequence(uint64(id)); err != nil {
			return err
		}
	}
	return putMailbox(tx, id, m)
}

// box makes sure that there is a mailbox of this number.
func (p *repairer) box(tx *bbolt.Tx, id MailboxID) error {
	if _, there := p.boxes[id]; there {
		return nil
	}
	name := RecoveredName + " " + strconv.FormatUint(uint64(id), 10)
	p.note("The name of mailbox %d is lost: it is called %q now.", id, name)
	return p.putBox(tx, id, mailboxRecord{Name: name, Role: Own})
}

// recovered returns the mailbox for messages of which nobody knows where they were.
func (p *repairer) recovered(tx *bbolt.Tx) (MailboxID, error) {
	for id, m := range p.boxes {
		if m.Role == Own && m.Name == RecoveredName {
			return id, nil
		}
	}
	n, err := tx.Bucket(bucketMailboxes).NextSequence()
	if err != nil {
		return 0, err
	}
	return MailboxID(n), p.putBox(tx, MailboxID(n), mailboxRecord{Name: RecoveredName, Role: Own})
}

// boxOf returns the mailbox for an account's mailbox at the server, 0 if there is none.
func (p *repairer) boxOf(account, source string) MailboxID {
	for id, m := range p.boxes {
		if account != "" && m.Role == Fetched && m.Account == account && m.Source == source {
			return id
		}
	}
	return 0
}

// lostRecord is a message whose record is lost, as far as others tell of it.
type lostRecord struct {
	id      MessageID // 0 if that is lost too
	content contentID
	origin  MailboxID // 0 if that is lost
}

// cleanSeen removes the notes of what is known that messages do not bear out.
func (p *repairer) cleanSeen() error {
	return p.each(bucketSeen, func(tx *bbolt.Tx, k, v []byte) error {
		content, err := parseU64(k[:8])
		if err != nil {
			return err
		}
		origin, err := parseU64(k[8:])
		if err != nil {
			return err
		}
		id, err := parseU64(v)
		if err != nil {
			return err
		}
		if tx.Bucket(bucketContents).Get(k[:8]) == nil && p.bodies[contentID(content)] == nil {
			if id != 0 && tx.Bucket(bucketMessages).Get(v) == nil {
				p.note("Some messages are lost with all that was known of them.")
			}
			return tx.Bucket(bucketSeen).Delete(k)
		}
		if id == 0 {
			return nil
		}
		m, there, err := readMessage(tx, MessageID(id))
		if err != nil {
			return err
		}
		if there && m.Content == contentID(content) && m.origin() == MailboxID(origin) {
			return nil
		}
		if !there && id < maxGuessed {
			p.lost = append(p.lost, lostRecord{MessageID(id), contentID(content), MailboxID(origin)})
		}
		return tx.Bucket(bucketSeen).Delete(k)
	})
}

// badMessage is a message whose octets are not what was received.
type badMessage struct {
	id     MessageID
	fresh  bool // its record was made by the repair
	record messageRecord
}

// readMessages makes the records fit the bodies, and notes what is known.
func (p *repairer) readMessages() error {
	return p.each(bucketMessages, func(tx *bbolt.Tx, k, v []byte) error {
		n, err := parseU64(k)
		if err != nil {
			return err
		}
		m, err := decodeMessage(v)
		if err != nil {
			return err
		}
		c, err := decodeContent(tx.Bucket(bucketContents).Get(u64(uint64(m.Content))))
		if err == nil && c.Messages == 0 && p.bodies[m.Content] == nil {
			// It was deleted: the record is one of an earlier transaction.
			return errors.Join(tx.Bucket(bucketMessages).Delete(k), tx.Bucket(bucketSeen).Put(seenKey(m.Content, m.origin()), noMessage))
		}
		if err := p.box(tx, m.Mailbox); err != nil {
			return err
		}
		return p.putRecord(tx, badMessage{MessageID(n), false, m})
	})
}

// putRecord puts a message's record, with what hangs on its body.
func (p *repairer) putRecord(tx *bbolt.Tx, b badMessage) error {
	m, key := &b.record, u64(uint64(b.id))
	st := p.bodies[m.Content]
	if st == nil || !st.whole {
		p.badOnes = append(p.badOnes, b)
		return nil
	}
	st.uses++
	c, err := decodeContent(tx.Bucket(bucketContents).Get(u64(uint64(m.Content))))
	if err != nil {
		return err
	}
	m.Size = c.Size
	seen := tx.Bucket(bucketSeen)
	other := seen.Get(seenKey(m.Content, m.origin()))
	if other != nil && !bytes.Equal(other, noMessage) && !bytes.Equal(other, key) {
		m.Origin = copyOrigin | MailboxID(b.id) // two can't be the one that came
	}
	if err := seen.Put(seenKey(m.Content, m.origin()), key); err != nil {
		return err
	}
	record, err := m.encode()
	if err != nil {
		return err
	}
	patchContent(record, m.Content)
	return tx.Bucket(bucketMessages).Put(key, record)
}
