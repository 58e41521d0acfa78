package localstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"go.etcd.io/bbolt"
)

// threadStride is how many messages a migration enters in one transaction.
const threadStride = 5000

// migrate brings meta.bolt to the present schema. A copy of what it was stays beside it.
// After a crash in between, the next start goes on.
func (s *Store) migrate() error {
	version, missing := uint32(0), false
	err := s.meta.view(func(tx *bbolt.Tx) (err error) {
		version, err = parseU32(tx.Bucket(bucketStore).Get(keySchema))
		for _, name := range laterBuckets {
			missing = missing || tx.Bucket(name) == nil
		}
		return err
	})
	if err != nil {
		return err
	}
	if version < schema {
		if err := s.copyBefore(version); err != nil {
			return err
		}
	}
	if version < schema || missing {
		if err := s.meta.update(func(tx *bbolt.Tx) error { return raiseSchema(tx, version) }); err != nil {
			return err
		}
	}
	for _, step := range []func() error{
		func() error { return s.rehash(s.identities) },
		func() error { return s.rehash(s.links) },
		s.moveIDs, s.threadRest,
	} {
		err := step()
		if errors.Is(err, errRecord) {
			return damaged(s.meta.path, "has a record that can't be read", err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// raiseSchema makes the buckets that are missing, and notes that threads are.
func raiseSchema(tx *bbolt.Tx, version uint32) error {
	unthreaded := version < 2 || tx.Bucket(bucketMembers) == nil
	if err := makeBuckets(tx, slices.Concat(hashBuckets, idBuckets, laterBuckets)...); err != nil {
		return err
	}
	b := tx.Bucket(bucketStore)
	if unthreaded {
		if err := b.Put(keyThreaded, u64(0)); err != nil {
			return err
		}
	}
	return b.Put(keySchema, u32(schema))
}

// copyBefore keeps meta.bolt as it is before a migration, under another name.
func (s *Store) copyBefore(version uint32) error {
	path := fmt.Sprintf("%s.schema%d", s.meta.path, version)
	fresh := path + ".new"
	n := int64(0)
	err := s.meta.view(func(tx *bbolt.Tx) error { return writeCopy(context.Background(), tx, fresh, &n, nil) })
	if err == nil {
		err = s.o.fault("migrate")
	}
	if err == nil {
		err = sameFile(s.meta, fresh, s.o.LockTimeout)
	}
	if err == nil {
		err = errors.Join(os.Rename(fresh, path), syncFolderOf(path))
	}
	if err != nil {
		return errors.Join(classify(path, err), removeIfThere(fresh))
	}
	s.o.Log.Info("the store is of an earlier version; a copy of it stays", "copy", path)
	return nil
}

// rehashStride is how many rows a migration moves in one transaction.
const rehashStride = 50_000

// rehash moves what was in a tree of its own before version 3 to the rows of a table.
func (s *Store) rehash(t *hashTable) error {
	old := bucketIdentity
	if t == s.links {
		old = bucketThreadIDs
	}
	for more := true; more; {
		err := s.meta.view(func(tx *bbolt.Tx) error {
			more = tx.Bucket(old) != nil
			return nil
		})
		if err != nil || !more {
			return err
		}
		if err := s.meta.update(func(tx *bbolt.Tx) error { return rehashSome(tx, old, t.rows) }); err != nil {
			return err
		}
		if err := s.o.fault("migrate"); err != nil {
			return err
		}
	}
	return nil
}

// rehashSome moves some rows, which are sorted in both, and removes the old bucket after the last.
func rehashSome(tx *bbolt.Tx, old, rows []byte) error {
	var from []byte
	to := tx.Bucket(rows)
	if _, chunk := to.Cursor().Last(); len(chunk) >= refLength {
		from = chunk[len(chunk)-refLength:]
	}
	var some []Ref
	c := tx.Bucket(old).Cursor()
	k, v := c.Seek(from)
	for ; k != nil && len(some) < rehashStride; k, v = c.Next() {
		row := append(append(make([]byte, 0, refLength), k...), v...)
		if len(row) != refLength {
			return fmt.Errorf("%w: %s, a row of %d octets", errRecord, old, len(row))
		}
		some = append(some, hashRowAt(row).ref())
	}
	to.FillPercent = 0.9
	if err := insertRefs(to, 0, some); err != nil || k != nil {
		return err
	}
	return tx.DeleteBucket(old)
}

// threadRest enters the messages of before there were threads.
func (s *Store) threadRest() error {
	for more := true; more; {
		err := s.meta.view(func(tx *bbolt.Tx) error {
			more = tx.Bucket(bucketStore).Get(keyThreaded) != nil
			return nil
		})
		if err != nil || !more {
			return err
		}
		if err := s.meta.update(s.threadSome); err != nil {
			return err
		}
		if err := s.o.fault("migrate"); err != nil {
			return err
		}
	}
	return nil
}

// threadSome enters some messages, and removes the mark after the last.
func (s *Store) threadSome(tx *bbolt.Tx) error {
	b := tx.Bucket(bucketStore)
	last, err := parseU64(b.Get(keyThreaded))
	if err != nil {
		return err
	}
	t := newThreader(tx)
	if t.links, err = s.links.in(tx); err != nil {
		return err
	}
	c := tx.Bucket(bucketMessages).Cursor()
	k, v := c.Seek(u64(last + 1))
	for range threadStride {
		if k == nil {
			break
		}
		if last, err = parseU64(k); err != nil {
			return err
		}
		m, err := decodeMessage(v)
		if err != nil {
			return err
		}
		if _, err := t.add(MessageID(last), m.Mailbox, m.Date, linksOf(&m)); err != nil {
			return err
		}
		k, v = c.Next()
	}
	if err := t.finish(); err != nil {
		return err
	}
	if k == nil {
		// The records of these messages do not name their threads, so threadOf needs the rows.
		return errors.Join(t.links.settleAll(), b.Delete(keyThreaded))
	}
	return b.Put(keyThreaded, u64(last))
}
