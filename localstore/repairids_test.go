package localstore

import (
	"errors"
	"testing"

	"go.etcd.io/bbolt"
)

// TestRepairFrom3: a damaged file of schema 3 is made anew as one of the present schema, with
// all that is known of the ids.
func TestRepairFrom3(t *testing.T) {
	for name, damage := range map[string]func(tx *bbolt.Tx) error{
		"no lists": func(tx *bbolt.Tx) error { return tx.DeleteBucket(bucketRefs) },
		"an id that can't be read": func(tx *bbolt.Tx) error {
			return tx.Bucket(bucketUIDLs).Put(append(u64(1), "odd"...), []byte("no record"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := schemaStore(t, "schema3")
			changeBolt(t, metaPath(dir), damage)
			r, err := Repair(t.Context(), dir, Options{Summarize: threadOfText}, nil)
			if err != nil || r.Sound || r.Messages != 74-2 {
				t.Fatalf("%+v, %v", r, err)
			}
			s := openTest(t, dir, Options{Summarize: threadOfText})
			checkMigratedFrom3(t, s)
			fetch(t, s, "acc", "inbox", offered(letter(9, "after it"), "after"))
			if h := holdings(t, s, "after"); len(h) != 1 {
				t.Error(h)
			}
		})
	}
}

// TestRepairIDs: whatever is wrong with the ids, each is known once after it, by what came
// with it last.
func TestRepairIDs(t *testing.T) {
	again := uidlRecord{Content: 1, Listed: 5, Collected: 1 << 50}
	for name, damage := range map[string]func(tx *bbolt.Tx) error{
		"hashes lost": func(tx *bbolt.Tx) error {
			return errors.Join(emptyBucket(tx, bucketIDHashes), emptyBucket(tx, bucketNewIDHashes))
		},
		"ids lost":    func(tx *bbolt.Tx) error { return emptyBucket(tx, bucketIDs) },
		"an id twice": func(tx *bbolt.Tx) error { return tx.Bucket(bucketIDs).Put(idKey(1, 900), again.encode(idIn3(5))) },
		"an earlier one": func(tx *bbolt.Tx) error {
			return tx.Bucket(bucketIDs).Put(idKey(1, 901), uidlRecord{Content: 2}.encode(idIn3(5)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openTest(t, dir, Options{})
			for n := range 30 {
				fetch(t, s, "acc", "inbox", offered(letter(n, "one"), idIn3(n)))
			}
			closeChecked(t, s)
			changeBolt(t, metaPath(dir), damage)
			if r, err := Repair(t.Context(), dir, Options{}, nil); err != nil || r.Sound {
				t.Fatalf("%+v, %v", r, err)
			}
			s = openTest(t, dir, Options{})
			for n := range 30 {
				want := MessageID(n + 1)
				if name == "an id twice" && n == 5 {
					want = 1
				}
				if h := holdings(t, s, idIn3(n))[idIn3(n)]; h.Message != want {
					t.Errorf("%d: %+v", n, h)
				}
			}
			if all := idsInOrder(t, s, 1); len(all) != 30 {
				t.Errorf("%d ids", len(all))
			}
		})
	}
}

// emptyBucket empties a bucket and leaves its sequence.
func emptyBucket(tx *bbolt.Tx, name []byte) error {
	n := tx.Bucket(name).Sequence()
	if err := tx.DeleteBucket(name); err != nil {
		return err
	}
	b, err := tx.CreateBucket(name)
	if err != nil {
		return err
	}
	return b.SetSequence(n)
}
