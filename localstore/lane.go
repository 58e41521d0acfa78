package localstore

import (
	"encoding/binary"
	"errors"
	"slices"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// lanes are the two shards that new bodies go to, 0 for none. While a portion of
// bodies is on its way to the disk in one, the next is made ready for the other; the
// second is begun only when that first happens.
type lanes [2]uint32

// readLanes returns the lanes of the last commit.
func readLanes(tx *bbolt.Tx) (lanes, error) {
	v := tx.Bucket(bucketStore).Get(keyLanes)
	if v == nil { // nothing was collected yet
		return lanes{}, nil
	}
	if len(v) != 8 {
		return lanes{}, errRecord
	}
	return lanes{binary.BigEndian.Uint32(v), binary.BigEndian.Uint32(v[4:])}, nil
}

func (l lanes) encode() []byte {
	return binary.BigEndian.AppendUint32(u32(l[0]), l[1])
}

// portion is a part of a batch on its way to the disk.
type portion struct {
	shards map[uint32]*shardTx
	items  []*item // whose memory it holds
	done   chan struct{}
	err    error // once done
}

// choose returns the lane for a portion's new bodies: one that is idle, if any is.
func (b *batch) choose() int {
	for i, number := range b.lanes {
		if number != 0 && !b.busy(number) {
			return i
		}
	}
	switch {
	case b.lanes[1] == 0 && b.portions > len(b.lanes):
		return 1
	case b.lanes[1] == 0 || len(b.flying) == 0 || b.flying[0].shards[b.lanes[1]] == nil:
		return 0
	}
	return 1
}

// busy tells whether a portion is on its way to a shard.
func (b *batch) busy(number uint32) bool {
	return slices.ContainsFunc(b.flying, func(p *portion) bool { return p.shards[number] != nil && !p.landed() })
}

// send commits the current portion in the background. The error, if there is one,
// comes out of landed or of rollback.
func (b *batch) send(items []*item) {
	p := &portion{shards: b.shards, items: slices.Clone(items), done: make(chan struct{})}
	b.shards = map[uint32]*shardTx{}
	for number, sh := range p.shards {
		b.marks[number] = max(b.marks[number], sh.last)
	}
	b.flying = append(b.flying, p)
	w, number := b.w, b.w.number+1
	go func() {
		defer close(p.done)
		p.err = p.commit(w.s, number)
		w.s.letGo(p.items)
	}()
}

func (p *portion) commit(s *Store, batch uint64) error {
	var err error
	for _, sh := range p.shards {
		if err == nil {
			err = sh.commit(s, batch)
		}
		if err != nil {
			err = errors.Join(err, sh.rollback())
		}
	}
	return err
}

func (sh *shardTx) commit(s *Store, batch uint64) error {
	return guard(sh.file.path, func() error {
		if err := sh.tx.Bucket(bucketShard).Put(keyBatch, u64(batch)); err != nil {
			return err
		}
		if err := s.o.fault("bodies"); err != nil {
			return err
		}
		return sh.tx.Commit()
	})
}

// rollback does nothing after a commit.
func (sh *shardTx) rollback() error {
	return rollback(sh.file.path, sh.tx)
}

func rollback(path string, tx *bbolt.Tx) error {
	if tx == nil {
		return nil
	}
	if err := guard(path, tx.Rollback); err != nil && !errors.Is(err, berrors.ErrTxClosed) {
		return err
	}
	return nil
}

// landed waits for the portions that are on their way to a shard; 0 stands for all.
func (b *batch) landed(number uint32) error {
	for i := 0; i < len(b.flying); {
		p := b.flying[i]
		if number != 0 && p.shards[number] == nil && !p.landed() {
			i++
			continue
		}
		<-p.done
		b.flying = slices.Delete(b.flying, i, i+1)
		if p.err != nil {
			return p.err
		}
	}
	return nil
}

func (p *portion) landed() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// letGo gives back the memory of items whose bodies are on the disk or given up.
func (s *Store) letGo(items []*item) {
	for _, it := range items {
		s.flight.Release(it.weight)
		if it.stored != nil && cap(*it.stored) <= 2*chunkSize {
			buffers.Put(it.stored)
		}
		it.stored = nil
	}
}
