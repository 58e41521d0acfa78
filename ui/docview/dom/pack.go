package dom

import (
	"encoding/binary"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// A block of records is packed column by column: numbers that are small because they are
// measured from the node, or from the one before, and then Zstandard. The same records
// come to the same octets.

// packer packs blocks.
type packer struct {
	to  *zstd.Encoder
	raw []byte
}

// packWindow is more than a packed block.
const packWindow = 64 << 10

func newPacker() *packer {
	to, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false), zstd.WithWindowSize(packWindow),
		zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		panic("dom: " + err.Error()) // the options are not of this library: no input makes them so
	}
	return &packer{to: to}
}

// columns are the numbers of a record as they are packed: of node i, behind another.
func (r *record) columns(i int32, before *record) [9]int32 {
	return [9]int32{
		i - r.parent, r.after - i, r.style - before.style, r.start - before.start, r.end - r.start, r.rare - before.rare,
		int32(r.tag) - int32(before.tag), int32(r.quote) - int32(before.quote), int32(r.traits),
	}
}

// pack returns records of which the first has an index, packed.
func (p *packer) pack(records []record, first int32) []byte {
	raw := p.raw[:0]
	for c := range len((&record{}).columns(0, &record{})) {
		before := &record{}
		for k := range records {
			r := &records[k]
			raw = binary.AppendVarint(raw, int64(r.columns(first+int32(k), before)[c]))
			before = r
		}
	}
	p.raw = raw
	packed := p.to.EncodeAll(raw, binary.AppendUvarint(nil, uint64(len(records))))
	return append(make([]byte, 0, len(packed)), packed...)
}

var unpacker, errUnpacker = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(1<<20))

// unpack is the reverse of pack. What it reads was made by this process: no input and no
// machine can make it fail, and where it does memory is broken.
func unpack(packed []byte, first int32) []record {
	count, n := binary.Uvarint(packed)
	err := errUnpacker
	var raw []byte
	if err == nil {
		raw, err = unpacker.DecodeAll(packed[n:], nil)
	}
	if err != nil {
		panic(fmt.Sprintf("dom: nodes can't be unpacked: %v", err))
	}
	records := make([]record, count)
	next := func() int32 {
		v, n := binary.Varint(raw)
		raw = raw[n:]
		return int32(v)
	}
	for k := range records {
		records[k].parent = first + int32(k) - next()
	}
	for k := range records {
		records[k].after = first + int32(k) + next()
	}
	sum := func(set func(r *record, v int32)) {
		v := int32(0)
		for k := range records {
			v += next()
			set(&records[k], v)
		}
	}
	sum(func(r *record, v int32) { r.style = v })
	sum(func(r *record, v int32) { r.start = v })
	for k := range records {
		records[k].end = records[k].start + next()
	}
	sum(func(r *record, v int32) { r.rare = v })
	sum(func(r *record, v int32) { r.tag = uint16(v) })
	sum(func(r *record, v int32) { r.quote = uint8(v) })
	for k := range records {
		records[k].traits = uint8(next())
	}
	return records
}
