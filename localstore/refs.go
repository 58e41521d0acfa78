package localstore

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"go.etcd.io/bbolt"
)

// A mailbox's messages, and its threads, lie in date order in chunks of at most refsPerChunk rows.
// A chunk's key is a lower bound of its rows and never changes: the first one's is
// below everything, so that an insertion only ever rewrites or splits one chunk.
const (
	refsPerChunk = 240 // a chunk nearly fills a page of 4,096 octets
	refLength    = 16
	refKeyLength = 24
)

func compareRefs(a, b Ref) int {
	switch {
	case a.Date != b.Date:
		if a.Date < b.Date {
			return -1
		}
		return 1
	case a.ID < b.ID:
		return -1
	case a.ID > b.ID:
		return 1
	}
	return 0
}

// sortable maps a signed number to an unsigned one in the same order.
func sortable(n int64) uint64 { return uint64(n) ^ 1<<63 }

func refKey(mailbox MailboxID, r Ref) []byte {
	key := binary.BigEndian.AppendUint64(make([]byte, 0, refKeyLength), uint64(mailbox))
	return appendRef(key, r)
}

func appendRef(p []byte, r Ref) []byte {
	p = binary.BigEndian.AppendUint64(p, sortable(r.Date))
	return binary.BigEndian.AppendUint64(p, uint64(r.ID))
}

func refAt(p []byte) Ref {
	return Ref{
		Date: int64(binary.BigEndian.Uint64(p) ^ 1<<63),
		ID:   MessageID(binary.BigEndian.Uint64(p[8:])),
	}
}

func appendRefs(refs []Ref, chunk []byte) ([]Ref, error) {
	if len(chunk)%refLength != 0 {
		return refs, fmt.Errorf("%w: a list of %d octets", errRecord, len(chunk))
	}
	for ; len(chunk) > 0; chunk = chunk[refLength:] {
		refs = append(refs, refAt(chunk))
	}
	return refs, nil
}

func encodeRefs(refs []Ref) []byte {
	p := make([]byte, 0, len(refs)*refLength)
	for _, r := range refs {
		p = appendRef(p, r)
	}
	return p
}

// eachRefChunk calls fn with the chunks of a mailbox in order of date.
func eachRefChunk(rows *bbolt.Bucket, mailbox MailboxID, fn func(key, chunk []byte) error) error {
	prefix := u64(uint64(mailbox))
	c := rows.Cursor()
	for k, v := c.Seek(prefix); len(k) == refKeyLength && string(k[:8]) == string(prefix); k, v = c.Next() {
		if err := fn(k, v); err != nil {
			return err
		}
	}
	return nil
}

// refChunk finds the chunk that r lies in, or would, and the key of the next chunk
// of the mailbox, nil if there is none.
func refChunk(b *bbolt.Bucket, mailbox MailboxID, r Ref) (key, chunk, next []byte) {
	prefix := u64(uint64(mailbox))
	same := func(k []byte) bool { return len(k) == refKeyLength && string(k[:8]) == string(prefix) }
	want := refKey(mailbox, r)
	c := b.Cursor()
	k, v := c.Seek(want)
	if k == nil || string(k) != string(want) {
		if k != nil && same(k) {
			next = append([]byte(nil), k...)
		}
		if k == nil {
			k, v = c.Last()
		} else {
			k, v = c.Prev()
		}
		if k == nil || !same(k) {
			return nil, nil, next
		}
		return append([]byte(nil), k...), v, next
	}
	key = append([]byte(nil), k...)
	if k, _ := c.Next(); k != nil && same(k) {
		next = append([]byte(nil), k...)
	}
	return key, v, next
}

// insertRefs adds rows to a mailbox. It sorts added.
func insertRefs(b *bbolt.Bucket, mailbox MailboxID, added []Ref) error {
	slices.SortFunc(added, compareRefs)
	for len(added) > 0 {
		key, chunk, next := refChunk(b, mailbox, added[0])
		if key == nil {
			key = refKey(mailbox, Ref{Date: math.MinInt64})
		}
		n := len(added)
		if next != nil {
			bound := refAt(next[8:])
			n, _ = slices.BinarySearchFunc(added, bound, compareRefs)
		}
		// A few chunks' worth at a time bounds what is held in memory.
		n = min(n, 64*refsPerChunk)
		old, err := appendRefs(make([]Ref, 0, len(chunk)/refLength+n), chunk)
		if err != nil {
			return err
		}
		if err := putRefs(b, mailbox, key, old, added[:n]); err != nil {
			return err
		}
		added = added[n:]
	}
	return nil
}

// putRefs writes rows old and added, both sorted, from the chunk at key on.
func putRefs(b *bbolt.Bucket, mailbox MailboxID, key []byte, old, added []Ref) error {
	appended := len(old) == 0 || compareRefs(old[len(old)-1], added[0]) < 0
	all := slices.Concat(old, added)
	if !appended {
		slices.SortFunc(all, compareRefs)
		all = slices.Compact(all)
	}
	for len(all) > 0 {
		n := min(len(all), refsPerChunk)
		// What arrives in order fills its chunks; what comes in between leaves room.
		if !appended && len(all) > refsPerChunk {
			pieces := (len(all) + refsPerChunk - 1) / refsPerChunk
			n = (len(all) + pieces - 1) / pieces
		}
		if err := b.Put(key, encodeRefs(all[:n])); err != nil {
			return err
		}
		all = all[n:]
		if len(all) > 0 {
			key = refKey(mailbox, all[0])
		}
	}
	return nil
}

// hasRef tells whether a row is there.
func hasRef(b *bbolt.Bucket, mailbox MailboxID, r Ref) (bool, error) {
	_, chunk, _ := refChunk(b, mailbox, r)
	refs, err := appendRefs(nil, chunk)
	if err != nil {
		return false, err
	}
	_, found := slices.BinarySearchFunc(refs, r, compareRefs)
	return found, nil
}
