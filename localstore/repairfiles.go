package localstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"go.etcd.io/bbolt"

	"restante.app/localstore/internal/salvage"
)

// oldShard is a body file as a repair found it.
type oldShard struct {
	name   string // in the profile
	number uint32
	size   int64
	batch  uint64
	sound  bool // it stays where it is
}

// survey looks through the pages of every file, and changes nothing.
func (p *repairer) survey() error {
	names := map[string][]byte{} // the ids that the files say, by file
	all, err := p.surveyShards(names)
	if err != nil {
		return err
	}
	if p.id, err = p.storeID(names); err != nil {
		return err
	}
	for _, sh := range all {
		if id := names[sh.name]; id != nil && !bytes.Equal(id, p.id) {
			p.note("%s belongs to another mail store: it was put aside.", sh.name)
			p.aside = append(p.aside, sh.name)
			continue
		}
		if other := p.shards[sh.number]; other != nil {
			if other.name == shardName(other.number) { // all are sorted by name
				sh, other = other, sh
			}
			p.note("%s is another copy of body file %d: it was put aside.", other.name, sh.number)
			p.aside = append(p.aside, other.name)
		}
		p.shards[sh.number] = sh
		p.total += sh.size
	}
	for _, sh := range p.shards {
		if sh.name != shardName(sh.number) {
			p.aside, sh.sound = append(p.aside, sh.name), false
		}
	}
	if !missing(searchPath(p.dir)) { // it is made anew
		p.aside = append(p.aside, filepath.Base(searchPath(p.dir)))
	}
	return nil
}

func (p *repairer) surveyShards(ids map[string][]byte) ([]*oldShard, error) {
	paths, err := filepath.Glob(filepath.Join(bodiesPath(p.dir), "*.bolt"))
	if err != nil {
		return nil, err
	}
	slices.Sort(paths)
	var all []*oldShard
	for _, path := range paths {
		sh := &oldShard{name: filepath.Join(bodiesName, filepath.Base(path))}
		if _, err := fmt.Sscanf(filepath.Base(path), "%d.bolt", &sh.number); err != nil || path != shardPath(p.dir, sh.number) {
			continue // not ours
		}
		if err := p.surveyShard(path, sh, ids); err != nil {
			return nil, err
		}
		all = append(all, sh)
	}
	return all, nil
}

func (p *repairer) surveyShard(path string, sh *oldShard, ids map[string][]byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	sh.size = info.Size()
	if !info.Mode().IsRegular() || info.Size() == 0 {
		return nil
	}
	odd := false
	out, err := p.salvage(path, shardReader(func(bucket string, k, v []byte, certain bool) error {
		switch {
		case bucket == string(bucketBodies):
			odd = odd || len(k) != 12
		case bucket != string(bucketShard) || !certain:
		case string(k) == string(keyNumber):
			if n, err := parseU32(v); err == nil && n > 0 {
				sh.number = n
			}
		case string(k) == string(keyID) && len(v) == 16:
			ids[sh.name] = v
		case string(k) == string(keySchema):
			if n, err := parseU32(v); err == nil && n > shardSchema {
				return newer(path, n)
			}
		case string(k) == string(keyBatch):
			sh.batch, _ = parseU64(v)
		}
		return context.Cause(p.ctx)
	}))
	if err != nil {
		return err
	}
	sh.sound = out.Sound && !odd && p.opens(path)
	return nil
}

// opens tells whether bbolt takes a file for sound.
func (p *repairer) opens(path string) bool {
	f, err := openBolt(path, p.o.LockTimeout, fileTuning{})
	if err != nil {
		return false
	}
	err = f.view(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			return err
		}
		return nil
	})
	return errors.Join(err, f.close()) == nil
}

func (p *repairer) salvage(path string, r salvage.Reader) (out salvage.Outcome, err error) {
	f, err := salvage.Open(path)
	if err != nil {
		return out, err
	}
	out, err = f.Salvage(r)
	return out, errors.Join(err, f.Close())
}

// storeID returns the id of the store: that of meta.bolt, else the one that most body files
// have, else a new one.
func (p *repairer) storeID(ids map[string][]byte) ([]byte, error) {
	var id []byte
	if info, err := os.Stat(metaPath(p.dir)); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
		_, err := p.salvage(metaPath(p.dir), metaReader(func(bucket string, k, v []byte, certain bool) error {
			if bucket != string(bucketStore) || !certain && id != nil {
				return nil
			}
			if n, err := parseU32(v); err == nil && n > schema && string(k) == string(keySchema) {
				return newer(metaPath(p.dir), n)
			}
			if string(k) == string(keyID) && len(v) == 16 {
				id = v
			}
			return nil
		}))
		if err != nil || id != nil {
			return id, err
		}
	}
	count := map[string]int{}
	for _, other := range ids {
		if count[string(other)]++; id == nil || count[string(other)] > count[string(id)] {
			id = other
		}
	}
	if id == nil {
		id = newStoreID()
	}
	return id, nil
}

// openFresh makes meta.bolt anew with what can be read of the old one, and a store over it.
func (p *repairer) openFresh() error {
	path := metaPath(p.fresh)
	err := refill(path, p.o.LockTimeout, slices.Concat(metaBuckets, hashBuckets, idBuckets, laterBuckets, [][]byte{bucketUIDLs}), func(f *filler) error {
		old := metaPath(p.dir)
		info, err := os.Stat(old)
		if err == nil && (!info.Mode().IsRegular() || info.Size() == 0) {
			err = os.ErrNotExist
		}
		if errors.Is(err, os.ErrNotExist) {
			p.meta = salvage.Outcome{AllLost: true}
			return nil
		}
		if err != nil {
			return err
		}
		p.meta, err = p.salvage(old, metaReader(f.put(p.ctx)))
		if err != nil {
			return err
		}
		return f.sequences(p.meta.Sequences)
	})
	if err != nil {
		return err
	}
	p.r.Files = append(p.r.Files, metaName)
	meta, err := openBolt(path, p.o.LockTimeout, p.o.tuning(metaTuning))
	if err != nil {
		return err
	}
	meta.db.NoSync = true // until all of it is there
	s := &Store{
		dir: p.dir, o: p.o, id: p.id, meta: meta, shards: newShardSet(p.dir, p.id, &p.o),
		identities: newIdentityTable(p.o.hashFresh), links: newLinkTable(p.o.hashFresh),
		ids: newIDTable(p.o.hashFresh), idsRead: newHashView(newIDTable(0)),
	}
	s.shards.elsewhere = map[uint32]string{}
	s.ctx, s.stop, s.index = p.ctx, p.ctx.Done(), newIndexer(s)
	s.o.Text = nil // the index is made anew, and not looked at
	s.residence.begin(s)
	s.unpack, err = newUnpacker()
	p.s = s
	return err
}

// fillShards makes each damaged body file anew with the pieces that can be read.
func (p *repairer) fillShards() error {
	for _, number := range p.numbers() {
		sh := p.shards[number]
		if sh.sound {
			continue
		}
		if err := p.refillShard(sh, nil); err != nil {
			return err
		}
	}
	return nil
}

func (p *repairer) numbers() []uint32 {
	var all []uint32
	for number := range p.shards {
		all = append(all, number)
	}
	slices.Sort(all)
	return all
}

// refillShard makes a body file anew, without the bodies of without.
func (p *repairer) refillShard(sh *oldShard, without map[contentID]bool) error {
	name := shardName(sh.number)
	fresh := filepath.Join(p.fresh, name)
	err := refill(fresh, p.o.LockTimeout, [][]byte{bucketShard, bucketBodies}, func(f *filler) error {
		put := f.put(p.ctx)
		if sh.size > 0 {
			_, err := p.salvage(filepath.Join(p.dir, sh.name), shardReader(func(bucket string, k, v []byte, certain bool) error {
				id, _, err := parseBodyKey(k)
				if bucket != string(bucketBodies) || err != nil || without[id] {
					return nil //nolint:nilerr // what is no piece of a body is left out
				}
				return put(bucket, k, v, certain)
			}))
			if err != nil {
				return err
			}
		}
		return p.shardHead(f, sh.number, sh.batch)
	})
	if err != nil {
		return err
	}
	sh.sound = false
	p.s.shards.elsewhere[sh.number] = fresh
	p.r.Files = append(p.r.Files, filepath.ToSlash(name))
	return nil
}

func (p *repairer) shardHead(f *filler, number uint32, batch uint64) error {
	put := f.put(p.ctx)
	name := string(bucketShard)
	return errors.Join(put(name, keySchema, u32(shardSchema), true), put(name, keyID, p.id, true),
		put(name, keyNumber, u32(number), true), put(name, keyBatch, u64(batch), true))
}
