//go:build unix

package torture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
)

// schemaOne makes of a store what it was before there were threads: see the versions in
// localstore/format.md.
func schemaOne(t *testing.T, dir string, _ *rand.Rand) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(dir, "meta.bolt"), 0o600, nil)
	mustOK(t, err)
	err = db.Update(func(tx *bbolt.Tx) error {
		if err := oldIDs(tx); err != nil {
			return err
		}
		for _, name := range []string{"ids", "idhashes", "newidhashes", "threads", "members", "joins", "identities", "newidentities", "links", "newlinks"} {
			if err := tx.DeleteBucket([]byte(name)); err != nil {
				return err
			}
		}
		return errors.Join(oldIdentities(tx), oldMessages(tx), oldStore(tx))
	})
	mustOK(t, errors.Join(err, db.Close()))
}

// oldIDs makes the index of the servers' ids: mailbox and id, and the record without it.
func oldIDs(tx *bbolt.Tx) error {
	old, err := tx.CreateBucket([]byte("uidls"))
	if err != nil {
		return err
	}
	return tx.Bucket([]byte("ids")).ForEach(func(k, v []byte) error {
		return old.Put(append(bytes.Clone(k[:8]), v[25:]...), bytes.Clone(v[:25]))
	})
}

// oldIdentities makes the index of identities: their first 8 octets and the content's id.
func oldIdentities(tx *bbolt.Tx) error {
	old, err := tx.CreateBucket([]byte("identity"))
	if err != nil {
		return err
	}
	return tx.Bucket([]byte("contents")).ForEach(func(k, v []byte) error {
		return old.Put(append(bytes.Clone(v[1:9]), k...), nil)
	})
}

// oldMessages takes the threads out of the records.
func oldMessages(tx *bbolt.Tx) error {
	b := tx.Bucket([]byte("messages"))
	old := map[string][]byte{}
	err := b.ForEach(func(k, v []byte) error {
		if v[0] == 2 {
			old[string(k)] = append(append([]byte{1}, v[1:9]...), v[17:]...)
		}
		return nil
	})
	for k, v := range old {
		err = errors.Join(err, b.Put([]byte(k), v))
	}
	return err
}

func oldStore(tx *bbolt.Tx) error {
	b := tx.Bucket([]byte("store"))
	return errors.Join(b.Delete([]byte("identities")), b.Delete([]byte("links")), b.Delete([]byte("idhashes")),
		b.Put([]byte("schema"), binary.BigEndian.AppendUint32(nil, 1)))
}
