package localstore

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/time/rate"
)

// codec says how a piece of a body is stored. The numbers are on disk.
type codec byte

const (
	codecRaw  codec = 0
	codecZstd codec = 1 // one zstd frame without a dictionary
	// 2 is kept for zstd frames with a dictionary of the store's own.
)

// maxPiece bounds the octets of one stored piece once decoded: a chunk, or a
// whole message that was delivered inline with what stood around it.
const maxPiece = chunkSize + 64<<10

// worthwhile is what compression must save, as a fraction of the octets.
const worthwhile = 8 // an eighth

// Compression halves most mail, and costs more time than all else that an intake
// does (measured: 175 MB a second and processor, against 250 for the rest). So it is
// for mail that comes no faster than over a usual line. What comes faster, from this
// machine or its neighbour, is stored as it is; compaction may compress it later.
const (
	packRate  = 8 << 20 // octets a second
	packBurst = 1 << 20
	packPause = time.Second // without compression, once more came than that
)

// packLimit tells when there is time to compress. It is safe for use by several
// goroutines.
type packLimit struct {
	rate   *rate.Limiter
	paused atomic.Int64 // until this time, Unix nanoseconds
}

func newPackLimit() *packLimit {
	return &packLimit{rate: rate.NewLimiter(packRate, packBurst+chunkSize)}
}

func (l *packLimit) allow(size int) bool {
	now := time.Now()
	switch {
	case now.UnixNano() < l.paused.Load():
		return false
	case l.rate.AllowN(now, size):
		return true
	}
	l.paused.Store(now.Add(packPause).UnixNano())
	return false
}

// packer compresses. It is used by one goroutine.
type packer struct {
	enc   *zstd.Encoder
	limit *packLimit // shared by the packers of a store

	joined []byte
}

func newPacker(limit *packLimit) (*packer, error) {
	enc, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderCRC(false), // every body has its SHA-256
		zstd.WithWindowSize(1<<20),
		zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("localstore: %w", err)
	}
	return &packer{enc: enc, limit: limit}, nil
}

// pack appends the parts, joined, to dst, compressed if that pays and there is
// time for it. idle tells that nothing else waits for this processor.
func (p *packer) pack(dst []byte, idle bool, parts ...[]byte) ([]byte, codec) {
	size := 0
	for _, part := range parts {
		size += len(part)
	}
	if idle && size >= 256 && p.limit.allow(size) {
		plain := parts[0]
		if len(parts) > 1 {
			p.joined = p.joined[:0]
			for _, part := range parts {
				p.joined = append(p.joined, part...)
			}
			plain = p.joined
		}
		out := p.enc.EncodeAll(plain, dst)
		if len(out)-len(dst) <= size-size/worthwhile {
			return out, codecZstd
		}
	}
	dst = slices.Grow(dst, size)
	for _, part := range parts {
		dst = append(dst, part...)
	}
	return dst, codecRaw
}

// unpacker decompresses. It is safe for use by several goroutines.
type unpacker struct{ dec *zstd.Decoder }

func newUnpacker() (*unpacker, error) {
	dec, err := zstd.NewReader(nil,
		zstd.WithDecoderConcurrency(2),
		zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(2*maxPiece))
	if err != nil {
		return nil, fmt.Errorf("localstore: %w", err)
	}
	return &unpacker{dec: dec}, nil
}

// unpack returns a copy of the octets stored as data, which must be size many.
func (u *unpacker) unpack(c codec, data []byte, size int) ([]byte, error) {
	if size < 0 || size > maxPiece {
		return nil, fmt.Errorf("a piece of %d octets is beyond the limit", size)
	}
	var plain []byte
	switch c {
	case codecRaw:
		plain = append(make([]byte, 0, len(data)), data...)
	case codecZstd:
		var err error
		if plain, err = u.dec.DecodeAll(data, make([]byte, 0, size)); err != nil {
			return nil, fmt.Errorf("decompressing: %w", err)
		}
	default:
		return nil, fmt.Errorf("codec %d is unknown", c)
	}
	if len(plain) != size {
		return nil, fmt.Errorf("a piece has %d octets instead of %d", len(plain), size)
	}
	return plain, nil
}
