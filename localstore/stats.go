package localstore

import (
	"os"

	"go.etcd.io/bbolt"
)

// Stats says how large the store is.
type Stats struct {
	Accounts  int
	Mailboxes int
	Messages  int   // in all mailboxes
	Unread    int   // of them
	Files     int   // meta.bolt and those of the bodies
	Disk      int64 // octets of the files; some are holes that take no room yet
}

// Stats returns the size of the store. It costs as much as listing the mailboxes.
func (s *Store) Stats() (Stats, error) {
	boxes, err := s.Mailboxes()
	if err != nil {
		return Stats{}, err
	}
	st := Stats{Mailboxes: len(boxes)}
	for _, m := range boxes {
		st.Messages += m.Total
		st.Unread += m.Unread
	}
	paths := []string{s.meta.path}
	err = s.meta.view(func(tx *bbolt.Tx) error {
		st.Accounts = tx.Bucket(bucketAccounts).Inspect().KeyN
		inv, err := readInventory(tx)
		if err != nil {
			return damaged(s.meta.path, "has a damaged list of body files", err)
		}
		for number := range inv.marks {
			paths = append(paths, shardPath(s.dir, number))
		}
		return nil
	})
	if err != nil {
		return Stats{}, err
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return Stats{}, classify(path, err)
		}
		st.Files++
		st.Disk += info.Size()
	}
	return st, nil
}
