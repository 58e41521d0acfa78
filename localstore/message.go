package localstore

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/cespare/xxhash/v2"
	"go.etcd.io/bbolt"
)

// Message is the octets of a message, as they were received, without what stood
// around it in the maildrop. It is safe for use by several goroutines, needs no
// closing and holds at most a chunk of 1 MiB in memory.
type Message struct {
	s       *Store
	id      contentID
	content content
	damage  error

	mu    sync.Mutex
	chunk int64 // the one that piece holds, -1 for none
	piece []byte
}

// OpenMessage returns a message's octets. ErrNotFound says that there is no such
// message; ErrDamaged that nothing of it can be read.
func (s *Store) OpenMessage(id MessageID) (*Message, error) {
	m := &Message{s: s, chunk: -1}
	err := s.meta.view(func(tx *bbolt.Tx) error {
		record, ok, err := readMessage(tx, id)
		if err != nil {
			return damaged(s.meta.path, "has a damaged message record", err)
		}
		if !ok {
			return notFound("The message is not there any more.")
		}
		m.id = record.Content
		if m.content, err = decodeContent(tx.Bucket(bucketContents).Get(u64(uint64(m.id)))); err != nil {
			return damaged(s.meta.path, "has a damaged list of bodies", err)
		}
		if h, ok, err := readHarmed(tx, m.id); err != nil {
			return damaged(s.meta.path, "has a damaged list of damaged messages", err)
		} else if ok {
			m.damage = h.error(shardPath(s.dir, m.content.Shard))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if m.content.Chunks == 0 {
		piece, err := m.load(0)
		if err != nil {
			return nil, err
		}
		if xxhash.Sum64(piece) != m.content.Sum {
			m.damage = damaged(shardPath(s.dir, m.content.Shard), "has a message whose octets have changed since it was stored", nil)
		}
	}
	return m, nil
}

// Damage returns an error if the octets are known to differ from those received: a repair
// has noted it, or they have changed since. The latter is found out at once for a message of
// up to 1 MiB; Check finds it for all.
func (m *Message) Damage() error { return m.damage }

// Size returns the number of octets of the message.
func (m *Message) Size() int64 { return m.content.Size }

// ReadAt implements io.ReaderAt on the octets of the message.
func (m *Message) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, invalid("A message has no octet %d.", off)
	}
	return m.readAt(p, off, int64(m.content.Prefix), m.content.Size)
}

// Reader returns a reader of the message from its start.
func (m *Message) Reader() *io.SectionReader { return io.NewSectionReader(m, 0, m.content.Size) }

// Received returns a reader of the octets as they came off the wire: what stood
// before the message in the maildrop, the message, and what stood after it.
func (m *Message) Received() *io.SectionReader {
	return io.NewSectionReader(received{m}, 0, m.content.received())
}

type received struct{ m *Message }

func (r received) ReadAt(p []byte, off int64) (int, error) {
	return r.m.readAt(p, off, 0, r.m.content.received())
}

// readAt reads from the section of the octets received that begins at base.
func (m *Message) readAt(p []byte, off, base, size int64) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for n < len(p) {
		if off >= size {
			return n, io.EOF
		}
		at := base + off
		chunk := min(at/chunkSize, int64(m.content.Chunks))
		if chunk != m.chunk {
			if _, err := m.load(chunk); err != nil {
				return n, err
			}
		}
		piece := m.piece[at-chunk*chunkSize:]
		piece = piece[:min(int64(len(piece)), size-off)]
		if len(piece) == 0 {
			return n, io.ErrUnexpectedEOF
		}
		k := copy(p[n:], piece)
		n += k
		off += int64(k)
	}
	return n, nil
}

// load reads a piece into memory.
func (m *Message) load(chunk int64) ([]byte, error) {
	f, err := m.s.shards.get(m.content.Shard)
	if err != nil {
		return nil, err
	}
	err = f.view(func(tx *bbolt.Tx) error {
		piece, err := readPiece(tx.Bucket(bucketBodies), m.s.unpack, m.id, &m.content, chunk)
		if err != nil {
			return damaged(f.path, "has a damaged message", err)
		}
		m.chunk, m.piece = chunk, piece
		return nil
	})
	m.s.residence.read(int64(len(m.piece)))
	return m.piece, err
}

var errNoPiece = errors.New("a piece of it is missing")

// readPiece returns a copy of a piece of a body: a chunk, or the tail for the
// chunk after the last.
func readPiece(bodies *bbolt.Bucket, u *unpacker, id contentID, c *content, chunk int64) ([]byte, error) {
	if chunk < int64(c.Chunks) {
		v := bodies.Get(bodyKey(id, uint32(chunk)))
		if len(v) == 0 {
			return nil, errNoPiece
		}
		return u.unpack(codec(v[0]), v[1:], chunkSize)
	}
	v := bodies.Get(bodyKey(id, tail))
	if v == nil {
		return nil, errNoPiece
	}
	t, err := decodeTail(v)
	if err != nil {
		return nil, err
	}
	if t.received() != c.received() || t.Chunks != c.Chunks || t.Sum != c.Sum {
		return nil, fmt.Errorf("%w: the end of a body does not fit its content", errRecord)
	}
	return u.unpack(t.Codec, t.Data, int(t.tailLength()))
}
