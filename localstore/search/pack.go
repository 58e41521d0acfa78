package search

import (
	"encoding/binary"
	"math/bits"
)

// Numbers that stand together are packed: each takes as many bits as most of them need,
// and what the others have above that stands behind them.
//
//	octet      the lower six bits: width; 0x40: there are exceptions
//	[octet     how many octets the exceptions have]
//	           the numbers' lower bits, the lowest first, ended at an octet
//	[each exception: octet index, uvarint what is above width]
const (
	packMost   = 128 // numbers packed together
	packFrom   = 12  // fewer are uvarints
	widthBits  = 0x3F
	exceptions = 0x40
)

// appendPacked packs numbers, packMost at most.
func appendPacked(p []byte, v []uint32) []byte {
	width, extra := packWidth(v)
	if extra == 0 {
		p = append(p, byte(width))
	} else {
		p = append(p, byte(width)|exceptions, byte(extra))
	}
	var acc uint64
	have, mask := 0, uint64(1)<<width-1
	for _, x := range v {
		acc |= (uint64(x) & mask) << have
		if have += width; have >= 32 {
			p = binary.LittleEndian.AppendUint32(p, uint32(acc))
			acc >>= 32
			have -= 32
		}
	}
	for ; have > 0; have -= 8 {
		p = append(p, byte(acc))
		acc >>= 8
	}
	if extra > 0 {
		for i, x := range v {
			if high := uint64(x) >> width; high > 0 {
				p = binary.AppendUvarint(append(p, byte(i)), high)
			}
		}
	}
	return p
}

// packWidth returns the width that needs the fewest octets, and those that exceptions
// then have.
func packWidth(v []uint32) (width, extra int) {
	var count [34]int // by bits
	for _, x := range v {
		count[bits.Len32(x)]++
	}
	top := 32
	for top > 0 && count[top] == 0 {
		top--
	}
	best := (len(v)*top + 7) / 8
	width = top
	for w := top - 1; w >= 0; w-- {
		e := 0
		for n := w + 1; n <= top; n++ {
			e += count[n] * (1 + (n-w+6)/7)
		}
		if e > 255 {
			break
		}
		if all := 1 + e + (len(v)*w+7)/8; all < best {
			best, width, extra = all, w, e
		}
	}
	return width, extra
}

// packed are numbers as they stand packed, n of them.
type packed struct {
	n, width int
	bits     []byte // the numbers' lower bits; what follows them may be read
	except   []byte
}

// openPacked reads how numbers are packed, and returns what stands behind them.
func openPacked(p []byte, n int) (packed, []byte) {
	k := packed{n: n, width: int(p[0] & widthBits)}
	extra, at := 0, 1
	if p[0]&exceptions != 0 {
		extra, at = int(p[1]), 2
	}
	end := at + (n*k.width+7)/8
	k.bits, k.except = p[at:], p[end:end+extra]
	return k, p[end+extra:]
}

// unpack puts the numbers into to, which has room for n.
func (k *packed) unpack(to []uint32) {
	to = to[:k.n]
	if k.width > 32 {
		panic(errRecord) // caught by guard
	}
	mask := uint64(1)<<k.width - 1
	p, at := k.bits, uint(0)
	i := 0
	for ; i < len(to) && int(at>>3)+8 <= len(p); i++ {
		to[i] = uint32(binary.LittleEndian.Uint64(p[at>>3:]) >> (at & 7) & mask)
		at += uint(k.width)
	}
	for ; i < len(to); i++ {
		var x [8]byte
		copy(x[:], p[min(int(at>>3), len(p)):])
		to[i] = uint32(binary.LittleEndian.Uint64(x[:]) >> (at & 7) & mask)
		at += uint(k.width)
	}
	for e := k.except; len(e) > 1; {
		high, n := uvarint(e[1:])
		to[e[0]] |= uint32(high << k.width)
		e = e[1+n:]
	}
}
