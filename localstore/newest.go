package localstore

import "go.etcd.io/bbolt"

// Newest returns the messages collected after one, the newest first, at most limit. After
// 0 it is any message. It costs what it returns, however many messages there are.
func (s *Store) Newest(after MessageID, limit int) ([]Entry, error) {
	var ids []MessageID
	err := s.meta.view(func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucketMessages).Cursor()
		for k, _ := c.Last(); k != nil && len(ids) < limit; k, _ = c.Prev() {
			n, err := parseU64(k)
			if err != nil {
				return damaged(s.meta.path, "has a damaged list of messages", err)
			}
			if MessageID(n) <= after {
				return nil
			}
			ids = append(ids, MessageID(n))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.Entries(ids)
}
