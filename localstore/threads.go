package localstore

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
)

// ThreadID numbers a thread: the message that began it, as far as the store knew then.
// It changes when two threads turn out to be one.
type ThreadID uint64

// A thread is all messages that are linked, over any number of steps, by the ids in
// Message-ID, In-Reply-To and References (RFC 5322, 3.6.4), whether or not the messages
// in between are here. So it does not depend on the order in which they arrive.
//
//	links      an id's hash → the thread that it was first seen in
//	joins      a thread that has become part of another → that one
//	members    thread, date, message → mailbox
//	threads    the threads of each mailbox by their newest message, in chunks as in refs

// links are the hashes of a message's ids, its own first, 0 where it has none.
type links []uint64

// linkOf hashes an id with a part of SHA-256, so that nobody can make two alike that
// are another's. It is never 0 but for no id.
func linkOf(id string) uint64 {
	if id == "" {
		return 0
	}
	sum := sha256.Sum256([]byte(id))
	return max(1, binary.BigEndian.Uint64(sum[:8]))
}

// any tells whether there is any id.
func (l links) any() bool { return slices.ContainsFunc(l, func(h uint64) bool { return h != 0 }) }

func linksOf(m *messageRecord) links {
	l := append(make(links, 0, 2+len(m.References)), linkOf(m.MessageID))
	for _, id := range append(m.References, m.InReplyTo) {
		if h := linkOf(id); h != 0 && !slices.Contains(l, h) {
			l = append(l, h)
		}
	}
	return l
}

// threadRow is a thread in a mailbox.
type threadRow struct {
	thread  ThreadID
	mailbox MailboxID
}

// rowState is the date of a row, if it is there.
type rowState struct {
	date  int64
	there bool
}

// threader keeps the threads within one transaction. The rows of the mailboxes follow
// in finish.
type threader struct {
	tx      *bbolt.Tx
	links   *hashes                // to add messages with; nil where none is added
	touched map[threadRow]rowState // as they were before
}

func newThreader(tx *bbolt.Tx) *threader {
	return &threader{tx: tx, touched: map[threadRow]rowState{}}
}

const memberLength = 24

func memberKey(thread ThreadID, r Ref) []byte {
	key := binary.BigEndian.AppendUint64(make([]byte, 0, memberLength), uint64(thread))
	return appendRef(key, r)
}

// add enters a message, and returns its thread.
func (t *threader) add(id MessageID, mailbox MailboxID, date int64, l links) (ThreadID, error) {
	thread, err := t.join(id, l)
	if err != nil {
		return 0, err
	}
	return thread, t.enter(thread, id, mailbox, date)
}

// enter enters a message of a thread.
func (t *threader) enter(thread ThreadID, id MessageID, mailbox MailboxID, date int64) error {
	if err := t.touch(thread, mailbox); err != nil {
		return err
	}
	members := t.tx.Bucket(bucketMembers)
	members.FillPercent = 0.9
	return members.Put(memberKey(thread, Ref{ID: id, Date: date}), u64(uint64(mailbox)))
}

// join finds the thread of a message that is new, and makes one of those that it links.
func (t *threader) join(id MessageID, l links) (ThreadID, error) {
	thread := ThreadID(0)
	missing := make([]uint64, 0, len(l))
	for _, h := range l {
		if h == 0 {
			continue
		}
		n, err := t.links.one(h)
		found := ThreadID(n)
		if err == nil && n != 0 {
			found, err = rootOf(t.tx, found)
		}
		switch {
		case err != nil:
			return 0, err
		case found == 0:
			missing = append(missing, h)
		case thread == 0:
			thread = found
		case thread != found:
			if thread, err = t.merge(thread, found); err != nil {
				return 0, err
			}
		}
	}
	if thread == 0 {
		thread = ThreadID(id)
	}
	for _, h := range missing {
		if err := t.links.add(hashRow{h, uint64(thread)}); err != nil {
			return 0, err
		}
	}
	return thread, nil
}

// maxJoins bounds the way from a thread to what it has become. The smaller of two
// always joins the larger, so it is at most the logarithm of the number of messages.
const maxJoins = 64

// rootOf returns what a thread has become.
func rootOf(tx *bbolt.Tx, thread ThreadID) (ThreadID, error) {
	joins := tx.Bucket(bucketJoins)
	for range maxJoins {
		v := joins.Get(u64(uint64(thread)))
		if v == nil {
			return thread, nil
		}
		n, err := parseU64(v)
		if err != nil {
			return 0, err
		}
		thread = ThreadID(n)
	}
	return 0, fmt.Errorf("%w: a thread that joins itself", errRecord)
}

// threadOf returns the thread of a message that is there. What its record does not say
// is in the rows of links since the migration.
func threadOf(tx *bbolt.Tx, id MessageID, m *messageRecord) (ThreadID, error) {
	if m.Thread != 0 {
		return rootOf(tx, m.Thread)
	}
	thread := id
	c := tx.Bucket(bucketLinks).Cursor()
	for _, h := range linksOf(m) {
		if h == 0 {
			continue
		}
		more, err := eachHashRow(c, h, func(n uint64) (bool, error) {
			thread = MessageID(n)
			return false, nil
		})
		if err != nil {
			return 0, err
		}
		if !more {
			break
		}
	}
	return rootOf(tx, ThreadID(thread))
}

// merge makes one thread of two: the members of the smaller go to the other.
func (t *threader) merge(a, b ThreadID) (ThreadID, error) {
	less, into := t.smaller(a, b), a
	if less == a {
		into = b
	}
	type member struct{ key, mailbox []byte }
	var moved []member
	err := eachMember(t.tx, less, func(k, v []byte) error {
		moved = append(moved, member{slices.Clone(k), slices.Clone(v)})
		return nil
	})
	if err != nil {
		return 0, err
	}
	members := t.tx.Bucket(bucketMembers)
	for _, m := range moved {
		box, err := parseU64(m.mailbox)
		if err != nil {
			return 0, err
		}
		if err := t.touch(less, MailboxID(box)); err != nil {
			return 0, err
		}
		if err := t.touch(into, MailboxID(box)); err != nil {
			return 0, err
		}
	}
	for _, m := range moved {
		if err := members.Delete(m.key); err != nil {
			return 0, err
		}
		if err := members.Put(memberKey(into, refAt(m.key[8:])), m.mailbox); err != nil {
			return 0, err
		}
	}
	return into, t.tx.Bucket(bucketJoins).Put(u64(uint64(less)), u64(uint64(into)))
}

// smaller returns the thread with fewer members. It costs as much as that one has.
func (t *threader) smaller(a, b ThreadID) ThreadID {
	var cs [2]*bbolt.Cursor
	var ks [2][]byte
	prefix := [2][]byte{u64(uint64(a)), u64(uint64(b))}
	for i := range cs {
		cs[i] = t.tx.Bucket(bucketMembers).Cursor()
		ks[i], _ = cs[i].Seek(prefix[i])
	}
	for {
		for i, thread := range []ThreadID{a, b} {
			if len(ks[i]) != memberLength || string(ks[i][:8]) != string(prefix[i]) {
				return thread
			}
			ks[i], _ = cs[i].Next()
		}
	}
}

// eachMember calls fn with the members of a thread, the oldest first.
func eachMember(tx *bbolt.Tx, thread ThreadID, fn func(k, v []byte) error) error {
	prefix := u64(uint64(thread))
	c := tx.Bucket(bucketMembers).Cursor()
	for k, v := c.Seek(prefix); len(k) == memberLength && string(k[:8]) == string(prefix); k, v = c.Next() {
		if err := fn(k, v); err != nil {
			return err
		}
	}
	return nil
}

// eachNewestMember calls fn with the members of a thread, the newest first, as long as it
// wants more.
func eachNewestMember(tx *bbolt.Tx, thread ThreadID, fn func(k, v []byte) (more bool, err error)) error {
	prefix := u64(uint64(thread))
	c := tx.Bucket(bucketMembers).Cursor()
	var k, v []byte
	if after, _ := c.Seek(u64(uint64(thread) + 1)); after == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	for ; len(k) == memberLength && string(k[:8]) == string(prefix); k, v = c.Prev() {
		if more, err := fn(k, v); !more || err != nil {
			return err
		}
	}
	return nil
}

// touch notes how a thread stands in a mailbox before it changes.
func (t *threader) touch(thread ThreadID, mailbox MailboxID) error {
	row := threadRow{thread, mailbox}
	if _, noted := t.touched[row]; noted {
		return nil
	}
	state, err := newestIn(t.tx, row)
	t.touched[row] = state
	return err
}

// newestIn returns the date of the newest message of a thread in a mailbox.
func newestIn(tx *bbolt.Tx, row threadRow) (rowState, error) {
	mailbox := u64(uint64(row.mailbox))
	state := rowState{}
	err := eachNewestMember(tx, row.thread, func(k, v []byte) (more bool, err error) {
		if string(v) == string(mailbox) {
			state = rowState{date: refAt(k[8:]).Date, there: true}
		}
		return !state.there, nil
	})
	return state, err
}

// remove takes a message out of its thread. What its ids link stays linked.
func (t *threader) remove(id MessageID, m *messageRecord) error {
	thread, err := threadOf(t.tx, id, m)
	if err != nil {
		return err
	}
	if err := t.touch(thread, m.Mailbox); err != nil {
		return err
	}
	return t.tx.Bucket(bucketMembers).Delete(memberKey(thread, Ref{ID: id, Date: m.Date}))
}

// moved notes that a message is in another mailbox now.
func (t *threader) moved(id MessageID, m *messageRecord, from MailboxID) error {
	thread, err := threadOf(t.tx, id, m)
	if err != nil {
		return err
	}
	if err := t.touch(thread, from); err != nil {
		return err
	}
	if err := t.touch(thread, m.Mailbox); err != nil {
		return err
	}
	return t.tx.Bucket(bucketMembers).Put(memberKey(thread, Ref{ID: id, Date: m.Date}), u64(uint64(m.Mailbox)))
}

// finish puts the rows of the threads that have changed.
func (t *threader) finish() error {
	rows := t.tx.Bucket(bucketThreads)
	gone, added := map[MailboxID][]Ref{}, map[MailboxID][]Ref{}
	for row, was := range t.touched {
		is, err := newestIn(t.tx, row)
		if err != nil {
			return err
		}
		if is == was {
			continue
		}
		if was.there {
			gone[row.mailbox] = append(gone[row.mailbox], Ref{ID: MessageID(row.thread), Date: was.date})
		}
		if is.there {
			added[row.mailbox] = append(added[row.mailbox], Ref{ID: MessageID(row.thread), Date: is.date})
		}
	}
	for mailbox, refs := range gone {
		if _, err := removeRefs(rows, mailbox, refs); err != nil {
			return err
		}
	}
	for mailbox, refs := range added {
		if err := insertRefs(rows, mailbox, refs); err != nil {
			return err
		}
	}
	clear(t.touched)
	if t.links == nil {
		return nil
	}
	return t.links.finish()
}
