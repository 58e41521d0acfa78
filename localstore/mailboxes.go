package localstore

import (
	"encoding/binary"

	"go.etcd.io/bbolt"
)

// Mailboxes returns all mailboxes with their counts, in the order in which they
// were made.
func (s *Store) Mailboxes() ([]Mailbox, error) {
	var all []Mailbox
	err := s.meta.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketMailboxes).ForEach(func(k, _ []byte) error {
			if len(k) != 8 {
				return damaged(s.meta.path, "has a damaged mailbox", errRecord)
			}
			m, err := readMailbox(tx, MailboxID(binary.BigEndian.Uint64(k)))
			if err != nil {
				return damaged(s.meta.path, "has a damaged mailbox", err)
			}
			all = append(all, m)
			return nil
		})
	})
	return all, err
}

// EnsureMailbox returns the mailbox for an account's mailbox at the server, and
// makes it if there is none.
func (s *Store) EnsureMailbox(account, source string) (Mailbox, error) {
	if account == "" || source == "" {
		return Mailbox{}, invalid("A mailbox needs an account and a name.")
	}
	if err := validText("account's id", account); err != nil {
		return Mailbox{}, err
	}
	if err := validText("mailbox's name", source); err != nil {
		return Mailbox{}, err
	}
	var m Mailbox
	key := sourceKey(account, source)
	find := func(tx *bbolt.Tx) (bool, error) {
		v := tx.Bucket(bucketSources).Get(key)
		if v == nil {
			return false, nil
		}
		id, err := parseU64(v)
		if err == nil {
			m, err = readMailbox(tx, MailboxID(id))
		}
		if err != nil {
			return true, damaged(s.meta.path, "has a damaged mailbox", err)
		}
		return true, nil
	}
	there := false
	err := s.meta.view(func(tx *bbolt.Tx) (err error) {
		there, err = find(tx)
		return err
	})
	if err != nil || there {
		return m, err
	}
	err = s.update(func(tx *bbolt.Tx) error {
		if there, err := find(tx); err != nil || there {
			return err
		}
		m, err = putNewMailbox(tx, key, mailboxRecord{Account: account, Source: source, Name: source})
		return err
	})
	return m, err
}

func readMailbox(tx *bbolt.Tx, id MailboxID) (Mailbox, error) {
	record, err := decodeRecord[mailboxRecord](tx.Bucket(bucketMailboxes).Get(u64(uint64(id))))
	if err != nil {
		return Mailbox{}, err
	}
	c, err := readCounts(tx, id)
	if err != nil {
		return Mailbox{}, err
	}
	return record.mailbox(id, c), nil
}

// readCounts returns zeroes for a mailbox that nothing came to yet.
func readCounts(tx *bbolt.Tx, id MailboxID) (counts, error) {
	v := tx.Bucket(bucketCounts).Get(u64(uint64(id)))
	if v == nil {
		return counts{}, nil
	}
	return decodeCounts(v)
}

func addCounts(tx *bbolt.Tx, id MailboxID, added counts) error {
	c, err := readCounts(tx, id)
	if err != nil {
		return err
	}
	c.Total += added.Total
	c.Unread += added.Unread
	return tx.Bucket(bucketCounts).Put(u64(uint64(id)), c.encode())
}
