package search

import (
	"bytes"
	"slices"
	"strings"

	"go.etcd.io/bbolt"
)

// kill marks documents as deleted in every segment that has them.
func kill(tx *bbolt.Tx, ids []uint64) error {
	slices.Sort(ids)
	infos, err := listSegments(tx)
	if err != nil {
		return err
	}
	for _, info := range infos {
		from, _ := slices.BinarySearch(ids, info.low)
		to, found := slices.BinarySearch(ids, info.high)
		if found {
			to++
		}
		if from >= to {
			continue
		}
		if err := killIn(tx, info, ids[from:to]); err != nil {
			return err
		}
	}
	return nil
}

func killIn(tx *bbolt.Tx, info segmentInfo, ids []uint64) error {
	s, err := openSegment(tx, info)
	if err != nil {
		return err
	}
	var rows []uint32
	for _, id := range ids {
		if row, ok := s.find(id); ok {
			rows = append(rows, row)
		}
	}
	return markDead(tx, info, rows)
}

// markDead marks rows of a segment, and counts those that were not marked.
func markDead(tx *bbolt.Tx, info segmentInfo, rows []uint32) error {
	if len(rows) == 0 {
		return nil
	}
	dead := tx.Bucket(bucketDead)
	chunks := map[uint32][]byte{}
	for _, row := range rows {
		chunk, at := row/deadBits, row%deadBits
		if chunks[chunk] == nil {
			chunks[chunk] = make([]byte, deadBits/8)
			copy(chunks[chunk], dead.Get(deadKey(info.number, chunk)))
		}
		if bit := byte(1) << (at % 8); chunks[chunk][at/8]&bit == 0 {
			chunks[chunk][at/8] |= bit
			info.dead++
		}
	}
	for chunk, bits := range chunks {
		if err := dead.Put(deadKey(info.number, chunk), bits); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketList).Put(u32(info.number), info.encode())
}

// drop removes a segment.
func drop(tx *bbolt.Tx, number uint32) error {
	if err := tx.Bucket(bucketList).Delete(u32(number)); err != nil {
		return err
	}
	dead := tx.Bucket(bucketDead)
	var keys [][]byte
	c := dead.Cursor()
	for k, _ := c.Seek(u32(number)); k != nil && bytes.HasPrefix(k, u32(number)); k, _ = c.Next() {
		keys = append(keys, bytes.Clone(k))
	}
	for _, k := range keys {
		if err := dead.Delete(k); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketSegments).DeleteBucket(u32(number))
}

// mostFrequent returns the words with the highest counts.
func mostFrequent(counts map[string]int, most int) []string {
	all := make([]string, 0, len(counts))
	for word := range counts {
		all = append(all, word)
	}
	slices.SortFunc(all, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	return all[:min(most, len(all))]
}
