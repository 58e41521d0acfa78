package localstore

import (
	"slices"

	"go.etcd.io/bbolt"
)

// maxJournal is how many fetches the journal remembers.
const maxJournal = 5000

// The longest texts of a journal's line, in octets.
const maxJournalText = 2 << 10

// AppendJournal notes a fetch that has ended. The oldest lines go where there are
// more than some thousands.
func (s *Store) AppendJournal(r FetchRecord) error {
	for _, text := range []*string{&r.Account, &r.Mode, &r.Cause, &r.Failure, &r.Next} {
		*text = boundText(*text, maxJournalText)
	}
	record, err := encoding.Marshal(r)
	if err != nil {
		return invalid("The fetch can't be noted: %v.", err)
	}
	return s.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketJournal)
		n, err := b.NextSequence()
		if err != nil {
			return err
		}
		b.FillPercent = 1
		if err := b.Put(u64(n), record); err != nil {
			return err
		}
		var old [][]byte
		c := b.Cursor()
		for k, _ := c.First(); len(k) == 8; k, _ = c.Next() {
			at, err := parseU64(k)
			if err != nil || at+maxJournal > n {
				break
			}
			old = append(old, slices.Clone(k))
		}
		for _, k := range old {
			if err := b.Delete(k); err != nil {
				return err
			}
		}
		return nil
	})
}

// Journal returns the newest fetches of an account, or of all for "", the newest
// first and at most limit.
func (s *Store) Journal(account string, limit int) ([]FetchRecord, error) {
	var all []FetchRecord
	err := s.meta.view(func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucketJournal).Cursor()
		for k, v := c.Last(); k != nil && len(all) < limit; k, v = c.Prev() {
			r, err := decodeRecord[FetchRecord](v)
			if err != nil {
				return damaged(s.meta.path, "has a damaged journal", err)
			}
			if account == "" || r.Account == account {
				all = append(all, r)
			}
		}
		return nil
	})
	return all, err
}
