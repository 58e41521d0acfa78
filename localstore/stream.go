package localstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/cespare/xxhash/v2"

	"restante.app/localstore/custody"
)

// stream is a long message on its way into a shard, chunk by chunk.
type stream struct {
	in *intake
	// The writer's, set with the first chunk.
	id      contentID
	shard   uint32
	pending bool // meta.bolt knows of it
}

// longTaker reads a long message on the goroutine of Deliver.
type longTaker struct {
	ctx    context.Context
	in     *intake
	stream *stream
	pack   *packer
	sum    *xxhash.Digest
	canon  *canonicalizer
	head   []byte // the start of the message, for its summary
	buf    []byte
	t      tailRecord
}

// takeLong stores a message of any size with bounded memory.
func (in *intake) takeLong(ctx context.Context, d custody.Delivery) error {
	pack, err := newPacker(in.s.packLimit)
	if err != nil {
		return err
	}
	l := &longTaker{
		ctx: ctx, in: in, stream: &stream{in: in}, pack: pack,
		sum: xxhash.New(), canon: newCanonicalizer(), head: headOf(d.Octets),
		buf: make([]byte, 0, chunkSize),
	}
	in.tape.Message()
	if err := l.read(d); err != nil {
		return err
	}
	return l.finish(d)
}

func (l *longTaker) read(d custody.Delivery) error {
	if err := l.add(d.Prefix); err != nil {
		return err
	}
	l.t.Prefix = uint32(len(d.Prefix))
	if err := l.message(d.Octets); err != nil {
		return err
	}
	if d.Rest != nil {
		if err := l.rest(d.Rest); err != nil {
			return err
		}
	}
	if d.Suffix == nil {
		return nil
	}
	suffix := d.Suffix()
	if len(suffix) > math.MaxInt32 || len(d.Prefix) > math.MaxInt32 {
		return invalid("What stands around the message is too long.")
	}
	l.t.Suffix = uint32(len(suffix))
	return l.add(suffix)
}

// rest reads to io.EOF.
func (l *longTaker) rest(r io.Reader) error {
	piece := make([]byte, 64<<10)
	idle := 0
	for {
		n, err := r.Read(piece)
		if n > 0 {
			idle = 0
			if err := l.message(piece[:n]); err != nil {
				return err
			}
		} else {
			idle++
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err == nil && idle > 100:
			err = io.ErrNoProgress
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrIncomplete, err)
		}
	}
}

func (l *longTaker) message(p []byte) error {
	l.t.Size += int64(len(p))
	_, _ = l.canon.Write(p)
	return l.add(p)
}

// add takes octets as received, and sends every chunk that is full and not the last.
func (l *longTaker) add(p []byte) error {
	l.in.write(p)
	_, _ = l.sum.Write(p) // documented never to fail
	for len(p) > 0 {
		if len(l.buf) == chunkSize {
			if err := l.chunk(); err != nil {
				return err
			}
		}
		n := min(len(p), chunkSize-len(l.buf))
		l.buf = append(l.buf, p[:n]...)
		p = p[n:]
	}
	return nil
}

func (l *longTaker) chunk() error {
	if l.t.Chunks == tail-1 {
		return invalid("The message is too long to be stored.")
	}
	it := newItem(l.in, kindChunk)
	it.stored = getBuffer()
	record, c := l.pack.pack(append((*it.stored)[:0], 0), true, l.buf)
	record[0] = byte(c)
	*it.stored = record
	l.t.Chunks++
	l.buf = l.buf[:0]
	return l.send(it)
}

func (l *longTaker) send(it *item) error {
	it.stream = l.stream
	it.content = l.t.content
	// Chunks weigh double, as bbolt makes large pages of them.
	if err := l.in.acquire(l.ctx, it, 2*int64(len(*it.stored))+itemWeight); err != nil {
		return err
	}
	return l.in.enqueue(l.ctx, it)
}

// finish sends the tail, with which the message is whole.
func (l *longTaker) finish(d custody.Delivery) error {
	t := &l.t
	t.Format, t.Account, t.Source = boundText(d.Format, maxFormat), l.in.run.Account, l.in.run.Mailbox
	t.Collected = l.in.s.o.Now().UnixMilli()
	t.Sum = l.sum.Sum64()
	t.Identity = l.canon.identity()

	it := newItem(l.in, kindTail)
	if err := describe(l.in.s, it, t, &d, l.head); err != nil {
		return err
	}
	it.stored = getBuffer()
	record, c := l.pack.pack(t.appendHead((*it.stored)[:0]), true, l.buf)
	patchCodec(record, c)
	*it.stored = record
	return l.send(it)
}
