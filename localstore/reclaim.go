package localstore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.etcd.io/bbolt"
)

// removeBody removes every piece of a body.
func removeBody(bodies *bbolt.Bucket, id contentID) error {
	_, err := removeRange(bodies, id, id)
	return err
}

// removeBodiesFrom removes the bodies from id on, and returns how many pieces that was.
func removeBodiesFrom(bodies *bbolt.Bucket, id contentID) (int, error) {
	return removeRange(bodies, id, ^contentID(0))
}

func removeRange(bodies *bbolt.Bucket, first, last contentID) (int, error) {
	var keys [][]byte
	c := bodies.Cursor()
	for k, _ := c.Seek(bodyKey(first, 0)); k != nil; k, _ = c.Next() {
		id, _, err := parseBodyKey(k)
		if err != nil {
			return 0, err
		}
		if id > last {
			break
		}
		keys = append(keys, slices.Clone(k))
	}
	for _, k := range keys {
		if err := bodies.Delete(k); err != nil {
			return 0, err
		}
	}
	return len(keys), nil
}

// inventory is what meta.bolt says of the shards.
type inventory struct {
	batch   uint64
	marks   map[uint32]contentID // the last body committed, by shard
	last    uint32               // the newest shard, 0 if there is none
	lanes   lanes
	pending map[contentID]uint32 // bodies begun and not finished, and their shards
}

func readInventory(tx *bbolt.Tx) (inv inventory, err error) {
	inv = inventory{marks: map[uint32]contentID{}, pending: map[contentID]uint32{}}
	if inv.batch, err = parseU64(tx.Bucket(bucketStore).Get(keyBatch)); err != nil {
		return inv, err
	}
	if inv.lanes, err = readLanes(tx); err != nil {
		return inv, err
	}
	err = tx.Bucket(bucketShards).ForEach(func(k, v []byte) error {
		number, err := parseU32(k)
		if err != nil {
			return err
		}
		mark, err := parseU64(v)
		inv.marks[number] = contentID(mark)
		inv.last = max(inv.last, number)
		return err
	})
	if err != nil {
		return inv, err
	}
	err = tx.Bucket(bucketPending).ForEach(func(k, v []byte) error {
		id, err := parseU64(k)
		if err != nil {
			return err
		}
		inv.pending[contentID(id)], err = parseU32(v)
		return err
	})
	return inv, err
}

// reclaim removes what a crash left in the shards: bodies beyond the last one
// committed and long messages without an end. It looks at those alone. It refuses
// to where meta.bolt seems older than the shards, as after a restored backup of
// meta.bolt alone: those bodies may be all there is of that mail.
func (s *Store) reclaim() error {
	var inv inventory
	err := s.meta.view(func(tx *bbolt.Tx) error {
		var err error
		if inv, err = readInventory(tx); err != nil {
			return damaged(s.meta.path, "has a damaged list of body files", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for number := range inv.marks {
		info, err := os.Stat(shardPath(s.dir, number))
		if err != nil {
			return damaged(shardPath(s.dir, number), "is missing", err)
		}
		if info.Size() == 0 {
			return damaged(shardPath(s.dir, number), "is empty", nil)
		}
	}
	if err := s.removeUnlisted(inv); err != nil {
		return err
	}
	for _, number := range inv.lanes {
		if number == 0 {
			continue
		}
		if _, listed := inv.marks[number]; !listed {
			return damaged(s.meta.path, "has a damaged list of body files", nil)
		}
		if err := s.reclaimLane(inv, number); err != nil {
			return err
		}
	}
	return s.reclaimPending(inv)
}

// removeUnlisted removes a shard that was begun without any commit to it.
func (s *Store) removeUnlisted(inv inventory) error {
	files, err := os.ReadDir(bodiesPath(s.dir))
	if err != nil {
		return classify(bodiesPath(s.dir), err)
	}
	for _, file := range files {
		path := filepath.Join(bodiesPath(s.dir), file.Name())
		if strings.HasSuffix(file.Name(), ".bolt.new") {
			if err := removeIfThere(path); err != nil {
				return classify(path, err)
			}
			continue
		}
		var number uint32
		if _, err := fmt.Sscanf(file.Name(), "%d.bolt", &number); err != nil || path != shardPath(s.dir, number) {
			continue // not ours
		}
		if _, listed := inv.marks[number]; listed {
			continue
		}
		if number > inv.last+maxPortions+1 {
			return staleMeta(s.meta.path, path)
		}
		if err := s.removeShard(inv, number); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) removeShard(inv inventory, number uint32) error {
	path := shardPath(s.dir, number)
	f, err := openBolt(path, s.o.LockTimeout, s.o.tuning(shardTuning))
	if err != nil {
		return err
	}
	err = f.view(func(tx *bbolt.Tx) error {
		if err := checkShard(tx, path, number, s.id); err != nil {
			return err
		}
		return checkBatch(tx, inv, s.meta.path, path)
	})
	if err := errors.Join(err, f.close()); err != nil {
		return err
	}
	s.o.Log.Info("a body file that was begun without a commit is removed", "file", path)
	return classify(path, removeIfThere(path))
}

func checkBatch(tx *bbolt.Tx, inv inventory, meta, path string) error {
	batch, err := parseU64(tx.Bucket(bucketShard).Get(keyBatch))
	if err != nil {
		return damaged(path, "does not say its last batch", err)
	}
	if batch > inv.batch+1 {
		return staleMeta(meta, path)
	}
	return nil
}

func staleMeta(meta, shard string) *Error {
	e := damaged(meta, "is older than "+shard+", which holds mail that it does not list", nil)
	e.Next = "Nothing was changed. Put the whole profile folder back from one backup, meta.bolt and bodies together."
	return e
}

func (s *Store) reclaimLane(inv inventory, number uint32) error {
	if s.unclean {
		if err := forgetCached(shardPath(s.dir, number)); err != nil {
			return err
		}
	}
	f, err := s.shards.get(number)
	if err != nil {
		return err
	}
	beyond := false
	err = f.view(func(tx *bbolt.Tx) error {
		if err := checkBatch(tx, inv, s.meta.path, f.path); err != nil {
			return err
		}
		k, _ := tx.Bucket(bucketBodies).Cursor().Last()
		if k == nil {
			return nil
		}
		id, _, err := parseBodyKey(k)
		if err != nil {
			return damaged(f.path, "has a damaged list of bodies", err)
		}
		beyond = id > inv.marks[number]
		return nil
	})
	if err != nil || !beyond {
		return err
	}
	return s.failed(f.update(func(tx *bbolt.Tx) error {
		n, err := removeBodiesFrom(tx.Bucket(bucketBodies), inv.marks[number]+1)
		s.o.Log.Info("bodies without a commit are removed", "file", f.path, "pieces", n)
		return err
	}))
}

// reclaimPending removes the bodies that were to be removed. One that has messages is
// never removed: there the note is wrong, and Check says so.
func (s *Store) reclaimPending(inv inventory) error {
	bodies := map[uint32][]contentID{}
	err := s.meta.view(func(tx *bbolt.Tx) error {
		for id, number := range inv.pending {
			messages, _, err := messagesOf(tx, id)
			switch {
			case err != nil:
				return damaged(s.meta.path, "has a damaged list of bodies", err)
			case messages > 0:
				s.o.Log.Error("a body was to be removed, but has messages", "body", id, "messages", messages)
			default:
				bodies[number] = append(bodies[number], id)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.removeBodies(bodies)
}

// messagesOf returns how many messages have a body, and whether it is listed.
func messagesOf(tx *bbolt.Tx, id contentID) (messages uint32, listed bool, err error) {
	v := tx.Bucket(bucketContents).Get(u64(uint64(id)))
	if v == nil {
		return 0, false, nil
	}
	c, err := decodeContent(v)
	return c.Messages, true, err
}
