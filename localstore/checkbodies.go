package localstore

import (
	"fmt"

	"github.com/cespare/xxhash/v2"
	"go.etcd.io/bbolt"
)

// doubt is what may be wrong with a body. Two files can't be looked at in one
// transaction, so that a body that is removed meanwhile looks like one.
type doubt struct {
	shard uint32
	body  contentID
	chunk uint32
	what  string
}

func (c *checker) doubt(d doubt) { c.doubts = append(c.doubts, d) }

// settle makes problems of the doubts that stay.
func (c *checker) settle(stays func(doubt) (bool, error)) error {
	for _, d := range c.doubts {
		wrong, err := stays(d)
		if err != nil {
			return err
		}
		if wrong {
			c.r.add(shardPath(c.s.dir, d.shard), 0, "%s", d.what)
		}
	}
	c.doubts = c.doubts[:0]
	return nil
}

// missing tells whether a body that can't be read is still to be there.
func (c *checker) missing(d doubt) (wrong bool, err error) {
	return wrong, c.s.meta.view(func(tx *bbolt.Tx) error {
		messages, _, err := messagesOf(tx, d.body)
		wrong = messages > 0
		return err
	})
}

// stray tells whether a piece that belongs to nothing is still there. A body that is
// being removed is in bucketPending until its pieces are gone.
func (c *checker) stray(d doubt) (wrong bool, err error) {
	waits := false
	err = c.s.meta.view(func(tx *bbolt.Tx) error {
		waits = tx.Bucket(bucketPending).Get(u64(uint64(d.body))) != nil
		return nil
	})
	if err != nil || waits {
		return false, err
	}
	f, err := c.s.shards.get(d.shard)
	if err != nil {
		return false, err
	}
	return wrong, f.view(func(tx *bbolt.Tx) error {
		wrong = tx.Bucket(bucketBodies).Get(bodyKey(d.body, d.chunk)) != nil
		return nil
	})
}

// body looks for the octets of a content and, if the check is deep, reads them. It
// returns what is wrong.
func (c *checker) body(id contentID, want *content) string {
	c.r.Bodies++
	c.r.Octets += want.received()
	f, err := c.s.shards.get(want.Shard)
	if err != nil {
		return fmt.Sprintf("Body %d can't be read: %v", id, err)
	}
	sum, canon := xxhash.New(), newCanonicalizer()
	at := -int64(want.Prefix) // of the next octet, in the message
	for chunk := range int64(want.Chunks) + 1 {
		if !c.deep {
			chunk = int64(want.Chunks)
		}
		err := f.view(func(tx *bbolt.Tx) error {
			piece, err := readPiece(tx.Bucket(bucketBodies), c.s.unpack, id, want, chunk)
			_, _ = sum.Write(piece) // documented never to fail
			if n := int64(len(piece)); c.deep && at+n > 0 && at < want.Size {
				_, _ = canon.Write(piece[max(0, -at):min(n, want.Size-at)]) // as well
			}
			at += int64(len(piece))
			return err
		})
		if err != nil {
			return fmt.Sprintf("Body %d can't be read: %v", id, err)
		}
		if !c.deep || c.ctx.Err() != nil {
			return ""
		}
	}
	if sum.Sum64() != want.Sum || canon.identity() != want.Identity {
		return fmt.Sprintf("The octets of body %d have changed since they were stored.", id)
	}
	return ""
}

// shard looks from each piece of a body to its content.
func (c *checker) shard(number uint32, inv inventory) error {
	f, err := c.s.shards.get(number)
	if err != nil {
		c.r.Files++
		c.r.add(shardPath(c.s.dir, number), 0, "It can't be opened: %v", err)
		return nil
	}
	if err := c.pages(f); err != nil {
		return err
	}
	return c.each(f, bucketBodies, func(_ *bbolt.Tx, k, _ []byte) error {
		id, chunk, err := parseBodyKey(k)
		if err != nil {
			return err
		}
		if id > inv.marks[number] {
			return nil // being stored
		}
		if _, ok := inv.pending[id]; ok {
			return nil
		}
		return c.s.meta.view(func(tx *bbolt.Tx) error {
			body, err := decodeContent(tx.Bucket(bucketContents).Get(u64(uint64(id))))
			if err != nil || body.Shard != number || chunk != tail && chunk >= body.Chunks || body.Messages == 0 {
				c.doubt(doubt{shard: number, body: id, chunk: chunk, what: fmt.Sprintf("Piece %d of body %d belongs to nothing (%v).", chunk, id, err)})
			}
			return nil
		})
	}, c.stray)
}
