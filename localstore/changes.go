package localstore

import (
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"restante.app/localstore/search"
)

// The search index follows meta.bolt in two ways: by the ids of messages, which go up,
// and by bucketChanges, where what became of messages that it may have is noted in the
// transaction that did it. A change stays there until the index has it on the disk.

// noteChange notes that a message was deleted, or has other octets.
func noteChange(tx *bbolt.Tx, id MessageID) error {
	b := tx.Bucket(bucketChanges)
	n, err := b.NextSequence()
	if err != nil {
		return err
	}
	b.FillPercent = 1
	return b.Put(u64(n), u64(uint64(id)))
}

// backlog is what the index lacks of meta.bolt.
type backlog struct {
	mark    search.Mark // once it has what follows
	fresh   []MessageID
	changed []indexChange // of those that it had
	more    bool          // there is more than this
}

// indexChange is an entry of bucketChanges.
type indexChange struct {
	number  uint64
	message MessageID
}

// maxBacklog is how many messages are looked at in one step.
const maxBacklog = 4000

// errForeign says that the index followed a meta.bolt that is not this one.
var errForeign = errors.New("the index is ahead of the store, or lacks changes of it")

// readBacklog returns what comes after a mark. It returns errForeign if the index can't
// be completed and has to be made anew.
func readBacklog(tx *bbolt.Tx, m search.Mark) (backlog, error) {
	next := backlog{mark: m}
	messages, changes := tx.Bucket(bucketMessages), tx.Bucket(bucketChanges)
	c := changes.Cursor()
	k, _ := c.First()
	gone := changes.Sequence() // the last change that is not noted any more
	if k != nil {
		gone = binary.BigEndian.Uint64(k) - 1
	}
	if m.UpTo > messages.Sequence() || m.Changes > changes.Sequence() || m.UpTo > 0 && m.Changes < gone {
		return next, errForeign
	}
	next.mark.Changes = max(m.Changes, gone)
	for k, v := c.Seek(u64(m.Changes + 1)); k != nil; k, v = c.Next() {
		if len(next.changed) == maxBacklog {
			next.more = true
			break
		}
		id, err := parseU64(v)
		if err != nil || len(k) != 8 {
			return next, fmt.Errorf("%w: a change", errRecord)
		}
		next.mark.Changes = binary.BigEndian.Uint64(k)
		if id <= m.UpTo {
			next.changed = append(next.changed, indexChange{next.mark.Changes, MessageID(id)})
		}
	}
	err := next.readFresh(messages, m.UpTo)
	return next, err
}

// readFresh adds the messages after one.
func (next *backlog) readFresh(messages *bbolt.Bucket, upTo uint64) error {
	c := messages.Cursor()
	for k, _ := c.Seek(u64(upTo + 1)); k != nil; k, _ = c.Next() {
		if len(next.fresh) == maxBacklog {
			next.more = true
			return nil
		}
		id, err := parseU64(k)
		if err != nil {
			return err
		}
		next.fresh = append(next.fresh, MessageID(id))
		next.mark.UpTo = id
	}
	next.mark.UpTo = messages.Sequence()
	return nil
}

// dropChanges removes the changes that the index has.
func dropChanges(tx *bbolt.Tx, upTo uint64) error {
	b := tx.Bucket(bucketChanges)
	c := b.Cursor()
	for k, _ := c.First(); k != nil && binary.BigEndian.Uint64(k) <= upTo; k, _ = c.First() {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}
