package localstore

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// sameFile opens a copy of a file, runs bbolt's own check on it and compares every key and
// value with the original.
func sameFile(original *boltFile, path string, wait time.Duration) error {
	return original.view(func(tx *bbolt.Tx) error { return sameAs(tx, path, wait) })
}

// sameAs compares a copy with what a transaction sees.
func sameAs(original *bbolt.Tx, path string, wait time.Duration) error {
	f, err := openBolt(path, wait, fileTuning{})
	if err != nil {
		return err
	}
	err = f.view(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			return damaged(path, "has damaged pages", err)
		}
		return sameBuckets(original, tx)
	})
	return errors.Join(err, f.close())
}

var errDiffers = errors.New("the copy differs from the original")

// sameBuckets compares all buckets, which hold no others, with their sequences.
func sameBuckets(a, b *bbolt.Tx) error {
	ca, cb := a.Cursor(), b.Cursor()
	ka, _ := ca.First()
	kb, _ := cb.First()
	for ; ka != nil && bytes.Equal(ka, kb); ka, kb = next(ca), next(cb) {
		ba, bb := a.Bucket(ka), b.Bucket(kb)
		if ba.Sequence() != bb.Sequence() {
			return fmt.Errorf("%w: the sequence of %s", errDiffers, ka)
		}
		if err := sameRecords(ba.Cursor(), bb.Cursor()); err != nil {
			return fmt.Errorf("%w in %s", err, ka)
		}
	}
	if ka != nil || kb != nil {
		return fmt.Errorf("%w: the buckets", errDiffers)
	}
	return nil
}

func next(c *bbolt.Cursor) []byte {
	k, _ := c.Next()
	return k
}

func sameRecords(a, b *bbolt.Cursor) error {
	ka, va := a.First()
	kb, vb := b.First()
	for ka != nil || kb != nil {
		if !bytes.Equal(ka, kb) || !bytes.Equal(va, vb) {
			return errDiffers
		}
		ka, va = a.Next()
		kb, vb = b.Next()
	}
	return nil
}
