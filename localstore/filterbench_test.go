package localstore

import (
	"errors"
	"fmt"
	"testing"

	"go.etcd.io/bbolt"
)

// BenchmarkFilter answers operators of search in a store of a million, right after a commit
// that marked one message.
func BenchmarkFilter(b *testing.B) {
	const n = 1_000_000
	s := openTest(b, b.TempDir(), Options{})
	fetch(b, s, "acc", "inbox", delivery(testMail(1)))
	own, err := s.Refs(1, false)
	if err != nil {
		b.Fatal(err)
	}
	rows := make([]Ref, n)
	for i := range rows {
		rows[i] = Ref{ID: MessageID(i + 1), Date: int64(i * 60)}
	}
	fill := func(tx *bbolt.Tx) error {
		if err := insertRefs(tx.Bucket(bucketRefs), 1, rows); err != nil {
			return err
		}
		flags := tx.Bucket(bucketFlags)
		flags.FillPercent = 0.9
		for i := range n {
			if err := flags.Put(u64(uint64(i+1)), u32(uint32(Seen|Starred*Flags(i%2)))); err != nil {
				return err
			}
		}
		return nil
	}
	empty := func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketRefs, bucketFlags} {
			if err := tx.DeleteBucket(name); err != nil {
				return err
			}
		}
		return errors.Join(makeBuckets(tx, bucketRefs, bucketFlags), insertRefs(tx.Bucket(bucketRefs), 1, own))
	}
	if err := s.meta.update(fill); err != nil {
		b.Fatal(err)
	}
	defer func() { // what is not there would be reported
		if err := s.meta.update(empty); err != nil {
			b.Error(err)
		}
	}()
	for _, q := range []struct{ op, value string }{{"is", "read"}, {"in", "inbox"}} {
		b.Run(fmt.Sprintf("%s:%s", q.op, q.value), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				if err := s.SetFlags([]MessageID{1}, Answered*Flags(i%2), Answered*Flags(1-i%2)); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				set, err := (filter{s}).Filter(q.op, q.value)
				if err != nil || set.Len() != n {
					b.Fatal(set.Len(), err)
				}
			}
		})
	}
}
