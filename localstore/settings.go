package localstore

import (
	"slices"

	"go.etcd.io/bbolt"
)

// maxSetting bounds the value of a setting, in octets.
const maxSetting = 1 << 20

// Setting returns the value kept under key, or nil if there is none.
func (s *Store) Setting(key string) ([]byte, error) {
	var value []byte
	err := s.meta.view(func(tx *bbolt.Tx) error {
		if v := tx.Bucket(bucketSettings).Get([]byte(key)); v != nil {
			value = append([]byte{}, v...)
		}
		return nil
	})
	return value, err
}

// PutSetting keeps a value under key. A nil value removes the setting.
func (s *Store) PutSetting(key string, value []byte) error {
	if key == "" || len(key) > maxName || len(value) > maxSetting {
		return invalid("The setting %.40q can't be stored: its name or its value is too long or empty.", key)
	}
	value = slices.Clone(value)
	return s.update(func(tx *bbolt.Tx) error {
		if value == nil {
			return tx.Bucket(bucketSettings).Delete([]byte(key))
		}
		return tx.Bucket(bucketSettings).Put([]byte(key), value)
	})
}
