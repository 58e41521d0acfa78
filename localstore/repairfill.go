package localstore

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/cespare/xxhash/v2"
	"go.etcd.io/bbolt"

	"restante.app/localstore/internal/salvage"
)

// newStoreID returns what the files of a new store share.
func newStoreID() []byte {
	id := make([]byte, 16)
	_, _ = rand.Read(id) // documented never to fail
	return id
}

// filler fills a new file with records, some megabytes in a transaction.
type filler struct {
	db     *bbolt.DB
	tx     *bbolt.Tx
	octets int
}

// refill makes a file with these buckets and what fill puts there.
func refill(path string, wait time.Duration, buckets [][]byte, fill func(*filler) error) error {
	return guard(path, func() error {
		db, err := openFresh(path, wait)
		if err != nil {
			return err
		}
		db.NoSync = true
		f := &filler{db: db}
		err = f.begin()
		for _, name := range buckets {
			if err == nil {
				_, err = f.tx.CreateBucketIfNotExists(name)
			}
		}
		if err == nil {
			err = fill(f)
		}
		if err == nil {
			err = f.tx.Commit()
		} else if f.tx != nil {
			err = errors.Join(err, rollback(path, f.tx))
		}
		if err == nil && !noSync {
			err = db.Sync()
		}
		return errors.Join(err, db.Close())
	})
}

func (f *filler) begin() (err error) {
	f.octets = 0
	f.tx, err = f.db.Begin(true)
	return err
}

// fillStride is how many octets a transaction has.
const fillStride = 16 << 20

// put returns what puts records into their buckets, if those are of the file. What is not
// certain is put where there is nothing yet.
func (f *filler) put(ctx context.Context) func(bucket string, k, v []byte, certain bool) error {
	return func(bucket string, k, v []byte, certain bool) error {
		b := f.tx.Bucket([]byte(bucket))
		if b == nil || len(k) == 0 || len(k) > bbolt.MaxKeySize || !certain && b.Get(k) != nil {
			return nil
		}
		b.FillPercent = 0.95
		if err := b.Put(k, v); err != nil {
			return err
		}
		if f.octets += len(k) + len(v) + 16; f.octets < fillStride {
			return nil
		}
		if err := f.tx.Commit(); err != nil {
			return err
		}
		return errors.Join(f.begin(), context.Cause(ctx))
	}
}

func (f *filler) sequences(all map[string]uint64) error {
	for name, n := range all {
		if b := f.tx.Bucket([]byte(name)); b != nil && n < 1<<62 {
			if err := b.SetSequence(n); err != nil {
				return err
			}
		}
	}
	return nil
}

type taker = func(bucket string, k, v []byte, certain bool) error

func metaReader(take taker) salvage.Reader {
	r := salvage.Reader{Take: take, Guess: guessMeta, Rank: func(get func(bucket, key string) []byte) uint64 {
		n, err := parseU64(get(string(bucketStore), string(keyBatch)))
		if err != nil {
			return 0
		}
		return n
	}}
	for _, name := range metaBuckets {
		r.Buckets = append(r.Buckets, string(name))
	}
	return r
}

func shardReader(take taker) salvage.Reader {
	return salvage.Reader{
		// A body never changes: an earlier copy of a page that is damaged now is as good, and
		// meta.bolt says which bodies were deleted.
		Free: true,
		Take: take, Guess: guessShard, Buckets: []string{string(bucketShard), string(bucketBodies)},
		Rank: func(get func(bucket, key string) []byte) uint64 {
			n, err := parseU64(get(string(bucketShard), string(keyBatch)))
			if err != nil {
				return 0
			}
			return n
		},
	}
}

// maxGuessed bounds the numbers of what has no page to say what it is.
const maxGuessed = 1 << 48

// guessMeta tells the bucket of a record of meta.bolt by its shape. What is made anew from
// other records is left out, but for what tells where a message was.
func guessMeta(k, v []byte) string {
	n, err := parseU64(k)
	numbered := err == nil && n > 0 && n < maxGuessed
	switch {
	case numbered && len(v) == contentLength && v[0] == 1:
		if _, err := decodeContent(v); err == nil {
			return string(bucketContents)
		}
	case numbered && len(v) == 4:
		if f, err := parseU32(v); err == nil && f < 16 {
			return string(bucketFlags)
		}
	case numbered && len(v) > messageHead1 && (v[0] == 1 || v[0] == 2):
		if m, err := decodeMessage(v); err == nil && m.Mailbox > 0 && m.Collected > 0 && m.Content < maxGuessed {
			return string(bucketMessages)
		}
	case len(k) == 16 && len(v) == 8:
		if k[0] == 0 && k[1] == 0 && v[0] == 0 && v[1] == 0 {
			return string(bucketSeen)
		}
	case len(k) == 16 && len(v) == 16:
		return string(bucketHeads)
	case len(k) == memberLength && len(v) == 8:
		return string(bucketMembers)
	case len(k) == 16 && isNumber(k[:8]) && isNumber(k[8:]):
		if _, _, err := decodeUIDL(v); err == nil {
			return string(bucketIDs)
		}
	case len(k) > 8 && len(v) == uidlLength:
		return string(bucketUIDLs)
	}
	return guessSmall(k, v, numbered)
}

// guessSmall tells those that there are few of.
func guessSmall(k, v []byte, numbered bool) string {
	if numbered {
		if m, err := decodeRecord[mailboxRecord](v); err == nil && m.Name != "" {
			return string(bucketMailboxes)
		}
		if r, err := decodeRecord[FetchRecord](v); err == nil && r.Account != "" {
			return string(bucketJournal)
		}
	}
	if a, err := decodeRecord[Account](v); err == nil && a.ID == string(k) && a.ID != "" {
		return string(bucketAccounts)
	}
	return ""
}

// guessShard tells the pieces of bodies that can be read.
func guessShard(k, v []byte) string {
	id, chunk, err := parseBodyKey(k)
	if err != nil || id == 0 || id >= maxGuessed || len(v) < 2 {
		return ""
	}
	if chunk != tail {
		if codec(v[0]) > codecZstd || len(v) > maxPiece {
			return ""
		}
		return string(bucketBodies)
	}
	t, err := decodeTail(v)
	if err != nil || t.Codec == codecRaw && t.Chunks == 0 && xxhash.Sum64(t.Data) != t.Sum {
		return ""
	}
	return string(bucketBodies)
}
