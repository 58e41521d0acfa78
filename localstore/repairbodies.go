package localstore

import (
	"bytes"
	"context"
	"slices"

	"github.com/cespare/xxhash/v2"
	"go.etcd.io/bbolt"
)

// bodyState is what is known of a body in a shard.
type bodyState struct {
	shard  uint32
	uses   uint32 // messages that point to it
	whole  bool   // its octets are those that were received
	listed bool   // meta.bolt had it
	dead   bool   // and said that no message has it
}

// bodyReader reads the pieces of one body as they follow each other.
type bodyReader struct {
	id     contentID
	chunks uint32
	broken bool // a piece can't be read, or is missing
	octets int64
	sum    *xxhash.Digest
	end    *tailRecord
}

func (b *bodyReader) begin(id contentID) {
	*b = bodyReader{id: id, sum: xxhash.New()}
}

// take adds a piece.
func (b *bodyReader) take(u *unpacker, chunk uint32, v []byte) {
	if chunk == tail {
		t, err := decodeTail(v)
		if err != nil {
			b.broken = true
			return
		}
		piece, err := u.unpack(t.Codec, t.Data, int(t.tailLength()))
		b.broken = b.broken || err != nil
		b.add(piece)
		t.Data = nil
		b.end = &t
		return
	}
	if chunk != b.chunks || len(v) == 0 {
		b.broken = true
		return
	}
	b.chunks++
	piece, err := u.unpack(codec(v[0]), v[1:], chunkSize)
	b.broken = b.broken || err != nil
	b.add(piece)
}

func (b *bodyReader) add(piece []byte) {
	b.octets += int64(len(piece))
	_, _ = b.sum.Write(piece) // documented never to fail
}

// whole tells whether all octets are as they were received.
func (b *bodyReader) whole() bool {
	return !b.broken && b.end != nil && b.end.Chunks == b.chunks && b.end.received() == b.octets && b.end.Sum == b.sum.Sum64()
}

// readBodies reads every octet of every shard.
func (p *repairer) readBodies() error {
	for _, number := range p.numbers() {
		twice, err := p.readShard(number)
		if err == nil && len(twice) > 0 {
			if err = p.withoutTwins(number, twice); err == nil {
				_, err = p.readShard(number)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readShard returns bodies that are in an earlier shard as well.
func (p *repairer) readShard(number uint32) (twice map[contentID]bool, err error) {
	f, err := p.s.shards.get(number)
	if err != nil {
		return nil, err
	}
	twice = map[contentID]bool{}
	r := shardReading{p: p}
	for !r.ended {
		r.found = r.found[:0]
		if err := f.view(r.some); err != nil {
			return nil, err
		}
		if err := p.enter(number, r.found, twice); err != nil {
			return nil, err
		}
	}
	return twice, nil
}

// shardReading reads the bodies of a shard, some megabytes in a transaction.
type shardReading struct {
	p     *repairer
	b     bodyReader // the present one
	found []bodyReader
	from  []byte
	ended bool
}

func (r *shardReading) some(tx *bbolt.Tx) error {
	c := tx.Bucket(bucketBodies).Cursor()
	k, v := c.Seek(r.from)
	for n := 0; k != nil && n < 8<<20; k, v = c.Next() {
		id, chunk, err := parseBodyKey(k)
		if err != nil {
			return err
		}
		if id != r.b.id {
			r.end()
			r.b.begin(id)
		}
		r.b.take(r.p.s.unpack, chunk, v)
		n += len(v) + 1000
		r.p.tell(int64(len(v)))
	}
	if r.ended = k == nil; r.ended {
		r.end()
	}
	r.from = append(r.from[:0], k...)
	return context.Cause(r.p.ctx)
}

func (r *shardReading) end() {
	if r.b.id != 0 {
		r.found = append(r.found, r.b)
	}
}

// enter notes bodies that were read, and makes their records fit them.
func (p *repairer) enter(number uint32, found []bodyReader, twice map[contentID]bool) error {
	return p.s.meta.update(func(tx *bbolt.Tx) error {
		contents := tx.Bucket(bucketContents)
		for i := range found {
			b := &found[i]
			if other := p.bodies[b.id]; other != nil && other.shard != number {
				twice[b.id] = true
				continue
			}
			st := &bodyState{shard: number, whole: b.whole()}
			p.bodies[b.id] = st
			key := u64(uint64(b.id))
			c, err := decodeContent(contents.Get(key))
			st.listed = err == nil
			st.dead = st.listed && c.Messages == 0
			if !st.whole {
				continue
			}
			fits := st.listed && c.Sum == b.end.Sum && c.received() == b.end.received() && c.Chunks == b.end.Chunks
			if fits && c.Shard == number && c.Identity == b.end.Identity {
				continue
			}
			messages := c.Messages
			if !fits {
				c = b.end.content
			}
			c.Shard, c.Messages = number, messages
			if c.Identity, err = p.identityIn(number, b.id, &c); err != nil {
				return err
			}
			if err := contents.Put(key, c.encode()); err != nil {
				return err
			}
		}
		return nil
	})
}

// identityIn reads a whole body for its identity.
func (p *repairer) identityIn(number uint32, id contentID, c *content) (Identity, error) {
	f, err := p.s.shards.get(number)
	if err != nil {
		return Identity{}, err
	}
	canon, at := newCanonicalizer(), -int64(c.Prefix)
	for chunk := range int64(c.Chunks) + 1 {
		var piece []byte
		err := f.view(func(tx *bbolt.Tx) (err error) {
			piece, err = readPiece(tx.Bucket(bucketBodies), p.s.unpack, id, c, chunk)
			return err
		})
		if err != nil {
			return Identity{}, err
		}
		if n := int64(len(piece)); at+n > 0 && at < c.Size {
			_, _ = canon.Write(piece[max(0, -at):min(n, c.Size-at)]) // documented never to fail
		}
		at += int64(len(piece))
	}
	return canon.identity(), nil
}

// withoutTwins makes a shard anew without bodies that an earlier one has, unless this is
// the one that they are listed in and whole.
func (p *repairer) withoutTwins(number uint32, twice map[contentID]bool) error {
	for id := range p.bodies {
		if p.bodies[id].shard == number {
			delete(p.bodies, id)
		}
	}
	sh := p.shards[number]
	if at := p.s.shards.elsewhere[number]; at != "" { // it was made anew already
		if err := p.s.shards.forget(number); err != nil {
			return err
		}
		if err := removeIfThere(at); err != nil {
			return err
		}
	} else if err := p.s.shards.forget(number); err != nil {
		return err
	}
	p.r.Files = slices.DeleteFunc(p.r.Files, func(name string) bool { return name == shardName(number) })
	p.note("%s held bodies that another file holds too: they were left out.", sh.name)
	return p.refillShard(sh, twice)
}

// headOfBody returns the start of a message, as far as its summary needs it.
func (p *repairer) headOfBody(id contentID, c *content) ([]byte, error) {
	f, err := p.s.shards.get(c.Shard)
	if err != nil {
		return nil, err
	}
	var piece []byte
	err = f.view(func(tx *bbolt.Tx) (err error) {
		piece, err = readPiece(tx.Bucket(bucketBodies), p.s.unpack, id, c, 0)
		return err
	})
	if err != nil {
		return nil, err
	}
	piece = piece[min(len(piece), int(c.Prefix)):]
	return headOf(bytes.Clone(piece[:min(int64(len(piece)), c.Size)])), nil
}

// tailOf returns the record of a body's end, if it can be read.
func (p *repairer) tailOf(id contentID, number uint32) (t tailRecord, ok bool, err error) {
	f, err := p.s.shards.get(number)
	if err != nil {
		return t, false, err
	}
	err = f.view(func(tx *bbolt.Tx) error {
		v := tx.Bucket(bucketBodies).Get(bodyKey(id, tail))
		if v == nil {
			return nil
		}
		found, err := decodeTail(bytes.Clone(v))
		t, ok = found, err == nil
		return nil
	})
	return t, ok, err
}
