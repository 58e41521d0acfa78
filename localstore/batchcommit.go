package localstore

import (
	"errors"
	"slices"
)

// putLists merges what was added into the mailboxes.
func (b *batch) putLists() error {
	for id, refs := range b.refs {
		if err := insertRefs(b.meta.Bucket(bucketRefs), id, refs); err != nil {
			return damaged(b.w.s.meta.path, "has a damaged list of messages", err)
		}
	}
	if b.thread != nil {
		if err := b.thread.finish(); err != nil {
			return damaged(b.w.s.meta.path, "has damaged threads", err)
		}
	}
	if b.identities != nil {
		if err := b.identities.finish(); err != nil {
			return damaged(b.w.s.meta.path, "has a damaged index of identities", err)
		}
	}
	if b.ids != nil {
		if err := b.ids.finish(); err != nil {
			return b.w.s.damagedIDs(err)
		}
	}
	return b.w.s.putCounts(b.meta, b.boxes)
}

// putState notes how far the shards are committed, and which long messages in
// them are not complete.
func (b *batch) putState() error {
	pending := b.meta.Bucket(bucketPending)
	for _, st := range b.ended {
		if !st.pending {
			continue
		}
		b.dirty = true
		// One without messages is a header that has made room for its whole since.
		messages, listed, err := messagesOf(b.meta, st.id)
		switch {
		case err != nil:
			return damaged(b.w.s.meta.path, "has a damaged list of bodies", err)
		case listed && messages == 0:
			continue
		}
		if err := pending.Delete(u64(uint64(st.id))); err != nil {
			return err
		}
	}
	if !b.dirty {
		return nil
	}
	for _, st := range b.unfinished() {
		if err := pending.Put(u64(uint64(st.id)), u32(st.shard)); err != nil {
			return err
		}
	}
	shards := b.meta.Bucket(bucketShards)
	for number, last := range b.marks {
		mark, err := parseU64(shards.Get(u32(number)))
		if err != nil && shards.Get(u32(number)) != nil {
			return damaged(b.w.s.meta.path, "has a damaged list of body files", err)
		}
		if err := shards.Put(u32(number), u64(max(mark, uint64(last)))); err != nil {
			return err
		}
	}
	if err := b.meta.Bucket(bucketStore).Put(keyLanes, b.lanes.encode()); err != nil {
		return err
	}
	if err := b.meta.Bucket(bucketContents).SetSequence(uint64(b.next) - 1); err != nil {
		return err
	}
	return b.meta.Bucket(bucketStore).Put(keyBatch, u64(b.w.number+1))
}

// unfinished returns the long messages that have chunks on the disk, but no end,
// once the batch is committed.
func (b *batch) unfinished() []*stream {
	var all []*stream
	for st := range b.w.streams {
		all = append(all, st)
	}
	all = append(all, b.begun...)
	return slices.DeleteFunc(all, func(st *stream) bool { return slices.Contains(b.ended, st) })
}

// finish commits meta.bolt, once all bodies are on the disk.
func (b *batch) finish() error {
	if err := b.putLists(); err != nil {
		return err
	}
	if err := b.putState(); err != nil {
		return err
	}
	if err := b.landed(0); err != nil {
		return err
	}
	if b.dirty {
		err := guard(b.w.s.meta.path, func() error {
			if err := b.w.s.o.fault("meta"); err != nil {
				return err
			}
			return b.meta.Commit()
		})
		if err != nil {
			return err
		}
	}
	b.settle()
	return nil
}

// settle tells the intakes and the writer what is committed.
func (b *batch) settle() {
	w := b.w
	w.next, w.lanes = b.next, b.lanes
	if b.dirty {
		w.s.index.wake()
		w.number++
		for _, st := range b.unfinished() {
			st.pending = true
		}
	}
	for _, st := range b.begun {
		w.streams[st] = struct{}{}
	}
	for _, st := range b.ended {
		delete(w.streams, st)
	}
	for _, it := range b.items {
		if it.kind == kindChunk || !it.taken {
			continue
		}
		if it.fresh {
			it.in.fresh++
		} else {
			it.in.known++
		}
		it.in.octets += it.content.received()
	}
}

// rollback ends what is not committed. It does nothing after a commit.
func (b *batch) rollback() error {
	var errs []error
	for len(b.flying) > 0 {
		errs = append(errs, b.landed(0))
	}
	for _, sh := range b.shards {
		errs = append(errs, sh.rollback())
	}
	return errors.Join(append(errs, rollback(b.w.s.meta.path, b.meta))...)
}
