package localstore

import (
	"go.etcd.io/bbolt"
)

// Member is a message of a thread.
type Member struct {
	Ref
	Mailbox MailboxID
}

// ThreadRow is what a list shows of a thread in a mailbox. All of it is about that mailbox.
type ThreadRow struct {
	Thread   ThreadID
	Newest   MessageID
	Date     int64       // of it, Unix seconds
	Recent   []MessageID // the newest of them, at most RecentOfThread, the newest first
	Messages int         // at most maxThreadRow
	Unread   int         // of them
	Starred  int         // of them
}

const (
	// RecentOfThread is how many messages a ThreadRow names.
	RecentOfThread = 12
	// maxThreadRow bounds how many messages of a thread, the newest, a ThreadRow counts.
	maxThreadRow = 10_000
)

// ThreadOf returns the thread of a message. ErrNotFound says that it is not there.
func (s *Store) ThreadOf(id MessageID) (ThreadID, error) {
	var thread ThreadID
	err := s.meta.view(func(tx *bbolt.Tx) error {
		m, ok, err := readMessage(tx, id)
		if err != nil {
			return damaged(s.meta.path, "has a damaged message record", err)
		}
		if !ok {
			return notFound("The message is not there any more.")
		}
		if thread, err = threadOf(tx, id, &m); err != nil {
			return damaged(s.meta.path, "has damaged threads", err)
		}
		return nil
	})
	return thread, err
}

// Thread returns the messages of a thread in all mailboxes, the oldest first. A thread
// that has become part of another is that other one. One that does not exist has none.
func (s *Store) Thread(id ThreadID) ([]Member, error) {
	var all []Member
	err := s.meta.view(func(tx *bbolt.Tx) error {
		root, err := rootOf(tx, id)
		if err != nil {
			return err
		}
		return eachMember(tx, root, func(k, v []byte) error {
			box, err := parseU64(v)
			all = append(all, Member{refAt(k[8:]), MailboxID(box)})
			return err
		})
	})
	if err != nil {
		return nil, damaged(s.meta.path, "has damaged threads", err)
	}
	return all, nil
}

// ThreadRows returns what a list of a mailbox shows of these threads, in that order. One
// that has no message there is left out.
func (s *Store) ThreadRows(mailbox MailboxID, threads []ThreadID) ([]ThreadRow, error) {
	rows := make([]ThreadRow, 0, len(threads))
	err := s.meta.view(func(tx *bbolt.Tx) error {
		for _, thread := range threads {
			root, err := rootOf(tx, thread)
			if err != nil {
				return err
			}
			row := ThreadRow{Thread: root}
			if err := row.count(tx, mailbox); err != nil {
				return err
			}
			if row.Messages > 0 {
				rows = append(rows, row)
			}
		}
		return nil
	})
	if err != nil {
		return nil, damaged(s.meta.path, "has damaged threads", err)
	}
	return rows, nil
}

func (r *ThreadRow) count(tx *bbolt.Tx, mailbox MailboxID) error {
	return eachNewestMember(tx, r.Thread, func(k, v []byte) (more bool, err error) {
		box, err := parseU64(v)
		if err != nil || MailboxID(box) != mailbox {
			return true, err
		}
		m := refAt(k[8:])
		flags, err := readFlags(tx, m.ID)
		if err != nil {
			return false, err
		}
		if r.Messages == 0 {
			r.Newest, r.Date = m.ID, m.Date
		}
		if len(r.Recent) < RecentOfThread {
			r.Recent = append(r.Recent, m.ID)
		}
		r.Messages++
		if !flags.Has(Seen) {
			r.Unread++
		}
		if flags.Has(Starred) {
			r.Starred++
		}
		return r.Messages < maxThreadRow, nil
	})
}

// ThreadMembers returns the messages that some threads have in a mailbox, a thread after
// the other, the oldest of each first. Threads that have none there are passed over.
func (s *Store) ThreadMembers(mailbox MailboxID, threads []ThreadID) ([]Ref, error) {
	var all []Ref
	err := s.meta.view(func(tx *bbolt.Tx) error {
		for _, thread := range threads {
			root, err := rootOf(tx, thread)
			if err != nil {
				return err
			}
			err = eachMember(tx, root, func(k, v []byte) error {
				box, err := parseU64(v)
				if err == nil && MailboxID(box) == mailbox {
					all = append(all, refAt(k[8:]))
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, damaged(s.meta.path, "has damaged threads", err)
	}
	return all, nil
}
